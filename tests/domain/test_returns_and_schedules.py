"""Returns beside what is scheduled: seats that could not be kept, terms that have begun, orders that were free."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import Actor, ChangeKind, ComingTerm, Role, Subscription, SubscriptionStatus
from tenor.domain.carrying_out import begin_coming
from tenor.domain.catalog import Promotion
from tenor.domain.effects import GiveBack, SetComing, SetSeats
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.requests import AddSeats, ChangePlan, RenewEarly, Request, ReturnOrder
from tests.domain.builders import (
    ALICE,
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.domain.story import Story

SOON = day("2027-02-20")
NEXT_WEEK = day("2027-03-05")


def why_not(story: Story, actor: Actor = ALICE) -> dict[str, Reason]:
    """What keeps the latest order from being returned, apart from an account that is not as the order left it."""
    ask = Request(actor, ReturnOrder(story.orders[-1].id))
    found: tuple[Reason, ...] = ()
    try:
        plan(story.state, story.offer, ask, story.today, story.orders)
    except Refusal as refused:
        if refused.code != "not_returnable":
            found = refused.reasons
    codes = {reason.code: reason for reason in found}
    assert len(codes) == len(found), "each reason once"
    return codes


def then_scheduled(story: Story, seats: int, name: str = "s1") -> Story:
    one = replace(story.state.subscription(name), scheduled=(scheduled(ChangeKind.SEATS, seats),))
    others = tuple(one if each.id == name else each for each in story.state.subscriptions)
    story.state = replace(story.state, subscriptions=others)
    return story


def more_seats(count: int = 2, *others: Subscription, **state: Any) -> Story:
    """Seats added to the three of s1."""
    story = Story(account(subscription(**state), *others))
    story.do(AddSeats("s1", count))
    return story


@pytest.mark.parametrize(("seats", "stands_in_the_way"), [(1, False), (2, False), (3, False), (4, True), (5, True)])
def test_more_seats_scheduled_than_would_be_left_are_undone_first(seats: int, stands_in_the_way: bool) -> None:
    """Two were added to three: once they go back, three are left."""
    found = why_not(then_scheduled(more_seats(), seats))
    assert list(found) == (["scheduled_change_depends"] if stands_in_the_way else [])
    if stands_in_the_way:
        facts = found["scheduled_change_depends"].facts
        assert (facts["scheduled"], facts["left"], facts["subscription"]) == (seats, 3, "s1")


def test_what_the_order_scheduled_itself_goes_back_with_it_and_of_another_kind_or_owner_is_no_such_thing() -> None:
    """Ten, of which two were to be renewed; two more, and eleven to be renewed."""
    story = Story(account(subscription(seats=10, scheduled=(scheduled(ChangeKind.SEATS, 2),))))
    story.do(AddSeats("s1", 2, at_renewal=11))
    assert why_not(story) == {}
    term = Story(account(subscription(seats=10)))
    term.do(AddSeats("s1", 2))
    (order,) = term.orders
    own_term = replace(scheduled_effect(story), change=ChangeKind.TERM)
    term.orders = (replace(order, quote=replace(order.quote, effects=(*order.quote.effects, own_term))),)
    assert list(why_not(then_scheduled(term, 11))) == ["scheduled_change_depends"]


def scheduled_effect(story: Story) -> Any:
    return next(each for each in story.orders[-1].quote.effects if each.kind == "schedule")


def test_seats_of_another_subscription_on_the_same_order_are_not_counted() -> None:
    story = more_seats(2, subscription(id="s2", number="SUB-2"))
    (order,) = story.orders
    theirs = tuple(replace(each, subscription_id="s2") for each in order.quote.effects if isinstance(each, SetSeats))
    story.orders = (replace(order, quote=replace(order.quote, effects=(*order.quote.effects, *theirs))),)
    assert why_not(then_scheduled(story, 3)) == {}
    assert list(why_not(then_scheduled(story, 4))) == ["scheduled_change_depends"]


def renewed_ahead(seats: int = 3) -> Story:
    """The next term was paid ahead on 20 February."""
    story = Story(account(subscription(seats=seats)), today=SOON)
    story.do(RenewEarly(("s1",)))
    return story


@pytest.mark.parametrize(("seats", "stands_in_the_way"), [(3, False), (4, True)])
def test_seats_that_were_added_to_a_term_paid_ahead_count_there(seats: int, stands_in_the_way: bool) -> None:
    story = renewed_ahead()
    story.do(AddSeats("s1", 2))
    found = why_not(then_scheduled(story, seats))
    assert list(found) == (["scheduled_change_depends"] if stands_in_the_way else [])
    if stands_in_the_way:
        assert found["scheduled_change_depends"].facts["left"] == 3


def test_a_term_paid_ahead_for_fewer_seats_counts_by_its_own() -> None:
    """Five now, two from March on; one more makes six and three. Given back, two are left there."""
    story = Story(account(subscription(seats=5, scheduled=(scheduled(ChangeKind.SEATS, 2),))), today=SOON)
    story.do(RenewEarly(("s1",)))
    story.do(AddSeats("s1", 1))
    assert why_not(then_scheduled(story, 2)) == {}
    assert why_not(then_scheduled(story, 3))["scheduled_change_depends"].facts["left"] == 2


@pytest.mark.parametrize("seats", [3, 4])
def test_a_renewal_brought_no_seats_whatever_is_scheduled_since(seats: int) -> None:
    assert why_not(then_scheduled(renewed_ahead(), seats)) == {}


def term(seats: int) -> ComingTerm:
    return ComingTerm(RENEWS, 12, "standard", seats)


@pytest.mark.parametrize(
    "effects",
    [
        (SetComing("s1", term(3), term(5)),),
        (SetComing("s1", term(3), term(5)), SetComing("s2", term(1), term(9))),
        (SetComing("s1", None, term(2)),),
        (SetSeats("s1", 3, 4), SetComing("s1", term(3), term(5))),
    ],
    ids=["to the coming term", "to that of another, too", "to one that was not there", "more to it than to this one"],
)
def test_seats_of_the_coming_term_are_those_that_are_missing_from_it(effects: tuple[Any, ...]) -> None:
    """Five are held in the last paid term, two of them by this order."""
    story = more_seats(2, subscription(id="s2", number="SUB-2"))
    (order,) = story.orders
    story.orders = (replace(order, quote=replace(order.quote, effects=effects)),)
    assert why_not(then_scheduled(story, 3)) == {}
    assert why_not(then_scheduled(story, 4))["scheduled_change_depends"].facts["left"] == 3


def begun(story: Story) -> Story:
    """A week into the term that was paid ahead."""
    story.today = NEXT_WEEK
    story.state = replace(story.state, subscriptions=tuple(map(begin_coming, story.state.subscriptions)))
    return story


def test_what_was_done_to_a_coming_term_is_undone_when_it_has_begun() -> None:
    seats = renewed_ahead()
    seats.do(AddSeats("s1", 2))
    begun(seats).give_back()
    assert (seats.one.seats, seats.one.plan) == (3, "standard")
    other = renewed_ahead()
    other.do(ChangePlan("s1", "premium", "now"))
    assert begun(other).one.plan == "premium"
    other.give_back()
    assert (other.one.plan, other.one.seats) == ("standard", 3)


def test_a_reason_of_the_account_is_told_once_for_an_order_on_several() -> None:
    story = Story(account(subscription(), subscription(id="s2", number="SUB-2")), today=SOON)
    story.do(RenewEarly(("s1", "s2")))
    assert list(why_not(story, Actor("vera", "Vera", Role.VIEWER))) == ["role_may_not_buy"]


def test_what_was_free_goes_back_without_a_credit_note() -> None:
    gift = Promotion("GIFT", "Gift", "studio", STARTED, RENEWS, percent=100)
    story = Story(offer=offer(promotions=(gift,)))
    free = story.do(AddSeats("s1", 2))
    assert (free.total, free.collection) == (usd("0.00"), Collection.NONE)
    back: Quote = story.give_back()
    assert (back.total, back.lines, story.one.seats) == (usd("0.00"), (), 3)
    assert [effect.kind for effect in back.effects] == ["set_seats", "mark_returned"]


def test_a_free_line_on_an_invoice_is_no_line_that_was_given_back() -> None:
    """The free term of one goes back with the order, of which a part was credited already, and nothing of this."""
    free = entry("0.00", "0.00", of=item(plan="free"))
    northline = offer(prices=(*NORTHLINE_PRICES, free))
    gift = subscription(id="s2", number="SUB-2", plan="free", periods=(paid(price="0.00"),))
    story = Story(account(subscription(), gift), northline, today=SOON)
    story.do(RenewEarly(("s1", "s2")))
    (order,) = story.orders
    a_part = tuple(usd("-1.00") if line.amount else line.amount for line in order.quote.lines)
    story.orders = (replace(order, credited=(GiveBack(order.id, a_part, a_part, usd("0.00")),)),)
    story.give_back()
    assert {each.id: each.renews_on for each in story.state.subscriptions} == {"s1": RENEWS, "s2": RENEWS}
    assert all(each.status is SubscriptionStatus.ACTIVE for each in story.state.subscriptions)
    assert story.one.periods == (paid(),)
