"""One door to every change: each request reaches its own file, and planning twice changes nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, Ask, ChangeTerm, Request
from tests.domain.builders import ALICE, STARTED, TODAY, account, carry_out, offer, usd


def quote(ask: Ask, days: int = 265) -> Quote:
    return plan(account(), offer(), Request(ALICE, ask), STARTED + timedelta(days=days))


@pytest.mark.parametrize(
    ("ask", "action", "total"),
    [(AddSeats("s1", 3), "add_seats", "382.19"), (ChangeTerm("s1", 36), "change_term", "0.00")],
)
def test_each_request_reaches_its_own_change(ask: Ask, action: str, total: str) -> None:
    planned = quote(ask)
    assert (planned.action, planned.priced_on, planned.total) == (action, TODAY, usd(total))


@pytest.mark.parametrize("ask", [AddSeats("theirs", 3), ChangeTerm("theirs", 36)])
def test_refusals_come_through_as_they_are(ask: Ask) -> None:
    with pytest.raises(Refusal, match=r"^unknown_subscription \(subscription=theirs\)$"):
        quote(ask)


asks = st.builds(AddSeats, st.just("s1"), st.integers(1, 400)) | st.builds(
    ChangeTerm, st.just("s1"), st.sampled_from([1, 36])
)


@given(ask=asks, days=st.integers(0, 364))
def test_planning_is_a_pure_function(ask: Ask, days: int) -> None:
    assert quote(ask, days) == quote(ask, days)


@given(asks=st.lists(asks, min_size=1, max_size=3), days=st.integers(0, 364))
def test_effects_carried_out_lead_to_the_promised_renewal(asks: list[Ask], days: int) -> None:
    """Whatever was done before, the renewal that the last quote promises is the one that is then there to renew."""
    state, today = account(), STARTED + timedelta(days=days)
    for ask in asks:
        try:
            planned = plan(state, offer(), Request(ALICE, ask), today)
        except Refusal as refused:
            assert refused.code in {"term_unchanged", "seats_above_maximum", "not_eligible"}  # noqa: PT017
            continue
        state = carry_out(state, planned)
        (promised,) = planned.promised
        owned = state.subscription("s1")
        assert promised.seats == owned.seats
        assert promised.amount == promised.unit_price * owned.seats
