"""Rows -> AccountState, whole, in two queries for one account and for two hundred."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tenor.db.catalog import load_offer
from tenor.db.ids import new_id
from tenor.db.locks import AccountGone
from tenor.db.snapshots import load_account, load_accounts
from tenor.domain import account as core
from tenor.domain.money import Money
from tenor.domain.terms import Period, Term
from tests.support import documents, factories

pytestmark = pytest.mark.django_db


def test_an_account_is_read_whole() -> None:
    row = factories.make_account(name="Snickeri AB", vat_id="SE556000016701", vat_id_checked_on=date(2026, 1, 2))
    alice = factories.make_member(account=row, user=factories.make_user(name="Alice"))
    method = factories.make_method(account=row)
    plain = factories.make_subscription(account=row, number="S-1")

    snapshot = load_account(row.id)

    assert (snapshot.seller_id, snapshot.catalog_revision) == (row.seller_id, 4)
    assert snapshot.state == core.AccountState(
        id=str(row.id),
        name="Snickeri AB",
        customer_type=core.CustomerType.BUSINESS,
        country="SE",
        postal_code="111 22",
        currency="EUR",
        time_zone="Europe/Stockholm",
        vat_id="SE556000016701",
        vat_id_checked_on=date(2026, 1, 2),
        people=(core.Person(str(alice.user_id), "Alice", core.Role.BUYER),),
        methods=(
            core.PaymentMethod(
                str(method.id), core.MethodKind.CARD, "Visa 4242", expires_on=date(2030, 12, 31), is_default=True
            ),
        ),
        subscriptions=(
            core.Subscription(
                id=str(plain.id),
                number="S-1",
                product="draft",
                plan="standard",
                term=Term(12),
                seats=3,
                anchor=date(2026, 3, 1),
                renews_on=date(2027, 3, 1),
                status=core.SubscriptionStatus.ACTIVE,
                auto_renew=True,
                periods=(
                    core.PaidPeriod(
                        core.PeriodKind.TERM,
                        Period(date(2026, 3, 1), date(2027, 3, 1)),
                        Money(46_500, "EUR"),
                        365,
                        core.PriceKind.LIST,
                    ),
                ),
            ),
        ),
    )


def test_everything_that_a_method_may_carry_is_read() -> None:
    row = factories.make_account()
    debit = factories.make_method(
        account=row,
        kind="direct_debit",
        label="SEPA 3000",
        status="invalid",
        invalid_because="account_closed",
        expires_on=None,
        is_default=False,
        is_backup=True,
        billing_name="Snickeri AB, ekonomi",
        mandate_reference="MD-7",
        mandate_signed_on=date(2025, 1, 2),
        mandate_used_on=date(2026, 3, 1),
    )
    assert load_account(row.id).state.methods == (
        core.PaymentMethod(
            str(debit.id),
            core.MethodKind.DIRECT_DEBIT,
            "SEPA 3000",
            core.MethodStatus.INVALID,
            is_backup=True,
            mandate=core.Mandate("MD-7", date(2025, 1, 2), date(2026, 3, 1)),
            billing_name="Snickeri AB, ekonomi",
            invalid_because="account_closed",
        ),
    )


def test_everything_that_a_subscription_may_carry_is_read() -> None:
    row = factories.make_account()
    method = factories.make_method(account=row)
    subscription = factories.make_subscription(
        account=row,
        payment_method=method,
        channel="reseller",
        reseller_name="Byggdata",
        reseller_contact="sales@byggdata.example",
        reseller_allows_auto_renew_off=True,
        status="past_due",
        lapsed_on=date(2026, 11, 1),
        min_seats=2,
        max_seats=50,
        renewal_claimed_at=factories.NOW,
        label="Office Malmö",
        cost_center="4711",
    )
    factories.make_change(subscription=subscription, value="9", undone_at=factories.NOW)
    factories.make_change(subscription=subscription, kind="term", value="36", unit_price_minor=117_900, currency="EUR")
    order = documents.make_order(account=row, subscriptions=(subscription,), status="processing")

    read = load_account(row.id).state.subscriptions[0]

    assert read.method_id == str(method.id)
    assert read.reseller == core.Reseller("Byggdata", "sales@byggdata.example", True)
    assert (read.status, read.lapsed_on) == (core.SubscriptionStatus.PAST_DUE, date(2026, 11, 1))
    assert read.seat_limits == core.SeatLimits(2, 50)
    assert read.renewal_claimed
    assert (read.label, read.cost_center) == ("Office Malmö", "4711")
    assert read.scheduled == (
        core.ScheduledChange(
            core.ChangeKind.TERM, "36", factories.TODAY, by="Alice Admin", unit_price=Money(117_900, "EUR")
        ),
    )
    assert read.open_order == core.OpenOrder(
        str(order.id), order.number, "processing", "add_seats", Money(47_774, "EUR")
    )


@pytest.mark.parametrize(
    ("status", "policy", "arrives_on"),
    [
        ("processing", {}, date(2026, 11, 25)),  # sent on a Saturday: Monday, Tuesday, Wednesday
        ("processing", {"debit_arrival_days": 1}, date(2026, 11, 23)),
        ("unknown", {}, None),
    ],
)
def test_an_order_says_when_the_money_that_is_under_way_arrives(
    status: str, policy: dict[str, int], arrives_on: date | None
) -> None:
    row = factories.make_account(time_zone="Europe/Stockholm")
    row.seller.policy = policy
    row.seller.save()
    order = documents.make_order(account=row, subscriptions=(factories.make_subscription(account=row),))
    friday_in_utc = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    invoice = documents.make_invoice(account=row, order=order)
    documents.make_payment(invoice=invoice, status="failed", created_at=friday_in_utc - timedelta(days=9))
    documents.make_payment(invoice=invoice, status=status, created_at=friday_in_utc)

    open_order = load_account(row.id).state.subscriptions[0].open_order

    assert open_order is not None
    assert open_order.arrives_on == arrives_on


@pytest.mark.parametrize(
    ("payments", "is_in_flight", "needs_customer"),
    [
        (("failed",), False, False),
        (("failed", "unknown"), True, False),
        (("processing",), True, False),
        (("failed", "requires_action"), True, True),
    ],
)
def test_an_order_says_whether_its_payment_waits_for_the_customer(
    payments: tuple[str, ...], is_in_flight: bool, needs_customer: bool
) -> None:
    row = factories.make_account()
    order = documents.make_order(
        account=row, subscriptions=(factories.make_subscription(account=row),), status="requires_action"
    )
    invoice = documents.make_invoice(account=row, order=order)
    for status in payments:
        documents.make_payment(invoice=invoice, status=status)

    read = load_account(row.id).state.subscriptions[0].open_order

    assert read is not None
    assert (read.is_in_flight, read.needs_customer) == (is_in_flight, needs_customer)
    assert read.is_under_way is (is_in_flight and not needs_customer)


def test_a_carried_line_waits_until_it_is_billed_or_an_open_order_bills_it() -> None:
    row = factories.make_account()
    subscription = factories.make_subscription(account=row)
    done: dict[str, Any] = {"status": "fulfilled", "fulfilled_at": factories.NOW, "effects_applied_at": factories.NOW}
    order = documents.make_order(account=row, **done)
    line = documents.make_order_line(order=order, subscription=subscription, carried=True, amount_minor=12)
    assert [(waiting.id, waiting.order_number, waiting.amount) for waiting in load_account(row.id).state.carried] == [
        (str(line.id), order.number, Money(12, "EUR"))
    ]

    effects = [{"kind": "bill_carried", "line_ids": [str(line.id)]}]
    pending = documents.make_order(account=row, effects=effects)
    assert load_account(row.id).state.carried == ()

    pending.status, pending.closed_at = "canceled", factories.NOW
    pending.save()
    assert len(load_account(row.id).state.carried) == 1

    line.billed_at = factories.NOW
    line.save()
    assert load_account(row.id).state.carried == ()


def test_periods_that_ended_can_be_left_out() -> None:
    row = factories.make_account()
    subscription = factories.make_subscription(account=row)
    factories.make_period(subscription=subscription, starts_on=date(2025, 3, 1), ends_on=date(2026, 3, 1))

    assert len(load_account(row.id).state.subscriptions[0].periods) == 2
    assert len(load_account(row.id, since=date(2026, 3, 1)).state.subscriptions[0].periods) == 1


def test_an_account_that_is_not_there_is_gone() -> None:
    with pytest.raises(AccountGone):
        load_account(new_id())


@pytest.mark.parametrize("size", [1, 200])
def test_the_number_of_queries_does_not_depend_on_the_number_of_accounts(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seller = factories.make_catalog()
    accounts = [factories.make_account(seller=seller) for _ in range(size)]
    for row in accounts:
        factories.make_subscription(account=row, payment_method=factories.make_method(account=row))

    with django_assert_num_queries(2):
        read = load_accounts([row.id for row in accounts])

    assert len(read) == size
    assert all(len(snapshot.state.subscriptions) == 1 for snapshot in read.values())


def test_an_offer_is_read_whole_and_once_a_revision(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    seller = factories.make_catalog(seller=factories.make_seller(policy={"quote_minutes": 10}))

    offer = load_offer(seller.id, seller.catalog_revision)
    with django_assert_num_queries(0):
        assert load_offer(seller.id, seller.catalog_revision) is offer

    assert (offer.seller.id, offer.policy.quote_minutes, offer.policy.order_hours) == (str(seller.id), 10, 24)
    assert set(offer.plans) == {("draft", "standard")}
    assert {entry.item.term.months: entry.list_price.minor for entry in offer.book.entries} == {
        1: 4_900,
        12: 46_500,
        36: 131_000,
    }
    assert {registration.country for registration in offer.registrations} == {"NL", "SE", "GB"}
    assert any(rate.country == "SE" and rate.rate == Fraction(1, 4) for rate in offer.tax_rates)

    factories.make_price(seller=seller, months=1, list_minor=5_900, valid_from=date(2027, 1, 1))
    with django_assert_num_queries(1):
        changed = load_offer(seller.id, seller.catalog_revision)
    assert len(changed.book.entries) == 4
