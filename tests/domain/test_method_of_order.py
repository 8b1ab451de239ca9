"""One order may be paid by another stored method; what pays the subscription stays."""

from dataclasses import replace

import pytest

from tenor.domain.account import MethodKind, MethodStatus
from tenor.domain.planner import plan
from tenor.domain.quote import canonical
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, AlignDates, Ask, ChangePlan, Request
from tests.domain.builders import ALICE, CARD, DEBIT, TODAY, account, day, offer, subscription

OTHER = replace(CARD, id="other", label="Visa 5555", is_default=False)
LATER = subscription(id="s2", renews_on=day("2027-05-01"), anchor=day("2026-05-01"))
STATE = account(subscription(), LATER, methods=(CARD, OTHER, DEBIT))

ASKS = [
    AddSeats("s1", 1),
    ChangePlan("s1", "premium", "now"),
    AlignDates(("s1", "s2")),
]


def by(ask: Ask, method_id: str) -> Ask:
    assert isinstance(ask, AddSeats | ChangePlan | AlignDates)
    return replace(ask, method_id=method_id)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.kind)
def test_the_chosen_method_pays_the_same_order(ask: Ask) -> None:
    own = plan(STATE, offer(), Request(ALICE, ask), TODAY)
    other = plan(STATE, offer(), Request(ALICE, by(ask, "other")), TODAY)
    assert (own.method_id, other.method_id) == ("card", "other")
    assert replace(other, method_id="card") == own, "nothing else differs: what pays the subscription stays"


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.kind)
@pytest.mark.parametrize("method_id", ["nobody's", "broken"])
def test_what_cannot_be_charged_is_not_chosen(ask: Ask, method_id: str) -> None:
    broken = replace(OTHER, id="broken", status=MethodStatus.INVALID)
    with pytest.raises(Refusal, match=r"unknown_method|method_not_usable"):
        plan(replace(STATE, methods=(CARD, broken)), offer(), Request(ALICE, by(ask, method_id)), TODAY)


@pytest.mark.parametrize("ask", ASKS[:2], ids=lambda ask: ask.kind)
def test_the_chosen_method_is_judged_instead_of_their_own(ask: Ask) -> None:
    broken = replace(CARD, status=MethodStatus.INVALID)
    state = replace(STATE, methods=(broken, OTHER))
    with pytest.raises(Refusal, match="not_eligible"):
        plan(state, offer(), Request(ALICE, ask), TODAY)
    assert plan(state, offer(), Request(ALICE, by(ask, "other")), TODAY).method_id == "other"


def test_an_alignment_is_paid_by_what_the_seller_takes_for_one() -> None:
    cards_only = offer(policy={"alignment_methods": frozenset({MethodKind.CARD})})
    with pytest.raises(Refusal, match="method_not_usable"):
        plan(STATE, cards_only, Request(ALICE, AlignDates(("s1", "s2"), method_id="debit")), TODAY)


@pytest.mark.parametrize("ask", ASKS[:2], ids=lambda ask: ask.kind)
def test_a_request_that_chooses_none_is_written_as_before(ask: Ask) -> None:
    written = canonical(ask)
    assert isinstance(written, dict)
    assert "method_id" not in written
