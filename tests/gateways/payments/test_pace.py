"""The rate limit, by a clock that stands still until it is moved."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.gateways.payments.pace import Pace


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.seconds


def test_turns_are_taken_one_step_apart() -> None:
    pace = Pace(25, Clock())
    assert [pace.pause() for _ in range(4)] == pytest.approx([0.0, 0.04, 0.08, 0.12])


def test_what_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    clock.seconds += 60
    assert [pace.pause() for _ in range(2)] == pytest.approx([0.0, 0.1])


def test_no_limit_waits_for_nothing() -> None:
    pace = Pace(0, Clock())
    assert [pace.pause() for _ in range(1_000)] == [0.0] * 1_000


@given(st.integers(1, 1_000), st.lists(st.floats(0, 0.5), min_size=2, max_size=60))
def test_no_two_go_out_closer_than_a_step(per_second: int, gaps: list[float]) -> None:
    clock = Clock()
    pace = Pace(per_second, clock)
    sent_at = []
    for gap in gaps:
        clock.seconds += gap
        sent_at.append(clock.seconds + pace.pause())
    assert all(then - before >= 1 / per_second - 1e-9 for before, then in pairwise(sent_at))
