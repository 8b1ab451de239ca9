"""The breaker's worked numbers: twenty silences among the latest forty, thirty seconds of rest, three probes."""

from datetime import UTC, datetime, timedelta

import pytest

from tenor.domain.asking import HANDED_OVER_AFTER, KEY_LIVES
from tenor.domain.breaker import NO_LIMIT, Breaker, BreakerState

NOW = datetime(2030, 3, 4, 12, tzinfo=UTC)


def state_after(*outcomes: bool) -> BreakerState:
    return Breaker().told(outcomes, NOW).state(NOW)


def test_the_twentieth_silence_opens_it() -> None:
    assert state_after(*[False] * 19) is BreakerState.CLOSED
    assert state_after(*[False] * 20) is BreakerState.OPEN


@pytest.mark.parametrize(("answers", "expected"), [(20, BreakerState.OPEN), (21, BreakerState.CLOSED)])
def test_the_latest_forty_outcomes_count(answers: int, expected: BreakerState) -> None:
    """A silence, answers, and nineteen silences more: the first one still counts as the fortieth from the end only."""
    assert state_after(False, *[True] * answers, *[False] * 19) is expected


def test_old_silences_are_forgotten() -> None:
    breaker = Breaker().told([False] * 19 + [True] * 40, NOW)
    assert breaker.recent == (True,) * 40


@pytest.mark.parametrize(
    ("seconds", "state", "admitted"),
    [(0, "open", 0), (29, "open", 0), (29.999, "open", 0), (30, "half_open", 3), (31, "half_open", 3)],
)
def test_it_rests_for_thirty_seconds_and_then_admits_three(seconds: float, state: str, admitted: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    opened = Breaker(opened_at=NOW)
    assert (str(opened.state(now)), opened.admits(now)) == (state, admitted)


def test_probes_are_counted_down_and_never_below_nothing() -> None:
    now = NOW + timedelta(seconds=30)
    opened = Breaker(opened_at=NOW)
    assert [opened.sent(sent, now).admits(now) for sent in range(6)] == [3, 2, 1, 0, 0, 0]


def test_while_it_is_closed_no_number_of_requests_is_too_many() -> None:
    assert Breaker().admits(NOW) == NO_LIMIT
    assert 1_000_000_000 < NO_LIMIT < 2**63, "a database takes it for the limit of a query"


def test_a_key_is_not_used_in_the_last_hour_of_its_day_and_a_person_looks_after_five() -> None:
    assert timedelta(days=1) - KEY_LIVES == timedelta(hours=1)
    assert timedelta(days=5) == HANDED_OVER_AFTER
