"""A seller begins: the legal entity, where it is registered for tax, and its series of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from tenor.db.codec import encode_policy
from tenor.db.ids import new_id
from tenor.db.models import NumberSeries, Seller
from tenor.db.models import TaxRegistration as RegistrationRow
from tenor.domain.codes import demand_country
from tenor.domain.offer import Policy, TaxRegistration
from tenor.usecases.known_codes import demand_support_zones

SERIES: Mapping[str, str] = {
    "account": "A-",
    "subscription": "SUB-",
    "order": "ORD-",
    "invoice": "INV-",
    "credit_note": "CN-",
}
"""Every series of numbers a seller needs, with its prefix."""


@dataclass(frozen=True, slots=True)
class NewSeller:
    """Who sells. `support`: how customers reach its people, by region, as the help page shows it.

    `language` is its own: the one in which its catalog gives each thing its `name`.
    """

    code: str
    name: str
    legal_name: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_id: str
    registrations: Sequence[TaxRegistration]
    policy: Policy = field(default_factory=Policy)
    support: Mapping[str, Any] = field(default_factory=dict[str, Any])
    language: str = "en"


def found_seller(*, seller: NewSeller) -> UUID:
    """Write the seller down; returns its id. Its catalog is empty: see publish_catalog.

    Raises Refusal: unknown_country; unknown_time_zone for the hours of its support.
    """
    for country in (seller.country, *(each.country for each in seller.registrations)):
        demand_country(country)
    demand_support_zones(seller.support)
    with transaction.atomic():
        row = Seller.objects.create(
            id=new_id(),
            code=seller.code,
            name=seller.name,
            legal_name=seller.legal_name,
            street=seller.street,
            postal_code=seller.postal_code,
            city=seller.city,
            country=seller.country,
            vat_id=seller.vat_id,
            policy=encode_policy(seller.policy),
            support=dict(seller.support),
            language=seller.language,
        )
        RegistrationRow.objects.bulk_create(
            RegistrationRow(
                id=new_id(),
                seller=row,
                country=each.country,
                region=each.region,
                scheme=each.scheme,
                number=each.number,
            )
            for each in seller.registrations
        )
        NumberSeries.objects.bulk_create(
            NumberSeries(id=new_id(), seller=row, series=series, prefix=prefix) for series, prefix in SERIES.items()
        )
        return row.id
