"""What the seller offers, in a shape that can be written by hand, and as the domain knows it."""

from typing import Any

from tenor.cli.quoting.fields import (
    Amount,
    Country,
    Day,
    Days,
    Given,
    Months,
    Percent,
    PerhapsText,
    Rate,
    Seats,
    Text,
)
from tenor.domain.account import CustomerType, MethodKind
from tenor.domain.catalog import Item, Plan, PlanKind, PriceBook, PriceEntry, Product, Promotion
from tenor.domain.offer import Offer, Policy, PriceGroup, Seller, TaxRate, TaxRegistration
from tenor.domain.tax_rates import STANDARD_RATES
from tenor.domain.terms import Term
from tenor.gateways.payments.least_amounts import PUBLISHED


class SellerGiven(Given):
    """The legal entity that sells."""

    country: Country
    id: Text = "seller"
    name: Text = "Seller"
    vat_id: PerhapsText = ""


class ProductGiven(Given):
    """Something sold by the seat. `name` left out is its code."""

    code: Text
    name: Text | None = None
    renewal_discount_percent: Percent | None = None
    min_seats: Seats | None = None
    max_seats: Seats | None = None
    discontinued_on: Day | None = None
    successor: Text | None = None

    def build(self) -> Product:
        """The domain's value."""
        return Product(**{"name": self.code, **self.values()})


class PlanGiven(Given):
    """A level of a product. `name` left out is its code."""

    product: Text
    code: Text
    name: Text | None = None
    kind: PlanKind | None = None

    def build(self) -> Plan:
        """The domain's value."""
        return Plan(**{"name": self.code, **self.values()})


class PriceGiven(Given):
    """A price entry. Left out: `group` is everybody, `announced_on` is `valid_from`."""

    product: Text
    plan: Text
    months: Months
    list_price: Amount
    valid_from: Day
    announced_on: Day | None = None
    renewal_price: Amount | None = None
    tax_included: bool = False
    group: PerhapsText = ""
    id: Text | None = None

    def build(self, place: int) -> PriceEntry:
        """The domain's value; `place` in the list names an entry without an id."""
        return PriceEntry(
            id=self.id or f"price-{place + 1:05}",
            item=Item(self.product, self.plan, Term(self.months), self.list_price.currency, self.group),
            list_price=self.list_price,
            valid_from=self.valid_from,
            announced_on=self.announced_on or self.valid_from,
            renewal_price=self.renewal_price,
            tax_included=self.tax_included,
        )


class PromotionGiven(Given):
    """A discount per seat while it runs: `percent` off, or `amount` off. `name` left out is its code."""

    code: Text
    product: Text
    starts_on: Day
    ends_on: Day
    name: Text | None = None
    percent: Percent | None = None
    amount: Amount | None = None
    plan: Text | None = None
    months: Months | None = None
    min_seats: Seats | None = None
    first_term_only: bool | None = None

    def build(self) -> Promotion:
        """The domain's value. Raises ValueError where it takes off both, or neither."""
        term = None if self.months is None else Term(self.months)
        return Promotion(**{"name": self.code, **self.values("months")}, term=term)


class PriceGroupGiven(Given):
    """Customers who see the same prices."""

    code: Text
    countries: tuple[Country, ...]
    customer_type: CustomerType | None = None

    def build(self) -> PriceGroup:
        """The domain's value."""
        return PriceGroup(self.code, frozenset(self.countries), self.customer_type)


class PolicyGiven(Given):
    """The seller's settings; what is left out keeps its default."""

    self_service_countries: tuple[Country, ...] | None = None
    announcement_days: Days | None = None
    quote_minutes: Days | None = None
    order_hours: Days | None = None
    early_renewal_days: Days | None = None
    seats_while_not_renewing: bool | None = None
    alignment_methods: tuple[MethodKind, ...] | None = None
    paying_methods: tuple[MethodKind, ...] | None = None
    pre_notice_days: Days | None = None
    reminder_days: tuple[Days, ...] | None = None
    early_reminder_days: Days | None = None
    monthly_reminder_days: Days | None = None
    price_notice_days: Days | None = None
    method_expiry_days: Days | None = None
    default_pays_instead: bool | None = None
    creditor_id: Text | None = None
    method_setups_a_day: Days | None = None
    grant_on_processing: bool | None = None
    debit_arrival_days: Days | None = None
    past_due_days: Days | None = None
    suspended_days: Days | None = None
    suspended_days_monthly: Days | None = None
    late_renewal_days: Days | None = None
    late_renewal_days_monthly: Days | None = None
    special_price_when_late: bool | None = None
    may_decline_owed: bool | None = None
    credit_kept_on_balance: bool | None = None
    balance_may_be_paid_out: bool | None = None
    gateway_minimum: tuple[Amount, ...] | None = None
    price_groups: tuple[PriceGroupGiven, ...] | None = None

    def build(self) -> Policy:
        """The domain's value."""
        given: dict[str, Any] = self.values("gateway_minimum", "price_groups")
        for name in {"self_service_countries", "alignment_methods", "paying_methods"} & given.keys():
            given[name] = frozenset(given[name])
        if self.gateway_minimum is not None:
            given["gateway_minimum"] = {least.currency: least.minor for least in self.gateway_minimum}
        if self.price_groups is not None:
            given["price_groups"] = tuple(group.build() for group in self.price_groups)
        return Policy(**given)


class TaxRateGiven(Given):
    """The standard rate of a country or province from a day on."""

    country: Country
    rate: Rate
    valid_from: Day
    source: PerhapsText = ""
    region: PerhapsText = ""


class RegistrationGiven(Given):
    """Where the seller is registered for tax."""

    country: Country
    number: Text
    scheme: Text = "standard"
    region: PerhapsText = ""


class OfferGiven(Given):
    """All that has to be known of the seller. Left out, `tax_rates` are those that come with Tenor."""

    seller: SellerGiven
    products: tuple[ProductGiven, ...]
    plans: tuple[PlanGiven, ...]
    prices: tuple[PriceGiven, ...]
    promotions: tuple[PromotionGiven, ...] = ()
    policy: PolicyGiven = PolicyGiven()
    tax_rates: tuple[TaxRateGiven, ...] | None = None
    registrations: tuple[RegistrationGiven, ...] = ()

    def build(self) -> Offer:
        """The domain's value."""
        rates = STANDARD_RATES
        if self.tax_rates is not None:
            rates = tuple(TaxRate(r.country, r.rate, r.valid_from, r.source, r.region) for r in self.tax_rates)
        return Offer(
            seller=Seller(self.seller.id, self.seller.name, self.seller.country, self.seller.vat_id),
            products={product.code: product.build() for product in self.products},
            plans={(plan.product, plan.code): plan.build() for plan in self.plans},
            book=PriceBook(
                entries=tuple(price.build(place) for place, price in enumerate(self.prices)),
                promotions=tuple(promotion.build() for promotion in self.promotions),
            ),
            policy=self.policy.build(),
            tax_rates=rates,
            registrations=tuple(
                TaxRegistration(found.country, found.number, found.scheme, found.region) for found in self.registrations
            ),
            least_amounts=PUBLISHED,
        )
