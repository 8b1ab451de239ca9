"""Quotes a second on one core: more seats and another term, for a customer with forty subscriptions."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from benchmarks.harness import Measurement, measure
from tenor.domain.account import (
    AccountState,
    Actor,
    CustomerType,
    MethodKind,
    PaidPeriod,
    PaymentMethod,
    PeriodKind,
    Person,
    PriceKind,
    Role,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Item, Plan, PriceBook, PriceEntry, Product
from tenor.domain.comparison import compare_terms
from tenor.domain.money import Money
from tenor.domain.offer import Offer, Policy, PriceGroup, Seller, TaxRegistration
from tenor.domain.planner import plan
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, ChangeTerm, Request
from tenor.domain.tax_rates import STANDARD_RATES
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, next_period

TODAY = date(2026, 11, 21)
PRODUCTS = tuple(f"product-{n}" for n in range(10))
PLANS = ("standard", "premium")
LIST_PRICES = {MONTHLY: 4_500, YEARLY: 46_500, THREE_YEARS: 131_000}
BUYER = Actor("alice", "Alice", Role.BUYER)
ASKED = 5_000.0
"""Quotes a second a core that the planner has to reach."""


def measurements() -> Iterator[Measurement]:
    """Each kind of plan, with and without the fingerprint that a submit compares."""
    state, offer = customer(), seller()
    ids = [subscription.id for subscription in state.subscriptions]
    seats = [Request(BUYER, AddSeats(id_, 2)) for id_ in ids] * 10
    terms = [Request(BUYER, ChangeTerm(id_, 36)) for id_ in ids] * 10

    def quotes(requests: list[Request]) -> int:
        for request in requests:
            plan(state, offer, request, TODAY)
        return len(requests)

    def fingerprints(requests: list[Request]) -> int:
        return sum(bool(plan(state, offer, request, TODAY).fingerprint) for request in requests)

    def comparisons() -> int:
        return sum(bool(compare_terms(state, offer, owned, TODAY)) for owned in state.subscriptions)

    def renewals() -> int:
        due = max(owned.renews_on for owned in state.subscriptions)
        return sum(len(quote.lines) for quote in plan_renewals(state, offer, due))

    yield measure("quote: add seats", lambda: quotes(seats), target=ASKED)
    yield measure("quote: change term", lambda: quotes(terms), target=ASKED)
    yield measure("quote and fingerprint: add seats", lambda: fingerprints(seats))
    yield measure("quote and fingerprint: change term", lambda: fingerprints(terms))
    yield measure("terms side by side", comparisons)
    yield measure("renewals, of one account", renewals)


def seller() -> Offer:
    """Ten products in two plans, three terms, four currencies, two price groups, each with a price rise behind it."""
    return Offer(
        seller=Seller("northline", "Northline AB", "SE", "SE556677889901"),
        products={code: Product(code, code.title()) for code in PRODUCTS},
        plans={(product, code): Plan(product, code, code.title()) for product in PRODUCTS for code in PLANS},
        book=PriceBook(tuple(_prices())),
        policy=Policy(price_groups=(PriceGroup("europe", frozenset({"SE", "NL", "DE"})),)),
        tax_rates=STANDARD_RATES,
        registrations=(TaxRegistration("SE", "SE556677889901"), TaxRegistration("SE", "SE556677889901", "oss")),
    )


def _prices() -> Iterator[PriceEntry]:
    for product in PRODUCTS:
        for code in PLANS:
            for term, price in LIST_PRICES.items():
                for currency in ("USD", "EUR", "SEK", "GBP"):
                    for group in ("", "europe"):
                        item = Item(product, code, term, currency, group)
                        for year, share in ((2023, Fraction(9, 10)), (2025, Fraction(1))):
                            amount = Money(price, currency).share(share)
                            valid_from = date(year, 1, 1)
                            yield PriceEntry(f"{item}-{year}", item, amount, valid_from, valid_from)


def customer() -> AccountState:
    """A business in the Netherlands with forty yearly subscriptions, which renew on forty different days."""
    return AccountState(
        id="account",
        name="Havenkwartier BV",
        customer_type=CustomerType.BUSINESS,
        country="NL",
        currency="EUR",
        time_zone="Europe/Amsterdam",
        subscriptions=tuple(_subscription(n) for n in range(40)),
        methods=(
            PaymentMethod("card", MethodKind.CARD, "Visa 4242", expires_on=date(2029, 12, 31), is_default=True),
            PaymentMethod("debit", MethodKind.DIRECT_DEBIT, "SEPA 3000"),
        ),
        people=tuple(Person(f"p{n}", f"Person {n}", Role.VIEWER) for n in range(20)),
        vat_id="NL123456789B01",
        vat_id_checked_on=TODAY,
    )


def _subscription(n: int) -> Subscription:
    anchor = TODAY - timedelta(days=20 + 8 * n)
    period = next_period(anchor, anchor, YEARLY)
    price = Money(LIST_PRICES[YEARLY], "EUR")
    return Subscription(
        id=f"s{n:02}",
        number=f"SUB-{n:04}",
        product=PRODUCTS[n % len(PRODUCTS)],
        plan=PLANS[n % len(PLANS)],
        term=YEARLY,
        seats=3 + n,
        anchor=anchor,
        renews_on=period.end,
        status=SubscriptionStatus.ACTIVE,
        auto_renew=True,
        periods=(PaidPeriod(PeriodKind.TERM, period, price, period.days, PriceKind.LIST),),
        method_id="debit" if n % 3 == 0 else None,
    )
