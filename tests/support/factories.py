"""Rows for tests: small functions that write one thing each, with defaults that make a whole by themselves.

Every argument is a keyword; whatever a model has may be given. The defaults are those of the rules' worked examples:
a Swedish business with three seats of a yearly plan at 465.00, renewed at 420.00.
"""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.domain.catalog import PlanKind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

serials = count(1)
hashed = cache(make_password)
"""Hashing a password is slow on purpose: once for each that tests use."""

SERIES = {"invoice": "INV-", "credit_note": "CN-", "order": "O-", "subscription": "S-", "account": "A-"}


def make_seller(**fields: Any) -> models.Seller:
    """A Dutch seller that is registered in NL, SE (one-stop shop) and GB, with every series of numbers."""
    serial = next(serials)
    seller = models.Seller.objects.create(
        **{
            "code": f"northline-{serial}",
            "name": "Northline",
            "legal_name": "Northline B.V.",
            "street": "Keizersgracht 1",
            "postal_code": "1015 AA",
            "city": "Amsterdam",
            "country": "NL",
            "vat_id": "NL123456782B90",
            "support": {"email": "help@northline.example", "phone": {"EU": "+31 20 123 4567"}},
            **fields,
        }
    )
    for country, scheme in (("NL", "standard"), ("SE", "oss"), ("GB", "standard")):
        models.TaxRegistration.objects.create(seller=seller, country=country, scheme=scheme, number=f"{country}1")
    for series, prefix in SERIES.items():
        models.NumberSeries.objects.create(seller=seller, series=series, prefix=prefix)
    return seller


def make_product(
    *, seller: models.Seller, code: str = "draft", plan: str = "standard", **fields: Any
) -> models.Product:
    """A product with one plan; prices by `make_price`."""
    product = models.Product.objects.create(**{"seller": seller, "code": code, "name": code.capitalize(), **fields})
    make_plan(seller=seller, product_code=code, code=plan)
    return product


def make_plan(
    *, seller: models.Seller, product_code: str = "draft", code: str = "standard", kind: PlanKind | None = None
) -> models.Plan:
    """A plan of a product."""
    kind = kind or PlanKind.SUBSCRIPTION
    return models.Plan.objects.create(
        seller=seller, product_code=product_code, code=code, name=code.capitalize(), kind=kind.value
    )


def make_price(*, seller: models.Seller, **fields: Any) -> models.PriceEntry:
    """A published price, for a year in EUR unless said otherwise; the catalog's revision counts on."""
    entry = models.PriceEntry.objects.create(
        **{
            "seller": seller,
            "product_code": "draft",
            "plan_code": "standard",
            "months": 12,
            "currency": "EUR",
            "list_minor": 46_500,
            "renewal_minor": 42_000,
            "valid_from": date(2024, 1, 1),
            "announced_on": date(2023, 11, 1),
            **fields,
        }
    )
    touch_catalog(seller)
    return entry


def touch_catalog(seller: models.Seller) -> None:
    """What everybody does who changes something of a seller."""
    seller.catalog_revision += 1
    seller.save(update_fields=["catalog_revision"])


def make_catalog(*, seller: models.Seller | None = None) -> models.Seller:
    """A seller with the product, plan and prices that the rules use in their examples: 1, 12 and 36 months in EUR."""
    seller = seller or make_seller()
    make_product(seller=seller)
    make_price(seller=seller, months=1, list_minor=4_900, renewal_minor=None)
    make_price(seller=seller)
    make_price(seller=seller, months=36, list_minor=131_000, renewal_minor=None)
    return seller


def make_user(*, email: str | None = None, name: str = "Alice Admin", **fields: Any) -> models.User:
    """A person who signs in with the password "correct horse"."""
    password = hashed(fields.pop("password", "correct horse"))
    address = email or f"person-{next(serials)}@example.com"
    return models.User.objects.create(email=address, password=password, name=name, **fields)


def make_account(*, seller: models.Seller | None = None, **fields: Any) -> models.Account:
    """A customer; of a new seller with a catalog where none is given."""
    serial = next(serials)
    return models.Account.objects.create(
        **{
            "seller": seller or make_catalog(),
            "number": f"A-{serial:06d}",
            "name": f"Customer {serial} AB",
            "country": "SE",
            "currency": "EUR",
            "time_zone": "Europe/Stockholm",
            "language": "en",
            "street": "Storgatan 1",
            "postal_code": "111 22",
            "city": "Stockholm",
            "invoice_email": "invoices@example.com",
            **fields,
        }
    )


def make_member(
    *, account: models.Account, user: models.User | None = None, role: Role = Role.BUYER
) -> models.Membership:
    """A person's role in the account."""
    return models.Membership.objects.create(account=account, user=user or make_user(), role=role.value)


def make_method(*, account: models.Account, **fields: Any) -> models.PaymentMethod:
    """A card that works, the account's default unless said otherwise."""
    return models.PaymentMethod.objects.create(
        **{
            "account": account,
            "kind": MethodKind.CARD.value,
            "gateway": "sandbox",
            "gateway_reference": f"pm_{next(serials)}",
            "label": "Visa 4242",
            "brand": "visa",
            "last4": "4242",
            "expires_on": date(2030, 12, 31),
            "is_default": True,
            **fields,
        }
    )


def make_subscription(*, account: models.Account, period: bool = True, **fields: Any) -> models.Subscription:
    """Three seats, yearly, paid from 2026-03-01 to 2027-03-01, with that paid period unless `period` is False."""
    subscription = models.Subscription.objects.create(
        **{
            "account": account,
            "seller_id": account.seller_id,
            "number": f"S-{next(serials):06d}",
            "product_code": "draft",
            "plan_code": "standard",
            "months": 12,
            "seats": 3,
            "anchor": date(2026, 3, 1),
            "renews_on": date(2027, 3, 1),
            **fields,
        }
    )
    if period:
        make_period(subscription=subscription)
    return subscription


def make_period(*, subscription: models.Subscription, **fields: Any) -> models.PaidPeriod:
    """A paid period that ends on the renewal date; from the anchor on unless said otherwise."""
    starts_on = fields.pop("starts_on", subscription.anchor)
    ends_on = fields.pop("ends_on", subscription.renews_on)
    return models.PaidPeriod.objects.create(
        **{
            "account_id": subscription.account_id,
            "subscription": subscription,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "unit_price_minor": 46_500,
            "currency": "EUR",
            "denominator": (ends_on - starts_on).days,
            **fields,
        }
    )


def make_change(*, subscription: models.Subscription, **fields: Any) -> models.ScheduledChange:
    """An entry of the list "at your next renewal": two seats, unless said otherwise."""
    return models.ScheduledChange.objects.create(
        **{
            "account_id": subscription.account_id,
            "subscription": subscription,
            "kind": "seats",
            "value": "2",
            "scheduled_at": NOW,
            "scheduled_on": TODAY,
            "scheduled_by": "",
            "scheduled_by_name": "Alice Admin",
            **fields,
        }
    )
