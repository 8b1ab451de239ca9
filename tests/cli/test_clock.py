"""`tenor clock`: forward only, day by day, together with the sandbox; it stands between runs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tenor.cli.clock import later
from tests.support.house import RunningHouse, Template, running_house
from tests.support.house_fixtures import NewHouse

pytestmark = pytest.mark.xdist_group("clock")  # one process makes what they share

NOON = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)


@pytest.fixture
def quiet(fresh_house: NewHouse) -> RunningHouse:
    """A house in which the sandbox alone runs: what happens is what the command does."""
    return fresh_house("sandbox")


@pytest.fixture(scope="module")
def untouched(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """The same for tests that are refused, and leave it as it is."""
    with running_house(house_template, tmp_path_factory.mktemp("untouched"), ("sandbox",)) as running:
        yield running


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("12h", "2026-02-01T00:30:00+00:00"),
        ("30d", "2026-03-02T12:30:00+00:00"),
        ("2w", "2026-02-14T12:30:00+00:00"),
        ("1mo", "2026-02-28T12:30:00+00:00"),
        ("2mo", "2026-03-31T12:30:00+00:00"),
        ("1y", "2027-01-31T12:30:00+00:00"),
        ("0d", "2026-01-31T12:30:00+00:00"),
    ],
)
def test_a_span_is_added_by_the_calendar(span: str, expected: str) -> None:
    assert later(NOON, span).isoformat() == expected


@pytest.mark.parametrize("span", ["", "30", "d", "-3d", "1.5d", "3 fortnights", "1y2mo"])
def test_what_is_no_span_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match="is no span"):
        later(NOON, span)


def test_show_tells_the_instant_and_that_it_stands(untouched: RunningHouse) -> None:
    assert untouched.tenor("clock", "show").stdout == "2026-11-21 09:00:00 UTC (stands still)\n"


@pytest.mark.parametrize("goal", ["2026-11-20", "2026-11-21T08:59:59"])
def test_the_clock_never_goes_back(untouched: RunningHouse, goal: str) -> None:
    done = untouched.tenor("clock", "set", goal, check=False)
    assert done.returncode == 1
    assert "only moves forward: it shows 2026-11-21 09:00:00 UTC" in done.stderr
    assert untouched.now().isoformat() == "2026-11-21T09:00:00+00:00"


@pytest.mark.parametrize("arguments", [("set", "tomorrow"), ("set", "2026-13-01"), ("advance", "soon")])
def test_what_can_t_be_read_is_said_with_exit_code_2(untouched: RunningHouse, arguments: tuple[str, str]) -> None:
    done = untouched.tenor("clock", *arguments, check=False)
    assert done.returncode == 2
    assert repr(arguments[1]) in done.stderr


def test_a_date_means_nine_o_clock_and_the_sandbox_goes_along(quiet: RunningHouse) -> None:
    done = quiet.tenor("clock", "set", "2026-11-22")
    assert done.stdout.endswith("2026-11-22 09:00:00 UTC (stands still)\n")
    assert quiet.now() == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert quiet.sandbox.get("/test/clock")["now"] == "2026-11-22T09:00:00+00:00"


def test_what_falls_due_on_the_way_happens(quiet: RunningHouse) -> None:
    """A debit settles on the 24th, an order that waits for the bank expires, Alice's month renews on the 5th."""
    waiting = "SELECT o.status FROM db_order o JOIN db_account a ON a.id = o.account_id WHERE a.name = %s AND o.id = %s"
    newest = "SELECT o.id FROM db_order o JOIN db_account a ON a.id = o.account_id WHERE a.name = %s ORDER BY o.id DESC"
    orders = {name: quiet.sql(newest, name)[0][0] for name in ("Van Dijk Ontwerp B.V.", "Femke de Boer")}
    assert [quiet.sql(waiting, *order) for order in orders.items()] == [[("processing",)], [("requires_action",)]]
    quiet.tenor("clock", "advance", "15d")
    assert [quiet.sql(waiting, *order) for order in orders.items()] == [[("fulfilled",)], [("expired",)]]
    renewed = quiet.sql(
        "SELECT s.renews_on::text FROM db_subscription s JOIN db_account a ON a.id = s.account_id"
        " WHERE a.name LIKE 'Brightwater%' AND months = 1"
    )
    assert renewed == [("2027-01-05",)]
    [(placed,)] = quiet.sql("SELECT placed_at FROM db_order WHERE action = 'renew' ORDER BY placed_at DESC LIMIT 1")
    assert placed < quiet.now()  # on its own day, not at the end of the way


def test_it_ticks_from_where_it_stood_and_stands_where_it_came_to(quiet: RunningHouse) -> None:
    stood = quiet.now()
    quiet.tenor("clock", "resume")
    assert quiet.sql("SELECT stands_at FROM db_clock") == [(None,)]
    quiet.tenor("clock", "stand")
    assert stood <= quiet.now() < stood + timedelta(hours=1)


def test_a_killed_run_left_it_ticking_and_it_goes_on_from_what_the_sandbox_was_told(quiet: RunningHouse) -> None:
    stood = quiet.now()
    quiet.sql("UPDATE db_clock SET stands_at = NULL, ahead_by = %s", timedelta(days=4000))
    quiet.tenor("clock", "resume")
    quiet.tenor("clock", "stand")
    assert stood <= quiet.now() < stood + timedelta(hours=1)


def test_the_worker_tells_the_sandbox_the_time(fresh_house: NewHouse) -> None:
    house = fresh_house("sandbox")
    house.sql("UPDATE db_clock SET stands_at = stands_at + interval '90 seconds'")
    house.start("worker")
    told = house.now().isoformat()
    house.wait_until(lambda: house.sandbox.get("/test/clock")["now"] == told, "the sandbox's clock to follow")


def test_the_portal_s_role_may_not_move_it(untouched: RunningHouse) -> None:
    done = untouched.tenor("clock", "advance", "1d", check=False, TENOR_DATABASE_ROLE="app")
    assert done.returncode != 0
    assert untouched.now().isoformat() == "2026-11-21T09:00:00+00:00"
