"""One random customer: its account, what it asks for, what goes back, and what the passing of a day comes to."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)

from tenor.db import models
from tenor.db.access import account_scope
from tenor.domain.account import Actor, Role
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    Ask,
    Request,
)
from tenor.domain.terms import boundary, months_elapsed
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.load import Loaded, load
from tenor.usecases.preview_change import StoredQuote, preview_change
from tenor.usecases.resume_order import resume_order
from tenor.usecases.send_refund import send_refund
from tenor.usecases.submit_quote import Submitted, submit_quote
from tenor.usecases.sweep_account import sweep_account
from tests.stories.model import PRICES, Model, prices_on
from tests.support import factories
from tests.support.customer import SESSION, sandbox, sandbox_process
from tests.support.promises import Promises
from tests.support.sandbox import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]

BEGINS, ENDS = date(2026, 3, 1), date(2029, 6, 1)
WHICH = st.integers(0, 2)


class Customer(RuleBasedStateMachine):
    """One account with up to three subscriptions and three cards, two of which pay."""

    provider: ClassVar[SandboxProcess]
    done: ClassVar[Counter[str]] = Counter()

    @initialize(
        start=st.dates(date(2026, 3, 1), date(2026, 3, 31)), apart=st.integers(0, 200), months=st.sampled_from([1, 12])
    )
    def open_the_account(self, start: date, apart: int, months: int) -> None:
        self.today = start
        self._open_account()
        for index, term in enumerate((12, months)):
            self._subscription(start - timedelta(days=apart * index), term)

    def _open_account(self) -> None:
        self.provider.set_clock(self.now)
        seller = _catalog()
        self.account = factories.make_account(seller=seller, country="US", currency="EUR", time_zone="UTC")
        member = factories.make_member(account=self.account, role=Role.BUYER)
        self.actor = Actor(str(member.user_id), "Alice Admin", Role.BUYER)
        self.cards = [self._card("paid", is_default=True), self._card("paid"), self._card("insufficient_funds")]
        self.paying: dict[str, int] = {}
        self.models: dict[str, Model] = {}
        self.before: dict[UUID, dict[str, Model]] = {}
        self.promises = Promises(self.account.id)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(12), UTC)

    def _card(self, behaviour: str, *, is_default: bool = False) -> models.PaymentMethod:
        reference = self.provider.method(behaviour)
        expires_on = date(2035, 12, 31)
        return factories.make_method(
            account=self.account, gateway_reference=reference, is_default=is_default, expires_on=expires_on
        )

    def _subscription(self, start: date, months: int) -> None:
        """Bought on that day, and paid for until its term ends that contains today: nothing was missed."""
        begun = boundary(start, months_elapsed(start, self.today) // months * months)
        model = Model(anchor=start, renews_on=begun, months=months)
        model.begin(begun, begun)
        model.paid[0].unit = prices_on("standard", months, begun)[0]
        row = factories.make_subscription(
            account=self.account, anchor=start, renews_on=model.renews_on, months=months, period=False
        )
        factories.make_period(subscription=row, starts_on=begun, unit_price_minor=model.paid[0].unit)
        self.models[str(row.id)] = model
        model.pass_to(self.today)

    # --- asking -------------------------------------------------------------------------------------------------

    def _pick(self, which: int, *, ended: bool = False) -> tuple[str, Model]:
        """One that lives, while there is one; `ended`: one that does not."""
        ids = [key for key, model in self.models.items() if (model.status in ("canceled", "expired")) == ended]
        ids = ids or list(self.models)
        chosen = ids[which % len(ids)]
        return chosen, self.models[chosen]

    def _ask(self, ask: Ask) -> tuple[StoredQuote, Submitted] | None:
        """Preview and submit as the portal does; None where it is refused, and then nothing may have changed."""
        try:
            stored = preview_change(account_id=self.account.id, request=Request(self.actor, ask), now=self.now)
        except Refusal as refused:
            self.done[f"refused {refused.code}"] += 1
            return None
        before = {key: model.copied() for key, model in self.models.items()}
        asked_in = self._loaded()
        submitted = submit_quote(
            account_id=self.account.id, quote_id=stored.id, actor=self.actor, session=SESSION, now=self.now
        )
        for refund in submitted.refunds:
            send_refund(account_id=self.account.id, refund_id=refund, now=self.now)
        if submitted.payment_id is not None:
            collect_payment(account_id=self.account.id, payment_id=submitted.payment_id, now=self.now)
        if submitted.order_id is not None:
            self.before[submitted.order_id] = before
        self.done[ask.kind] += 1
        if ask.kind == "change_owed" or self._stands(submitted):  # what is owed is another from now on, paid or not
            self.promises.quoted(stored.quote, asked_in)
        return stored, submitted

    @staticmethod
    def _stands(submitted: Submitted) -> bool:
        """Whether what was quoted has come to be: it cost nothing, or it was paid."""
        return submitted.order_id is None or models.Order.objects.get(id=submitted.order_id).status == "fulfilled"

    def _loaded(self) -> Loaded:
        with account_scope(self.account.id):
            return load(self.account.id, self.now)

    def _is_done(self, submitted: Submitted) -> bool:
        """Whether what was asked has taken effect; a declined order is called off at once by nobody paying it."""
        if submitted.order_id is None:
            return True
        order = models.Order.objects.get(id=submitted.order_id)
        if order.status != "fulfilled":
            self._pay(order)
            order.refresh_from_db()
        return order.status == "fulfilled"

    def _pay(self, order: models.Order) -> None:
        resumed = resume_order(
            account_id=self.account.id,
            order_id=order.id,
            method_id=str(self.cards[0].id),
            actor=self.actor,
            session=SESSION,
            now=self.now,
        )
        if resumed.payment_id is not None:
            collect_payment(account_id=self.account.id, payment_id=resumed.payment_id, now=self.now)

    def _go_back(self, order: models.Order) -> None:
        """Everything as before the order, but for what was changed since without an order (rules 9)."""
        named = {line.subscription_id for line in models.OrderLine.objects.filter(order=order).exclude(kind="carried")}
        earlier = self.before.pop(order.id)
        opened = [str(effect["subscription_id"]) for effect in order.effects if effect["kind"] == "open_subscription"]
        for key in opened:
            self.models[key].status, self.models[key].lapsed_on, self.models[key].paid = "canceled", self.today, []
            self.models[key].scheduled = _scheduled_now(key)
        for key in (str(one) for one in named if one):
            now, then = self.models[key], earlier[key].copied()
            term = next((e for e in order.effects if e["kind"] == "start_term" and e["subscription_id"] == key), None)
            then.scheduled = _scheduled_now(key)
            if term and date.fromisoformat(term["paid"]["period"]["start"]) <= self.today:
                then.coming = None
                then.status, then.lapsed_on = "expired", then.lapsed_on or self.today
            else:
                then.auto = now.auto if not term else then.auto
                then.status, then.lapsed_on = now.status, now.lapsed_on
            self.models[key] = then

    def _day(self) -> None:
        """What the worker does on a day, and what the rules say it comes to."""
        self.provider.set_clock(self.now)
        self.promises.read_mails(self.today)
        sweep_account(account_id=self.account.id, now=self.now)
        self.promises.judge(self.today)
        self.promises.judge_silence(self._loaded())
        for key, model in self.models.items():
            model.pass_to(self.today)
            model.age(self.today)
            if model.status == "active" and model.renews_on <= self.today:
                if self.paying.get(key, 0) == 2:
                    model.status, model.lapsed_on = "past_due", self.today
                else:
                    self._remember_renewal(key)
                    model.begin(model.renews_on, self.today)

    def _is_touched(self, model: Model) -> bool:
        if model.coming and model.coming[0] <= self.today:
            return True
        return model.status != "canceled" and (model.renews_on <= self.today or model.lapsed_on is not None)

    def _remember_renewal(self, key: str) -> None:
        orders = models.Order.objects.filter(account=self.account, action="renew", status="fulfilled")
        lines = models.OrderLine.objects.filter(order__in=orders, subscription_id=key)
        latest = lines.order_by("-order__placed_at", "-order_id").values_list("order_id", flat=True).first()
        if latest is not None:
            self.before.setdefault(latest, {})[key] = self.models[key].copied()


def own_amount(stored: StoredQuote) -> int:
    return sum(line.amount.minor for line in stored.quote.lines if line.kind != "carried")


def _scheduled_now(key: str) -> dict[str, str]:
    """What the list says by now: an order's return leaves alone what was scheduled since."""
    live = models.ScheduledChange.objects.filter(subscription_id=key, undone_at=None, replaced_at=None, claimed_at=None)
    return {entry.kind: entry.value for entry in live.exclude(kind="method")}


def _catalog() -> models.Seller:
    seller = factories.make_seller()
    factories.make_product(seller=seller)
    factories.make_plan(seller=seller, code="premium")
    for (plan, months), entries in PRICES.items():
        for valid_from, listed, renewal in entries:
            factories.make_price(
                seller=seller,
                plan_code=plan,
                months=months,
                list_minor=listed,
                renewal_minor=renewal,
                valid_from=valid_from,
                announced_on=date(2023, 11, 1),
            )
    return seller
