"""`tenor check`: the demo's book has no fault; a fault is told with what to do, and ends with code 1."""

import json

import pytest
from typer.testing import CliRunner

from tenor.cli.check import app
from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS
from tests.support import factories
from tests.support.house import RunningHouse


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, options, env={"COLUMNS": "120"})
    return result.exit_code, result.stdout


def claim_for_nothing() -> models.Subscription:
    """A subscription that would never renew again."""
    return factories.make_subscription(account=factories.make_account(), renewal_claimed_at=factories.NOW)


@pytest.mark.django_db
def test_books_without_a_fault_end_well() -> None:
    factories.make_subscription(account=factories.make_account())
    assert run() == (0, f"ok    all {len(INVARIANTS)} invariants hold.\n")
    assert json.loads(run("--json")[1]) == {"checked": len(INVARIANTS), "broken": []}


@pytest.mark.django_db
def test_a_fault_is_told_with_what_to_do() -> None:
    subscription = claim_for_nothing()
    code, told = run()
    assert code == 1
    assert "broken: a claimed renewal is open" in told
    assert f"{subscription.number}: active, claimed for its renewal" in told
    assert "-> Clear `renewal_claimed_at`" in told
    assert f"{len(INVARIANTS) - 1} of {len(INVARIANTS)} invariants hold." in told


@pytest.mark.django_db
def test_as_json_the_offenders_are_counted_no_further_than_asked() -> None:
    accounts = {claim_for_nothing().account.number, claim_for_nothing().account.number}
    code, told = run("--json", "--most", "1")
    [broken] = json.loads(told)["broken"]
    assert (code, broken["invariant"], broken["more"]) == (1, "a_claimed_renewal_is_open", True)
    [offender] = broken["offenders"]
    assert offender["account"] in accounts


def test_the_demos_book_has_no_fault(house: RunningHouse) -> None:
    assert house.tenor("check").stdout == f"ok    all {len(INVARIANTS)} invariants hold.\n"
