"""Who loses a seat when there are fewer: whom the admin chose, then who was assigned last."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.seats import SeatUser, in_order_of_leaving, surplus
from tests.support import tables

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
WORKED = tables.rows("people", "Who loses a seat")


def user(number: int, *, leaves: bool = False) -> SeatUser:
    """The n-th that was given a seat."""
    return SeatUser(f"{number:03}", f"u{number}", f"Person {number}", "", FIRST + timedelta(days=number), leaves)


@pytest.mark.parametrize("row", WORKED, ids=tables.ids(WORKED, "chosen to leave", "seats left"))
def test_worked(row: dict[str, str]) -> None:
    names = row["assigned, in this order"].split(", ")
    chosen = set(row["chosen to leave"].split(", "))
    users = [
        SeatUser(name, name, name, "", FIRST + timedelta(days=place), name in chosen)
        for place, name in enumerate(names)
    ]
    leaving = [one.name for one in surplus(users, int(row["seats left"]))]
    assert (", ".join(leaving) or "-") == row["lose their seat"]


USERS = st.lists(st.booleans(), max_size=12).map(
    lambda flags: [user(number, leaves=leaves) for number, leaves in enumerate(flags)]
)


@given(users=USERS, left=st.integers(0, 15), seed=st.randoms(use_true_random=False))
def test_as_many_lose_a_seat_as_there_are_too_many_whatever_the_order(users: list[SeatUser], left: int, seed) -> None:  # type: ignore[no-untyped-def]
    leaving = surplus(users, left)
    assert len(leaving) == max(0, len(users) - left)
    shuffled = [*users]
    seed.shuffle(shuffled)
    assert surplus(shuffled, left) == leaving


@given(users=USERS)
def test_nobody_leaves_before_who_was_chosen_nor_before_who_came_later(users: list[SeatUser]) -> None:
    ordered = in_order_of_leaving(users)
    assert set(ordered) == set(users)
    keys = [(not one.leaves_at_renewal, -one.assigned_at.timestamp()) for one in ordered]
    assert keys == sorted(keys)


def test_who_has_no_role_is_called_by_their_address() -> None:
    assert SeatUser("1", "2", "", "mia@example.com", FIRST).label == "mia@example.com"
    assert user(1).label == "Person 1"
