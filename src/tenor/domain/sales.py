"""A first sale, by the website or the seller's own people: a subscription begins at the list price."""

from dataclasses import dataclass
from datetime import date

from tenor.domain.account import AccountState, PaidPeriod, PeriodKind
from tenor.domain.assembly import Draft, assemble
from tenor.domain.catalog import Item
from tenor.domain.effects import OpenSubscription
from tenor.domain.offer import Offer
from tenor.domain.pricing import entry_on, list_price
from tenor.domain.quote import Quote
from tenor.domain.renewals import whole_term, whole_term_line
from tenor.domain.terms import next_period


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold: seats of an item, as a subscription with that id, paid by a stored method."""

    subscription_id: str
    item: Item
    seats: int
    method_id: str | None
    auto_renew: bool = True


def plan_sale(state: AccountState, offer: Offer, sale: Sale, today: date) -> Quote:
    """The quote for a new subscription that begins today, with today as its anchor.

    Raises Refusal("not_sold") where the book has no price for the item.
    """
    entry = entry_on(offer, sale.item, today)
    price = list_price(offer, entry, today, sale.seats, first_term=True)
    period = next_period(today, today, sale.item.term)
    paid = PaidPeriod(PeriodKind.TERM, period, price.amount, period.days, price.kind)
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
    draft = Draft("buy", sale.method_id, entry.tax_included, lines=(line,), effects=(opened,))
    return assemble(state, offer, draft, today)
