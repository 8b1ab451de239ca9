"""Plans, seats and automatic renewal as rows: what is charged, credited and given back, and who loses a seat."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.requests import (
    AddSeats,
    ChangePlan,
    ReduceSeats,
    ReturnOrder,
    SetAutoRenew,
)
from tenor.usecases.begin_terms import begin_terms
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import sweep_account
from tenor.worker.mails import send_mail
from tests.support import factories, people
from tests.support.customer import Customer

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def premium(customer: Customer) -> Customer:
    """With a plan above, at twice the price."""
    factories.make_plan(seller=customer.account.seller, code="premium")
    factories.make_price(seller=customer.account.seller, plan_code="premium", list_minor=93_000, renewal_minor=83_700)
    return customer


def buy(customer: Customer, ask: AddSeats | ChangePlan) -> models.Order:
    submitted = customer.submit(customer.preview(ask))
    if submitted.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    assert submitted.order_id is not None
    return models.Order.objects.get(id=submitted.order_id)


def give_back(customer: Customer, order: models.Order) -> None:
    for refund_id in customer.submit(customer.preview(ReturnOrder(str(order.id)))).refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def periods(customer: Customer) -> list[tuple[date, date, int]]:
    """What is paid for, with the price of a seat; what never was is left out."""
    rows = models.PaidPeriod.objects.filter(subscription=customer.subscription).order_by("starts_on", "id")
    ends = ((row, row.stopped_on or row.ends_on) for row in rows)
    return [(row.starts_on, end, row.unit_price_minor) for row, end in ends if end > row.starts_on]


def test_an_upgrade_is_an_order_with_credit_and_charge_and_returned_it_leaves_nothing(premium: Customer) -> None:
    one = str(premium.subscription.id)
    before = periods(premium)
    order = buy(premium, ChangePlan(one, "premium", "now"))
    premium.subscription.refresh_from_db()
    assert (order.status, premium.subscription.plan_code) == ("fulfilled", "premium")
    lines = models.InvoiceLine.objects.filter(invoice=premium.invoice(order)).order_by("position")
    assert [(line.kind, line.amount_minor) for line in lines] == [("credit", -382_19), ("plan", 764_38)]
    today, renews = date(2026, 11, 21), date(2027, 3, 1)
    assert periods(premium) == [(date(2026, 3, 1), today, 465_00), (today, renews, 930_00)]
    assert premium.ledger() == {"clearing": 382_19, "deferred_revenue": -382_19}
    give_back(premium, order)
    premium.subscription.refresh_from_db()
    assert (premium.subscription.plan_code, periods(premium), premium.ledger()) == ("standard", before, {})


def test_upgrades_on_different_days_credit_what_the_one_before_charged(premium: Customer) -> None:
    factories.make_plan(seller=premium.account.seller, code="ultimate")
    factories.make_price(seller=premium.account.seller, plan_code="ultimate", list_minor=139_500, renewal_minor=125_550)
    one = str(premium.subscription.id)
    added = buy(premium, AddSeats(one, 1))
    buy(premium, ChangePlan(one, "premium", "now"))
    premium.now += timedelta(days=10)
    last = buy(premium, ChangePlan(one, "ultimate", "now"))
    lines = models.InvoiceLine.objects.filter(invoice=premium.invoice(last)).order_by("position")
    credited = [-line.amount_minor for line in lines if line.kind == "credit"]
    assert credited == [687_95, 229_32]  # 930.00 x 3 (and x 1) x 90 / 365
    named = [line.explanation["facts"]["line"] for line in lines if line.kind == "credit"]
    assert len(set(named)) == 2
    assert str(added.id) not in " ".join(named)
    give_back(premium, last)
    premium.subscription.refresh_from_db()
    assert premium.subscription.plan_code == "premium"


def test_fewer_seats_are_scheduled_and_at_the_renewal_the_last_assigned_lose_theirs(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    first, chosen, last = (people.make_seat(subscription=customer.subscription) for _ in range(3))
    models.SeatAssignment.objects.filter(id=chosen.id).update(leaves_at_renewal=True)
    submitted = customer.submit(customer.preview(ReduceSeats(str(customer.subscription.id), 1)))
    assert submitted.order_id is None
    assert models.SeatAssignment.objects.filter(released_at=None).count() == 3
    customer.now = RENEWAL
    customer.sandbox.set_clock(RENEWAL)
    sweep_account(account_id=customer.id, now=RENEWAL)
    customer.subscription.refresh_from_db()
    assert customer.subscription.seats == 1
    assert list(models.SeatAssignment.objects.filter(released_at=None)) == [first]
    told = models.Mail.objects.filter(kind="seat_released")
    assert {mail.to for mail in told} == {chosen.user.email, last.user.email}
    assert models.Event.objects.filter(kind="seat_released").count() == 2
    for mail in told:
        send_mail(mail, RENEWAL)
    assert len(mailoutbox) == 2


def test_seats_that_are_returned_have_no_users(customer: Customer) -> None:
    order = customer.buy_seats(1)
    seats = [people.make_seat(subscription=customer.subscription) for _ in range(4)]
    give_back(customer, order)
    assert list(models.SeatAssignment.objects.filter(released_at=None).order_by("assigned_at")) == seats[:3]


def test_a_term_paid_ahead_for_fewer_seats_takes_them_when_it_begins(customer: Customer) -> None:
    for _ in range(3):
        people.make_seat(subscription=customer.subscription)
    models.Subscription.objects.filter(id=customer.subscription.id).update(
        renews_on=date(2028, 3, 1),
        coming_on=date(2027, 3, 1),
        coming_months=12,
        coming_plan_code="standard",
        coming_seats=2,
    )
    assert begin_terms(account_id=customer.id, now=RENEWAL) == 1
    assert models.SeatAssignment.objects.filter(released_at=None).count() == 2
    assert models.Mail.objects.filter(kind="seat_released").count() == 1


def test_off_ends_it_and_on_again_is_as_if_nothing_had_been(customer: Customer, mailoutbox: list[EmailMessage]) -> None:
    ids = (str(customer.subscription.id),)
    customer.submit(customer.preview(SetAutoRenew(ids, on=False, why="We move")))
    event = models.Event.objects.get(kind="set_auto_renew")
    assert (str(event.subscription_id), event.after["why"]) == (ids[0], "We move")
    mail = models.Mail.objects.filter(kind="set_auto_renew").first()
    assert mail is not None
    send_mail(mail, customer.now)
    assert mailoutbox[0].subject == "Automatic renewal is off"
    assert "access ends on March 1, 2027" in mailoutbox[0].body.replace("\xa0", " ")
    on = customer.preview(SetAutoRenew(ids, on=True))
    assert on.quote.promised[0].unit_price.minor == 420_00
    customer.submit(on)
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None)
    assert not live.exists()
    off = customer.preview(SetAutoRenew(ids, on=False))
    customer.submit(off)
    sweep_account(account_id=customer.id, now=RENEWAL)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("expired", date(2027, 3, 1))
