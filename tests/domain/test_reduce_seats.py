"""Fewer seats from the next renewal on: the table of docs/domain/changes.md, and what is never credited."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import ChangeKind, ComingTerm, Role, ScheduledChange, SeatLimits, SubscriptionStatus
from tenor.domain.changes import reduce_seats
from tenor.domain.effects import Schedule
from tenor.domain.planner import plan
from tenor.domain.quote import Collection
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ReduceSeats, Request
from tests.domain.builders import (
    ALICE,
    RENEWS,
    TODAY,
    account,
    carry_out,
    day,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.support import tables

ROWS = tables.rows("changes", "Reduce seats")


def number(cell: str) -> int | None:
    return None if cell == "-" else int(cell)


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "least", "scheduled", "asked"))
def test_table_of_fewer_seats(row: dict[str, str]) -> None:
    before = () if row["scheduled"] == "-" else (scheduled(ChangeKind.SEATS, row["scheduled"]),)
    state = account(subscription(seats=10, scheduled=before, seat_limits=SeatLimits(minimum=number(row["least"]))))
    ask = Request(ALICE, ReduceSeats("s1", int(row["asked"])))
    if not row["pays at renewal"]:
        with pytest.raises(Refusal) as refused:
            plan(state, offer(), ask, TODAY)
        assert refused.value.code == row["scheduled then"]
        return
    planned = plan(state, offer(), ask, TODAY)
    after = carry_out(state, planned).subscription("s1")
    entry = after.scheduled_change(ChangeKind.SEATS)
    assert (entry.value if entry else "-") == row["scheduled then"]
    assert after.seats == 10
    (renewal,) = planned.promised
    assert renewal.seats == int(row["seats at renewal"])
    assert renewal.amount == tables.amount(row["pays at renewal"], "USD")


def test_nothing_is_credited_inside_a_paid_term() -> None:
    planned = reduce_seats.plan(account(), offer(), ALICE, ReduceSeats("s1", 1), TODAY)
    assert (planned.lines, planned.total, planned.collection) == ((), usd("0.00"), Collection.NONE)
    assert planned.effects == (Schedule("s1", ChangeKind.SEATS, before=None, after="1", effective_on=RENEWS),)


def test_what_is_paid_ahead_is_a_high_water_mark() -> None:
    """Of a next term that is paid ahead every seat stays; fewer are renewed after it."""
    ahead = paid(RENEWS, day("2028-03-01"), "420.00")
    owned = subscription(
        periods=(paid(), ahead), renews_on=day("2028-03-01"), coming=ComingTerm(RENEWS, 12, "standard", 5)
    )
    planned = reduce_seats.plan(account(owned), offer(), ALICE, ReduceSeats("s1", 4), TODAY)
    assert planned.promised[0].seats == 4
    with pytest.raises(Refusal, match="seats_not_fewer"):
        reduce_seats.plan(account(owned), offer(), ALICE, ReduceSeats("s1", 6), TODAY)


def test_other_entries_stay() -> None:
    three_years = ScheduledChange(ChangeKind.TERM, "36", TODAY, "Alice", usd("1179.00"))
    state = account(subscription(scheduled=(three_years,)))
    planned = reduce_seats.plan(state, offer(), ALICE, ReduceSeats("s1", 2), TODAY)
    after = carry_out(state, planned).subscription("s1").scheduled
    assert after == (three_years, scheduled(ChangeKind.SEATS, 2))
    assert planned.promised[0].amount == usd("2358.00")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("role_may_not_buy", {"actor": replace(ALICE, role=Role.VIEWER)}),
        ("renewal_claimed", {"renewal_claimed": True}),
        ("expired", {"status": SubscriptionStatus.EXPIRED, "lapsed_on": TODAY}),
        ("seats_at_minimum", {"seats": 1}),
    ],
)
def test_every_reason_comes_from_the_matrix(code: str, changes: dict[str, Any]) -> None:
    actor = changes.pop("actor", ALICE)
    with pytest.raises(Refusal) as refused:
        reduce_seats.plan(account(subscription(**changes)), offer(), actor, ReduceSeats("s1", 1), TODAY)
    assert code in [reason.code for reason in refused.value.reasons]
