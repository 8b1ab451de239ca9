"""Whatever dies where it may: afterwards the sandbox charged exactly once, and all books agree."""

import ast
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tenor
from tenor.db import models
from tenor.db.queries.clock import let_it_stand
from tenor.domain.account import MethodKind
from tenor.gateways.payments.port import GatewayEvent
from tenor.usecases.store_gateway_event import store_gateway_event
from tests.crash.processes import CRASHED, House
from tests.support.books import assert_books_agree, charges_of

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = Path(tenor.__file__).parent
RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)

Scenario = Callable[[House, str], None]


def the_portal_dies_while_seats_are_bought(house: House, point: str) -> None:
    _crash(house.portal.run(**house.buying(), crash_at=point))


def the_worker_dies_after_the_portal_did(house: House, point: str) -> None:
    """The portal got no further than the call itself, or not even that; the worker looks after it, and dies, too."""
    asked = "before_the_call" if point == "before_sending_again" else "after_the_answer"
    _crash(house.portal.run(**house.buying(), crash_at=asked))
    house.a_minute_later()
    _crash(house.worker.run("work", crash_at=point))


def the_worker_dies_over_an_event(house: House, point: str) -> None:
    _crash(house.portal.run(**house.buying(), crash_at="after_the_answer"))
    payment = models.Payment.objects.get()
    at = house.customer.now
    event = GatewayEvent(
        id="evt_1",
        kind="charge.succeeded",
        subject="charge",
        reference=str(payment.id),
        charge_reference=str(payment.id),
        occurred_at=at,
    )
    store_gateway_event(gateway="sandbox", event=event, received_at=at)
    _crash(house.worker.run("work", crash_at=point))


def the_worker_dies_over_a_mail(house: House, point: str) -> None:
    assert house.portal.run(**house.buying()).returned == "succeeded"
    _crash(house.worker.run("work", crash_at=point))


def the_worker_dies_while_it_renews(house: House, point: str) -> None:
    """In the night, or when it collects what the night ordered."""
    _the_day_comes(house)
    _crash(house.worker.run("work", crash_at=point))


def the_clock_is_moved_and_its_process_dies(house: House, point: str) -> None:
    _the_day_comes(house)
    _crash(house.worker.run("pass_days", now=RENEWAL.isoformat(), crash_at=point))


def _the_day_comes(house: House) -> None:
    house.customer.now = RENEWAL
    house.customer.sandbox.set_clock(RENEWAL)
    let_it_stand(RENEWAL)


def the_portal_dies_while_an_order_is_canceled(house: House, point: str) -> None:
    house.customer.pay_by("bank_check")
    house.portal.run(**house.buying())
    order = models.Order.objects.get()
    assert (order.status, order.waiting_for) == ("requires_action", "bank_check")
    _crash(house.portal.run(**house.canceling(order), crash_at=point))
    house.recover()
    assert house.portal.run(**house.canceling(order)).returned == "canceled"


def the_worker_dies_while_late_money_goes_back(house: House, point: str) -> None:
    customer = house.customer
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    # The order was given up although the debit went on: what a lost cancellation leaves behind.
    models.Payment.objects.update(status="canceled")
    models.Invoice.objects.update(status="void")
    models.OrderSubscription.objects.update(open=False)
    models.Order.objects.update(status="expired", closed_at=customer.now, waiting_for="")
    settled = customer.now + timedelta(days=7)
    customer.sandbox.set_clock(settled)
    let_it_stand(settled)
    event = GatewayEvent(
        id="evt_late",
        kind="charge.succeeded",
        subject="charge",
        reference=str(customer.payments(order)[0].id),
        charge_reference=str(customer.payments(order)[0].id),
        occurred_at=customer.now,
    )
    store_gateway_event(gateway="sandbox", event=event, received_at=customer.now)
    _crash(house.worker.run("work", crash_at=point))


PAID, CANCELED, REFUNDED = ("fulfilled", "succeeded"), ("canceled", "canceled"), ("expired", "succeeded")

SCENARIOS: Mapping[str, tuple[Scenario, tuple[str, str]]] = {
    "after_the_obligation": (the_portal_dies_while_seats_are_bought, PAID),
    "before_the_call": (the_portal_dies_while_seats_are_bought, PAID),
    "after_the_answer": (the_portal_dies_while_seats_are_bought, PAID),
    "after_the_commit": (the_portal_dies_while_seats_are_bought, PAID),
    "before_sending_again": (the_worker_dies_after_the_portal_did, PAID),
    "after_asking_before_recording": (the_worker_dies_after_the_portal_did, PAID),
    "after_an_event_before_its_mark": (the_worker_dies_over_an_event, PAID),
    "after_the_mail_before_its_mark": (the_worker_dies_over_a_mail, PAID),
    "after_ordering_renewals": (the_clock_is_moved_and_its_process_dies, PAID),
    "after_claiming_renewals": (the_worker_dies_while_it_renews, PAID),
    "before_committing_renewals": (the_worker_dies_while_it_renews, PAID),
    "after_committing_renewals": (the_worker_dies_while_it_renews, PAID),
    "after_claiming_payments": (the_worker_dies_while_it_renews, PAID),
    "after_the_answers_before_recording": (the_worker_dies_while_it_renews, PAID),
    "while_recording_answers": (the_worker_dies_while_it_renews, PAID),
    "after_recording_answers": (the_worker_dies_while_it_renews, PAID),
    "after_calling_off_before_recording": (the_portal_dies_while_an_order_is_canceled, CANCELED),
    "before_closing_the_order": (the_portal_dies_while_an_order_is_canceled, CANCELED),
    "before_the_refund": (the_worker_dies_while_late_money_goes_back, REFUNDED),
    "after_the_refund_before_its_commit": (the_worker_dies_while_late_money_goes_back, REFUNDED),
}


def test_every_crash_point_of_the_code_has_its_scenario() -> None:
    calls = [
        node
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crashpoint"
    ]
    names = [ast.literal_eval(call.args[0]) for call in calls]
    assert sorted(names) == sorted(SCENARIOS)


@pytest.mark.parametrize("point", SCENARIOS)
def test_dying_there_charges_once_and_forgets_nothing(house: House, point: str) -> None:
    scenario, (order_status, charge_status) = SCENARIOS[point]
    scenario(house, point)
    house.recover()
    account_id = house.customer.id
    assert_books_agree(account_id, house.customer.sandbox)
    assert [order.status for order in models.Order.objects.all()] == [order_status]
    assert [charge["status"] for charge in charges_of(account_id, house.customer.sandbox)] == [charge_status]
    assert not models.GatewayEvent.objects.filter(processed_at=None).exists()


def _crash(ended: object) -> None:
    assert getattr(ended, "code", None) == CRASHED, f"it should have died there: {ended}"
