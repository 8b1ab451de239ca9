"""Taking back what is scheduled: the table of docs/domain/changes.md, what closes it, and that it leaves no trace."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, OpenOrder, Role, ScheduledChange, SubscriptionStatus
from tenor.domain.changes import undo_scheduled
from tenor.domain.effects import Schedule
from tenor.domain.planner import plan
from tenor.domain.quote import Collection
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, ChangeTerm, Request, UndoScheduled
from tests.domain.builders import ALICE, RENEWS, TODAY, account, carry_out, offer, scheduled, subscription, usd
from tests.support import tables

ROWS = tables.rows("changes", "Undo what is scheduled")
THREE = scheduled(ChangeKind.TERM, 36)
CHANGES = st.sampled_from([ChangeTerm("s1", 36), ChangeTerm("s1", 1), AddSeats("s1", 2, at_renewal=4)])


def entries(cell: str) -> tuple[ScheduledChange, ...]:
    if cell == "-":
        return ()
    pairs = (part.split() for part in cell.split(", "))
    return tuple(scheduled(ChangeKind(kind), value) for kind, value in pairs)


def refusal(change: ChangeKind, **changes: Any) -> Refusal:
    actor = changes.pop("actor", ALICE)
    with pytest.raises(Refusal) as refused:
        undo_scheduled.plan(account(subscription(**changes)), offer(), actor, UndoScheduled("s1", change), TODAY)
    return refused.value


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "scheduled", "taken back"))
def test_table_of_entries_taken_back(row: dict[str, str]) -> None:
    owned, change = subscription(seats=10, scheduled=entries(row["scheduled"])), ChangeKind(row["taken back"])
    if not row["pays at renewal"]:
        assert refusal(change, seats=10, scheduled=entries(row["scheduled"])).code == row["scheduled then"]
        return
    state = account(owned)
    planned = undo_scheduled.plan(state, offer(), ALICE, UndoScheduled("s1", change), TODAY)
    assert carry_out(state, planned).subscription("s1").scheduled == entries(row["scheduled then"])
    (renewal,) = planned.promised
    assert renewal.seats == int(row["seats at renewal"])
    assert renewal.amount == tables.amount(row["pays at renewal"], "USD")


def test_nothing_is_charged_and_one_entry_goes() -> None:
    planned = plan(
        account(subscription(scheduled=(THREE,))),
        offer(),
        Request(ALICE, UndoScheduled("s1", ChangeKind.TERM)),
        TODAY,
    )
    assert (planned.action, planned.lines, planned.total) == ("undo_scheduled", (), usd("0.00"))
    assert (planned.collection, planned.method_id) == (Collection.NONE, None)
    assert planned.effects == (Schedule("s1", ChangeKind.TERM, before="36", after=None, effective_on=RENEWS),)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("role_may_not_buy", {"actor": replace(ALICE, role=Role.USER_ADMIN)}),
        ("renewal_claimed", {"renewal_claimed": True}),
        ("suspended", {"status": SubscriptionStatus.SUSPENDED, "lapsed_on": TODAY}),
        ("canceled", {"status": SubscriptionStatus.CANCELED, "lapsed_on": TODAY}),
    ],
)
def test_what_closes_every_action_closes_this_one(code: str, changes: dict[str, Any]) -> None:
    refused = refusal(ChangeKind.TERM, scheduled=(THREE,), **changes)
    assert refused.code == "not_eligible"
    assert [reason.code for reason in refused.reasons] == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"method_id": "gone"},
        {"open_order": OpenOrder("o1", "O-1", "requires_action")},
        {"status": SubscriptionStatus.PAST_DUE, "lapsed_on": TODAY},
    ],
    ids=["no payment method", "an open order", "past due"],
)
def test_what_stops_paid_changes_does_not_stop_this(changes: dict[str, Any]) -> None:
    owned = subscription(scheduled=(THREE,), **changes)
    planned = undo_scheduled.plan(account(owned), offer(), ALICE, UndoScheduled("s1", ChangeKind.TERM), TODAY)
    assert len(planned.effects) == 1


@given(before=st.lists(CHANGES, max_size=3), change=CHANGES)
def test_law_11_taking_back_a_change_of_term_restores_the_preview(
    before: list[AddSeats | ChangeTerm], change: AddSeats | ChangeTerm
) -> None:
    """Whatever else is scheduled, an entry that came and went leaves the list as it would be without it."""
    state = account(subscription(scheduled=(scheduled(ChangeKind.SEATS, 2),)))
    for ask in [*before, change]:
        try:
            state = carry_out(state, plan(state, offer(), Request(ALICE, ask), TODAY))
        except Refusal as refused:
            assert refused.code == "term_unchanged"  # noqa: PT017 - the only one that these requests can meet
    for entry in state.subscription("s1").scheduled:
        undo = UndoScheduled("s1", entry.kind)
        state = carry_out(state, plan(state, offer(), Request(ALICE, undo), TODAY))
    assert state.subscription("s1").scheduled == ()
    seats = state.subscription("s1").seats
    assert state == account(subscription(seats=seats))
