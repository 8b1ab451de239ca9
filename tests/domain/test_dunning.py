"""After a failed charge: the tables of docs/domain/dunning.md, and what holds whatever happens."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import MethodKind
from tenor.domain.dunning import (
    TERMINAL,
    AskForMethod,
    Attempt,
    Chargeable,
    ChargeDefault,
    Decline,
    Failure,
    RetryOn,
    Step,
    TryBackup,
    after_failure,
    decline_of,
    may_retry,
    retry_days,
)
from tenor.domain.offer import Policy
from tests.support import tables

FIRST = date(2027, 3, 1)
METHOD, BACKUP = "the method", "the backup"


def on(days: int) -> date:
    return FIRST + timedelta(days=days)


def told(step: Step) -> str:
    match step:
        case RetryOn(day):
            return f"day {(day - FIRST).days}"
        case TryBackup():
            return "backup"
        case AskForMethod():
            return "ask"
        case ChargeDefault():
            raise AssertionError("there is no default here")


def failed(days: str, last: str, by_customer: str = "-") -> tuple[Attempt, ...]:
    """The attempts of a row: all soft, save the last."""
    seen = () if by_customer == "-" else tuple(int(day) for day in by_customer.split())
    attempts = [Attempt(on(int(day)), METHOD, Decline.SOFT, int(day) in seen) for day in days.split()]
    return (*attempts[:-1], replace(attempts[-1], decline=Decline(last)))


def method(kind: str) -> Chargeable | None:
    return None if kind == "none" else Chargeable(METHOD, MethodKind(kind))


KINDS = tables.rows("dunning", "Kinds of decline")
TRIES = tables.rows("dunning", "When it is tried again")
BACKUPS = tables.rows("dunning", "The backup method")


@pytest.mark.parametrize("row", KINDS, ids=tables.ids(KINDS, "code", "final"))
def test_kinds_of_decline(row: dict[str, str]) -> None:
    assert decline_of(row["code"], is_final=row["final"] == "yes") == row["decline"]


@pytest.mark.parametrize("row", TRIES, ids=tables.ids(TRIES, "method", "failed", "last decline", "today"))
def test_tries(row: dict[str, str]) -> None:
    attempts = failed(row["failed"], row["last decline"], row["by customer"])
    step = after_failure(Policy(), Failure(attempts, method(row["method"])), on(int(row["today"])))
    assert told(step) == row["next"]


@pytest.mark.parametrize("row", BACKUPS, ids=tables.ids(BACKUPS, "first method", "failed", "last decline", "backup"))
def test_backup(row: dict[str, str]) -> None:
    kind, _, how = row["first method"].partition(", ")
    today = on(int(row["today"]))
    attempts = failed(row["failed"], row["last decline"], row["today"] if how == "seen" else "-")
    backup = None if row["backup"] == "none" else Chargeable(BACKUP, MethodKind.CARD)
    if row["backup"] == "the same":
        backup = method(kind)
    if row["backup"] == "failed":
        attempts = (*attempts, Attempt(today, BACKUP, Decline.SOFT))
    failure = Failure(attempts, method(kind), backup, is_disputed=how == "disputed")
    assert told(after_failure(Policy(), failure, today)) == row["next"]


@dataclass
class Course:
    """A renewal that nothing pays, played day by day with the answers given."""

    policy: Policy
    kind: MethodKind
    answers: list[tuple[Decline, int]]
    has_backup: bool
    attempts: list[Attempt] = field(default_factory=list)
    charged_on: list[date] = field(default_factory=list)

    def play(self) -> None:
        """Charge on the first day, then do what is decided; an answer may take days."""
        today, charged = FIRST, METHOD
        for decline, days in self.answers:
            self.charged_on.append(today)
            today += timedelta(days=days)
            self.attempts.append(Attempt(today, charged, decline))
            match after_failure(self.policy, self.failure(), today):
                case RetryOn(day):
                    assert may_retry(self.policy, self.failure())
                    assert day > today
                    today, charged = day, METHOD
                case TryBackup(backup):
                    charged = backup
                case AskForMethod() | ChargeDefault():
                    return

    def failure(self) -> Failure:
        backup = Chargeable(BACKUP, MethodKind.CARD) if self.has_backup else None
        return Failure(tuple(self.attempts), Chargeable(METHOD, self.kind), backup)

    def by(self, method_id: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.method_id == method_id]


days = st.lists(st.integers(1, 60), max_size=6, unique=True).map(lambda some: tuple(sorted(some)))
courses = st.builds(
    Course,
    policy=st.builds(Policy, card_retry_days=days, debit_retry_days=days),
    kind=st.sampled_from(MethodKind),
    answers=st.lists(st.tuples(st.sampled_from(Decline), st.integers(0, 6)), min_size=1, max_size=20),
    has_backup=st.booleans(),
)


@given(courses)
def test_a_method_is_never_tried_more_often_than_the_policy_says(course: Course) -> None:
    course.play()
    assert len(course.by(METHOD)) <= 1 + len(retry_days(course.policy, course.kind))


@given(courses)
def test_nothing_is_tried_again_after_a_terminal_decline(course: Course) -> None:
    course.play()
    for tried in (METHOD, BACKUP):
        declines = [attempt.decline for attempt in course.by(tried)]
        assert not any(decline in TERMINAL for decline in declines[:-1])


@given(courses)
def test_the_backup_is_tried_once_and_after_everything_else(course: Course) -> None:
    course.play()
    assert len(course.by(BACKUP)) <= course.has_backup
    if course.by(BACKUP):
        assert course.attempts[-1].method_id == BACKUP


@given(courses)
def test_every_try_is_on_a_day_of_the_policy(course: Course) -> None:
    course.play()
    first = course.attempts[0].on
    own = course.charged_on[1 : len(course.by(METHOD))]
    assert {(day - first).days for day in own} <= set(retry_days(course.policy, course.kind))


@given(courses)
def test_a_customer_who_tries_moves_nothing(course: Course) -> None:
    course.play()
    last = course.attempts[-1].on
    before = after_failure(course.policy, course.failure(), last)
    course.attempts.append(Attempt(last, "another", Decline.SOFT, by_customer=True))
    after = after_failure(course.policy, course.failure(), last)
    assert after == before or isinstance(after, AskForMethod)


@given(courses)
def test_money_that_was_taken_back_is_never_charged_by_itself(course: Course) -> None:
    course.play()
    disputed = replace(course.failure(), is_disputed=True)
    assert after_failure(course.policy, disputed, course.attempts[-1].on) == AskForMethod()
    assert not may_retry(course.policy, disputed)
