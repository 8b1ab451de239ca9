"""Books of renewals of many kinds that wait for the gateway's answer, and answers to them; the same for a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from tenor.db import models
from tenor.db.access import account_scope
from tenor.domain.account import Actor, MethodKind, Role
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.requests import AddSeats, Request
from tenor.gateways.payments.errors import GatewayError, GatewayRefused, GatewayUnavailable, GatewayUnknown
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus, Decline
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.load import lock_and_load
from tenor.usecases.preview_change import preview_change
from tenor.usecases.record_answer import record_refusal
from tenor.usecases.record_answers import Answered
from tenor.usecases.renew_account import renew_account
from tenor.usecases.resume_order import resume_order
from tenor.usecases.session import NOBODY
from tenor.usecases.submit_quote import submit_quote
from tests.support.factories import (
    make_account,
    make_catalog,
    make_change,
    make_member,
    make_method,
    make_price,
    make_product,
    make_subscription,
    make_user,
)
from tests.support.people import make_seat

BEFORE = datetime(2027, 2, 20, 12, 0, tzinfo=UTC)
NIGHT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ZONES = ("Europe/Stockholm", "America/New_York", "Pacific/Auckland", "UTC")


@dataclass(frozen=True)
class RandomBook:
    """Accounts whose renewals were ordered on `NIGHT` and sent to the gateway. Every choice comes from `chance`."""

    chance: Random
    seller: models.Seller

    @classmethod
    def of(cls, seed: int, accounts: int = 12) -> "RandomBook":
        """A book that is the same for the same seed."""
        seller = make_catalog()
        make_product(seller=seller, code="tiny")
        make_price(seller=seller, product_code="tiny", list_minor=365, renewal_minor=300)
        book = cls(Random(seed), seller)
        for _ in range(accounts):
            book.add_account()
        models.Payment.objects.filter(status="pending").update(
            status=PaymentStatus.SENDING, attempts=1, lease_until=NIGHT, first_sent_at=NIGHT
        )
        return book

    def add_account(self) -> None:
        """One customer: its people, its methods, one to three subscriptions, and what is to change at the renewal."""
        email = f"person-{self.chance.getrandbits(40)}@example.com"
        invoices_to = self.chance.choice(["invoices@example.com", "", email])
        account = make_account(seller=self.seller, time_zone=self.chance.choice(ZONES), invoice_email=invoices_to)
        if self.chance.random() < 0.8:
            language = self.chance.choice(["en", "sv", "nl"])
            make_member(account=account, user=make_user(email=email, language=language), role=Role.BUYER)
        make_method(account=account)
        debit = make_method(
            account=account,
            kind=MethodKind.DIRECT_DEBIT.value,
            is_default=False,
            expires_on=None,
            mandate_reference="MREF-1",
            mandate_signed_on=date(2026, 1, 1),
        )
        for _ in range(self.chance.randint(1, 3)):
            self._add_subscription(account, debit)
        payments = renew_account(account_id=account.id, now=NIGHT).payments
        issue_invoices(account.id)
        if payments and self.chance.random() < 0.3:
            self._fail(account, payments)
        if self.chance.random() < 0.3:
            self._choose_since(account, debit)

    def _add_subscription(self, account: models.Account, debit: models.PaymentMethod) -> None:
        tiny = self.chance.random() < 0.3
        subscription = make_subscription(
            account=account,
            product_code="tiny" if tiny else "draft",
            payment_method=debit if self.chance.random() < 0.3 else None,
        )
        if tiny:  # too small to collect: it waits for the renewal's invoice
            buy(account, AddSeats(str(subscription.id), 1))
        for _ in range(self.chance.choice([0, 1, 3, 3])):
            make_seat(subscription=subscription)
        if self.chance.random() < 0.3:
            make_change(subscription=subscription, kind="seats", value=str(self.chance.randint(1, 4)))
        if not tiny and self.chance.random() < 0.2:
            make_change(subscription=subscription, kind="term", value=self.chance.choice(["1", "36"]))

    def _fail(self, account: models.Account, payments: tuple[UUID, ...]) -> None:
        """A first attempt failed, and the customer tries again: some have lost access meanwhile."""
        for payment_id in payments:
            models.Payment.objects.filter(id=payment_id).update(status="sending")
            record_refusal(account.id, payment_id, "refused", NIGHT)
            order_id = models.Payment.objects.values_list("invoice__order_id", flat=True).get(id=payment_id)
            method = models.PaymentMethod.objects.get(account=account, is_default=True)
            resume_order(
                account_id=account.id,
                order_id=order_id or UUID(int=0),
                method_id=str(method.id),
                actor=buyer_of(account),
                session=NOBODY,
                now=NIGHT,
            )
        if self.chance.random() < 0.5:
            models.Subscription.objects.filter(account=account, status="past_due").update(status="suspended")

    def _choose_since(self, account: models.Account, debit: models.PaymentMethod) -> None:
        """What the customer chooses between order and payment: it is for the renewal after this one."""
        for subscription in models.Subscription.objects.filter(account=account).order_by("id"):
            live = models.ScheduledChange.objects.filter(subscription=subscription, undone_at=None)
            match self.chance.choice(["undo", "seats", "off", "method", "nothing"]):
                case "undo":
                    live.update(undone_at=NIGHT)
                case "seats":
                    live.filter(kind="seats").update(replaced_at=NIGHT)
                    make_change(subscription=subscription, kind="seats", value="1", scheduled_on=NIGHT.date())
                case "off":
                    make_change(subscription=subscription, kind="auto_renew", value="off", scheduled_on=NIGHT.date())
                case "method":
                    models.Subscription.objects.filter(id=subscription.id).update(payment_method=debit)
                case _:
                    pass

    def answers(self) -> Iterator[Answered]:
        """What the gateway says to each payment."""
        for payment in models.Payment.objects.filter(status="sending").order_by("id"):
            if self.chance.random() < 0.1:
                models.Payment.objects.filter(id=payment.id).update(status="unknown", tries=2)
            yield Answered(payment.account_id, payment.id, self._answer(payment))

    def _answer(self, payment: models.Payment) -> ChargeAnswer | GatewayError:
        silences = (GatewayUnknown("no answer"), GatewayUnavailable("too busy"), GatewayRefused("no_such_method", "?"))
        if self.chance.random() < 0.2:
            return self.chance.choice(silences)
        likely = [ChargeStatus.SUCCEEDED] * 8
        others = [status for status in ChargeStatus if status is not ChargeStatus.CANCELED]
        status = self.chance.choice([*likely, *others])
        return answer_to(payment, status, final=self.chance.random() < 0.5)


def answer_to(payment: models.Payment, status: ChargeStatus, *, final: bool = False) -> ChargeAnswer:
    """An answer about the whole amount."""
    return ChargeAnswer(
        gateway_id=f"ch_{payment.id.hex}",
        reference=str(payment.id),
        status=status,
        amount=Money(payment.amount_minor, payment.currency),
        created_at=NIGHT,
        action_url="https://bank.example/" if status is ChargeStatus.REQUIRES_ACTION else "",
        decline=Decline(code="insufficient_funds", final=final) if status is ChargeStatus.DECLINED else None,
    )


def issue_invoices(account_id: UUID, now: datetime = NIGHT) -> None:
    """Renewals are invoiced when they are ordered."""
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        drafts = models.Invoice.objects.filter(account_id=account_id, status="draft")
        for invoice in drafts.order_by("id"):
            issue_invoice(loaded, invoice)


def buyer_of(account: models.Account) -> Actor:
    """Who buys for the account."""
    return Actor("", "Alice Admin", Role.BUYER)


def buy(account: models.Account, ask: AddSeats) -> None:
    """Order it some days before the night; what is too small for the gateway is fulfilled at once."""
    actor, before = buyer_of(account), BEFORE - timedelta(hours=1)
    stored = preview_change(account_id=account.id, request=Request(actor, ask), now=before)
    submit_quote(account_id=account.id, quote_id=stored.id, actor=actor, session=NOBODY, now=before)
