"""A first sale, by the website or the seller's own people: a subscription begins at the list price."""

from datetime import date

from tenor.domain.account import AccountState, PaidPeriod, PeriodKind
from tenor.domain.assembly import assemble
from tenor.domain.catalog import Item
from tenor.domain.offer import Offer
from tenor.domain.pricing import entry_on, list_price
from tenor.domain.quote import OpenSubscription, Quote
from tenor.domain.renewals import whole_term, whole_term_line
from tenor.domain.terms import next_period


def plan_sale(  # noqa: PLR0913 - what is sold, to whom, on what terms
    state: AccountState,
    offer: Offer,
    today: date,
    *,
    subscription_id: str,
    item: Item,
    seats: int,
    method_id: str | None,
    auto_renew: bool = True,
) -> Quote:
    """The quote for a new subscription that begins today, with today as its anchor.

    Raises Refusal("not_sold") where the book has no price for the item.
    """
    entry = entry_on(offer, item, today)
    price = list_price(offer, entry, today, seats, first_term=True)
    period = next_period(today, today, item.term)
    paid = PaidPeriod(PeriodKind.TERM, period, price.amount, period.days, price.kind)
    opened = OpenSubscription(
        subscription_id=subscription_id,
        product=item.product,
        plan=item.plan,
        months=item.term.months,
        seats=seats,
        paid=paid,
        auto_renew=auto_renew,
        method_id=method_id,
    )
    explained = whole_term(price, seats, item.term, period)
    return assemble(
        state,
        offer,
        "buy",
        today,
        method_id=method_id,
        tax_included=entry.tax_included,
        lines=(whole_term_line(subscription_id, item, seats, paid, explained),),
        effects=(opened,),
        promised=(),
    )
