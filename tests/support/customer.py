"""One customer with the worked example's subscription, and a sandbox provider that is really asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import Actor, MethodKind, Role
from tenor.domain.requests import AddSeats, Ask, Request
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.preview_change import StoredQuote, preview_change
from tenor.usecases.session import Session
from tenor.usecases.submit_quote import Submitted, submit_quote
from tests.support.factories import make_account, make_catalog, make_member, make_method, make_subscription
from tests.support.sandbox import SandboxProcess

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SESSION = Session(return_url="http://127.0.0.1:8000/orders/{order}/return/", locale="en")


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(Path(tmp_path_factory.mktemp("sandbox"))) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Settings) -> SandboxProcess:
    """The provider, and Tenor's settings pointing at it."""
    settings.SANDBOX_URL = sandbox_process.url
    settings.SANDBOX_KEY = sandbox_process.key
    settings.SANDBOX_WEBHOOK_SECRET = sandbox_process.webhook_secret
    sandbox_process.set_clock(NOW)
    return sandbox_process


@dataclass
class Customer:
    """An account with one yearly subscription of three seats, paid until 1 March 2027, and its buyer."""

    sandbox: SandboxProcess
    account: models.Account
    actor: Actor
    subscription: models.Subscription
    method: models.PaymentMethod
    now: datetime = field(default=NOW)

    @property
    def id(self) -> UUID:
        return self.account.id

    def preview(self, ask: Ask) -> StoredQuote:
        return preview_change(account_id=self.id, request=Request(self.actor, ask), now=self.now)

    def submit(self, stored: StoredQuote) -> Submitted:
        return submit_quote(account_id=self.id, quote_id=stored.id, actor=self.actor, session=SESSION, now=self.now)

    def buy_seats(self, seats: int) -> models.Order:
        """Preview, submit and collect, as the portal does."""
        submitted = self.submit(self.preview(AddSeats(str(self.subscription.id), seats)))
        if submitted.payment_id is not None:
            collect_payment(account_id=self.id, payment_id=submitted.payment_id, now=self.now)
        assert submitted.order_id is not None
        return models.Order.objects.get(id=submitted.order_id)

    def payments(self, order: models.Order) -> list[models.Payment]:
        return list(models.Payment.objects.filter(invoice__order=order).order_by("created_at", "id"))

    def invoice(self, order: models.Order) -> models.Invoice:
        return models.Invoice.objects.get(order=order, kind="invoice")

    def pay_by(self, behaviour: str, kind: MethodKind = MethodKind.CARD) -> models.PaymentMethod:
        """Make a method with that behavior at the sandbox the subscription's."""
        method = make_method(
            account=self.account,
            kind=kind,
            gateway="sandbox",
            gateway_reference=self.sandbox.method(behaviour, kind.value),
            is_default=False,
        )
        models.Subscription.objects.filter(id=self.subscription.id).update(payment_method=method)
        return method

    def charges(self, order: models.Order) -> list[dict[str, object]]:
        """What the sandbox's own books say about the order's payments."""
        ours = {str(payment.id) for payment in self.payments(order)}
        return [charge for charge in self.sandbox.charges() if charge["reference"] in ours]

    def ledger(self) -> dict[str, int]:
        """Debits less credits of each ledger account, in minor units; those at zero are left out."""
        sums: dict[str, int] = {}
        for posting in models.Posting.objects.filter(account=self.account):
            sums[posting.debit] = sums.get(posting.debit, 0) + posting.amount_minor
            sums[posting.credit] = sums.get(posting.credit, 0) - posting.amount_minor
        return {name: amount for name, amount in sums.items() if amount}


@pytest.fixture
def customer(db: None, sandbox: SandboxProcess) -> Customer:
    seller = make_catalog()
    account = make_account(seller=seller, country="US", currency="EUR", time_zone="America/New_York", vat_id="")
    member = make_member(account=account, role=Role.BUYER)
    method = make_method(
        account=account, gateway="sandbox", gateway_reference=sandbox.method("paid"), expires_on=date(2030, 12, 31)
    )
    subscription = make_subscription(account=account, payment_method=method)
    actor = Actor(str(member.user_id), "Alice Admin", Role.BUYER)
    return Customer(sandbox, account, actor, subscription, method)
