"""The circuit breaker's laws: it opens by silence alone, rests, tries a few, and then knows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.breaker import FAILURES, NO_LIMIT, PROBES, REST, WINDOW, Breaker, BreakerState

NOW = datetime(2030, 3, 4, 12, tzinfo=UTC)
OPEN = Breaker(opened_at=NOW)
outcomes = st.lists(st.booleans(), max_size=120)


def is_too_many(told: list[bool]) -> bool:
    """Whether at some moment the latest WINDOW outcomes held FAILURES silences; the rule in other words."""
    return any(told[max(end - WINDOW, 0) : end].count(False) >= FAILURES for end in range(1, len(told) + 1))


@given(outcomes)
def test_it_opens_when_half_of_the_latest_were_silences_and_only_then(told: list[bool]) -> None:
    state = Breaker().told(told, NOW).state(NOW)
    assert state is (BreakerState.OPEN if is_too_many(told) else BreakerState.CLOSED)


@given(outcomes, outcomes)
def test_it_does_not_matter_how_outcomes_are_batched(first: list[bool], then: list[bool]) -> None:
    assert Breaker().told(first, NOW).told(then, NOW) == Breaker().told([*first, *then], NOW)


@given(st.lists(st.just(True), max_size=100), st.integers(0, FAILURES - 1))
def test_answers_keep_it_closed_and_so_do_a_few_silences(answers: list[bool], silences: int) -> None:
    breaker = Breaker().told([*answers, *[False] * silences], NOW)
    assert breaker.admits(NOW) == NO_LIMIT


@given(st.timedeltas(timedelta(0), REST - timedelta(microseconds=1)), outcomes)
def test_open_it_admits_nothing_whatever_still_comes_in(after: timedelta, late: list[bool]) -> None:
    assert OPEN.told(late, NOW + after).admits(NOW + after) == 0


@given(st.timedeltas(REST, timedelta(days=400)), st.integers(0, 10))
def test_after_its_rest_it_admits_a_few(after: timedelta, sent: int) -> None:
    later = NOW + after
    assert OPEN.state(later) is BreakerState.HALF_OPEN
    assert OPEN.sent(sent, later).admits(later) == max(PROBES - sent, 0)


@given(outcomes)
def test_the_first_probe_to_come_back_decides(others: list[bool]) -> None:
    later = NOW + REST
    assert OPEN.sent(PROBES, later).told([True], later) == Breaker()
    again = OPEN.sent(PROBES, later).told([False, *others], later)
    assert again == Breaker(opened_at=later), "what the other probes bring is old news"


@given(st.integers(0, 1_000))
def test_sending_counts_for_nothing_but_probes(count: int) -> None:
    closed = Breaker().told([True, False], NOW)
    assert closed.sent(count, NOW) == closed
    assert OPEN.sent(count, NOW) == OPEN


def test_one_failure_in_five_never_opens_it() -> None:
    assert Breaker().told([n % 5 != 0 for n in range(1_000)], NOW).state(NOW) is BreakerState.CLOSED


@given(st.lists(st.tuples(st.booleans(), st.timedeltas(timedelta(0), timedelta(seconds=20))), max_size=80))
def test_it_is_never_shut_for_good(story: list[tuple[bool, timedelta]]) -> None:
    """Whatever happened, one rest later something may go out again."""
    breaker, now = Breaker(), NOW
    for is_answer, passing in story:
        now += passing
        breaker = breaker.told([is_answer], now)
    assert breaker.admits(now + REST) > 0
