"""Publish products, plans, prices and promotions. What was published stays: a new price is a new entry (rules 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tenor.db.ids import new_id
from tenor.db.models import Plan as PlanRow
from tenor.db.models import PriceEntry as PriceEntryRow
from tenor.db.models import Product as ProductRow
from tenor.db.models import Promotion as PromotionRow
from tenor.db.models import Seller
from tenor.domain.catalog import Plan, PriceEntry, Product, Promotion
from tenor.domain.codes import demand_currency


@dataclass(frozen=True, slots=True)
class Publication:
    """What is new in the catalog. The entries' ids don't count: each gets its own. `descriptions` by product code."""

    products: Sequence[Product] = ()
    plans: Sequence[Plan] = ()
    prices: Sequence[PriceEntry] = ()
    promotions: Sequence[Promotion] = ()
    descriptions: Mapping[str, str] = field(default_factory=dict[str, str])


def publish_catalog(*, seller_id: UUID, publication: Publication) -> None:
    """Add to the seller's catalog and count its revision, so that every process reads it anew.

    A successor stands before the product that it succeeds. What contradicts a constraint (a code given twice, a price
    announced after it holds) raises IntegrityError, and nothing of it is published. Raises Refusal("unknown_currency").
    """
    for entry in publication.prices:
        demand_currency(entry.item.currency)
    for promotion in publication.promotions:
        if promotion.amount is not None:
            demand_currency(promotion.amount.currency)
    with transaction.atomic():
        # First, and as a lock: two publications at once come one after the other.
        Seller.objects.filter(id=seller_id).update(catalog_revision=F("catalog_revision") + 1)
        for product in publication.products:
            _product(seller_id, product, publication.descriptions.get(product.code, "")).save(force_insert=True)
        PlanRow.objects.bulk_create(_plan(seller_id, plan) for plan in publication.plans)
        PriceEntryRow.objects.bulk_create(_price(seller_id, entry) for entry in publication.prices)
        PromotionRow.objects.bulk_create(_promotion(seller_id, promotion) for promotion in publication.promotions)


def _product(seller_id: UUID, product: Product, description: str) -> ProductRow:
    return ProductRow(
        id=new_id(),
        seller_id=seller_id,
        code=product.code,
        name=product.name,
        description=description,
        renewal_discount_percent=product.renewal_discount_percent,
        min_seats=product.min_seats,
        max_seats=product.max_seats,
        discontinued_on=product.discontinued_on,
        successor_code=product.successor,
        names=dict(product.names),
    )


def _plan(seller_id: UUID, plan: Plan) -> PlanRow:
    return PlanRow(
        id=new_id(),
        seller_id=seller_id,
        product_code=plan.product,
        code=plan.code,
        name=plan.name,
        kind=plan.kind.value,
        names=dict(plan.names),
        contains={language: list(listed) for language, listed in plan.contains.items()},
    )


def _price(seller_id: UUID, entry: PriceEntry) -> PriceEntryRow:
    item, renewal = entry.item, entry.renewal_price
    return PriceEntryRow(
        id=new_id(),
        seller_id=seller_id,
        product_code=item.product,
        plan_code=item.plan,
        months=item.term.months,
        currency=item.currency,
        price_group=item.group,
        list_minor=entry.list_price.minor,
        renewal_minor=None if renewal is None else renewal.minor,
        tax_included=entry.tax_included,
        valid_from=entry.valid_from,
        announced_on=entry.announced_on,
    )


def _promotion(seller_id: UUID, promotion: Promotion) -> PromotionRow:
    amount, term = promotion.amount, promotion.term
    return PromotionRow(
        id=new_id(),
        seller_id=seller_id,
        code=promotion.code,
        name=promotion.name,
        product_code=promotion.product,
        plan_code=promotion.plan,
        months=None if term is None else term.months,
        percent=promotion.percent,
        amount_minor=None if amount is None else amount.minor,
        currency=None if amount is None else amount.currency,
        min_seats=promotion.min_seats,
        first_term_only=promotion.first_term_only,
        starts_on=promotion.starts_on,
        ends_on=promotion.ends_on,
        names=dict(promotion.names),
    )
