"""Rows -> Offer: all that a seller offers in one query, kept in the process until the catalog's revision changes."""

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_policy
from tenor.domain.catalog import Item, Plan, PlanKind, PriceBook, PriceEntry, Product, Promotion
from tenor.domain.money import Money
from tenor.domain.offer import Offer, Seller, TaxRegistration
from tenor.domain.tax_rates import STANDARD_RATES
from tenor.domain.terms import Term

# One statement, so that all of it is of one revision.
_OFFER = """
SELECT s.catalog_revision,
       to_jsonb(s),
       (SELECT coalesce(jsonb_agg(t ORDER BY t.country, t.region), '[]') FROM db_taxregistration t
        WHERE t.seller_id = s.id),
       (SELECT coalesce(jsonb_agg(p ORDER BY p.name, p.code), '[]') FROM db_product p WHERE p.seller_id = s.id),
       (SELECT coalesce(jsonb_agg(p ORDER BY p.product_code, p.code), '[]') FROM db_plan p WHERE p.seller_id = s.id),
       (SELECT coalesce(jsonb_agg(e ORDER BY e.id), '[]') FROM db_priceentry e WHERE e.seller_id = s.id),
       (SELECT coalesce(jsonb_agg(p ORDER BY p.code), '[]') FROM db_promotion p WHERE p.seller_id = s.id)
FROM db_seller s WHERE s.id = %s
"""

NONE_KNOWN: Mapping[str, int] = MappingProxyType({})

_kept: dict[UUID, tuple[int, Offer]] = {}

Record = Mapping[str, Any]


class SellerMissing(LookupError):
    """There is no such seller."""


def load_offer(seller_id: UUID, revision: int | None = None, least_amounts: Mapping[str, int] = NONE_KNOWN) -> Offer:
    """What the seller offers. With the revision that the account was read with, a known one costs no query.

    `least_amounts` are the gateway's (`gateways.payments.registry`); without them every currency counts as unknown.
    Raises SellerMissing. An offer is kept under the revision that it was read with: never an old one for a new.
    """
    kept = _kept.get(seller_id)
    if kept is not None and kept[0] == revision and kept[1].least_amounts is least_amounts:
        return kept[1]
    read = _kept[seller_id] = _read(seller_id, least_amounts)
    return read[1]


def _read(seller_id: UUID, least_amounts: Mapping[str, int]) -> tuple[int, Offer]:
    with connection.cursor() as cursor:
        cursor.execute(_OFFER, [seller_id])
        row = cursor.fetchone()
    if row is None:
        raise SellerMissing(str(seller_id))
    seller, registrations, products, plans, entries, promotions = map(json.loads, row[1:])
    return row[0], Offer(
        seller=Seller(seller["id"], seller["name"], seller["country"], seller["vat_id"], seller["language"]),
        products={each["code"]: _product(each) for each in products},
        plans={(each["product_code"], each["code"]): _plan(each) for each in plans},
        book=PriceBook(tuple(map(_entry, entries)), tuple(map(_promotion, promotions))),
        policy=decode_policy(seller["policy"]),
        tax_rates=STANDARD_RATES,
        registrations=tuple(map(_registration, registrations)),
        least_amounts=least_amounts,
    )


def _product(row: Record) -> Product:
    return Product(
        code=row["code"],
        name=row["name"],
        renewal_discount_percent=row["renewal_discount_percent"],
        min_seats=row["min_seats"],
        max_seats=row["max_seats"],
        discontinued_on=_day(row["discontinued_on"]),
        successor=row["successor_code"],
        names=row["names"],
    )


def _plan(row: Record) -> Plan:
    return Plan(
        product=row["product_code"],
        code=row["code"],
        name=row["name"],
        kind=PlanKind(row["kind"]),
        names=row["names"],
        contains={language: tuple(listed) for language, listed in row["contains"].items()},
    )


def _entry(row: Record) -> PriceEntry:
    renewal = row["renewal_minor"]
    return PriceEntry(
        id=row["id"],
        item=Item(row["product_code"], row["plan_code"], Term(row["months"]), row["currency"], row["price_group"]),
        list_price=Money(row["list_minor"], row["currency"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        announced_on=date.fromisoformat(row["announced_on"]),
        renewal_price=None if renewal is None else Money(renewal, row["currency"]),
        tax_included=row["tax_included"],
    )


def _promotion(row: Record) -> Promotion:
    return Promotion(
        code=row["code"],
        name=row["name"],
        product=row["product_code"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]),
        percent=row["percent"],
        amount=None if row["amount_minor"] is None else Money(row["amount_minor"], row["currency"]),
        plan=row["plan_code"],
        term=None if row["months"] is None else Term(row["months"]),
        min_seats=row["min_seats"],
        first_term_only=row["first_term_only"],
        names=row["names"],
    )


def _registration(row: Record) -> TaxRegistration:
    return TaxRegistration(row["country"], row["number"], row["scheme"], row["region"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
