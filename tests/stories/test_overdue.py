"""Random customers whose renewal is not paid: whatever they choose meanwhile, what they were told last is what comes.

There is no model here, as there is for the three years: promises and books judge. A payment may come at any time, by
the customer, by a try on its day, by another card; what was chosen before it has to hold after it.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis.stateful import rule

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
VERBS = {"change_owed", "decline_owed", "reduce_seats", "set_auto_renew", "set_payment_method"}


class Overdue(Customer):
    """Two yearly subscriptions on one invoice, and a card that is declined until somebody tops it up."""

    def open_the_account(self) -> None:
        self.today, self.is_topped_up = RENEWS - timedelta(days=20), False
        self._open_account()
        for index in range(2):
            self._subscription(date(2026, 3, 1), 12)
            self.paying[list(self.models)[index]] = 2
        models.Subscription.objects.filter(account=self.account).update(payment_method=self.cards[2])
        self.pass_days(20)

    is_topped_up = False

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

    def reduce_seats(self, which: int, seats: int) -> None:
        self._ask(ReduceSeats(self._key(which), seats))

    def set_auto_renew(self, which: int, on: bool, after_owed: bool) -> None:
        self._ask(SetAutoRenew((self._key(which),), on, "", after_owed and not on))

    def undo(self, which: int, kind: str) -> None:
        self._ask(UndoScheduled(self._key(which), ChangeKind(kind)))

    def pay_by(self, which: int, card: int) -> None:
        self._ask(SetPaymentMethod((self._key(which),), str(self.cards[card].id)))

    def decline(self, which: int) -> None:
        self._ask(DeclineOwed((self._key(which),)))

    def change_what_is_owed(self, which: int, both: bool, seats: int | None, card: int) -> None:
        keys = list(self.models) if both else [self._key(which)]
        self._ask(ChangeOwed(tuple(OwedChoice(key, seats=seats) for key in keys), str(self.cards[card].id)))

    def pay_what_is_owed(self, which: int) -> None:
        held = models.OrderSubscription.objects.filter(subscription_id=self._key(which), open=True).first()
        if held is not None:
            self._pay(held.order)
            self.done["paid late"] += 1

    def top_the_card_up(self) -> None:
        if self.is_topped_up:
            return
        self.is_topped_up = True
        row = models.PaymentMethod.objects.filter(id=self.cards[2].id)
        row.update(gateway_reference=self.provider.method("paid"))
        self.done["topped up"] += 1

    def time_passes(self, days: int) -> None:
        self.pass_days(days)

    def the_next_renewal_comes(self) -> None:
        """The months in which nothing can happen are left out: what is unpaid has ended long before."""
        self.pass_days(50)
        self.today = max(self.today, date(2028, 2, 15))
        self.pass_days(20)

    @rule()  # a machine has to have one; what comes next is drawn by `act`
    def look_at_what_is_to_come(self) -> None:
        self.promises.look(self._loaded())

    def demand_kept_promises(self, seed: int) -> None:
        self.promises.judge(self.today)
        assert not self.promises.faults, f"story {seed}: " + "\n".join(self.promises.faults)

    def demand_agreeing_books(self, seed: int) -> None:
        """At the end, against the provider's own."""
        assert [*find_faults(self.account.id, self.provider)] == [], f"story {seed}"
        self.done["promises kept"] += self.promises.kept


STORIES, STEPS = 9, 10


def act(customer: Overdue, chance: random.Random, story: int, step: int) -> None:
    """One of the things that may happen, with whatever it takes; each story begins with another one."""
    which, card = chance.randrange(2), chance.randrange(3)
    acts: list[Callable[[], None]] = [
        lambda: customer.reduce_seats(which, chance.randint(1, 2)),
        lambda: customer.set_auto_renew(which, chance.random() < 0.4, chance.random() < 0.6),
        lambda: customer.undo(which, chance.choice(["seats", "auto_renew"])),
        lambda: customer.pay_by(which, card),
        lambda: customer.decline(which),
        lambda: customer.change_what_is_owed(
            which, chance.random() < 0.5, chance.choice([None, 1, 2]), chance.choice([0, 2])
        ),
        lambda: customer.pay_what_is_owed(which),
        customer.top_the_card_up,
        customer.look_at_what_is_to_come,
        *[lambda: customer.time_passes(chance.choice([1, 1, 2, 5, 12]))] * 4,
    ]
    (chance.choice(acts) if step else acts[story])()


@pytest.mark.django_db
def test_whatever_is_chosen_while_a_renewal_is_unpaid(sandbox: SandboxProcess) -> None:
    done: Counter[str] = Counter()
    for seed in range(STORIES):
        chance = random.Random(seed)
        customer = type("ThisCustomer", (Overdue,), {"provider": sandbox, "done": done})()
        customer.open_the_account()
        for step in range(STEPS):
            act(customer, chance, seed, step)
            if step == STEPS - 3:
                customer.the_next_renewal_comes()
            customer.demand_kept_promises(seed)
        customer.demand_agreeing_books(seed)
    assert VERBS - set(done) == set(), done
    assert done["promises kept"] > 20, done
