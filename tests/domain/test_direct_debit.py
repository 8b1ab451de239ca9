"""A debit chosen shortly before a renewal: the shorter notice stands in the quote that chooses it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenor.domain.account import ChangeKind, Channel, Reseller, Subscription, SubscriptionStatus
from tenor.domain.direct_debit import arrives_on, short_notices
from tenor.domain.offer import Policy
from tenor.domain.planner import plan
from tenor.domain.quote import Quote, ShortNotice, canonical
from tenor.domain.requests import AlignDates, Request, SetPaymentMethod
from tests.domain.builders import ALICE, CARD, DEBIT, RENEWS, TODAY, account, day, offer, scheduled, subscription


def chosen(days_before: int, method: str = "debit", policy: dict[str, Any] | None = None, **changes: Any) -> Quote:
    """A method chosen so many days before the renewal."""
    one: Subscription = subscription(**{"id": "s1", **changes})
    state = account(one, methods=(CARD, DEBIT))
    ask = SetPaymentMethod(("s1",), method)
    return plan(state, offer(policy=policy or {}), Request(ALICE, ask), RENEWS - timedelta(days=days_before))


@pytest.mark.parametrize(("days_before", "is_short"), [(15, False), (14, False), (13, True), (1, True)])
def test_less_than_the_usual_notice_is_agreed_to_with_the_quote(days_before: int, is_short: bool) -> None:
    assert chosen(days_before).short_notices == ((ShortNotice("s1", RENEWS, days_before),) if is_short else ())


def test_the_policy_says_what_is_usual() -> None:
    assert chosen(8, policy={"pre_notice_days": 5}).short_notices == ()
    assert chosen(20, policy={"pre_notice_days": 30}).short_notices == (ShortNotice("s1", RENEWS, 20),)


@pytest.mark.parametrize(
    "changes",
    [
        {"auto_renew": False},
        {"status": SubscriptionStatus.PAST_DUE},
        {"channel": Channel.RESELLER, "reseller": Reseller("Byggdata", "", allows_auto_renew_off=True)},
        {"processor": "old"},
    ],
)
def test_what_is_not_debited_then_is_nothing_to_agree_to(changes: dict[str, Any]) -> None:
    one = subscription(id="s1", **changes)
    assert short_notices(Policy(), [one], DEBIT, RENEWS - timedelta(days=3)) == ()
    assert short_notices(Policy(), [one], CARD, RENEWS - timedelta(days=3)) == ()


def test_a_card_needs_no_notice_and_its_quote_is_written_as_before() -> None:
    quote = chosen(3, "card", method_id="debit")
    assert quote.short_notices == ()
    assert "short_notices" not in canonical(quote)  # type: ignore[operator]


def test_what_was_to_be_debited_anyway_was_announced() -> None:
    assert chosen(3, scheduled=(scheduled(ChangeKind.METHOD, "debit"),)).short_notices == ()


def test_money_arrives_on_a_day_of_the_banks() -> None:
    assert arrives_on(Policy(), TODAY) == day("2026-11-25")


def test_so_does_a_debit_that_makes_payment_dates_alignable() -> None:
    soon, later = subscription(id="s1"), subscription(id="s2", method_id="debit")
    state = account(soon, later, methods=(CARD, DEBIT))
    ask = AlignDates(("s1", "s2"), prepare=True, method_id="debit")
    planned = plan(state, offer(), Request(ALICE, ask), RENEWS - timedelta(days=5))
    assert planned.short_notices == (ShortNotice("s1", RENEWS, 5),), "the other one was announced"


def test_so_does_one_that_another_method_was_to_pay_from_the_renewal_on() -> None:
    soon = subscription(id="s1", method_id="debit", scheduled=(scheduled(ChangeKind.METHOD, CARD.id),))
    state = account(soon, subscription(id="s2", method_id="debit"), methods=(CARD, DEBIT))
    ask = AlignDates(("s1", "s2"), prepare=True, method_id="debit")
    planned = plan(state, offer(), Request(ALICE, ask), RENEWS - timedelta(days=5))
    assert planned.short_notices == (ShortNotice("s1", RENEWS, 5),)


def test_a_debit_for_later_than_the_next_renewal_needs_no_agreement() -> None:
    one = subscription(method_id=CARD.id, scheduled=(scheduled(ChangeKind.METHOD, "other"),))
    other = replace(CARD, id="other", is_default=False)
    state = account(one, methods=(CARD, DEBIT, other))
    ask = SetPaymentMethod((one.id,), "debit", instead_of=CARD.id)
    assert not plan(state, offer(), Request(ALICE, ask), RENEWS - timedelta(days=5)).short_notices
