"""Automatic renewal off and on: the tables of docs/domain/changes.md, many at once, and extensions given back."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, PaidPeriod, PeriodKind, PriceKind, Role, Subscription
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.effects import AddPeriod, GiveBack, MoveRenewal, Schedule
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.explanation import Explanation
from tenor.domain.offer import TaxRate, TaxRegistration
from tenor.domain.orders import charges
from tenor.domain.planner import plan
from tenor.domain.proration import prorated_seats
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ChangePlan, Request, ReturnOrder, SetAutoRenew, UndoScheduled
from tenor.domain.terms import Period
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
from tests.domain.story import Story
from tests.support import tables

ENTRIES = tables.rows("changes", "Automatic renewal")
OFF, ON = SetAutoRenew(("s1",), on=False), SetAutoRenew(("s1",), on=True)
JUNE = day("2027-06-01")


def table_of_extensions() -> list[dict[str, str]]:
    """The second table under the heading."""
    page = (tables.PAGES / "changes.md").read_text(encoding="utf-8")
    lines = page[page.index("| policy | turned off on") :].splitlines()
    body = lines[2 : lines.index("")]
    names = ("policy", "off on", "given back", "renews on")
    return [dict(zip(names, (cell.strip() for cell in line.strip("|").split("|")), strict=True)) for line in body]


def align(story: Story, *ids: str, to: date = JUNE) -> Quote:
    """What aligning the subscriptions to that date plans: an extension each, at 420.00, on one order."""
    lines, effects = list[DraftLine](), list[Any]()
    for one in (story.state.subscription(each) for each in ids or ("s1",)):
        span = Period(one.renews_on, to)
        extension = PaidPeriod(PeriodKind.EXTENSION, span, usd("420.00"), 366, PriceKind.RENEWAL)
        price = Explanation("special_price_published", {}, usd("420.00"))
        explained = prorated_seats(price, one.seats, extension, story.today)
        lines.append(
            DraftLine(LineKind.EXTENSION, one.id, one.product, one.plan, one.seats, span, usd("420.00"), 366, explained)
        )
        effects += (AddPeriod(one.id, extension), MoveRenewal(one.id, one.renews_on, to, one.anchor, to))
    draft = Draft("align_dates", "card", lines=tuple(lines), effects=tuple(effects))
    quote = assemble(story.state, story.offer, draft, story.today)
    story.carry_out(quote)
    return quote


def ten(**changes: Any) -> Subscription:
    return subscription(**{"seats": 10, **changes})


@pytest.mark.parametrize("row", ENTRIES, ids=tables.ids(ENTRIES, "by itself", "scheduled", "asked"))
def test_table_of_entries(row: dict[str, str]) -> None:
    before = () if row["scheduled"] == "-" else (scheduled(ChangeKind.AUTO_RENEW, row["scheduled"]),)
    story = Story(account(subscription(auto_renew=row["by itself"] == "on", scheduled=before)))
    ask = ON if row["asked"] == "on" else OFF
    if not row["renews"]:
        with pytest.raises(Refusal) as refused:
            story.plan(ask)
        assert refused.value.code == row["scheduled then"]
        return
    quote = story.do(ask)
    entry = story.one.scheduled_change(ChangeKind.AUTO_RENEW)
    assert (entry.value if entry else "-") == row["scheduled then"]
    assert renews_itself(story.one) is (row["renews"] == "yes") is bool(quote.promised)
    assert (quote.lines, quote.collection) == ((), Collection.NONE)


def test_on_again_keeps_the_special_price_and_everything_scheduled() -> None:
    story = Story(account(subscription(scheduled=(scheduled(ChangeKind.SEATS, 2),))))
    first = story.state
    story.do(OFF)
    assert story.do(ON).promised[0].unit_price == usd("420.00")
    assert story.state == first


def test_an_entry_taken_back_is_as_good_as_turning_on_again() -> None:
    story = Story()
    first = story.state
    story.do(OFF)
    story.do(UndoScheduled("s1", ChangeKind.AUTO_RENEW))
    assert story.state == first


def test_many_at_once_and_those_that_are_so_already_are_left_alone() -> None:
    off = subscription(id="s2", auto_renew=False)
    story = Story(account(subscription(), off, subscription(id="s3")))
    quote = story.do(SetAutoRenew(("s3", "s2", "s1"), on=False, why="too dear"))
    assert quote.effects == tuple(Schedule(one, ChangeKind.AUTO_RENEW, None, "off", RENEWS) for one in ("s1", "s3"))


@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ("nothing_chosen", ()),
        ("too_many_chosen", tuple(f"s{n}" for n in range(101))),
        ("unknown_subscription", ("s1", "theirs")),
    ],
)
def test_refusals(code: str, ids: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match=code):
        Story().plan(SetAutoRenew(ids, on=False))


def test_every_reason_of_every_one_is_given() -> None:
    story = Story(account(subscription(renewal_claimed=True), subscription(id="s2", renewal_claimed=True)))
    with pytest.raises(Refusal) as refused:
        story.plan(SetAutoRenew(("s1", "s2"), on=False))
    assert [reason.facts["subscription"] for reason in refused.value.reasons] == ["s1", "s2"]


@pytest.mark.parametrize("row", table_of_extensions(), ids=lambda row: f"{row['policy']} {row['off on']}")
def test_table_of_extensions_given_back(row: dict[str, str]) -> None:
    story = Story(account(ten()), offer(policy={"alignment_refunded_when_off": row["policy"] == "on"}))
    bought = align(story)
    story.today = day(row["off on"])
    quote = story.do(OFF)
    assert story.one.renews_on == day(row["renews on"])
    if row["given back"] == "-":
        assert (quote.lines, quote.collection) == ((), Collection.NONE)
        return
    assert -quote.total == tables.amount(row["given back"], "USD") == bought.total
    assert quote.collection is Collection.REFUND
    assert replace(story.one, scheduled=()) == ten()
    assert [entry.value for entry in story.one.scheduled] == ["off"]


def test_on_again_does_not_bring_the_extension_back() -> None:
    story = Story(account(ten()))
    align(story)
    story.do(OFF)
    story.do(ON)
    assert story.state == account(ten())
    align(story)
    assert [charge.seats for charge in charges(story.orders, story.one, TODAY)] == [10, 10]
    assert story.do(OFF).total == usd("-1055.74")


def test_the_rest_of_the_order_is_returned_without_what_left_it() -> None:
    """One credit note for who left, one for the others: together the order, and each date as it was before it."""
    story = Story(account(ten(), ten(id="s2"), ten(id="s3")))
    bought = align(story, "s1", "s2", "s3")
    left = story.do(SetAutoRenew(("s1", "s2"), on=False))
    assert len([effect for effect in left.effects if isinstance(effect, GiveBack)]) == 1
    assert [line.subscription_id for line in left.lines] == ["s1", "s2"]
    rest = story.do(ReturnOrder(story.orders[0].id))
    assert [line.subscription_id for line in rest.lines] == ["s3"]
    assert left.total + rest.total == -bought.total
    assert [one.renews_on for one in story.state.subscriptions] == [RENEWS] * 3
    assert [one.anchor for one in story.state.subscriptions] == [STARTED] * 3
    assert story.orders == ()


def test_an_order_that_all_have_left_has_nothing_to_return() -> None:
    story = Story(account(ten()))
    align(story)
    story.do(OFF)
    with pytest.raises(Refusal, match="nothing_to_credit"):
        story.plan(ReturnOrder(story.orders[0].id))


def test_seats_and_a_plan_bought_for_the_extension_go_back_with_it() -> None:
    """What was charged for its days, by whichever order; the days of the running term stay bought."""
    story = Story(account(ten()))
    align(story)
    story.do(AddSeats("s1", 2))
    story.do(ChangePlan("s1", "premium", "now"))
    quote = story.do(OFF)
    for_the_extension = usd("837.00") * 12
    assert -quote.total == for_the_extension.share(Fraction(92, 366))
    assert (story.one.plan, story.one.seats, story.one.renews_on) == ("premium", 12, RENEWS)
    assert [each.kind for each in story.one.periods] == [PeriodKind.TERM, PeriodKind.TERM]
    for order in reversed(story.orders[1:]):
        story.do(ReturnOrder(order.id))
    assert replace(story.one, scheduled=()) == ten()


def test_two_extensions_that_have_not_begun_both_go() -> None:
    story = Story(account(ten()))
    spent = align(story).total + align(story, to=day("2027-09-01")).total
    assert story.do(OFF).total == -spent
    assert replace(story.one, scheduled=()) == ten()


def test_an_extension_that_others_sold_stands() -> None:
    bought_elsewhere = replace(paid(RENEWS, JUNE, "420.00"), kind=PeriodKind.EXTENSION)
    story = Story(account(ten(periods=(paid(), bought_elsewhere), renews_on=JUNE, anchor=JUNE)))
    assert story.do(OFF).lines == ()
    assert story.one.renews_on == JUNE


def test_a_part_too_small_to_be_collected_stands() -> None:
    story = Story(account(ten()), offer(policy={"gateway_minimum": {"USD": 200_000}}))
    assert align(story).collection is Collection.CARRIED
    assert story.do(OFF).lines == ()


def test_notes_of_several_orders_share_a_tax_line() -> None:
    taxed = offer(
        tax_rates=(TaxRate("US", Fraction(1, 10), STARTED, "-"),),
        registrations=(TaxRegistration("US", "1"),),
    )
    story = Story(account(ten()), taxed)
    first, second = align(story), align(story, to=day("2027-09-01"))
    quote = story.do(OFF)
    assert len([effect for effect in quote.effects if isinstance(effect, GiveBack)]) == 2
    assert len(quote.tax_lines) == 1
    assert quote.tax_total == -(first.tax_total + second.tax_total)


@given(
    on=st.integers(0, 364).map(lambda passed: STARTED + timedelta(days=passed)),
    added=st.integers(0, 4),
    upgraded=st.booleans(),
    later=st.integers(0, 29),
)
def test_law_3_off_and_returns_together_give_back_all_that_was_paid(
    on: date, added: int, upgraded: bool, later: int
) -> None:
    """Whatever came after the alignment, turning off and returning the orders restores every date, seat and cent."""
    story = Story(account(ten()), today=on)
    spent = align(story).total
    if added:
        spent += story.do(AddSeats("s1", added)).total
    if upgraded:
        spent += story.do(ChangePlan("s1", "premium", "now")).total
    story.today = min(on + timedelta(days=later), RENEWS - timedelta(days=1))
    given = story.do(OFF).total
    for order in reversed(story.orders[1:]):
        given += story.do(ReturnOrder(order.id)).total
    assert given == -spent
    assert replace(story.one, scheduled=()) == ten()


def test_a_viewer_may_not() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        plan(account(), offer(), Request(viewer, OFF), TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["role_may_not_buy"]
