"""`tenor parked` and the doctor's look at the books: what waits for a person is told, and taken up again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from tenor.cli import doctor
from tenor.cli.doctor import Fault
from tenor.cli.parked import app
from tenor.db import models
from tenor.db.models.base import Attempt
from tenor.db.queries.watch import KINDS, count_parked
from tenor.usecases.release_parked import MODELS
from tests.db.world import World, make_world
from tests.support import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def world() -> World:
    return make_world()


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, options, env={"COLUMNS": "80"})
    return result.exit_code, result.output


def park(world: World, kind: str) -> Attempt:
    row: Attempt = world[MODELS[kind]]
    type(row)._default_manager.filter(pk=row.pk).update(parked_at=NOW, error=f"the {kind} was odd", tries=12)
    return row


def test_every_table_that_parks_rows_is_looked_at() -> None:
    parking = {model for model in vars(models).values() if isinstance(model, type) and issubclass(model, Attempt)}
    assert set(MODELS.values()) == parking
    assert set(MODELS) == set(KINDS)


def test_nothing_waits_for_a_person() -> None:
    assert run() == (0, "ok    nothing waits for a person.\n")
    assert doctor.check_parked() == "nothing waits for a person"


@pytest.mark.parametrize("kind", KINDS)
def test_a_parked_row_is_told_and_taken_up_again(kind: str, world: World) -> None:
    row = park(world, kind)
    code, told = run()
    assert code == 1
    assert f"{kind} {row.pk}" in told
    assert f"the {kind} was odd" in told
    assert max(map(len, told.splitlines())) <= 80
    with pytest.raises(Fault, match=f"Set aside for a person: 1 {kind}\\."):
        doctor.check_parked()
    assert run("--release", str(row.pk)) == (0, f"The {kind} is tried again.\n")
    row.refresh_from_db()
    assert (row.parked_at, row.tries, row.error) == (None, 0, "")
    assert count_parked() == {}


def test_the_rest_is_counted(world: World) -> None:
    for kind in KINDS:
        park(world, kind)
    assert f"... and {len(KINDS) - 1} more" in run("--most", "1")[1]


def test_what_is_not_parked_can_not_be_released(world: World) -> None:
    code, told = run("--release", str(uuid4()))
    assert code == 1
    assert "parked" in told or told == ""


def test_the_doctor_tells_when_the_books_were_looked_at() -> None:
    assert "not checked yet" in doctor.check_books()
    assert "not compared yet" in doctor.check_gateways_books()
    for duty in ("check", "reconcile"):
        models.Run.objects.create(
            duty=duty, day=NOW.date(), started_at=NOW, lease_until=NOW, finished_at=NOW, summary={"broken": {}}
        )
    assert doctor.check_books() == "checked on 2026-11-21"
    assert doctor.check_gateways_books() == "compared on 2026-11-21"


def test_the_doctor_tells_what_is_wrong_with_the_books(world: World) -> None:
    later = NOW + timedelta(days=1)
    models.Run.objects.create(
        duty="check",
        day=later.date(),
        started_at=later,
        lease_until=later,
        finished_at=later,
        summary={"broken": {"x": []}},
    )
    with pytest.raises(Fault, match=r"1 invariants did not hold on 2026-11-22\.") as fault:
        doctor.check_books()
    assert fault.value.remedy == "Run `tenor check`."
    with pytest.raises(Fault, match="1 differences from the gateway's books are open"):
        doctor.check_gateways_books()


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_a_kind_are_taken_up_again_and_no_others(kind: str, world: World) -> None:
    rows = {each: park(world, each) for each in KINDS}
    assert run("--release-all", kind) == (0, f"{kind}: 1 are tried again.\n")
    assert count_parked() == {each: 1 for each in KINDS if each != kind}
    rows[kind].refresh_from_db()
    assert (rows[kind].parked_at, rows[kind].tries, rows[kind].next_try_at) == (None, 0, None)


def test_a_kind_that_is_none_is_told(world: World) -> None:
    code, _ = run("--release-all", "letter")
    assert code == 1
    assert count_parked() == {}
