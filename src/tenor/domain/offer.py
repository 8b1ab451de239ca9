"""What the seller offers: price book, policy, tax rules and registrations, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from tenor.domain.account import AccountState, CustomerType, MethodKind, Subscription
from tenor.domain.bounds import LARGEST_RENEWAL, least_charge
from tenor.domain.catalog import Item, Plan, PriceBook, Product
from tenor.domain.money import Money
from tenor.domain.refusals import Refusal
from tenor.domain.tax_territories import sold_with
from tenor.domain.terms import Term

SELF_SERVICE_REGION = frozenset(
    "US CA AU AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
"""The default of the region list: United States, Canada, Australia, and Europe (rules 8)."""


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """Customers who see the same prices. The first group that fits a customer is theirs."""

    code: str
    countries: frozenset[str]
    customer_type: CustomerType | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of a seller, with the defaults of the rules. Days are calendar days; only
    `debit_arrival_days` are Mondays to Fridays, on which banks work.

    Amounts by currency are minor units: `gateway_minimum` where the seller knows better than the gateway's own table,
    `largest_renewal` what is charged without a look. `domain.bounds` says what holds for a currency without a row.
    """

    self_service_countries: frozenset[str] = SELF_SERVICE_REGION
    announcement_days: int = 30
    quote_minutes: int = 30
    order_hours: int = 24
    early_renewal_days: int = 90
    seats_while_not_renewing: bool = True
    alignment_methods: frozenset[MethodKind] = frozenset({MethodKind.CARD, MethodKind.DIRECT_DEBIT})
    paying_methods: frozenset[MethodKind] = frozenset(MethodKind)
    pre_notice_days: int = 14
    reminder_days: tuple[int, ...] = (35, 14, 3)
    early_reminder_days: int = 0
    monthly_reminder_days: int = 3
    price_notice_days: int = 90
    method_expiry_days: int = 30
    default_pays_instead: bool = True
    creditor_id: str = ""
    method_setups_a_day: int = 10
    grant_on_processing: bool = False
    debit_arrival_days: int = 3
    card_retry_days: tuple[int, ...] = (2, 7, 14, 21)
    debit_retry_days: tuple[int, ...] = (7, 14)
    past_due_days: int = 15
    suspended_days: int = 30
    suspended_days_monthly: int = 15
    late_renewal_days: int = 45
    late_renewal_days_monthly: int = 30
    special_price_when_late: bool = False
    may_decline_owed: bool = True
    return_days: int = 30
    return_days_monthly: int = 15
    alignment_refunded_when_off: bool = True
    credit_kept_on_balance: bool = True
    balance_may_be_paid_out: bool = True
    most_at_once: int = 100
    gateway_minimum: Mapping[str, int] = field(default_factory=dict)
    most_times_dearer: int = 5
    largest_renewal: Mapping[str, int] = field(default_factory=lambda: dict(LARGEST_RENEWAL))
    price_groups: tuple[PriceGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The standard rate of a country (or of a Canadian province, a US state) from a day on."""

    country: str
    rate: Fraction
    valid_from: date
    source: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class TaxRegistration:
    """Where the seller is registered for tax. `scheme` "oss" stands for the EU's one-stop shop."""

    country: str
    number: str
    scheme: str = "standard"
    region: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """The legal entity that sells. `language` is its own: the one in which its catalog says `name`."""

    id: str
    name: str
    country: str
    vat_id: str
    language: str = "en"


@dataclass(frozen=True)
class Offer:
    """All that a planner needs to know of the seller.

    `least_amounts`: the least that the payment gateway charges, in minor units, by currency.
    """

    seller: Seller
    products: Mapping[str, Product]
    plans: Mapping[tuple[str, str], Plan]
    book: PriceBook
    policy: Policy = field(default_factory=Policy)
    tax_rates: tuple[TaxRate, ...] = ()
    registrations: tuple[TaxRegistration, ...] = ()
    least_amounts: Mapping[str, int] = field(default_factory=dict)

    def least_charge(self, currency: str) -> Money:
        """The least amount that is charged by itself; what is below waits for the next invoice (rules 4)."""
        return Money(least_charge(self.policy.gateway_minimum, self.least_amounts, currency), currency)

    @cached_property
    def _rates_by_place(self) -> dict[tuple[str, str], tuple[TaxRate, ...]]:
        grouped: dict[tuple[str, str], list[TaxRate]] = {}
        for rate in self.tax_rates:
            grouped.setdefault((rate.country, rate.region), []).append(rate)
        return {place: tuple(rates) for place, rates in grouped.items()}

    def rates_in(self, country: str, region: str) -> tuple[TaxRate, ...]:
        """The tax rates of a country (and region), of all days; empty where the table has none."""
        return self._rates_by_place.get((country, region), ())

    def product(self, code: str) -> Product:
        """The product with that code. Raises Refusal("unknown_product")."""
        if (found := self.products.get(code)) is None:
            raise Refusal("unknown_product", {"product": code})
        return found

    def plan(self, product: str, code: str) -> Plan:
        """The plan of a product. Raises Refusal("unknown_plan")."""
        if (found := self.plans.get((product, code))) is None:
            raise Refusal("unknown_plan", {"product": product, "plan": code})
        return found

    def price_group(self, state: AccountState) -> str:
        """The code of the customer's price group; "" (everybody) where none fits."""
        for group in self.policy.price_groups:
            is_in = state.country in group.countries or sold_with(state.country) in group.countries
            if is_in and group.customer_type in (None, state.customer_type):
                return group.code
        return ""

    def item(self, state: AccountState, subscription: Subscription, term: Term | None = None) -> Item:
        """What to ask the book for: the subscription's product and plan, for its own term or another."""
        return Item(
            product=subscription.product,
            plan=subscription.plan,
            term=term or subscription.term,
            currency=state.currency,
            group=self.price_group(state),
        )
