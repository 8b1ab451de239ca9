"""Random customers through every change, payment and move of the clock, for three years, beside a small model.

After each step: seats, periods, dates and status are the model's; what was quoted is what the provider charged; every
line follows from its explanation to the cent; the books agree with each other and with the provider's.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.snapshots import load_account
from tenor.domain.account import ChangeKind
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    Ask,
    BuyAgain,
    ChangePlan,
    ChangeTerm,
    ReduceSeats,
    RenewEarly,
    RenewLate,
    ReturnOrder,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.usecases.remind_accounts import remind_accounts
from tests.stories.customer import Customer, own_amount
from tests.stories.explained import worked_out
from tests.stories.model import DAY, Model, Paid, prices_on, tiles
from tests.support.books import find_faults
from tests.support.customer import sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]

BEGINS, ENDS = date(2026, 3, 1), date(2029, 6, 1)
WHICH = st.integers(0, 2)
OF_OVERDUE = {"change_owed", "decline_owed"}
"""What `test_overdue.py` does."""
REMINDED = (35, 14, 3)
"""How many days before a renewal somebody is told of it (rules 7)."""


class Years(Customer):
    """What the customer does, and what has to hold after each step."""

    # --- what a customer may do ---------------------------------------------------------------------------------

    @rule(which=WHICH, count=st.integers(1, 4))
    def add_seats(self, which: int, count: int) -> None:
        chosen, model = self._pick(which)
        keep = int(model.scheduled["seats"]) if "seats" in model.scheduled else None
        if (asked := self._ask(AddSeats(chosen, count, keep))) is None:
            return
        stored, submitted = asked
        expected = model.added_seats(count, self.today)
        assert [line.amount.minor for line in stored.quote.lines if line.kind != "carried"] == expected
        if self._is_done(submitted):
            model.seats += count
            if model.coming:
                start, months, plan, seats = model.coming
                model.coming = (start, months, plan, seats + count)
            if keep == model.last[2]:
                del model.scheduled["seats"]

    @rule(which=WHICH, fewer=st.integers(1, 4), undone=st.sampled_from([False, False, True]))
    def reduce_seats(self, which: int, fewer: int, undone: bool) -> None:
        chosen, model = self._pick(which)
        wanted = max(1, model.last[2] - fewer)
        if self._ask(ReduceSeats(chosen, wanted)) is not None:
            model.scheduled["seats"] = str(wanted)
            if undone:
                self.undo(which, "seats")

    @rule(which=WHICH, months=st.sampled_from([1, 12, 36]))
    def change_term(self, which: int, months: int) -> None:
        chosen, model = self._pick(which)
        if self._ask(ChangeTerm(chosen, months)) is not None:
            self._schedule(model, "term", str(months), str(model.last[0]))

    @rule(which=WHICH, plan=st.sampled_from(["standard", "premium"]))
    def change_plan_at_renewal(self, which: int, plan: str) -> None:
        chosen, model = self._pick(which)
        if self._ask(ChangePlan(chosen, plan, "renewal")) is not None:
            self._schedule(model, "plan", plan, model.last[1])

    @staticmethod
    def _schedule(model: Model, kind: str, value: str, own: str) -> None:
        model.scheduled.pop(kind, None)
        if value != own:
            model.scheduled[kind] = value

    @rule(which=WHICH)
    def upgrade_now(self, which: int) -> None:
        chosen, model = self._pick(which)
        if (asked := self._ask(ChangePlan(chosen, "premium", "now"))) is None:
            return
        stored, submitted = asked
        assert stored.quote.net.minor >= 0
        if not self._is_done(submitted):
            return
        old, model.plan = model.plan, "premium"
        if model.scheduled.get("plan") == "premium":
            del model.scheduled["plan"]
        for paid in model.running(self.today):
            if paid.start > self.today and model.coming and model.coming[2] != old:
                continue
            listed, special = prices_on("premium", model.months, self.today)
            was_listed = paid.unit == prices_on(old, model.months, paid.start)[0]
            unit = listed if was_listed else special
            if paid.start < self.today:
                rest = Paid(self.today, paid.end, unit, paid.whole, paid.is_term)
                paid.end = self.today
                model.paid.append(rest)
            else:
                paid.unit = unit
        if model.coming and model.coming[2] == old:
            model.coming = (*model.coming[:2], "premium", model.coming[3])

    @rule(which=WHICH, kind=st.sampled_from(["term", "plan", "seats", "auto_renew"]))
    def undo(self, which: int, kind: str) -> None:
        chosen, model = self._pick(which)
        if self._ask(UndoScheduled(chosen, ChangeKind(kind))) is not None:
            del model.scheduled[kind]

    @rule(which=WHICH, on=st.sampled_from([True, True, False]))
    def set_auto_renew(self, which: int, on: bool) -> None:
        chosen, model = self._pick(which)
        if (asked := self._ask(SetAutoRenew((chosen,), on))) is None:
            return
        model.scheduled.pop("auto_renew", None)
        if model.auto != on:
            model.scheduled["auto_renew"] = "on" if on else "off"
        if not on and model.status in ("past_due", "suspended"):
            model.status = "expired"  # what it owed is declined with it (rules 7)
        if not on and asked[0].quote.total.minor:  # an alignment that had not begun is given back (rules 5)
            extension = model.paid.pop()
            assert not extension.is_term
            assert extension.start > self.today
            model.renews_on = extension.start
            model.anchor = models.Subscription.objects.get(id=chosen).anchor

    @rule(which=WHICH, card=st.sampled_from([0, 0, 1, 1, 2]))
    def pay_by(self, which: int, card: int) -> None:
        chosen, _ = self._pick(which)
        if self._ask(SetPaymentMethod((chosen,), str(self.cards[card].id))) is not None:
            self.paying[chosen] = card

    @rule(which=WHICH, later=st.sampled_from([0, 0, 0, 10, 45]))
    def align(self, which: int, later: int) -> None:
        alike = self._alike(which)
        on = max(model.renews_on for model in alike.values()) + timedelta(days=later)
        kept = tuple((key, int(one.scheduled["seats"])) for key, one in alike.items() if "seats" in one.scheduled)
        if (asked := self._ask(AlignDates(tuple(alike), on, at_renewal=kept))) is None:
            return
        stored, submitted = asked
        expected = {key: model.extension(on, self.today) for key, model in alike.items() if model.renews_on < on}
        own = [line for line in stored.quote.lines if line.kind != "carried"]
        assert {line.subscription_id: line.amount.minor for line in own} == expected
        if self._is_done(submitted):
            for key in alike:
                self.models[key].extend(on, self.today)

    def _alike(self, which: int) -> dict[str, Model]:
        """Those of the same term, paid by the same card."""
        chosen, model = self._pick(which)
        wanted = (model.months, self.paying.get(chosen, 0))
        return {key: one for key, one in self.models.items() if (one.months, self.paying.get(key, 0)) == wanted}

    @rule(which=WHICH)
    def renew_early(self, which: int) -> None:
        chosen, model = self._pick(which)
        if (asked := self._ask(RenewEarly((chosen,), str(self.cards[0].id)))) is None:
            return
        stored, submitted = asked
        assert own_amount(stored) == model.renewal_amount(self.today)
        if self._is_done(submitted):
            model.begin(self.today, self.today)

    @rule(which=WHICH)
    def renew_late(self, which: int) -> None:
        chosen, model = self._pick(which, ended=True)
        if (asked := self._ask(RenewLate(chosen, str(self.cards[0].id)))) is None:
            return
        stored, submitted = asked
        assert own_amount(stored) == model.renewal_amount(self.today, lapsed=True)
        if self._is_done(submitted):
            model.begin(self.today, self.today, lapsed=True)

    @precondition(lambda self: len(self.models) < 4)
    @rule(which=WHICH, seats=st.integers(1, 3))
    def buy_again(self, which: int, seats: int) -> None:
        chosen, model = self._pick(which, ended=True)
        new = str(new_id())
        if (asked := self._ask(BuyAgain(chosen, seats, 12, new, str(self.cards[0].id)))) is None:
            return
        stored, submitted = asked
        assert own_amount(stored) == seats * prices_on(model.plan, 12, self.today)[0]
        if self._is_done(submitted):
            bought = Model(anchor=self.today, renews_on=self.today, months=12, plan=model.plan, seats=seats)
            bought.begin(self.today, self.today, lapsed=True)
            self.models[new] = bought

    @precondition(lambda self: bool(self.before))
    @rule(back=st.integers(0, 3))
    def give_back(self, back: int) -> None:
        orders = [order for order in reversed(self.before) if models.Order.objects.get(id=order).status == "fulfilled"]
        if not orders:
            return
        order_id = orders[min(back, len(orders) - 1)]
        order = models.Order.objects.get(id=order_id)
        if (asked := self._ask(ReturnOrder(str(order_id)))) is None:
            return
        assert -asked[0].quote.total.minor == order.total_minor or order.total_minor < 50
        self._go_back(order)

    # --- time ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.today < ENDS)
    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        for _ in range(days):
            self.today += DAY
            if any((model.renews_on - self.today).days in REMINDED for model in self.models.values()):
                remind_accounts(account_ids=[self.account.id], now=self.now)
                self.promises.read_mails(self.today)
            if any(self._is_touched(model) for model in self.models.values()):
                self._day()
        self.provider.set_clock(self.now)

    @precondition(lambda self: self.today < ENDS)
    @rule(which=WHICH, before=st.integers(-30, 80))
    def a_renewal_comes_near(self, which: int, before: int) -> None:
        """Where early renewals are open, or where what was not renewed has just ended."""
        days = (self._pick(which)[1].renews_on - self.today).days - before
        if 0 < days < 400:
            self.time_passes(days)

    @precondition(lambda self: self.today < ENDS)
    @rule(which=WHICH, days=st.integers(1, 40))
    def one_lapses(self, which: int, days: int) -> None:
        """Turned off, and not renewed: what follows is a late renewal, or the end."""
        self.set_auto_renew(which, on=False)
        self.a_renewal_comes_near(which, -days)

    @rule(which=WHICH)
    def pay_what_is_owed(self, which: int) -> None:
        chosen, _ = self._pick(which)
        held = models.OrderSubscription.objects.filter(subscription_id=chosen, open=True).first()
        if held is None or held.order.action != "renew":
            return
        named = models.OrderSubscription.objects.filter(order=held.order).values_list("subscription_id", flat=True)
        for key in map(str, named):
            self.before.setdefault(held.order_id, {})[key] = self.models[key].copied()
        self._pay(held.order)
        self.done["paid late"] += 1
        for key in map(str, named):
            owed = self.models[key]
            owed.status, owed.lapsed_on = "active", None
            owed.begin(owed.renews_on, self.today)

    @rule()
    def look_at_what_is_to_come(self) -> None:
        self.promises.look(self._loaded())
        self.done["looked"] += 1

    # --- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def seats_periods_and_dates_are_the_model_s(self) -> None:
        if not hasattr(self, "account"):
            return
        with account_scope(self.account.id):
            state = load_account(self.account.id).state
        assert {one.id for one in state.subscriptions} == set(self.models)
        for one in state.subscriptions:
            model = self.models[one.id]
            found = (str(one.status), one.term.months, one.plan, one.seats, one.renews_on, one.anchor, one.lapsed_on)
            assert found == (
                *(model.status, model.months, model.plan, model.seats),
                *(model.renews_on, model.anchor, model.lapsed_on),
            )
            assert {str(e.kind): e.value for e in one.scheduled if e.kind is not ChangeKind.METHOD} == model.scheduled
            assert (
                one.coming and (one.coming.starts_on, one.coming.months, one.coming.plan, one.coming.seats)
            ) == model.coming
            paid = [
                Paid(p.period.start, p.period.end, p.unit_price.minor, p.denominator, p.kind == "term")
                for p in one.periods
            ]
            assert paid == sorted(model.paid, key=lambda each: each.start)
            assert tiles(paid)

    @invariant()
    def every_cent_is_explained_charged_and_booked(self) -> None:
        if not hasattr(self, "account"):
            return
        for line in models.InvoiceLine.objects.filter(account=self.account):
            assert worked_out(line.explanation) == line.amount_minor, line.explanation
        for order in models.Order.objects.filter(account=self.account).select_related("quote"):
            if order.quote is None:
                billed = models.Invoice.objects.get(order=order, kind="invoice").total_minor
                assert (order.action, billed) == ("renew", order.total_minor)
            else:
                assert order.quote.outcome["total"]["minor"] == order.total_minor

    @invariant()
    def every_promise_is_kept_or_was_replaced(self) -> None:
        if hasattr(self, "account"):
            self.promises.judge(self.today)
            assert not self.promises.faults, "\n".join(self.promises.faults)

    def teardown(self) -> None:
        """The books at the end, against the provider's own."""
        if hasattr(self, "account"):
            assert [*find_faults(self.account.id, self.provider)] == []
            self.done["promises kept"] += self.promises.kept


@pytest.mark.django_db
def test_three_years_of_random_customers(sandbox: SandboxProcess) -> None:
    machine: Any = type("TheseYears", (Years,), {"provider": sandbox, "done": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # what fails is a story of its own: making it shorter takes minutes
        ),
    )
    verbs = {ask.__dataclass_fields__["kind"].default for ask in get_args(Ask)}
    assert verbs - OF_OVERDUE - set(machine.done) == set(), machine.done
