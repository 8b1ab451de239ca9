"""Effects become rows; a value that is not what it was is never overwritten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tenor.db import models
from tenor.db.effects import apply_effects
from tenor.db.ids import new_id
from tenor.db.snapshots import load_account
from tenor.db.transitions import ChangedMeanwhile
from tenor.domain import account as core
from tenor.domain.effects import (
    BillCarried,
    Effect,
    OpenSubscription,
    Schedule,
    SetMethod,
    SetSeats,
    Standing,
    StartTerm,
)
from tenor.domain.money import Money
from tenor.domain.terms import Period, Term
from tests.support import documents, factories

pytestmark = pytest.mark.django_db

BY = core.Actor("alice", "Alice Admin", core.Role.BUYER)
NEXT = core.PaidPeriod(
    core.PeriodKind.TERM,
    Period(date(2027, 3, 1), date(2030, 3, 1)),
    Money(117_900, "EUR"),
    1_096,
    core.PriceKind.RENEWAL,
)


@pytest.fixture
def subscription() -> models.Subscription:
    return factories.make_subscription(account=factories.make_account())


WAS = Standing(12, "standard", 3, True, None, core.SubscriptionStatus.ACTIVE, None, ())


def carry_out(
    subscription: models.Subscription,
    *effects: Effect,
    invoice_id: UUID | None = None,
    today: date = factories.TODAY,
) -> None:
    apply_effects(subscription.account_id, effects, now=factories.NOW, today=today, by=BY, invoice_id=invoice_id)


def read(subscription: models.Subscription) -> core.Subscription:
    return load_account(subscription.account_id).state.subscription(str(subscription.id))


def schedule(subscription: models.Subscription, before: str | None, after: str | None) -> Schedule:
    price = Money(117_900, "EUR") if after == "36" else None
    return Schedule(str(subscription.id), core.ChangeKind.TERM, before, after, date(2027, 3, 1), price)


def test_seats_are_set(subscription: models.Subscription) -> None:
    carry_out(subscription, SetSeats(str(subscription.id), 3, 5))
    assert read(subscription).seats == 5


def test_a_method_is_set_and_taken_away_again(subscription: models.Subscription) -> None:
    method = str(factories.make_method(account=subscription.account).id)
    carry_out(subscription, SetMethod(str(subscription.id), None, method))
    assert read(subscription).method_id == method
    carry_out(subscription, SetMethod(str(subscription.id), method, None))
    assert read(subscription).method_id is None


def test_a_scheduled_change_is_replaced_visibly_and_undone(subscription: models.Subscription) -> None:
    carry_out(subscription, schedule(subscription, None, "36"))
    assert read(subscription).scheduled == (
        core.ScheduledChange(core.ChangeKind.TERM, "36", factories.TODAY, "Alice Admin", Money(117_900, "EUR")),
    )

    carry_out(subscription, schedule(subscription, "36", "1"))
    assert [entry.value for entry in read(subscription).scheduled] == ["1"]
    first, second = models.ScheduledChange.objects.filter(subscription_id=subscription.id).order_by("id")
    assert (first.replaced_at, second.replaces_id) == (factories.NOW, first.id)

    carry_out(subscription, schedule(subscription, "1", None))
    assert read(subscription).scheduled == ()
    assert models.ScheduledChange.objects.filter(subscription_id=subscription.id).count() == 2


def test_a_term_begins_with_what_was_scheduled_for_it(subscription: models.Subscription) -> None:
    method = factories.make_method(account=subscription.account)
    carry_out(subscription, schedule(subscription, None, "36"))
    factories.make_change(subscription=subscription, kind="auto_renew", value="off")
    factories.make_change(subscription=subscription, kind="method", value=str(method.id))
    was = replace(WAS, scheduled=read(subscription).scheduled)
    carry_out(
        subscription,
        StartTerm(str(subscription.id), NEXT, 36, "standard", 4, auto_renew=False, method_id=str(method.id), was=was),
        today=NEXT.period.start,
    )
    renewed = read(subscription)
    assert (renewed.term, renewed.seats, renewed.auto_renew, renewed.method_id) == (Term(36), 4, False, str(method.id))
    assert (renewed.renews_on, renewed.anchor) == (date(2030, 3, 1), date(2026, 3, 1))
    assert renewed.periods[-1] == NEXT
    assert renewed.scheduled == ()
    assert not models.ScheduledChange.objects.exclude(claimed_at=factories.NOW).exists()


def test_a_subscription_begins(subscription: models.Subscription) -> None:
    new, first = (
        str(new_id()),
        core.PaidPeriod(
            core.PeriodKind.TERM,
            Period(date(2026, 11, 21), date(2027, 11, 21)),
            Money(46_500, "EUR"),
            365,
            core.PriceKind.LIST,
        ),
    )
    carry_out(subscription, OpenSubscription(new, "draft", "standard", 12, 2, first, auto_renew=True, method_id=None))
    begun = load_account(subscription.account_id).state.subscription(new)
    assert (begun.number, begun.anchor, begun.renews_on) == ("S-000001", date(2026, 11, 21), date(2027, 11, 21))
    assert (begun.seats, begun.periods) == (2, (first,))


def test_carried_lines_are_billed_once(subscription: models.Subscription) -> None:
    account = subscription.account
    order = documents.make_order(account=account)
    line = documents.make_order_line(order=order, subscription=subscription, carried=True)
    invoice = documents.make_invoice(account=account)
    effect = BillCarried((str(line.id),))
    carry_out(subscription, effect, invoice_id=invoice.id)
    line.refresh_from_db()
    assert (line.billed_at, line.carried_invoice_id) == (factories.NOW, invoice.id)
    with pytest.raises(ChangedMeanwhile, match="billed already"):
        carry_out(subscription, effect, invoice_id=invoice.id)


@pytest.mark.parametrize(
    "stale",
    [
        lambda s: SetSeats(str(s.id), 4, 5),
        lambda s: SetMethod(str(s.id), str(new_id()), None),
        lambda s: schedule(s, "12", "36"),
        lambda s: StartTerm(
            str(s.id),
            core.PaidPeriod(
                core.PeriodKind.TERM,
                Period(date(2027, 4, 1), date(2028, 4, 1)),
                Money(1, "EUR"),
                366,
                core.PriceKind.LIST,
            ),
            12,
            "standard",
            3,
            True,
            None,
            WAS,
        ),
    ],
    ids=["seats", "method", "schedule", "term"],
)
def test_what_is_not_as_it_was_is_left_alone(
    stale: Callable[[models.Subscription], Effect], subscription: models.Subscription
) -> None:
    before = load_account(subscription.account_id)
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        carry_out(subscription, stale(subscription))
    assert load_account(subscription.account_id) == before


def test_an_entry_that_came_in_between_is_not_replaced_unseen(subscription: models.Subscription) -> None:
    factories.make_change(subscription=subscription, kind="term", value="1")
    with pytest.raises(ChangedMeanwhile):
        carry_out(subscription, schedule(subscription, None, "36"))


def test_a_term_begins_once(subscription: models.Subscription) -> None:
    """The constraint behind the condition: even a subscription set back renews a period once."""
    start = StartTerm(str(subscription.id), NEXT, 36, "standard", 3, True, None, WAS)
    carry_out(subscription, start, today=NEXT.period.start)
    models.Subscription.objects.filter(id=subscription.id).update(renews_on=date(2027, 3, 1))
    with pytest.raises(IntegrityError, match="a_subscription_is_renewed_once_a_period"), transaction.atomic():
        carry_out(subscription, start)
