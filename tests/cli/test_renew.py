"""`tenor renew`: what is due is renewed and collected, once; what is parked is told by the exit code."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from tenor.cli.renew import app
from tenor.db import models
from tenor.db.queries.clock import let_it_stand
from tests.support import factories
from tests.support.customer import Customer, customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _night(customer: Customer) -> None:
    let_it_stand(NIGHT)
    customer.sandbox.set_clock(NIGHT)


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, options, env={"COLUMNS": "120"})
    return result.exit_code, result.output


def told(*options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--json", *options)[1])
    return found


def test_what_is_due_is_renewed_and_paid_once(customer: Customer) -> None:
    first = told()
    assert (first["terms"], first["invoices"], first["payments"]) == (1, 1, {"succeeded": 1})
    customer.subscription.refresh_from_db()
    assert customer.subscription.renews_on == date(2028, 3, 1)
    again = told()
    assert (again["terms"], again["payments"], models.Payment.objects.count()) == (0, {}, 1)


def test_people_read_a_summary(customer: Customer) -> None:
    code, text = run()
    assert code == 0
    assert "terms renewed  1" in text
    assert "on 1 invoices" in text
    assert "paid" in text
    assert "Nothing else is due." in text


def test_without_collecting_the_payment_waits_for_a_worker(customer: Customer) -> None:
    assert told("--no-collect")["payments"] == {}
    assert models.Payment.objects.get().status == "pending"
    assert told()["payments"] == {"succeeded": 1}


def test_only_dates_up_to_the_asked_one_are_renewed(customer: Customer) -> None:
    assert told("--date", "2027-02-28")["terms"] == 0
    assert told("--date", "2027-03-01")["terms"] == 1


def test_a_date_that_has_not_come_is_refused_with_what_to_do(customer: Customer) -> None:
    code, text = run("--date", "2027-03-02")
    assert code == 1
    assert "2027-03-02 has not come yet" in text
    assert "tenor clock set 2027-03-02" in text
    assert not models.Order.objects.exists()


def test_what_is_parked_ends_with_code_one_and_stops_nobody(customer: Customer) -> None:
    other = factories.make_account(seller=customer.account.seller)
    factories.make_method(account=other)
    factories.make_subscription(account=other, months=7)
    code, text = run()
    assert code == 1
    assert "parked" in text
    assert "terms renewed  1" in text
