"""A first sale, by the website or the seller's own people: a subscription begins at the list price."""

from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, PaidPeriod, PeriodKind
from tenor.domain.assembly import Draft, DraftLine, assemble
from tenor.domain.catalog import Item
from tenor.domain.effects import OpenSubscription
from tenor.domain.offer import Offer
from tenor.domain.pricing import entry_on, is_sold, list_price
from tenor.domain.quote import Quote
from tenor.domain.renewals import whole_term, whole_term_line
from tenor.domain.terms import Term, next_period


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold: seats of an item, as a subscription with that id, paid by a stored method."""

    subscription_id: str
    item: Item
    seats: int
    method_id: str | None
    auto_renew: bool = True


@dataclass(frozen=True, slots=True)
class FirstTerm:
    """What a sale charges and does."""

    line: DraftLine
    opened: OpenSubscription
    tax_included: bool


def plan_sale(state: AccountState, offer: Offer, sale: Sale, today: date) -> Quote:
    """The quote for a new subscription that begins today, with today as its anchor.

    Raises Refusal("not_sold") where the book has no price for the item.
    """
    first = first_term(offer, sale, today)
    draft = Draft("buy", sale.method_id, first.tax_included, lines=(first.line,), effects=(first.opened,))
    return assemble(state, offer, draft, today)


def first_term(offer: Offer, sale: Sale, today: date) -> FirstTerm:
    """The first term of a sale, at the list price, promotion first. Raises Refusal("not_sold")."""
    entry = entry_on(offer, sale.item, today)
    price = list_price(offer, entry, today, sale.seats, first_term=True)
    period = next_period(today, today, sale.item.term)
    paid = PaidPeriod(PeriodKind.TERM, period, price.amount, period.days, price.kind, entry.tax_included)
    opened = OpenSubscription(
        subscription_id=sale.subscription_id,
        product=sale.item.product,
        plan=sale.item.plan,
        months=sale.item.term.months,
        seats=sale.seats,
        paid=paid,
        auto_renew=sale.auto_renew,
        method_id=sale.method_id,
    )
    explained = whole_term(price, sale.seats, sale.item.term, period)
    line = whole_term_line(sale.subscription_id, sale.item, sale.seats, paid, explained)
    return FirstTerm(line, opened, entry.tax_included)


def terms_on_sale(offer: Offer, item: Item, today: date) -> tuple[Term, ...]:
    """The terms, the shortest first, in which the item's plan is sold today."""
    return tuple(term for term in offer.book.terms(item) if is_sold(offer, replace(item, term=term), today))
