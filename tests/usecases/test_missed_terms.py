"""After an outage the term that contains today is renewed; what is over waits for a person to forgive or bill it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenor.db import models
from tenor.db.night import queue
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.db.queries.watch import list_parked
from tenor.domain.account import Actor, Channel, Reseller, Role
from tenor.domain.money import Money
from tenor.domain.refusals import Refusal
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.bill_missed_term import bill_missed_term
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.expire_orders import expire_orders
from tenor.usecases.forgive_missed_term import forgive_missed_term
from tenor.usecases.import_subscription import Imported, import_subscription
from tenor.usecases.pass_day import pass_day
from tenor.usecases.renew_due import renew_due
from tests.support import factories
from tests.support.customer import Customer

STAFF = Actor("", "Sam", Role.BUYER, "sam@northline.example")
BACK = datetime(2027, 2, 10, 12, tzinfo=UTC)


def at(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def paid_until(
    customer: Customer, renews_on: date, *, months: int, anchor: date, starts_on: date, **changes: object
) -> None:
    """The customer's subscription, paid until then, in another term."""
    models.Subscription.objects.update(months=months, anchor=anchor, renews_on=renews_on, **changes)
    days = (renews_on - starts_on).days
    models.PaidPeriod.objects.update(starts_on=starts_on, ends_on=renews_on, unit_price_minor=4_900, denominator=days)


def monthly(customer: Customer, **changes: object) -> None:
    anchor = date(2026, 2, 1)
    paid_until(customer, date(2026, 12, 1), months=1, anchor=anchor, starts_on=date(2026, 11, 1), **changes)


def by_the_night(now: datetime) -> None:
    renew_due(now=now, wait=lambda _: None)
    collect_due(now=now)


def one_by_one(now: datetime) -> None:
    pass_day(now=now)


WAYS = [by_the_night, one_by_one]


def payments() -> list[tuple[str, int]]:
    return list(models.Payment.objects.order_by("id").values_list("status", "amount_minor"))


def missed() -> list[tuple[date, date, int]]:
    return list(models.MissedTerm.objects.order_by("starts_on").values_list("starts_on", "ends_on", "seats"))


def broken() -> set[str]:
    return {invariant.name for invariant in INVARIANTS if find_offenders(invariant, 10)}


@pytest.mark.parametrize("way", WAYS)
def test_months_that_are_over_are_not_charged(customer: Customer, way: object) -> None:
    monthly(customer)
    at(customer, BACK)
    for minute in range(4):
        way(BACK + timedelta(minutes=minute))  # type: ignore[operator]
    assert payments() == [("succeeded", 147_00)]
    customer.subscription.refresh_from_db()
    assert customer.subscription.renews_on == date(2027, 3, 1)
    assert missed() == [(date(2026, 12, 1), date(2027, 1, 1), 3), (date(2027, 1, 1), date(2027, 2, 1), 3)]
    line = models.InvoiceLine.objects.get()
    assert (line.starts_on, line.ends_on) == (date(2027, 2, 1), date(2027, 3, 1))
    assert [row.kind for row in list_parked(10)] == ["missed term"] * 2
    assert broken() == set()
    at(customer, datetime(2027, 3, 1, 12, tzinfo=UTC))
    way(customer.now)  # type: ignore[operator]
    assert len(payments()) == 2, "and from then on as ever"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("months", "back", "start", "missing"), [
    (12, date(2027, 2, 10), date(2026, 12, 1), 0),
    (36, date(2029, 11, 30), date(2026, 12, 1), 0),
    (12, date(2027, 12, 1), date(2027, 12, 1), 1),
    (12, date(2029, 2, 10), date(2028, 12, 1), 2),
    (1, date(2026, 12, 31), date(2026, 12, 1), 0),
    (1, date(2027, 1, 1), date(2027, 1, 1), 1),
])  # fmt: skip
def test_the_term_that_contains_today_is_renewed(
    customer: Customer, way: object, months: int, back: date, start: date, missing: int
) -> None:
    """A year that still runs is not missed: it is renewed late, at the price of its renewal date."""
    models.PaymentMethod.objects.update(expires_on=date(2035, 12, 31))
    paid_until(
        customer,
        date(2026, 12, 1),
        months=months,
        anchor=date(2023, 12, 1),
        starts_on=date(2025 if months > 1 else 2026, 12 if months > 1 else 11, 1),
    )
    models.PaidPeriod.objects.update(unit_price_minor=46_500 if months == 12 else 131_000 if months > 12 else 4_900)
    at(customer, datetime(back.year, back.month, back.day, 17, tzinfo=UTC))
    way(customer.now)  # type: ignore[operator]
    (line,) = models.InvoiceLine.objects.all()
    assert (line.starts_on, len(missed())) == (start, missing)
    assert broken() == set()


def test_the_day_comes_back_after_short_months(customer: Customer) -> None:
    anchor = date(2026, 8, 31)
    paid_until(customer, date(2026, 11, 30), months=1, anchor=anchor, starts_on=date(2026, 10, 31))
    at(customer, datetime(2027, 3, 15, 12, tzinfo=UTC))
    by_the_night(customer.now)
    assert [(start, end) for start, end, _ in missed()] == [
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
    ]
    assert models.InvoiceLine.objects.get().starts_on == date(2027, 2, 28)


def test_what_was_chosen_for_the_renewal_counts_from_then_on(customer: Customer) -> None:
    """A year chosen for December contains today; two seats are what the months would have been renewed with."""
    monthly(customer)
    factories.make_change(subscription=customer.subscription, kind="seats", value="2")
    factories.make_change(subscription=customer.subscription, kind="term", value="12")
    at(customer, BACK)
    by_the_night(BACK)
    line = models.InvoiceLine.objects.get()
    assert (line.starts_on, line.ends_on, line.seats, missed()) == (date(2026, 12, 1), date(2027, 12, 1), 2, [])


@pytest.mark.parametrize("changes", [{"auto_renew": False}, {"status": "past_due", "lapsed_on": date(2026, 12, 1)}])
def test_what_does_not_renew_or_is_owed_follows_its_own_course(customer: Customer, changes: dict[str, object]) -> None:
    monthly(customer, **changes)
    at(customer, BACK)
    by_the_night(BACK)
    assert (payments(), missed()) == ([], [])


def test_days_of_grace_count_from_the_charge_not_from_the_outage(customer: Customer) -> None:
    paid_until(customer, date(2026, 12, 1), months=12, anchor=date(2025, 12, 1), starts_on=date(2025, 12, 1))
    models.PaidPeriod.objects.update(unit_price_minor=46_500)
    customer.pay_by("declined_soft")
    at(customer, BACK)
    by_the_night(BACK)
    age_subscriptions(account_id=customer.id, now=BACK)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("past_due", BACK.date())


# --- a person decides -----------------------------------------------------------------------------------------------


def one_missed(customer: Customer) -> models.MissedTerm:
    monthly(customer)
    at(customer, datetime(2027, 1, 10, 12, tzinfo=UTC))
    by_the_night(customer.now)
    return models.MissedTerm.objects.get()


def test_a_term_that_is_forgiven_is_billed_no_more(customer: Customer) -> None:
    term = one_missed(customer)
    forgive_missed_term(missed_id=term.id, actor=STAFF, now=customer.now)
    term.refresh_from_db()
    assert (term.forgiven_by, list_parked(10)) == ("sam@northline.example", ())
    with pytest.raises(Refusal, match="missed_term_decided"):
        bill_missed_term(missed_id=term.id, actor=STAFF, now=customer.now)
    assert len(payments()) == 1
    assert broken() == set()


def test_a_term_that_is_billed_is_charged_once_and_moves_no_date(customer: Customer) -> None:
    term = one_missed(customer)
    placed = bill_missed_term(missed_id=term.id, actor=STAFF, now=customer.now)
    for again in (bill_missed_term, forgive_missed_term):
        with pytest.raises(Refusal, match="missed_term_decided"):
            again(missed_id=term.id, actor=STAFF, now=customer.now)
    assert placed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=placed.payment_id, now=customer.now)
    order = models.Order.objects.get(id=placed.order_id)
    line = models.OrderLine.objects.get(order=order)
    assert (order.status, line.starts_on, line.ends_on, line.amount_minor) == (
        "fulfilled", date(2026, 12, 1), date(2027, 1, 1), 147_00
    )  # fmt: skip
    customer.subscription.refresh_from_db()
    assert customer.subscription.renews_on == date(2027, 2, 1)
    assert (list_parked(10), broken()) == ((), set())


def test_a_bill_that_nobody_paid_leaves_the_term_waiting(customer: Customer) -> None:
    term = one_missed(customer)
    customer.pay_by("declined_soft")
    placed = bill_missed_term(missed_id=term.id, actor=STAFF, now=customer.now)
    assert placed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=placed.payment_id, now=customer.now)
    assert list_parked(10) == ()
    expire_orders(now=customer.now + timedelta(days=2))
    assert [row.id for row in list_parked(10)] == [term.id]
    forgive_missed_term(missed_id=term.id, actor=STAFF, now=customer.now)


def test_a_term_that_nobody_missed_can_not_be_decided(customer: Customer) -> None:
    with pytest.raises(Refusal, match="unknown_missed_term"):
        forgive_missed_term(missed_id=customer.id, actor=STAFF, now=customer.now)


# --- one that can't be planned does not hold up the others ----------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_one_that_is_not_sold_any_more_waits_alone(customer: Customer, way: object) -> None:
    stuck = factories.make_subscription(account=customer.account, months=7)
    later = factories.make_subscription(account=customer.account, renews_on=date(2027, 3, 5), anchor=date(2026, 3, 5))
    at(customer, datetime(2027, 3, 1, 12, tzinfo=UTC))
    way(customer.now)  # type: ignore[operator]
    customer.subscription.refresh_from_db()
    assert customer.subscription.renews_on == date(2028, 3, 1)
    (row,) = list_parked(10)
    assert (row.kind, row.account) == ("renewal", customer.account.number)
    assert "not_sold" in row.error
    assert stuck.number in row.about
    at(customer, datetime(2027, 3, 5, 12, tzinfo=UTC))
    way(customer.now)  # type: ignore[operator]
    later.refresh_from_db()
    assert later.renews_on == date(2028, 3, 5), "nor does it hold up what comes later"
    models.Subscription.objects.filter(id=stuck.id).update(months=12)
    assert queue.release_parked(customer.id)
    way(customer.now)  # type: ignore[operator]
    by_the_night(customer.now)
    stuck.refresh_from_db()
    assert (stuck.renews_on, list_parked(10)) == (date(2028, 3, 1), ())


@pytest.mark.parametrize("way", WAYS)
def test_a_price_out_of_proportion_holds_up_its_own_alone(customer: Customer, way: object) -> None:
    dear = factories.make_subscription(account=customer.account)
    models.PaidPeriod.objects.filter(subscription=dear).update(unit_price_minor=100)
    at(customer, datetime(2027, 3, 1, 12, tzinfo=UTC))
    way(customer.now)  # type: ignore[operator]
    customer.subscription.refresh_from_db()
    assert customer.subscription.renews_on == date(2028, 3, 1)
    assert [("OutOfProportion" in row.error, dear.number in row.about) for row in list_parked(10)] == [(True, True)]


# --- imports --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paid_from", "status"), [
    (date(2020, 1, 1), "expired"), (date(2025, 11, 6), "expired"), (date(2025, 11, 7), "active"),
    (date(2025, 11, 21), "active"), (date(2026, 5, 1), "active"),
])  # fmt: skip
def test_what_was_paid_through_long_ago_is_ended_and_not_charged(
    customer: Customer, paid_from: date, status: str
) -> None:
    imported = Imported("draft", "standard", 12, 2, paid_from, Money(46_500, "EUR"))
    made = import_subscription(account_id=customer.id, imported=imported, actor=STAFF, now=customer.now)
    row = models.Subscription.objects.get(id=made)
    assert row.status == status
    if status == "expired":
        assert row.lapsed_on == row.renews_on
        pass_day(now=customer.now)
        assert payments() == []
        row.refresh_from_db()
        assert row.status == ("canceled" if paid_from.year == 2020 else "expired")
    assert broken() == set()


def test_what_others_still_bill_is_not_ended_by_us(customer: Customer) -> None:
    for kept in ({"processor": "legacy"}, {"channel": Channel.RESELLER, "reseller": Reseller("R", "r@example.com")}):
        imported = Imported("draft", "standard", 12, 2, date(2020, 1, 1), Money(46_500, "EUR"), **kept)
        made = import_subscription(account_id=customer.id, imported=imported, actor=STAFF, now=customer.now)
        assert models.Subscription.objects.get(id=made).status == "active"
