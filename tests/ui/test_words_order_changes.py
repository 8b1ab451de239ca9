"""What a line of the list says that an order changed, and what it was about."""

from dataclasses import replace
from datetime import date

import pytest

from tenor.domain.account import ChangeKind
from tenor.domain.effects import BillCarried, Effect, MoveRenewal, Schedule, SetPlan, SetSeats
from tenor.ui import words
from tenor.ui.words import Names
from tests.domain.builders import subscription

NAMES = Names({"studio": "Draft"}, {("studio", "standard"): "Standard", ("studio", "premium"): "Premium"})
ONE = subscription(id="s1", number="SUB-000001")
KNOWN = {"s1": ONE, "s2": replace(ONE, id="s2", number="SUB-000002")}
DAY = date(2027, 1, 31)


def moved(subscription_id: str) -> MoveRenewal:
    return MoveRenewal(subscription_id, date(2026, 12, 2), DAY, date(2026, 12, 2), DAY)


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([SetSeats("s1", 3, 5)], "Seats 3 → 5"),
        ([SetPlan("s1", "standard", "premium")], "Standard → Premium"),
        ([moved("s1")], "Aligned to Jan 31, 2027"),
        ([moved("s1"), moved("s2")], "Aligned to Jan 31, 2027"),
        ([SetSeats("s1", 3, 5), moved("s1")], "Seats 3 → 5, Aligned to Jan 31, 2027"),
        ([Schedule("s1", ChangeKind.SEATS, None, "2", DAY)], "Renewed with 2\xa0seats from January 31, 2027"),
        ([Schedule("s1", ChangeKind.SEATS, "2", None, DAY)], ""),
        ([BillCarried(("l1",))], ""),
    ],
)
def test_each_kind_of_change_is_said_once(effects: list[Effect], said: str) -> None:
    assert words.order_change(effects, KNOWN, "en_US", NAMES) == said


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([], ""),
        (["s1"], "Draft Standard"),
        (["s1", "s2"], "2 subscriptions"),
        (["gone"], ""),
        (["s1", "gone"], "Draft Standard"),
    ],
)
def test_one_is_called_by_its_name_and_several_are_counted(ids: list[str], said: str) -> None:
    assert words.order_about(ids, KNOWN, "en_US", NAMES) == said
