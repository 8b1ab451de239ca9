"""Small builders of domain values: Northline's yearly 465/420 and three-yearly 1,310, a customer with three seats."""

from dataclasses import replace
from datetime import date
from typing import Any

from tenor.domain import carrying_out
from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    CustomerType,
    MethodKind,
    PaidPeriod,
    PaymentMethod,
    PeriodKind,
    Person,
    PriceKind,
    Role,
    ScheduledChange,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Item, Plan, PriceBook, PriceEntry, Product, Promotion
from tenor.domain.money import Money
from tenor.domain.offer import Offer, Policy, Seller
from tenor.domain.quote import Quote
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Period, Term
from tenor.gateways.payments.least_amounts import PUBLISHED

TODAY = date(2026, 11, 21)
STARTED = date(2026, 3, 1)
RENEWS = date(2027, 3, 1)
LONG_AGO = date(2024, 1, 1)

ALICE = Actor("alice", "Alice", Role.BUYER)
CARD = PaymentMethod("card", MethodKind.CARD, "Visa 4242", is_default=True)
DEBIT = PaymentMethod("debit", MethodKind.DIRECT_DEBIT, "SEPA 3000")


def usd(text: str) -> Money:
    """An amount of dollars."""
    return Money.of(text, "USD")


def day(text: str) -> date:
    """A date from "2026-11-21"."""
    return date.fromisoformat(text)


def item(term: Term = YEARLY, *, plan: str = "standard", product: str = "studio") -> Item:
    """What to ask Northline's book for, in dollars, for everybody."""
    return Item(product, plan, term, "USD", "")


def entry(
    list_price: str,
    renewal_price: str | None = None,
    *,
    of: Item | None = None,
    valid_from: date = LONG_AGO,
    announced_on: date | None = None,
    tax_included: bool = False,
    id: str = "",  # noqa: A002 - the field's own name
) -> PriceEntry:
    """A price entry; announced on the day it holds from, unless told otherwise."""
    what = of or item()
    return PriceEntry(
        id=id or f"{what.product}-{what.plan}-{what.term.months}-{valid_from}-{list_price}",
        item=what,
        list_price=usd(list_price),
        valid_from=valid_from,
        announced_on=announced_on or valid_from,
        renewal_price=None if renewal_price is None else usd(renewal_price),
        tax_included=tax_included,
    )


NORTHLINE_PRICES = (
    entry("465.00", "420.00"),
    entry("1310.00", of=item(THREE_YEARS)),
    entry("45.00", of=item(MONTHLY)),
    entry("930.00", of=item(plan="premium")),
)


def offer(*, prices: tuple[PriceEntry, ...] = NORTHLINE_PRICES, **changes: Any) -> Offer:
    """Northline's offer. `promotions` and `policy` (a dict of settings) may be given, or any other field."""
    promotions: tuple[Promotion, ...] = changes.pop("promotions", ())
    policy: dict[str, Any] = changes.pop("policy", {})
    product = Product("studio", "Northline Studio", max_seats=500)
    northline = Offer(
        seller=Seller("northline", "Northline Inc.", "US", ""),
        products={"studio": product},
        plans={("studio", code): Plan("studio", code, code.title()) for code in ("standard", "premium")},
        book=PriceBook(prices, promotions),
        policy=Policy(**policy),
        least_amounts=PUBLISHED,
    )
    return replace(northline, **changes)


def paid(
    start: date = STARTED,
    end: date = RENEWS,
    price: str = "465.00",
    *,
    kind: PeriodKind = PeriodKind.TERM,
    denominator: int | None = None,
    price_kind: PriceKind = PriceKind.LIST,
) -> PaidPeriod:
    """A paid period; its denominator is its own length unless told otherwise."""
    period = Period(start, end)
    return PaidPeriod(kind, period, usd(price), denominator or period.days, price_kind)


def subscription(**changes: Any) -> Subscription:
    """Three yearly seats of Studio Standard, paid from 2026-03-01 to 2027-03-01, renewing by themselves."""
    northline = Subscription(
        id="s1",
        number="SUB-1",
        product="studio",
        plan="standard",
        term=YEARLY,
        seats=3,
        anchor=STARTED,
        renews_on=RENEWS,
        status=SubscriptionStatus.ACTIVE,
        auto_renew=True,
        periods=(paid(),),
    )
    return replace(northline, **changes)


def account(*subscriptions: Subscription, **changes: Any) -> AccountState:
    """A business in the United States that pays by card, with these subscriptions (or the one of `subscription()`)."""
    state = AccountState(
        id="a1",
        name="Lakeside Architects",
        customer_type=CustomerType.BUSINESS,
        country="US",
        currency="USD",
        time_zone="America/New_York",
        subscriptions=subscriptions or (subscription(),),
        methods=(CARD, DEBIT),
        people=(Person("alice", "Alice", Role.BUYER),),
    )
    return replace(state, **changes)


def scheduled(kind: ChangeKind, value: object) -> ScheduledChange:
    """An entry of the list "at your next renewal"."""
    return ScheduledChange(kind, str(value), TODAY, "Alice")


def carry_out(state: AccountState, quote: Quote) -> AccountState:
    """The account after the quote's effects, as Alice has them carried out today."""
    return carrying_out.carry_out(state, quote.effects, TODAY, by=ALICE.name)
