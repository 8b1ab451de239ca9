"""Aligning asks what is meant where fewer seats are scheduled: the table of docs/domain/alignment.md, and laws."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.money import Money, total
from tenor.domain.planner import plan
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AlignDates, ChangePlan, RenewEarly, Request, ReturnOrder
from tenor.domain.terms import boundary
from tests.domain.builders import ALICE, RENEWS, TODAY, account, day, paid, scheduled, subscription, usd
from tests.domain.story import Story
from tests.support import tables

ROWS = tables.rows("alignment", "Where fewer seats are scheduled")
JUNE = day("2027-06-01")


def owned(one: str, renews_on: date, fewer: int | None = None, seats: int = 10) -> Subscription:
    entries = () if fewer is None else (scheduled(ChangeKind.SEATS, fewer),)
    periods = (paid(boundary(renews_on, -12), renews_on),)
    anchor = boundary(renews_on, -12)
    return subscription(
        id=one, number=f"SUB-{one}", anchor=anchor, renews_on=renews_on, periods=periods, seats=seats, scheduled=entries
    )


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "scheduled", "moves", "to be renewed"))
def test_table_of_seats_to_renew(row: dict[str, str]) -> None:
    fewer = None if row["scheduled"] == "-" else int(row["scheduled"])
    one = owned("s1", RENEWS if row["moves"] == "yes" else JUNE, fewer)
    other = owned("s2", JUNE if row["moves"] == "yes" else RENEWS, seats=3)
    answer = () if row["to be renewed"] == "-" else (("s1", int(row["to be renewed"])),)
    story, ask = Story(account(one, other)), AlignDates(("s1", "s2"), at_renewal=answer)
    if not row["seats at renewal"]:
        with pytest.raises(Refusal) as refused:
            story.plan(ask)
        assert (refused.value.code, refused.value.facts["subscription"]) == (row["charged"], "s1")
        return
    planned = story.do(ask)
    own = total((line.amount for line in planned.lines if line.subscription_id == "s1"), "USD")
    assert own == tables.amount(row["charged"], "USD")
    entry = story.one.scheduled_change(ChangeKind.SEATS)
    assert ("-" if entry is None else entry.value) == row["scheduled then"]
    promised = next(renewal for renewal in planned.promised if renewal.subscription_id == "s1")
    assert (promised.on, str(promised.seats)) == (JUNE, row["seats at renewal"])


def test_each_is_asked_by_itself_and_the_first_without_an_answer_is_named() -> None:
    state = account(owned("s1", RENEWS, 5), owned("s2", day("2027-04-01"), 2, seats=4), owned("s3", JUNE))
    for answered, named in (((), "s1"), ((("s1", 5),), "s2"), ((("s2", 2),), "s1")):
        with pytest.raises(Refusal) as refused:
            plan(state, Story().offer, Request(ALICE, AlignDates(("s1", "s2", "s3"), at_renewal=answered)), TODAY)
        assert (refused.value.code, refused.value.facts["subscription"]) == ("scheduled_seats_unclear", named)


def test_a_day_that_is_later_for_all_asks_all() -> None:
    state = account(owned("s1", RENEWS), owned("s2", JUNE, 5))
    with pytest.raises(Refusal) as refused:
        plan(state, Story().offer, Request(ALICE, AlignDates(("s1", "s2"), day("2027-07-01"))), TODAY)
    assert refused.value.facts["subscription"] == "s2"


def test_what_is_prepared_first_is_asked_in_the_same_way() -> None:
    state = account(owned("s1", RENEWS, 5), owned("s2", JUNE))
    with pytest.raises(Refusal) as refused:
        Story(state).plan(AlignDates(("s1", "s2"), prepare=True))
    assert refused.value.code == "scheduled_seats_unclear"
    story = Story(state)
    planned = story.do(AlignDates(("s1", "s2"), prepare=True, at_renewal=(("s1", 10),)))
    assert (story.one.scheduled, planned.promised[0].seats) == ((), 10)


def test_other_changes_do_not_ask() -> None:
    """An upgrade moves no date and no number; an early renewal renews what is on the list."""
    story = Story(account(owned("s1", RENEWS, 5)), today=day("2027-01-15"))
    assert story.plan(ChangePlan("s1", "premium", "now")).promised[0].seats == 5
    assert [line.seats for line in story.plan(RenewEarly(("s1",))).lines] == [5]


@given(seats=st.integers(2, 30), fewer=st.integers(1, 29), answer=st.integers(1, 30))
def test_law_whatever_is_answered_the_extension_costs_the_same_and_a_return_restores_the_list(
    seats: int, fewer: int, answer: int
) -> None:
    one = owned("s1", RENEWS, min(fewer, seats - 1), seats)
    story = Story(account(one, owned("s2", JUNE)))
    before = story.state
    planned = story.do(AlignDates(("s1", "s2"), at_renewal=(("s1", min(answer, seats)),)))
    assert planned.net == (usd("420.00") * seats).share(_days())
    assert planned.promised[0].amount == Money(42000, "USD") * min(answer, seats)
    story.do(ReturnOrder(story.orders[-1].id))
    assert story.state == before


def _days() -> Fraction:
    return Fraction((JUNE - RENEWS).days, 366)
