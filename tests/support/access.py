"""Two companies with the same things, and everybody who may come to their door: for the access matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.test import Client

from tenor.db import models
from tenor.domain.account import Role
from tenor.domain.requests import AddSeats
from tenor.usecases.invitation_token import digest_of
from tenor.usecases.reminder_token import reminder_token
from tests.support import documents, factories, people
from tests.support.customer import Customer

VISITORS = ("anonymous", "viewer", "user admin", "billing admin", "buyer", "colleague", "stranger", "staff")
"""Who asks. The colleague works there without a role in the account; the stranger is another company's buyer; the staff
are the seller's, who have a door of their own."""
TOKEN = "t" * 64


@dataclass(frozen=True)
class Things:
    """What an account has, as the texts that addresses and forms carry."""

    values: Mapping[str, str]
    secrets: tuple[str, ...]

    def filled(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Fields of a form or a filter, with ids for the names in braces."""
        return {name: value.format_map(self.values) for name, value in fields.items()}


@dataclass(frozen=True)
class Companies:
    """Ours, theirs, and a browser for each visitor."""

    ours: Things
    theirs: Things
    browsers: Mapping[str, Client]


def make_companies(customer: Customer) -> Companies:
    """Our account is the customer's; theirs is of the same seller."""
    account = customer.account
    factories.make_plan(seller=account.seller, code="premium")
    for months in (12, 36):
        factories.make_price(seller=account.seller, plan_code="premium", months=months, list_minor=300_000)
    ours = _ours(customer)
    other = factories.make_account(seller=account.seller, name="Cobalt Secret Ltd", currency="EUR")
    stranger = factories.make_member(account=other).user
    theirs = _things(other, factories.make_subscription(account=other, number="S-secret"), stranger)
    users = {
        "viewer": factories.make_member(account=account, role=Role.VIEWER).user,
        "user admin": factories.make_member(account=account, role=Role.USER_ADMIN).user,
        "billing admin": factories.make_member(account=account, role=Role.BILLING_ADMIN).user,
        "buyer": models.User.objects.get(id=customer.actor.id),
        "colleague": factories.make_user(email="colleague@example.com"),
        "stranger": stranger,
        "staff": factories.make_user(email="staff@northline.example", is_staff=True),
    }
    return Companies(ours, theirs, {visitor: _browser(users.get(visitor)) for visitor in VISITORS})


def _browser(user: models.User | None) -> Client:
    browser = Client()
    if user is not None:
        browser.force_login(user)
    return browser


def _ours(customer: Customer) -> Things:
    """With a quote that can be submitted, and an order on another subscription that waits for the bank."""
    account = customer.account
    quote = customer.preview(AddSeats(str(customer.subscription.id), 2))
    second = replace(customer, subscription=factories.make_subscription(account=account))
    second.pay_by("bank_check")
    order = second.buy_seats(1)
    things = _things(account, customer.subscription, models.User.objects.get(id=customer.actor.id))
    kept = models.PaymentMethod.objects.filter(id=things.values["method_id"])
    kept.update(gateway_reference=customer.sandbox.method("paid"))
    return replace(things, values={**things.values, "quote_id": str(quote.id), "order_id": str(order.id)})


def _things(account: models.Account, subscription: models.Subscription, buyer: models.User) -> Things:
    """One of everything that an address or a form can name."""
    person = factories.make_member(account=account, role=Role.VIEWER).user
    is_default = not models.PaymentMethod.objects.filter(account=account, is_default=True).exists()
    method = factories.make_method(account=account, is_default=is_default, label=f"Visa of {account.name}")
    other = factories.make_method(account=account, is_default=False, label=f"Other Visa of {account.name}")
    factories.make_change(subscription=subscription, kind="term", value="36")
    token = f"{account.id.hex}{account.id.hex}"
    invitation = people.make_invitation(account=account, invited_by=buyer, token_digest=digest_of(token))
    people.make_seat(subscription=subscription, user=buyer)
    feed = f"feed{account.id.hex}"
    people.make_calendar(account=account, user=person, token_digest=digest_of(feed))
    mail = models.SentMail.objects.create(
        to="alice@example.com", subject="A letter", text="Hello", html="<p>Hello</p>", sent_at=factories.NOW
    )
    reference = f"{account.id.hex}-{UUID(int=7).hex}"
    return Things(
        {
            "account_id": str(account.id),
            "subscription_id": str(subscription.id),
            "order_id": str(documents.make_order(account=account).id),
            "quote_id": str(documents.make_quote(account=account).id),
            "method_id": str(method.id),
            "other_method": str(other.id),
            "person_id": str(person.id),
            "buyer_id": str(buyer.id),
            "invitation_id": str(invitation.id),
            "token": token,
            "feed": feed,
            "reader": reminder_token(buyer.id),
            "mail_id": str(mail.id),
            "reference": reference,
            "kind": "term",
            "name": "sandbox",
            "uidb36": "zz",
            "key": "nothing",
        },
        (account.name, subscription.number, method.label, person.email),
    )
