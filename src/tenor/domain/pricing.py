"""What a seat costs for a term: list price, special renewal price, promotion, each with its explanation (rules 3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from tenor.domain.account import PriceKind
from tenor.domain.catalog import Item, PriceEntry, Promotion
from tenor.domain.explanation import Explanation, Facts
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one seat for one term, the entry it comes from, and how it was found."""

    amount: Money
    kind: PriceKind
    entry: PriceEntry
    explanation: Explanation


def entry_on(offer: Offer, item: Item, day: date) -> PriceEntry:
    """The entry that holds for business done on `day`. Raises Refusal("not_sold") where there is none."""
    found = _entry_on(offer, item, day)
    if found is None:
        raise _not_sold(item)
    return found


def is_sold(offer: Offer, item: Item, day: date) -> bool:
    """Whether there is a price for business done on `day`."""
    return _entry_on(offer, item, day) is not None


def _entry_on(offer: Offer, item: Item, day: date) -> PriceEntry | None:
    history = offer.book.history(item)
    return next((entry for entry in history if entry.valid_from <= day and entry.announced_on <= day), None)


def entry_for_renewal(offer: Offer, item: Item, renews_on: date, today: date) -> PriceEntry:
    """The entry that a renewal on `renews_on` will use, as far as it is known `today`.

    An entry counts if it was announced early enough (policy: 30 days); otherwise the one before it holds, so that a
    reminder shows what will be charged. Notice holds back rises only: an entry that came too late, and asks for less,
    holds at once (rules 3). Raises Refusal("not_sold") where there is none.
    """
    found = _renewal_entry(offer, item, renews_on, today)
    if found is None:
        raise _not_sold(item)
    return found


def has_price(offer: Offer, item: Item, renews_on: date, today: date) -> bool:
    """Whether the price of a renewal on `renews_on` is known today."""
    return _renewal_entry(offer, item, renews_on, today) is not None


def _renewal_entry(offer: Offer, item: Item, renews_on: date, today: date) -> PriceEntry | None:
    product = offer.products.get(item.product)
    percent = 0 if product is None else product.renewal_discount_percent
    return _held_by_notice(offer.book.history(item), renews_on, today, offer.policy.announcement_days, percent)


@lru_cache(maxsize=4096)
def _held_by_notice(
    history: tuple[PriceEntry, ...], renews_on: date, today: date, notice_days: int, percent: int
) -> PriceEntry | None:
    """Remembered, as the special price is: a night asks the same of thousands of subscriptions."""
    announced_by = renews_on - timedelta(days=notice_days)
    known = [e for e in history if e.valid_from <= renews_on and e.announced_on <= today]
    in_time = next((entry for entry in known if entry.announced_on <= announced_by), None)
    # A price list younger than the notice it would need: what was announced first is all there is, and it stays so.
    held = in_time or min(known, key=lambda entry: entry.announced_on, default=None)
    if held is None:
        return None
    # What replaces it without notice, as it was announced: so that what was shown once is never followed by more.
    for entry in sorted(known[: known.index(held)], key=lambda entry: entry.announced_on):
        held = entry if _is_lower(entry, held, percent) else held
    return held


def _is_lower(entry: PriceEntry, held: PriceEntry, percent: int) -> bool:
    """Whether a seat is renewed for less. Promotions keep that order: they take the same off both.

    A price with tax in it that is not above one before tax is surely lower; the other way round it takes the tax to
    tell, and notice holds the entry back.
    """
    asked, before = _renewed_at(entry, percent), _renewed_at(held, percent)
    if entry.tax_included == held.tax_included:
        return asked < before
    return entry.tax_included and asked <= before


def _renewed_at(entry: PriceEntry, percent: int) -> Money:
    return _special(entry, percent).amount if entry.item.term.is_long else entry.list_price


def list_price(offer: Offer, entry: PriceEntry, day: date, seats: int, *, first_term: bool) -> UnitPrice:
    """The published price, less the promotion that runs on `day` for that many seats; of several, the best one."""
    price = published_price(entry)
    running = (p for p in offer.book.promotions if _applies(p, entry.item, day, seats, first_term))
    return min((_promoted(price, promotion) for promotion in running), key=lambda p: p.amount.minor, default=price)


def published_price(entry: PriceEntry) -> UnitPrice:
    """The list price as it stands in the book, without any promotion."""
    return UnitPrice(entry.list_price, PriceKind.LIST, entry, _published("list_price", entry, entry.list_price))


def price_of_kind(offer: Offer, entry: PriceEntry, kind: PriceKind, day: date, seats: int) -> UnitPrice:
    """What a seat that is held already costs at that kind of price; terms under a year have a list price only.

    From the list price goes the promotion that always holds, as from any other; one for a first term is for new seats.
    """
    is_special = kind is PriceKind.RENEWAL and entry.item.term.is_long
    return _special_price(offer, entry) if is_special else list_price(offer, entry, day, seats, first_term=False)


def renewal_price(offer: Offer, entry: PriceEntry, day: date, seats: int, *, lapsed: bool = False) -> UnitPrice:
    """What a seat costs when a term is renewed: the special price for a year or more, else the list price.

    The target term decides, and letting the subscription lapse forfeits the special price; promotions never stack on
    it (rules 3).
    """
    if lapsed or not entry.item.term.is_long:
        return list_price(offer, entry, day, seats, first_term=False)
    return _special_price(offer, entry)


def _special_price(offer: Offer, entry: PriceEntry) -> UnitPrice:
    return _special(entry, offer.product(entry.item.product).renewal_discount_percent)


@lru_cache(maxsize=4096)
def _special(entry: PriceEntry, percent: int) -> UnitPrice:
    if entry.renewal_price is not None:
        shown = _published("special_price_published", entry, entry.renewal_price, list_price=entry.list_price)
        return UnitPrice(entry.renewal_price, PriceKind.RENEWAL, entry, shown)
    special = entry.list_price.share(Fraction(100 - percent, 100))
    shown = _published("special_price_derived", entry, special, list_price=entry.list_price, percent=percent)
    return UnitPrice(special, PriceKind.RENEWAL, entry, shown)


class Reduced(StrEnum):
    """What a price a seat is below the list price by."""

    SPECIAL = "special"
    PROMOTION = "promotion"


def reduced_by(explanation: Explanation) -> Reduced | None:
    """What the price of a line was reduced by; None at the list price, which a renewal may cost, too."""
    facts = explanation.facts
    if explanation.rule.startswith("promotion_"):
        return Reduced.PROMOTION
    if explanation.rule.startswith("special_price_"):
        return Reduced.SPECIAL if explanation.result != facts["list_price"] else None
    return next((found for step in explanation.steps if (found := reduced_by(step))), None)


def _applies(promotion: Promotion, item: Item, day: date, seats: int, first_term: bool) -> bool:
    return (
        promotion.product == item.product
        and promotion.plan in (None, item.plan)
        and promotion.term in (None, item.term)
        and promotion.starts_on <= day < promotion.ends_on
        and seats >= promotion.min_seats
        and (first_term or not promotion.first_term_only)
        and (promotion.amount is None or promotion.amount.currency == item.currency)
    )


def _promoted(price: UnitPrice, promotion: Promotion) -> UnitPrice:
    facts: dict[str, Money | int | str | date] = {"name": promotion.name, "price": price.amount}
    if promotion.percent is not None:
        rule, reduced = "promotion_percent", price.amount.share(Fraction(100 - promotion.percent, 100))
        facts["percent"] = promotion.percent
    else:
        off = promotion.amount or Money.zero(price.amount.currency)
        rule, reduced = "promotion_amount", max(price.amount - off, Money.zero(off.currency))
        facts["amount"] = off
    return UnitPrice(reduced, price.kind, price.entry, Explanation(rule, facts, reduced, (price.explanation,)))


def _published(rule: str, entry: PriceEntry, result: Money, **operands: Money | int) -> Explanation:
    item = entry.item
    facts: Facts = {
        "product": item.product,
        "plan": item.plan,
        "months": item.term.months,
        "valid_from": entry.valid_from,
        **operands,
    }
    return Explanation(rule, facts, result)


def _not_sold(item: Item) -> Refusal:
    return Refusal("not_sold", {"product": item.product, "plan": item.plan, "months": item.term.months})
