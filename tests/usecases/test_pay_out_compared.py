"""A balance that was paid out, seen by the comparison with the gateway's books: known, and mended where silence was."""

import pytest

from tenor.db import models
from tenor.gateways.payments.errors import GatewayUnknown
from tenor.gateways.payments.port import RefundAnswer, RefundRequest
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tenor.usecases.pay_out_balance import pay_out_balance, preview_pay_out
from tenor.usecases.reconcile_books import reconcile_books
from tenor.usecases.send_refund import send_refund
from tests.support.balances import balance, upgrade
from tests.support.books import assert_books_agree
from tests.support.customer import NOW, Customer
from tests.support.sandbox import SandboxProcess


@pytest.fixture(autouse=True)
def empty_books(sandbox: SandboxProcess) -> None:
    """What other tests charged is no orphan of this one."""
    sandbox.post("/test/clear")
    sandbox.set_clock(NOW)


def paid_out(customer: Customer) -> models.Refund:
    """100.00 of the balance is to go back to the payment of 382.19."""
    customer.buy_seats(3)
    upgrade(customer, 100_00)
    shown = preview_pay_out(account_id=customer.id, actor=customer.actor, now=NOW)
    (refund_id,) = pay_out_balance(account_id=customer.id, seen=shown.fingerprint, actor=customer.actor, now=NOW)
    return models.Refund.objects.get(id=refund_id)


def differences() -> list[str]:
    reconcile_books(gateway="sandbox", now=NOW, mend=True)
    return list(models.Difference.objects.filter(resolved_at=None).values_list("kind", flat=True))


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_refund_from_the_balance_is_no_difference(customer: Customer, is_sent: bool) -> None:
    refund = paid_out(customer)
    if is_sent:
        send_refund(account_id=customer.id, refund_id=refund.id, now=NOW)
    assert differences() == []


def test_one_whose_answer_was_lost_is_mended(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    refund, really = paid_out(customer), SandboxGateway.refund

    def lose(self: SandboxGateway, asked: RefundRequest) -> RefundAnswer:
        really(self, asked)
        raise GatewayUnknown("the answer was lost")

    monkeypatch.setattr(SandboxGateway, "refund", lose)
    with pytest.raises(GatewayUnknown):
        send_refund(account_id=customer.id, refund_id=refund.id, now=NOW)
    assert differences() == []
    refund.refresh_from_db()
    assert (refund.status, balance(customer)) == ("succeeded", 0)
    assert_books_agree(customer.id, customer.sandbox)
