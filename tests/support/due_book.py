"""A book of customers who renew on one night, in every way that there is: made twice where two ways are compared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tenor.db import models
from tenor.domain.account import MethodKind
from tests.support import documents, factories

RENEWS = date(2027, 3, 1)
NIGHT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
COUNTRIES = (("SE", "SE556677889901"), ("NL", ""), ("DE", "DE136695976"), ("US", ""), ("NO", ""))
ZONES = ("Europe/Stockholm", "America/New_York", "Pacific/Auckland", "UTC")
ANCHORS = {1: date(2027, 2, 1), 12: date(2026, 3, 1), 36: date(2024, 3, 1)}


LANGUAGES = ("sv", "nl", "en")


@dataclass(frozen=True, slots=True)
class SubscriptionSpec:
    """One subscription that is due, and what is to change with its next term."""

    months: int
    seats: int
    own_method: bool
    auto_renew: bool
    renews_on: date
    scheduled: dict[str, str]


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """One customer. `odd`: what makes it none for the bulk ("" is plain)."""

    country: int
    zone: int
    consumer: bool
    odd: str
    subscriptions: tuple[SubscriptionSpec, ...]


def random_specs(seed: int, count: int) -> list[AccountSpec]:
    """That many customers, always the same for a seed."""
    chance = Random(seed)
    return [_account(chance, n) for n in range(count)]


def _account(chance: Random, n: int) -> AccountSpec:
    odd = chance.choice(["", "", "", "", "carried", "no_method", "ordered"])
    return AccountSpec(
        country=chance.randrange(len(COUNTRIES)),
        zone=chance.randrange(len(ZONES)),
        consumer=chance.random() < 0.2,
        odd=odd,
        subscriptions=tuple(_subscription(chance) for _ in range(chance.choice([1, 1, 1, 2, 3, 5]))),
    )


def _subscription(chance: Random) -> SubscriptionSpec:
    scheduled: dict[str, str] = {}
    if chance.random() < 0.4:
        scheduled = dict(
            chance.sample(
                [("seats", "2"), ("term", "36"), ("term", "1"), ("auto_renew", "off"), ("auto_renew", "on")], 2
            )
        )
    return SubscriptionSpec(
        months=chance.choice([1, 12, 12, 36]),
        seats=chance.choice([2, 3, 10, 250]),
        own_method=chance.random() < 0.3,
        auto_renew=chance.random() < 0.9,
        renews_on=RENEWS - timedelta(days=chance.choice([0, 0, 0, 0, 28])),
        scheduled=scheduled,
    )


def make_due_account(seller: models.Seller, spec: AccountSpec) -> models.Account:
    """The customer of a spec, with all that it owns."""
    country, vat_id = COUNTRIES[spec.country]
    account = factories.make_account(
        seller=seller,
        country=country,
        vat_id=vat_id,
        vat_id_checked_on=factories.TODAY if vat_id else None,
        time_zone=ZONES[spec.zone],
        language=LANGUAGES[spec.zone % len(LANGUAGES)],
        customer_type="consumer" if spec.consumer else "business",
        name="Samma namn AB",
    )
    factories.make_member(account=account)
    default = factories.make_method(account=account)
    other = factories.make_method(account=account, is_default=False, kind=MethodKind.DIRECT_DEBIT.value, label="SEPA")
    owned = [_make_subscription(account, other, each, n) for n, each in enumerate(spec.subscriptions)]
    _make_odd(account, default, owned[0], spec.odd)
    return account


def _make_subscription(
    account: models.Account, method: models.PaymentMethod, spec: SubscriptionSpec, n: int
) -> models.Subscription:
    anchor = ANCHORS[spec.months] if spec.renews_on == RENEWS else spec.renews_on
    subscription = factories.make_subscription(
        account=account,
        period=False,
        number=f"S-{n}",
        months=spec.months,
        seats=spec.seats,
        anchor=anchor,
        renews_on=spec.renews_on,
        auto_renew=spec.auto_renew,
        payment_method=method if spec.own_method else None,
    )
    days = {1: 28, 12: 365, 36: 1095}[spec.months]
    price = {1: 4_900, 12: 46_500, 36: 131_000}[spec.months]
    factories.make_period(
        subscription=subscription,
        starts_on=spec.renews_on - timedelta(days=days),
        ends_on=spec.renews_on,
        unit_price_minor=price,
    )
    for kind, value in spec.scheduled.items():
        factories.make_change(subscription=subscription, kind=kind, value=value)
    return subscription


def _make_odd(
    account: models.Account, default: models.PaymentMethod, subscription: models.Subscription, odd: str
) -> None:
    if odd == "no_method":
        models.PaymentMethod.objects.filter(id=default.id).update(status="removed", is_default=False)
    if odd == "ordered":
        documents.make_order(account=account, subscriptions=(subscription,), status="submitted", **UNPAID)
    if odd == "carried":
        order = documents.make_order(account=account, status="fulfilled", **CARRIED)
        documents.make_order_line(order=order, subscription=subscription, carried=True, amount_minor=20, net_minor=20)


# A number that the seller's counter never gives.
UNPAID: dict[str, Any] = {"number": "O-BEFORE", "fulfilled_at": None, "effects_applied_at": None}
CARRIED: dict[str, Any] = {"number": "O-BEFORE", "fulfilled_at": factories.NOW, "effects_applied_at": factories.NOW}
