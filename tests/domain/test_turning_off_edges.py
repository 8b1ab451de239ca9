"""Turning renewal off or on beside extensions: which ones go back, to which date, and which ones stand."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import Channel, PaidPeriod, PeriodKind, PriceKind, Reseller, Subscription
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.effects import AddPeriod, GiveBack, MoveRenewal, Schedule, StopPeriod
from tenor.domain.explanation import Explanation
from tenor.domain.planner import plan
from tenor.domain.proration import prorated_seats
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, Request, SetAutoRenew
from tenor.domain.terms import Period
from tests.domain.builders import ALICE, RENEWS, TODAY, account, day, offer, subscription, usd
from tests.domain.story import Story

OFF, ON = SetAutoRenew(("s1",), on=False), SetAutoRenew(("s1",), on=True)
JUNE, SEPTEMBER = day("2027-06-01"), day("2027-09-01")


def extended(story: Story, to: Any, **prices: str) -> None:
    """An alignment that moved these subscriptions to that date, each at its price a seat and year."""
    lines, effects = list[DraftLine](), list[Any]()
    for name, price in (prices or {"s1": "420.00"}).items():
        one = story.state.subscription(name)
        days = Period(one.renews_on, to)
        paid = PaidPeriod(PeriodKind.EXTENSION, days, usd(price), 366, PriceKind.RENEWAL)
        explained = prorated_seats(Explanation("special_price_published", {}, usd(price)), one.seats, paid, TODAY)
        line = DraftLine(LineKind.EXTENSION, name, "studio", "standard", one.seats, days, usd(price), 366, explained)
        lines.append(line)
        effects += (AddPeriod(name, paid), MoveRenewal(name, one.renews_on, to, one.anchor, to))
    draft = Draft("align_dates", "card", lines=tuple(lines), effects=tuple(effects))
    story.carry_out(assemble(story.state, story.offer, draft, TODAY))


def schedules(quote: Quote) -> list[Schedule]:
    return [effect for effect in quote.effects if isinstance(effect, Schedule)]


def goes_back(quote: Quote) -> bool:
    return any(isinstance(effect, StopPeriod | GiveBack) for effect in quote.effects)


def test_a_reseller_may_allow_off_and_not_on() -> None:
    sold = Reseller("Softhuis", "sales@softhuis.example", allows_auto_renew_off=True)

    def asked(ask: SetAutoRenew, one: Subscription) -> Quote:
        return plan(account(one), offer(), Request(ALICE, ask), TODAY)

    theirs = subscription(channel=Channel.RESELLER, reseller=sold)
    assert [each.after for each in schedules(asked(OFF, theirs))] == ["off"]
    with pytest.raises(Refusal, match="bought_from_reseller"):
        asked(ON, replace(theirs, auto_renew=False))


def test_of_two_extensions_both_go_back_and_renewal_ends_on_the_first_date() -> None:
    story = Story()
    extended(story, JUNE)
    extended(story, SEPTEMBER)
    (entry,) = schedules(story.do(OFF))
    assert (entry.effective_on, story.one.renews_on) == (RENEWS, RENEWS)
    assert len(story.one.periods) == 1


def test_turning_on_takes_nothing_back() -> None:
    """It was turned off while the seller's policy let extensions stand."""
    story = Story(offer=offer(policy={"alignment_refunded_when_off": False}))
    extended(story, JUNE)
    assert not goes_back(story.do(OFF))
    story.offer = offer()
    assert not goes_back(story.do(ON))
    assert story.one.renews_on == JUNE


def test_an_extension_of_which_only_later_seats_are_known_stands() -> None:
    """It was paid elsewhere: nobody here knows from which date it moved the renewal."""
    story = Story()
    extended(story, JUNE)
    story.orders = ()
    story.do(AddSeats("s1", 2))
    assert len(story.orders) == 1
    assert not goes_back(story.do(OFF))


def test_a_free_extension_on_an_invoice_of_others_stands() -> None:
    story = Story(account(subscription(), subscription(id="s2", number="SUB-2")))
    extended(story, JUNE, s1="0.00", s2="420.00")
    assert not goes_back(story.do(OFF))
    assert goes_back(story.do(SetAutoRenew(("s2",), on=False)))


def test_an_order_about_something_else_keeps_no_extension() -> None:
    """A small one that waits for its invoice is none of those that paid for the extension."""
    story = Story(account(subscription(), subscription(id="s2", number="SUB-2")))
    extended(story, JUNE)
    story.orders += tuple(
        replace(each, id="small", quote=replace(each.quote, lines=(), collection=Collection.CARRIED))
        for each in story.orders
    )
    assert goes_back(story.do(OFF))


def test_an_extension_that_was_given_back_already_is_not_given_back_again() -> None:
    story = Story()
    extended(story, JUNE)
    (order,) = story.orders
    (line,) = order.quote.lines
    noted = GiveBack(order.id, (-line.amount,), (-line.net,), usd("0.00"))
    story.orders = (replace(order, credited=(noted,)),)
    assert not goes_back(story.do(OFF))
    assert story.one.renews_on == JUNE
