"""After a failed charge, with a default that may take over: tables of docs/domain/dunning.md, and what always holds."""

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
    asked_again,
    charged_next,
    day_of,
    due_method,
    retry_days,
)
from tenor.domain.offer import Policy
from tests.support import tables

FIRST = date(2027, 3, 1)
METHOD, BACKUP, DEFAULT = "the method", "the backup", "the default"
TAKES_OVER = tables.rows("dunning", "The account's default takes over")
AGAIN = tables.rows("dunning", "Asked, and asked again")


def on(days: int) -> date:
    return FIRST + timedelta(days=days)


def told(step: Step) -> str:
    match step:
        case RetryOn(day):
            return f"day {(day - FIRST).days}"
        case TryBackup():
            return "backup"
        case ChargeDefault(method_id, day):
            assert method_id == DEFAULT
            return f"default on day {(day - FIRST).days}"
        case AskForMethod():
            return "ask"


def attempts_of(row: dict[str, str], today: date) -> tuple[Attempt, ...]:
    found = [Attempt(on(int(day)), METHOD, Decline.SOFT) for day in row["failed"].split()]
    found[-1] = replace(found[-1], decline=Decline(row["last decline"]), by_customer="seen" in row["own method"])
    if row["own method"] == "the default itself":
        found = [replace(one, method_id=DEFAULT) for one in found]
    if row["backup"] == "failed":
        found.append(Attempt(today, BACKUP, Decline.SOFT))
    declined = {"failed": Decline.SOFT, "refused": Decline.FINAL}
    if row["default"] in declined:
        found.append(Attempt(today, DEFAULT, declined[row["default"]]))
    return tuple(found)


def own(row: dict[str, str]) -> Chargeable | None:
    what, _, until = row["own method"].partition(", valid until day ")
    return {
        "none": None,
        "another card since": Chargeable("another", MethodKind.CARD),
        "another debit since": Chargeable("another", MethodKind.DIRECT_DEBIT),
        "the default itself": Chargeable(DEFAULT, MethodKind.CARD),
    }.get(what, Chargeable(METHOD, MethodKind.CARD, on(int(until)) if until else None))


@pytest.mark.parametrize(
    "row", TAKES_OVER, ids=tables.ids(TAKES_OVER, "own method", "failed", "last decline", "default")
)
def test_table_of_what_takes_over(row: dict[str, str]) -> None:
    today = on(int(row["today"]))
    kind = MethodKind.DIRECT_DEBIT if row["default"] == "debit" else MethodKind.CARD
    failure = Failure(
        attempts_of(row, today),
        own(row),
        None if row["backup"] == "none" else Chargeable(BACKUP, MethodKind.CARD),
        is_disputed="disputed" in row["own method"],
        default=None if row["default"] == "none" else Chargeable(DEFAULT, kind),
    )
    assert told(after_failure(Policy(), failure, today)) == row["next"]


@pytest.mark.parametrize("row", AGAIN, ids=tables.ids(AGAIN, "failed", "today"))
def test_table_of_asking_again(row: dict[str, str]) -> None:
    days = [] if row["failed"] == "-" else row["failed"].split()
    failure = Failure(tuple(Attempt(on(int(day)), METHOD, Decline.FINAL) for day in days), None)
    assert (failure.attempts[-1].on if days else FIRST) == on(int(row["last failure"]))
    found = asked_again(Policy(), failure, FIRST, on(int(row["today"])))
    assert found == (0 if row["again"] == "-" else int(row["again"]))


@dataclass
class Course:
    """A renewal that nothing pays, played with the answers given: by its own method, its backup, the default."""

    policy: Policy
    kind: MethodKind
    stands_in: MethodKind
    answers: list[tuple[Decline, int]]
    has_backup: bool
    attempts: list[Attempt] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def play(self) -> None:
        today, charged = FIRST, METHOD
        for decline, days in self.answers:
            today += timedelta(days=days)
            self.attempts.append(Attempt(today, charged, decline))
            step = after_failure(self.policy, self.failure(), today)
            self.steps.append(step)
            if (day := day_of(step)) is not None:
                assert day > today, "nothing is charged on the spot that was not told before"
                due = due_method(self.policy, self.failure(), day)
                assert due is not None
                assert due.id == charged_next(step, self.failure()), "what was told is what is charged"
                today = day
            if not (charged := charged_next(step, self.failure())):
                return

    def failure(self) -> Failure:
        backup = Chargeable(BACKUP, MethodKind.CARD) if self.has_backup else None
        default = Chargeable(DEFAULT, self.stands_in)
        return Failure(tuple(self.attempts), Chargeable(METHOD, self.kind), backup, default=default)

    def by(self, method_id: str) -> list[Decline]:
        return [attempt.decline for attempt in self.attempts if attempt.method_id == method_id]


days = st.lists(st.integers(1, 60), max_size=6, unique=True).map(lambda some: tuple(sorted(some)))
courses = st.builds(
    Course,
    policy=st.builds(Policy, card_retry_days=days, debit_retry_days=days, pre_notice_days=st.integers(0, 20)),
    kind=st.sampled_from(MethodKind),
    stands_in=st.sampled_from(MethodKind),
    answers=st.lists(st.tuples(st.sampled_from(Decline), st.integers(0, 6)), min_size=1, max_size=25),
    has_backup=st.booleans(),
)


@given(courses)
def test_nothing_is_tried_more_often_than_the_policy_says_nor_after_a_terminal_decline(course: Course) -> None:
    course.play()
    for method_id, kind in ((METHOD, course.kind), (DEFAULT, course.stands_in)):
        declines = course.by(method_id)
        assert len(declines) <= 1 + len(retry_days(course.policy, kind))
        assert not any(decline in TERMINAL for decline in declines[:-1])


@given(courses)
def test_the_default_is_charged_only_where_the_own_method_can_not_pay_any_more(course: Course) -> None:
    course.play()
    if course.by(DEFAULT):
        assert course.by(METHOD)[-1] in TERMINAL


@given(courses)
def test_nobody_is_asked_while_a_default_that_was_not_tried_could_take_over(course: Course) -> None:
    course.play()
    if isinstance(course.steps[-1], AskForMethod) and course.by(METHOD)[-1] in TERMINAL:
        assert course.by(DEFAULT)


@given(courses)
def test_a_debit_that_takes_over_is_announced_in_time(course: Course) -> None:
    course.play()
    pairs = zip(course.attempts, course.steps, strict=True)
    moves = [(attempt.on, step.on) for attempt, step in pairs if isinstance(step, ChargeDefault)]
    if moves and course.stands_in is MethodKind.DIRECT_DEBIT:
        told_on, charged_on = moves[0]
        assert (charged_on - told_on).days >= max(1, course.policy.pre_notice_days)


@given(courses)
def test_without_the_default_everything_is_as_it_was(course: Course) -> None:
    course.play()
    for place in range(len(course.attempts)):
        some = replace(course.failure(), attempts=tuple(course.attempts[: place + 1]))
        today = course.attempts[place].on
        before, after = after_failure(course.policy, replace(some, default=None), today), course.steps[place]
        assert after == before or (isinstance(before, AskForMethod) and isinstance(after, ChargeDefault))
