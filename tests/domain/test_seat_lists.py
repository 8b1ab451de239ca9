"""Lists of seats: what they change, which lines are left out, and the laws that hold for every list."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import Subscription, SubscriptionStatus
from tenor.domain.seat_lists import SeatLine, SeatPlan, plan_seats
from tenor.domain.seats import SeatUser
from tests.domain.builders import subscription

AT = datetime(2026, 11, 1, tzinfo=UTC)
PEOPLE = [f"{name}@example.com" for name in ("ann", "bo", "cy", "di", "eli")]
DRAFT = subscription(id="s1", number="SUB-1", seats=2)
MODEL = subscription(id="s2", number="SUB-2", seats=3)
GONE = subscription(id="s3", number="SUB-3", seats=3, status=SubscriptionStatus.SUSPENDED)
OWNED = (DRAFT, MODEL, GONE)

Seated = dict[str, list[SeatUser]]


def user(one: Subscription, email: str) -> SeatUser:
    return SeatUser(f"{one.id}-{email}", email, "", email, AT)


def listed(*lines: tuple[str, str]) -> list[SeatLine]:
    """The first line of a file names its columns."""
    return [SeatLine(n, number, email, is_address="@" in email) for n, (number, email) in enumerate(lines, start=2)]


def planned(lines: list[SeatLine], seated: Seated | None = None, known: Sequence[str] = ()) -> SeatPlan:
    return plan_seats(lines, OWNED, seated or {}, frozenset(known))


def codes(plan: SeatPlan) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in plan.faults]


def test_who_is_listed_gets_a_seat_and_who_is_not_loses_theirs() -> None:
    seated = {"s1": [user(DRAFT, "ann@example.com"), user(DRAFT, "bo@example.com")]}
    lines = listed(("SUB-1", "ann@example.com"), ("SUB-1", "cy@example.com"))
    plan = planned(lines, seated, known=["ann@example.com", "bo@example.com"])
    assert plan.changes == (("+", "s1", "cy@example.com"), ("-", "s1", "bo@example.com"))
    assert (plan.kept, plan.faults, [one.is_known for one in plan.given]) == (1, (), [False])


def test_a_subscription_that_is_not_listed_stays_as_it_is() -> None:
    seated = {"s2": [user(MODEL, "bo@example.com")]}
    assert planned(listed(("SUB-1", "ann@example.com")), seated).taken == ()


def test_a_line_without_an_address_names_a_subscription_that_nobody_is_to_use() -> None:
    seated = {"s1": [user(DRAFT, "ann@example.com")]}
    assert planned(listed(("SUB-1", "")), seated).changes == (("-", "s1", "ann@example.com"),)


def test_each_line_that_is_left_out_says_why() -> None:
    plan = planned(
        listed(
            ("SUB-9", "ann@example.com"),
            ("", "ann@example.com"),
            ("SUB-1", "ann@example.com"),
            ("SUB-1", "ann@example.com"),
            ("SUB-1", "bo@example.com"),
            ("SUB-1", "cy@example.com"),
            ("SUB-2", "ann"),
            ("SUB-3", "ann@example.com"),
        )
    )
    assert codes(plan) == [
        (2, "unknown_number"),
        (3, "no_number"),
        (5, "named_twice"),
        (7, "no_seat_free"),
        (8, "no_address"),
        (9, "seats_without_access"),
    ]
    assert [one.line for one in plan.given] == [4, 6]


def test_nobody_loses_a_seat_where_a_line_does_not_say_whom_it_means() -> None:
    seated = {"s1": [user(DRAFT, "ann@example.com"), user(DRAFT, "bo@example.com")]}
    plan = planned(listed(("SUB-1", "ann@example.com"), ("SUB-1", "bo at example")), seated)
    assert (plan.changes, codes(plan)) == ((), [(3, "no_address")])


def test_a_seat_that_is_taken_back_is_free_for_another() -> None:
    seated = {"s1": [user(DRAFT, "ann@example.com"), user(DRAFT, "bo@example.com")]}
    plan = planned(listed(("SUB-1", "cy@example.com"), ("SUB-1", "di@example.com")), seated)
    assert (len(plan.given), len(plan.taken), plan.faults) == (2, 2, ())


# --- laws ---------------------------------------------------------------------------------------------------------

lines = st.lists(
    st.tuples(st.sampled_from(["SUB-1", "SUB-2", "SUB-3", "SUB-9", ""]), st.sampled_from([*PEOPLE, "", "nobody"]))
)


@st.composite
def sitting(draw: st.DrawFn) -> Seated:
    """Who has a seat already, never more than there are."""
    return {
        one.id: [user(one, email) for email in draw(st.sets(st.sampled_from(PEOPLE), max_size=one.seats))]
        for one in (DRAFT, MODEL)
    }


def carried_out(plan: SeatPlan, seated: Seated) -> Seated:
    by_id = {one.id: one for one in OWNED}
    gone = {taken.user.id for taken in plan.taken}
    left = {key: [each for each in users if each.id not in gone] for key, users in seated.items()}
    for one in plan.given:
        left[one.subscription_id].append(user(by_id[one.subscription_id], one.email))
    return left


@given(lines=lines, seated=sitting())
def test_never_more_people_than_seats_and_nobody_twice(lines: list[tuple[str, str]], seated: Seated) -> None:
    after = carried_out(planned(listed(*lines), seated), seated)
    for one in (DRAFT, MODEL):
        emails = [each.email for each in after[one.id]]
        assert len(emails) == len(set(emails)) <= one.seats


@given(lines=lines, seated=sitting())
def test_a_list_changes_nothing_the_second_time(lines: list[tuple[str, str]], seated: Seated) -> None:
    after = carried_out(planned(listed(*lines), seated), seated)
    assert planned(listed(*lines), after).changes == ()


@given(lines=lines, seated=sitting())
def test_every_line_is_done_left_out_or_so_already(lines: list[tuple[str, str]], seated: Seated) -> None:
    plan = planned(listed(*lines), seated)
    told = {one.line for one in plan.given} | {fault.line for fault in plan.faults}
    after = carried_out(plan, seated)
    ids = {one.number: one.id for one in OWNED}
    for line in listed(*lines):
        so_already = line.email in [each.email for each in after.get(ids.get(line.number, ""), [])]
        assert line.line in told or so_already or not line.email
