"""Methods that the sandbox keeps, and setups that are begun, for the tests of payment methods."""

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.usecases.session import Session
from tenor.usecases.start_method_setup import start_method_setup
from tests.support import factories, plain_http
from tests.support.customer import Customer

VISA = {"number": "4242 4242 4242 4242", "expiry": "12/30", "code": "123", "answer": "save"}


def stored(customer: Customer, behaviour: str = "paid", kind: MethodKind = MethodKind.CARD) -> models.PaymentMethod:
    """A method that the sandbox keeps, and that pays for nothing yet."""
    return factories.make_method(
        account=customer.account,
        kind=kind.value,
        label="Visa 5555" if kind is MethodKind.CARD else "SEPA 5264",
        gateway_reference=customer.sandbox.method(behaviour, kind.value),
        is_default=False,
    )


def begin(customer: Customer) -> str:
    return start_method_setup(
        account_id=customer.id,
        kind=MethodKind.CARD,
        actor=customer.actor,
        session=Session(return_url="http://127.0.0.1:8000/methods/return/{reference}/"),
        now=customer.now,
    )


def come_back(page: str) -> str:
    """Type in a card on the provider's page; the reference with which the customer is sent back."""
    answer = plain_http.post(page, data=VISA)
    return answer.headers["location"].rstrip("/").rpartition("/")[2]
