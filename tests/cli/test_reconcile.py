"""`tenor reconcile`: nothing differs, or it is told by kind, with what to do; and `--mend` records what was lost."""

import json

import pytest
from typer.testing import CliRunner

from tenor.cli.reconcile import WORDS, app
from tenor.domain.reconciling import DifferenceKind
from tests.support.customer import NOW, Customer, customer, sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess
from tests.usecases.test_reconcile_books import charge

__all__ = ["customer", "sandbox", "sandbox_process"]


@pytest.fixture(autouse=True)
def empty_books(request: pytest.FixtureRequest) -> None:
    if "customer" in request.fixturenames:
        process: SandboxProcess = request.getfixturevalue("sandbox")
        process.post("/test/clear")
        process.set_clock(NOW)


def run(*options: str, columns: int = 120) -> tuple[int, str]:
    result = CliRunner().invoke(app, options, env={"COLUMNS": str(columns)})
    return result.exit_code, result.stdout


def test_every_kind_has_words_and_a_remedy() -> None:
    assert WORDS.keys() == set(DifferenceKind)


def test_books_that_agree_end_well(customer: Customer) -> None:
    customer.buy_seats(1)
    assert run() == (0, "ok    sandbox: 1 charge compared, no differences.\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_lost_answer_is_told_and_mended(customer: Customer, columns: int) -> None:
    customer.pay_by("answer_lost")
    [payment] = customer.payments(customer.buy_seats(1))
    code, told = run(columns=columns)
    assert code == 1
    assert "answers that never arrived: 1" in told
    assert str(payment.id) in told.split()
    assert "-> `tenor reconcile --mend` records them" in told
    assert max(map(len, told.splitlines())) <= columns
    code, told = run("--mend")
    assert (code, told) == (0, "ok    sandbox: 1 charge compared, no differences, 1 mended, 1 resolved.\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_the_charges_of_an_invoice_charged_twice_are_told_whole(customer: Customer, columns: int) -> None:
    [payment] = customer.payments(customer.buy_seats(1))
    charge(customer, str(payment.id))
    code, told = run(columns=columns)
    assert code == 1
    for each in customer.sandbox.charges():
        assert each["id"] in told.replace(",", "").split()
    assert str(payment.invoice_id) in told.split()
    assert max(map(len, told.splitlines())) <= columns


def test_as_json_each_difference_has_its_remedy(customer: Customer) -> None:
    customer.pay_by("answer_lost")
    customer.buy_seats(1)
    code, told = run("--json", "--since", "2026-01-01")
    [books] = json.loads(told)
    [difference] = books["differences"]
    assert (code, books["charges"], difference["kind"]) == (1, 1, "answer_lost")
    assert (difference["here"], difference["there"]) == ("unknown", "succeeded")
    assert "--mend" in difference["remedy"]


def test_a_silent_gateway_is_no_clean_bill(customer: Customer, settings: object) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 1
    assert "nothing is certain" in str(result.exception) + result.output
