"""What is true of a subscription today, and what happens to it next: a case a kind, and that shares add up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    ChangeKind,
    Channel,
    OpenOrder,
    OwedTerm,
    PaidPeriod,
    PeriodKind,
    PriceKind,
    Reseller,
    ScheduledChange,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.effects import AddPeriod, MoveRenewal, Schedule
from tenor.domain.forecast import UpcomingKind, forecast
from tenor.domain.money import total
from tenor.domain.situation import Next, situation, situations
from tenor.domain.terms import Period
from tests.domain.builders import CARD, RENEWS, STARTED, TODAY, account, day, offer, subscription, usd

RESELLER = Reseller("CADline", "help@cadline.example")
NEXT_TERM = OwedTerm(RENEWS, day("2028-03-01"), 12, "standard", 3, None)


def found(one: Subscription, today: Any = TODAY, **of_offer: Any) -> Any:
    """The situation of the only subscription of an account."""
    return situation(account(subscriptions=(one,)), offer(**of_offer), one, today)


def test_it_renews_on_its_date_for_what_the_night_charges() -> None:
    told = found(subscription())
    assert (told.next, told.on, told.amount, told.method) == (Next.RENEWS, RENEWS, usd("1260.00"), CARD)


def test_a_term_of_three_years_renews_beyond_the_forecast() -> None:
    told = found(subscription(renews_on=day("2029-03-01")))
    assert (told.next, told.on, told.amount) == (Next.RENEWS, day("2029-03-01"), usd("1260.00"))


def test_it_ends_where_automatic_renewal_is_off() -> None:
    told = found(subscription(auto_renew=False))
    assert (told.next, told.on, told.amount, told.method) == (Next.ENDS, RENEWS, None, None)


@pytest.mark.parametrize("changes", [{"channel": Channel.RESELLER, "reseller": RESELLER}, {"processor": "legacy"}])
@pytest.mark.parametrize("is_on", [True, False])
def test_what_others_renew_has_no_charge_and_no_end_here(changes: dict[str, Any], is_on: bool) -> None:
    told = found(subscription(auto_renew=is_on, **changes))
    assert (told.next, told.on, told.amount, told.method) == (Next.ELSEWHERE, RENEWS, None, None)


def test_what_cannot_be_priced_says_its_day_only() -> None:
    told = found(subscription(plan="gone"))
    assert (told.next, told.on, told.amount) == (Next.UNPRICED, RENEWS, None)


def test_an_unpaid_one_has_access_for_the_days_of_grace() -> None:
    one = subscription(status=SubscriptionStatus.PAST_DUE, lapsed_on=RENEWS)
    told = found(one, RENEWS + timedelta(days=3))
    assert (told.next, told.on, told.access_until) == (Next.OWED, RENEWS, RENEWS + timedelta(days=15))
    assert told.amount == usd("1260.00")


def test_a_suspended_one_has_none() -> None:
    one = subscription(status=SubscriptionStatus.SUSPENDED, lapsed_on=RENEWS)
    told = found(one, RENEWS + timedelta(days=20))
    assert (told.next, told.on, told.access_until) == (Next.SUSPENDED, RENEWS, None)


@pytest.mark.parametrize("status", [SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE])
def test_a_renewal_whose_money_is_on_its_way_waits_for_nobody(status: SubscriptionStatus) -> None:
    order = OpenOrder("o1", "ORD-1", "processing", "renew", usd("1260.00"), is_in_flight=True)
    lapsed = RENEWS if status is SubscriptionStatus.PAST_DUE else None
    told = found(subscription(status=status, lapsed_on=lapsed, open_order=order, owed=NEXT_TERM), RENEWS)
    assert (told.next, told.on, told.amount) == (Next.PAYING, RENEWS, usd("1260.00"))
    assert told.is_order_under_way


def test_an_order_for_seats_changes_nothing_about_the_renewal() -> None:
    order = OpenOrder("o1", "ORD-1", "requires_action", "add_seats", usd("100.00"))
    told = found(subscription(open_order=order))
    assert (told.next, told.on, told.order) == (Next.RENEWS, RENEWS, order)
    assert not told.is_order_under_way


def test_an_expired_one_says_how_long_it_can_be_renewed() -> None:
    one = subscription(auto_renew=False, status=SubscriptionStatus.EXPIRED, lapsed_on=RENEWS)
    told = found(one, RENEWS + timedelta(days=3))
    assert (told.next, told.on, told.renewable_until) == (Next.EXPIRED, RENEWS, RENEWS + timedelta(days=44))
    late = found(one, RENEWS + timedelta(days=45))
    assert (late.next, late.renewable_until) == (Next.EXPIRED, None)


def test_a_canceled_one_has_ended() -> None:
    told = found(subscription(status=SubscriptionStatus.CANCELED, lapsed_on=TODAY))
    assert (told.next, told.on) == (Next.ENDED, TODAY)


def test_what_nobody_paid_ended_with_its_days_of_grace() -> None:
    told = found(subscription(status=SubscriptionStatus.CANCELED, lapsed_on=RENEWS), RENEWS + timedelta(days=60))
    assert (told.next, told.on) == (Next.ENDED, RENEWS + timedelta(days=15))


def test_what_was_declined_while_owed_ended_on_that_day() -> None:
    off = ScheduledChange(ChangeKind.AUTO_RENEW, "off", RENEWS + timedelta(days=4), "Alice")
    one = subscription(status=SubscriptionStatus.EXPIRED, lapsed_on=RENEWS, scheduled=(off,))
    told = found(one, RENEWS + timedelta(days=9))
    assert (told.next, told.on) == (Next.EXPIRED, RENEWS + timedelta(days=4))


def test_what_was_turned_off_before_ended_with_its_term() -> None:
    off = ScheduledChange(ChangeKind.AUTO_RENEW, "off", RENEWS - timedelta(days=40), "Alice")
    one = subscription(status=SubscriptionStatus.CANCELED, lapsed_on=RENEWS, scheduled=(off,))
    assert found(one, RENEWS + timedelta(days=60)).on == RENEWS


def test_what_others_sold_can_be_over_too() -> None:
    one = subscription(status=SubscriptionStatus.EXPIRED, lapsed_on=RENEWS, channel=Channel.RESELLER, reseller=RESELLER)
    told = found(one, RENEWS + timedelta(days=3))
    assert (told.next, told.on, told.renewable_until) == (Next.EXPIRED, RENEWS, None)
    assert told.is_over


def test_one_that_begins_later_says_so() -> None:
    assert found(subscription(), STARTED - timedelta(days=3)).begins_on == STARTED


@given(seats=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=6))
def test_the_shares_of_a_payment_add_up_to_it(seats: list[int]) -> None:
    owned = tuple(subscription(id=f"s{n}", number=f"S-{n}", seats=count) for n, count in enumerate(seats))
    state = account(subscriptions=owned)
    told = situations(state, offer(), TODAY)
    for payment in forecast(state, offer(), TODAY):
        if payment.kind is UpcomingKind.PAYMENT and payment.amount is not None and payment.quote is not None:
            of_it = (told[each].amount for each in payment.subscription_ids)
            assert total((share for share in of_it if share is not None), "USD") == payment.quote.total
            assert len(set(payment.subscription_ids)) == len(seats)
            break
    else:
        pytest.fail("nothing renews")
    assert replace(told["s0"], payment=None).amount == usd("420.00") * seats[0]


@pytest.mark.parametrize(
    ("needs_customer", "is_next"), [(False, Next.PAYING), (True, Next.OWED)], ids=["the provider", "the customer"]
)
def test_what_waits_for_the_customer_at_the_bank_is_not_on_its_way(*, needs_customer: bool, is_next: Next) -> None:
    order = OpenOrder(
        "o1", "ORD-1", "requires_action", "renew", usd("1260.00"), is_in_flight=True, needs_customer=needs_customer
    )
    owing = subscription(status=SubscriptionStatus.PAST_DUE, lapsed_on=RENEWS, open_order=order, owed=NEXT_TERM)
    told = found(owing, RENEWS)
    assert (told.next, told.is_order_under_way) == (is_next, not needs_customer)


@pytest.mark.parametrize("is_on", [True, False])
def test_a_date_that_an_order_under_way_moves_is_the_day_of_the_charge(*, is_on: bool) -> None:
    june = day("2027-06-01")
    paid = PaidPeriod(PeriodKind.EXTENSION, Period(RENEWS, june), usd("420.00"), 365, PriceKind.RENEWAL)
    turned_on = () if is_on else (Schedule("s1", ChangeKind.AUTO_RENEW, None, "on", effective_on=june),)
    effects = (*turned_on, AddPeriod("s1", paid), MoveRenewal("s1", RENEWS, june, STARTED, june))
    order = OpenOrder("o1", "ORD-1", "processing", "align_dates", usd("300.00"), is_in_flight=True, effects=effects)
    told = found(subscription(open_order=order, auto_renew=is_on))
    assert told.payment is not None
    assert (told.next, told.on, told.payment.on) == (Next.RENEWS, june, june)
