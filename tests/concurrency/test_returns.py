"""Two returns of one order at once: one credit note, one refund; and what the lock prevents, shown by taking it out."""

from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from tenor.db import models
from tenor.db.transitions import ChangedMeanwhile
from tenor.domain.planner import plan
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ReturnOrder
from tenor.usecases import load as loading
from tenor.usecases import submit_quote as submitting
from tenor.usecases.preview_change import StoredQuote
from tenor.usecases.send_refund import send_refund
from tests.concurrency.together import PATIENCE_SECONDS, failures, together
from tests.support.customer import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def give_back(buyer: Customer, stored: StoredQuote) -> tuple[UUID, ...]:
    """As the portal does for one POST."""
    submitted = buyer.submit(stored)
    for refund_id in submitted.refunds:
        send_refund(account_id=buyer.id, refund_id=refund_id, now=buyer.now)
    return submitted.refunds


def each_previews(buyer: Customer, order: models.Order, how_many: int) -> list[Any]:
    """Tabs in which the same return is shown, each with its own quote."""
    shown = [buyer.preview(ReturnOrder(str(order.id))) for _ in range(how_many)]
    return [partial(give_back, buyer, stored) for stored in shown]


def test_of_many_returns_at_once_one_is_carried_out(buyer: Customer) -> None:
    order = buyer.buy_seats(2)
    outcomes = together(each_previews(buyer, order, 8))
    assert {getattr(error, "code", repr(error)) for error in failures(outcomes)} == {"unknown_order"}
    assert len(failures(outcomes)) == 7
    assert models.Invoice.objects.filter(kind="credit_note").count() == models.Refund.objects.count() == 1
    assert [len(charge["refunds"]) for charge in buyer.charges(order)] == [1]  # type: ignore[arg-type]
    assert buyer.ledger() == {}


def test_one_return_submitted_by_two_clicks_is_one(buyer: Customer) -> None:
    stored = buyer.preview(ReturnOrder(str(buyer.buy_seats(2).id)))
    outcomes = together([partial(give_back, buyer, stored)] * 2)
    assert failures(outcomes) == []
    assert models.Refund.objects.count() == 1


def test_without_the_lock_both_plan_the_return_and_one_ends_in_an_error_page(
    buyer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes names the value that it replaces: the second finds other seats, and nothing of it stands."""
    order = buyer.buy_seats(2)
    tasks = each_previews(buyer, order, 2)
    for module in (loading, submitting):
        monkeypatch.setattr(module, "lock_account", lambda _account_id: None)
    planned = Barrier(2, timeout=PATIENCE_SECONDS)

    def plan_and_wait(*arguments: Any) -> Any:
        quote = plan(*arguments)
        planned.wait()
        return quote

    monkeypatch.setattr(submitting, "plan", plan_and_wait)
    (failed,) = failures(together(tasks))
    assert isinstance(failed, ChangedMeanwhile)
    assert not isinstance(failed, Refusal)
    assert models.Refund.objects.count() == 1
