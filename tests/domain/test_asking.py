"""The schedule on which a silent gateway is asked, and how it stands to the life of a key."""

from datetime import timedelta
from itertools import accumulate

from tenor.domain.asking import DAILY, HANDED_OVER_AFTER, KEY_LIVES, WAITS, patience


def test_the_schedule() -> None:
    assert [patience(tries) for tries in range(8)] == [10, 300, 3600, 4 * 3600, 16 * 3600, *[86_400] * 3]


def test_it_is_asked_less_and_less_often() -> None:
    waits = [patience(tries) for tries in range(40)]
    assert waits == sorted(waits)
    assert waits[-1] == DAILY.total_seconds()


def test_the_last_early_look_comes_while_the_key_lives_and_the_daily_ones_do_not() -> None:
    looks = list(accumulate(WAITS, initial=timedelta(0)))
    assert looks[-1] < KEY_LIVES < looks[-1] + DAILY


def test_a_person_looks_after_some_daily_looks() -> None:
    assert HANDED_OVER_AFTER > KEY_LIVES + 2 * DAILY
