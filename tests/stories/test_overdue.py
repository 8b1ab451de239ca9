"""Random customers whose renewal is not paid: whatever they choose meanwhile, what they were told last is what comes.

There is no model here, as there is for the three years: promises and books judge. A payment may come at any time, by
the customer, by a try on its day, by another card; what was chosen before it has to hold after it.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from tenor.db import models
from tenor.domain.account import ChangeKind
from tenor.domain.requests import (
    ChangeOwed,
    DeclineOwed,
    OwedChoice,
    ReduceSeats,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.remind_accounts import remind_accounts
from tenor.usecases.retry_payment import retry_due
from tenor.usecases.sweep_account import sweep_account
from tests.stories.customer import Customer
from tests.support.books import find_faults
from tests.support.customer import sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]

RENEWS = date(2027, 3, 1)
WHICH = st.integers(0, 1)
VERBS = {"change_owed", "decline_owed", "reduce_seats", "set_auto_renew", "set_payment_method"}


class Overdue(Customer):
    """Two yearly subscriptions on one invoice, and a card that is declined until somebody tops it up."""

    @initialize(start=st.none(), apart=st.none(), months=st.none())
    def open_the_account(self, start: None, apart: None, months: None) -> None:
        self.today = RENEWS - timedelta(days=20)
        self._open_account()
        for index in range(2):
            self._subscription(date(2026, 3, 1), 12)
            self.paying[list(self.models)[index]] = 2
        models.Subscription.objects.filter(account=self.account).update(payment_method=self.cards[2])
        self.pass_days(20)

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.today += timedelta(days=1)
            self.provider.set_clock(self.now)
            remind_accounts(account_ids=[self.account.id], now=self.now)
            self.promises.read_mails(self.today)
            retry_due(now=self.now)
            sweep_account(account_id=self.account.id, now=self.now)
            collect_due(now=self.now)
            self.promises.judge(self.today)
            self.promises.judge_silence(self._loaded())

    def _key(self, which: int) -> str:
        return list(self.models)[which]

    @rule(which=WHICH, seats=st.integers(1, 2))
    def reduce_seats(self, which: int, seats: int) -> None:
        self._ask(ReduceSeats(self._key(which), seats))

    @rule(which=WHICH, on=st.booleans(), after_owed=st.booleans())
    def set_auto_renew(self, which: int, on: bool, after_owed: bool) -> None:
        self._ask(SetAutoRenew((self._key(which),), on, "", after_owed and not on))

    @rule(which=WHICH, kind=st.sampled_from(["seats", "auto_renew"]))
    def undo(self, which: int, kind: str) -> None:
        self._ask(UndoScheduled(self._key(which), ChangeKind(kind)))

    @rule(which=WHICH, card=st.integers(0, 2))
    def pay_by(self, which: int, card: int) -> None:
        self._ask(SetPaymentMethod((self._key(which),), str(self.cards[card].id)))

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        self._ask(DeclineOwed((self._key(which),)))

    @rule(which=WHICH, both=st.booleans(), seats=st.sampled_from([None, 1, 2]), card=st.sampled_from([0, 2]))
    def change_what_is_owed(self, which: int, both: bool, seats: int | None, card: int) -> None:
        keys = list(self.models) if both else [self._key(which)]
        self._ask(ChangeOwed(tuple(OwedChoice(key, seats=seats) for key in keys), str(self.cards[card].id)))

    @rule(which=WHICH)
    def pay_what_is_owed(self, which: int) -> None:
        held = models.OrderSubscription.objects.filter(subscription_id=self._key(which), open=True).first()
        if held is not None:
            self._pay(held.order)
            self.done["paid late"] += 1

    @rule()
    def top_the_card_up(self) -> None:
        row = models.PaymentMethod.objects.filter(id=self.cards[2].id)
        row.update(gateway_reference=self.provider.method("paid"))
        self.done["topped up"] += 1

    @rule(days=st.sampled_from([1, 1, 2, 5, 12, 30]))
    def time_passes(self, days: int) -> None:
        self.pass_days(days)

    @precondition(lambda self: self.today < date(2028, 3, 1))
    @rule()
    def the_next_renewal_comes(self) -> None:
        """The months in which nothing can happen are left out: what is unpaid has ended long before."""
        self.pass_days(50)
        self.today = max(self.today, date(2028, 2, 15))
        self.pass_days(20)

    @rule()
    def look_at_what_is_to_come(self) -> None:
        self.promises.look(self._loaded())

    @invariant()
    def every_promise_is_kept_or_was_replaced(self) -> None:
        if hasattr(self, "promises"):
            self.promises.judge(self.today)
            assert not self.promises.faults, "\n".join(self.promises.faults)

    def teardown(self) -> None:
        """The books at the end, against the provider's own."""
        if hasattr(self, "promises"):
            assert [*find_faults(self.account.id, self.provider)] == []
            self.done["promises kept"] += self.promises.kept


@pytest.mark.django_db
def test_whatever_is_chosen_while_a_renewal_is_unpaid(sandbox: SandboxProcess) -> None:
    machine: Any = type("ThisCustomer", (Overdue,), {"provider": sandbox, "done": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
    assert VERBS - set(machine.done) == set(), machine.done
    assert machine.done["promises kept"] > 5, machine.done
