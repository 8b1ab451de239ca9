"""A customer of a Swedish seller over the years: sold under one tax, changed under another."""

from dataclasses import replace
from datetime import date

from tenor.domain.account import CustomerType
from tenor.domain.catalog import Plan, PriceBook
from tenor.domain.offer import Offer, Seller, TaxRegistration
from tenor.domain.quote import Quote
from tenor.domain.requests import ChangePlan
from tenor.domain.sales import Sale, plan_sale
from tenor.domain.tax_rates import STANDARD_RATES
from tests.domain.builders import account, entry, item, offer
from tests.domain.story import Story

EARLY = date(2010, 1, 1)
REGISTRATIONS = (
    TaxRegistration("SE", "SE556677889901"),
    TaxRegistration("SE", "SE-OSS-1", scheme="oss"),
    TaxRegistration("NO", "NO999888777MVA"),
    TaxRegistration("CA", "123456789 RT0001"),
)
BOUGHT = "s2"
PLANS = ("standard", "premium", "ultimate")


def nordic(*, included: bool = False) -> Offer:
    """Northline as a Swedish seller; all its prices with tax in them, or all without."""
    prices = tuple(
        entry(price, special, of=item(plan=plan), valid_from=EARLY, tax_included=included)
        for plan, price, special in zip(
            PLANS, ("465.00", "930.00", "1395.00"), ("420.00", "840.00", "1260.00"), strict=True
        )
    )
    return replace(
        offer(),
        seller=Seller("northline", "Northline", "SE", ""),
        plans={("studio", code): Plan("studio", code, code.title()) for code in PLANS},
        book=PriceBook(prices),
        registrations=REGISTRATIONS,
        tax_rates=STANDARD_RATES,
    )


def who(text: str) -> dict[str, object]:
    """What "FI business FI12345678" or "CA NS business" says of an account."""
    country, *more = text.split()
    region = more.pop(0) if more[0].isupper() else ""
    vat_id = more[1] if len(more) > 1 else ""
    return {
        "country": country,
        "region": region,
        "customer_type": CustomerType(more[0]),
        "vat_id": vat_id,
        "vat_id_checked_on": date(2020, 1, 1) if vat_id else None,
    }


def sold(customer: str, on: date, *, included: bool = False, seats: int = 3) -> Story:
    """A year of Studio Standard, sold on that day, and nothing else."""
    story = Story(replace(account(**who(customer)), subscriptions=()), nordic(included=included), on)
    quote = plan_sale(story.state, story.offer, Sale(BOUGHT, item(), seats, "card"), on)
    story.carry_out(quote)
    return story


def changed(story: Story, customer: str, on: date, *, included: bool = False) -> Story:
    """The same account later: where it is by then, and how prices are given by then."""
    story.state = replace(story.state, **who(customer))  # type: ignore[arg-type]
    story.offer, story.today = nordic(included=included), on
    return story


def upgrade(story: Story, plan: str = "premium") -> Quote:
    """The quote of the plan above."""
    return story.plan(ChangePlan(BOUGHT, plan, "now"))
