"""Effects at their edges: what ends a term gives back exactly what was, and what nobody knows is a fault."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tenor.domain.account import CarriedLine, ChangeKind, ComingTerm, SubscriptionStatus
from tenor.domain.assembly import Draft
from tenor.domain.carrying_out import NotAsItWas, begin_coming, carry_out
from tenor.domain.changes.return_order import inverse
from tenor.domain.effects import BillCarried, EndTerm, MarkReturned, Standing, StartTerm
from tenor.domain.planner import plan
from tenor.domain.quote import Collection
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ReduceSeats, Request
from tenor.domain.terms import THREE_YEARS, YEARLY, Period
from tests.domain.builders import (
    ALICE,
    RENEWS,
    STARTED,
    TODAY,
    account,
    day,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)

NEXT = paid(RENEWS, day("2030-03-01"), "2620.00")
SCHEDULED = (scheduled(ChangeKind.TERM, 36), scheduled(ChangeKind.SEATS, 2))
WAS = Standing(12, "standard", 3, True, None, SubscriptionStatus.ACTIVE, None, SCHEDULED)
START = StartTerm("s1", NEXT, 36, "premium", 2, auto_renew=True, method_id=None, was=WAS)


def test_a_term_that_has_begun_ends_as_if_it_had_not() -> None:
    begun = carry_out(account(subscription(scheduled=SCHEDULED)), [START], RENEWS)
    one = begun.subscription("s1")
    assert (one.plan, one.seats, one.term) == ("premium", 2, THREE_YEARS)
    ended = carry_out(begun, [EndTerm("s1", START)], day("2027-03-10")).subscription("s1")
    assert (ended.plan, ended.seats, ended.term, ended.renews_on) == ("standard", 3, YEARLY, RENEWS)
    assert (ended.status, ended.lapsed_on) == (SubscriptionStatus.EXPIRED, day("2027-03-10"))
    assert ended.scheduled == SCHEDULED


def test_a_term_that_was_still_coming_ends_without_touching_the_running_one() -> None:
    """Meanwhile the running term was upgraded to another plan."""
    early = carry_out(account(subscription(scheduled=SCHEDULED)), [START], TODAY)
    upgraded = replace(early.subscription("s1"), plan="ultimate")
    ended = carry_out(account(upgraded), [EndTerm("s1", START)], TODAY).subscription("s1")
    assert (ended.plan, ended.seats, ended.term, ended.status) == ("ultimate", 3, YEARLY, SubscriptionStatus.ACTIVE)


def test_what_was_chosen_since_takes_the_place_of_what_was_scheduled_before() -> None:
    begun = carry_out(account(subscription(scheduled=SCHEDULED)), [START], RENEWS).subscription("s1")
    chosen = scheduled(ChangeKind.TERM, 1)
    ended = carry_out(account(replace(begun, scheduled=(chosen,))), [EndTerm("s1", START)], RENEWS)
    assert ended.subscription("s1").scheduled == (SCHEDULED[1], chosen)


def test_a_term_that_is_not_the_last_is_not_ended() -> None:
    begun = carry_out(account(), [replace(START, was=replace(WAS, scheduled=()))], RENEWS).subscription("s1")
    moved = replace(begun, renews_on=day("2030-06-01"))
    with pytest.raises(NotAsItWas, match="2030-06-01"):
        carry_out(account(moved), [EndTerm("s1", START)], RENEWS)


def test_where_no_term_is_paid_ahead_nothing_begins() -> None:
    one = subscription()
    assert begin_coming(one) == one
    ahead = begin_coming(subscription(coming=ComingTerm(RENEWS, 36, "premium", 2)))
    assert (ahead.term, ahead.plan, ahead.seats, ahead.coming) == (THREE_YEARS, "premium", 2, None)


def test_an_effect_that_nobody_knows_is_a_fault_and_cannot_be_undone() -> None:
    odd: Any = SimpleNamespace(kind="paint_it", subscription_id="s1")
    with pytest.raises(AssertionError, match="paint_it"):
        carry_out(account(), [odd], TODAY)
    with pytest.raises(Refusal, match="not_returnable"):
        list(inverse(MarkReturned("o1")))
    assert list(inverse(BillCarried(("c1",)))) == []


# --- what waits for the next invoice ------------------------------------------------------------------------------

SMALL = CarriedLine(
    "c1", "N-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("465.00"), 365, usd("5.00")
)


def test_what_waits_is_not_collected_by_a_change_that_charges_nothing() -> None:
    state = account(carried=(SMALL,))
    free = plan(state, offer(), Request(ALICE, ReduceSeats("s1", 1)), TODAY)
    assert (free.lines, free.total, free.collection) == ((), usd("0.00"), Collection.NONE)
    charged = plan(state, offer(), Request(ALICE, AddSeats("s1", 1)), TODAY)
    assert charged.total == usd("132.40")


def test_prices_are_before_tax_unless_a_draft_says_otherwise() -> None:
    assert Draft("reduce_seats").tax_included is False
