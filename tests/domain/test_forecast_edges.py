"""The forecast at its edges: what is owed today, what has no price, and which days belong to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenor.domain.account import Channel, OpenOrder, PriceKind, Subscription, SubscriptionStatus
from tenor.domain.forecast import Upcoming, UpcomingKind, forecast
from tenor.domain.offer import Offer
from tenor.domain.owed import plan_owed, starts_anew
from tenor.domain.terms import MONTHLY, boundary
from tests.domain.builders import (
    CARD,
    DEBIT,
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    subscription,
    usd,
)

PAYMENT, DUE, ENDS, UNPRICED = UpcomingKind.PAYMENT, UpcomingKind.DUE, UpcomingKind.ENDS, UpcomingKind.UNPRICED
JUNE = day("2027-06-01")


def one(name: str = "s1", renews_on: Any = RENEWS, **changes: Any) -> Subscription:
    """A year at the special price that ends then."""
    last = paid(boundary(renews_on, -12), renews_on, "420.00", price_kind=PriceKind.RENEWAL)
    return subscription(id=name, number=name, renews_on=renews_on, anchor=renews_on, periods=(last,), **changes)


def ahead(*owned: Subscription, northline: Offer | None = None, today: Any = TODAY, **also: Any) -> list[Upcoming]:
    return list(forecast(account(*owned, **also), northline or offer(), today))


def told(found: list[Upcoming]) -> list[tuple[str, str, str]]:
    """Kind, day and subscriptions."""
    return [(str(each.kind), str(each.on), " ".join(each.subscription_ids)) for each in found]


# --- what has no price --------------------------------------------------------------------------------------------

UNSOLD = {"plan": "old"}


def test_each_renewal_without_a_price_is_named_on_its_own_day() -> None:
    found = ahead(one("s1", **UNSOLD), one("s2", JUNE, **UNSOLD), one("s3"))
    assert told(found) == [
        ("unpriced", "2027-03-01", "s1"),
        ("payment", "2027-03-01", "s3"),
        ("unpriced", "2027-06-01", "s2"),
    ]


def test_a_price_that_is_announced_later_is_none_today_and_holds_nobody_else_up() -> None:
    secret = entry("300.00", of=item(plan="old"), valid_from=TODAY, announced_on=TODAY + timedelta(days=1))
    found = ahead(one("s1", **UNSOLD), one("s2"), northline=offer(prices=(*NORTHLINE_PRICES, secret)))
    assert {(str(each.kind), *each.subscription_ids) for each in found} == {("unpriced", "s1"), ("payment", "s2")}


# --- what is owed -------------------------------------------------------------------------------------------------


def owing(name: str = "s1", *, days: int, **changes: Any) -> Subscription:
    """A year that was over so many days ago, and is not paid."""
    ended = TODAY - timedelta(days=days)
    return one(name, ended, status=SubscriptionStatus.PAST_DUE, lapsed_on=ended, **changes)


@pytest.mark.parametrize("days", [0, 1, 10])
def test_what_was_not_paid_is_due_from_its_renewal_date_on(days: int) -> None:
    (due, *_) = ahead(owing(days=days))
    assert (due.kind, due.on, due.amount) == (DUE, TODAY, usd("1260.00"))


def test_what_is_owed_and_has_no_price_any_more_is_left_out_and_nothing_else() -> None:
    assert told(ahead(owing(days=5, **UNSOLD), one("s2"))) == [("payment", "2027-03-01", "s2")]


def test_an_order_that_says_its_total_is_shown_with_it_and_another_with_its_quote() -> None:
    order = OpenOrder("o1", "N-1", "processing", "renew", usd("99.00"))
    (known,) = [each for each in ahead(owing(days=5, open_order=order)) if each.kind is DUE]
    assert (known.order, known.amount) == (order, usd("99.00"))
    silent = replace(order, total=None)
    (planned,) = [each for each in ahead(owing(days=5, open_order=silent)) if each.kind is DUE]
    assert (planned.order, planned.amount) == (silent, usd("1260.00"))


@pytest.mark.parametrize(
    ("action", "days", "is_renewal"),
    [
        ("renew", 0, True),
        ("renew_early", -30, True),
        ("add_seats", 0, False),
        ("add_seats", -30, False),
        ("", 1, True),
        ("", 0, True),
        ("", -1, False),
    ],
)
def test_where_an_order_does_not_say_what_it_is_for_a_term_that_is_over_does(
    action: str, days: int, is_renewal: bool
) -> None:
    """A card that has run out is worth a word only where a renewal is to be charged to it."""
    expired = replace(CARD, expires_on=day("2026-10-31"))
    order = OpenOrder("o1", "N-1", "submitted", action, usd("99.00"))
    ended = TODAY - timedelta(days=days)
    (due, *_) = ahead(one("s1", ended, open_order=order), methods=(expired,))
    assert (due.kind, due.amount) == (DUE, usd("99.00"))
    assert [reason.code for reason in due.concerns] == (["payment_method_expired"] if is_renewal else [])


def month(name: str, days: int, **changes: Any) -> Subscription:
    """A month that was over so many days ago, and is not paid."""
    ended = TODAY - timedelta(days=days)
    last = paid(boundary(ended, -1), ended, "45.00")
    late = subscription(id=name, number=name, term=MONTHLY, anchor=ended, renews_on=ended, periods=(last,), **changes)
    return replace(late, status=SubscriptionStatus.SUSPENDED, lapsed_on=ended)


def test_a_month_that_is_paid_when_its_grace_is_over_starts_anew_by_its_own_method() -> None:
    (due, following, *_) = ahead(month("s1", 20, method_id="debit"), methods=(CARD, DEBIT))
    assert due.quote is not None
    assert (due.kind, due.amount, due.quote.method_id) == (DUE, usd("135.00"), "debit")
    assert due.quote.lines[0].span.start == TODAY
    assert (following.kind, following.on) == (PAYMENT, boundary(TODAY, 1))


def test_one_month_that_starts_anew_is_enough_to_plan_what_is_owed_from_today_on() -> None:
    (due, *_) = ahead(month("s1", 20), owing("s2", days=5))
    assert due.quote is not None
    assert (due.kind, due.subscription_ids, due.amount) == (DUE, ("s1", "s2"), usd("1395.00"))
    starts = {line.subscription_id: line.span.start for line in due.quote.lines}
    assert starts == {"s1": TODAY, "s2": TODAY - timedelta(days=5)}


def test_a_renewal_that_is_being_paid_ahead_is_planned_and_followed_by_the_next() -> None:
    order = OpenOrder("o1", "N-1", "processing", "renew_early")
    soon = TODAY + timedelta(days=30)
    due, following = forecast(account(one("s1", soon, open_order=order)), offer(), TODAY, 24)
    assert (due.kind, due.on, due.amount) == (DUE, TODAY, usd("1260.00"))
    assert (following.kind, following.on) == (PAYMENT, boundary(soon, 12))


def test_an_order_on_several_is_a_renewal_where_one_term_is_over() -> None:
    expired = replace(CARD, expires_on=day("2026-10-31"))
    order = OpenOrder("o1", "N-1", "submitted", "", usd("99.00"))
    over, running = one("s1", TODAY - timedelta(days=1), open_order=order), one("s2", JUNE, open_order=order)
    (due, *_) = ahead(over, running, methods=(expired,))
    assert [reason.code for reason in due.concerns] == ["payment_method_expired"]


def test_a_year_never_starts_anew() -> None:
    late = owing(days=40)
    assert starts_anew(account(late), offer(), late, TODAY) is False


@pytest.mark.parametrize(("days", "is_anew"), [(14, False), (15, True)])
def test_a_month_starts_anew_after_fifteen_days_and_not_where_its_term_has_begun(days: int, is_anew: bool) -> None:
    late = month("s1", days)
    assert starts_anew(account(late), offer(), late, TODAY) is is_anew
    begun = replace(late, renews_on=TODAY)
    assert starts_anew(account(begun), offer(), begun, TODAY) is False


def test_what_is_owed_costs_what_was_known_on_its_renewal_date() -> None:
    """A price cut that was announced since, for days before it too, is for the renewal after it."""
    ended = TODAY - timedelta(days=5)
    cut = entry("440.00", "400.00", valid_from=ended - timedelta(days=9), announced_on=TODAY - timedelta(days=2))
    late = owing(days=5)
    quote = plan_owed(account(late), offer(prices=(*NORTHLINE_PRICES, cut)), [late], "card", TODAY)
    assert quote.total == usd("1260.00")


# --- which days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "is_told"),
    [("2026-11-20", False), ("2026-11-21", True), ("2027-11-20", True), ("2027-11-21", False)],
)
def test_an_end_is_told_from_today_up_to_the_same_day_next_year(ends: str, is_told: bool) -> None:
    found = ahead(one("s1", day(ends), auto_renew=False))
    assert told(found) == ([("ends", ends, "s1")] if is_told else [])


def test_an_end_that_another_would_have_renewed_is_theirs_to_tell() -> None:
    assert ahead(one("s1", auto_renew=False, channel=Channel.RESELLER)) == []
    assert ahead(one("s1", auto_renew=False, processor="oldshop")) == []


@pytest.mark.parametrize(
    ("status", "remedies"),
    [(SubscriptionStatus.PAST_DUE, ["choose_payment_method"]), (SubscriptionStatus.SUSPENDED, [])],
)
def test_another_method_is_offered_for_what_is_owed_only_while_one_can_be_chosen(
    status: SubscriptionStatus, remedies: list[str]
) -> None:
    """What is suspended is paid by any, on its order; nothing else can be done with it."""
    order = OpenOrder("o1", "T-1", "requires_action", "renew", usd("1260.00"))
    owing = one(renews_on=TODAY, status=status, lapsed_on=TODAY, open_order=order)
    expired = replace(CARD, expires_on=day("2026-10-31"))
    (due, *_rest) = forecast(account(owing, methods=(expired, DEBIT)), offer(), TODAY)
    assert due.kind is DUE
    assert [reason.remedy.code for reason in due.concerns if reason.remedy] == remedies
