"""What a single field can't show: names that must be unique, references that must lead somewhere, one currency."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tenor.cli.quoting.account import AccountGiven, PeriodGiven, ScheduledGiven, SubscriptionGiven
from tenor.cli.quoting.denominators import wrong_denominator
from tenor.cli.quoting.offer import OfferGiven
from tenor.domain.account import ChangeKind
from tenor.domain.effects import MarkPartReturned, MarkReturned
from tenor.domain.money import Money
from tenor.domain.quote import Quote
from tenor.domain.terms import boundary, months_elapsed

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: the names and places that lead from the top of the input to it."""

    path: Path
    sentence: str


def faults_of(today: date, account: AccountGiven, offer: OfferGiven) -> Iterator[Fault]:
    """Every fault between fields, in the order of the format."""
    yield from _account_names(account)
    for place, subscription in enumerate(account.subscriptions):
        path: Path = ("account", "subscriptions", place)
        yield from _dates(path, subscription, today)
        yield from _references(path, subscription, account, offer)
        yield from _scheduled(path, subscription, account, offer)
        yield from _currencies(path, subscription, account.currency)
    yield from _carried(account)
    yield from _orders(account, today)
    yield from _offer_names(offer)
    yield from _offer_references(offer)


def _account_names(account: AccountGiven) -> Iterator[Fault]:
    yield from _unique(("account", "subscriptions"), "id", [found.id for found in account.subscriptions])
    yield from _unique(("account", "methods"), "id", [found.id for found in account.methods])
    yield from _unique(("account", "people"), "id", [found.id for found in account.people])
    yield from _unique(("account", "carried"), "id", [found.id for found in account.carried])
    yield from _unique(("account", "orders"), "id", [found.id for found in account.orders])
    yield from _unique(("account", "orders"), "number", [found.number for found in account.orders])
    defaults = [place for place, method in enumerate(account.methods) if method.is_default]
    for place in defaults[1:]:
        yield Fault(("account", "methods", place, "is_default"), "another method is the default already")
    backups = [place for place, method in enumerate(account.methods) if method.is_backup]
    for place in backups[1:]:
        yield Fault(("account", "methods", place, "is_backup"), "another method is the backup already")
    for place in set(defaults) & set(backups):
        yield Fault(("account", "methods", place, "is_backup"), "the default method can't be the backup too")


def _offer_names(offer: OfferGiven) -> Iterator[Fault]:
    yield from _unique(("offer", "products"), "code", [found.code for found in offer.products])
    yield from _unique(("offer", "plans"), "code", [(found.product, found.code) for found in offer.plans])
    ids = [found.id or place for place, found in enumerate(offer.prices)]
    yield from _unique(("offer", "prices"), "id", ids)
    yield from _unique(("offer", "promotions"), "code", [found.code for found in offer.promotions])
    groups = offer.policy.price_groups or ()
    yield from _unique(("offer", "policy", "price_groups"), "code", [group.code for group in groups])


def _unique(path: Path, field: str, names: Iterable[Hashable]) -> Iterator[Fault]:
    seen: dict[Hashable, int] = {}
    for place, name in enumerate(names):
        if name in seen:
            yield Fault((*path, place, field), f"the same as at place [{seen[name]}]")
        seen.setdefault(name, place)


def _dates(path: Path, given: SubscriptionGiven, today: date) -> Iterator[Fault]:
    broken = list(_period_faults(path, given.periods))
    yield from broken or _denominators(path, given, today)
    if given.periods and not broken and given.periods[-1].end != given.renews_on:
        ends = given.periods[-1].end
        yield Fault((*path, "renews_on"), f"should be {ends}, the end of the last paid period")
    if given.coming is not None and given.coming.starts_on not in {period.start for period in given.periods}:
        yield Fault((*path, "coming", "starts_on"), "should be the start of a paid period")
    if boundary(given.anchor, months_elapsed(given.anchor, given.renews_on)) != given.renews_on:
        yield Fault((*path, "renews_on"), f"should be a whole number of months after the anchor {given.anchor}")


def _period_faults(path: Path, periods: tuple[PeriodGiven, ...]) -> Iterator[Fault]:
    for place, period in enumerate(periods):
        here = (*path, "periods", place)
        if period.end <= period.start:
            yield Fault((*here, "end"), f"should be later than the start, {period.start}")
        if place and period.start != periods[place - 1].end:
            before = periods[place - 1].end
            yield Fault((*here, "start"), f"should be {before}, the end of the period before it")


def _denominators(path: Path, given: SubscriptionGiven, today: date) -> Iterator[Fault]:
    for place, period in enumerate(given.periods):
        if (sentence := wrong_denominator(today, given, period)) is not None:
            yield Fault((*path, "periods", place, "denominator"), sentence)


def _references(path: Path, given: SubscriptionGiven, account: AccountGiven, offer: OfferGiven) -> Iterator[Fault]:
    if given.product not in {product.code for product in offer.products}:
        yield Fault((*path, "product"), f'the offer has no product "{given.product}"')
    elif (given.product, given.plan) not in {(plan.product, plan.code) for plan in offer.plans}:
        yield Fault((*path, "plan"), f'the offer has no plan "{given.plan}" of "{given.product}"')
    plans = {(plan.product, plan.code) for plan in offer.plans}
    if given.coming is not None and (given.product, given.coming.plan) not in plans:
        yield Fault((*path, "coming", "plan"), f'the offer has no plan "{given.coming.plan}" of "{given.product}"')
    if given.method_id is not None and given.method_id not in {method.id for method in account.methods}:
        yield Fault((*path, "method_id"), f'the account has no method "{given.method_id}"')


def _scheduled(path: Path, given: SubscriptionGiven, account: AccountGiven, offer: OfferGiven) -> Iterator[Fault]:
    yield from _unique((*path, "scheduled"), "kind", [entry.kind for entry in given.scheduled])
    plans = {plan.code for plan in offer.plans if plan.product == given.product}
    methods = {method.id for method in account.methods}
    for place, entry in enumerate(given.scheduled):
        if (sentence := _wrong_value(entry, plans, methods)) is not None:
            yield Fault((*path, "scheduled", place, "value"), sentence)


def _wrong_value(entry: ScheduledGiven, plans: set[str], methods: set[str]) -> str | None:
    number = int(entry.value) if entry.value.isascii() and entry.value.isdigit() and len(entry.value) < 9 else 0
    match entry.kind:
        case ChangeKind.TERM:
            return None if 1 <= number <= 120 else "should be a number of months, 1 to 120"
        case ChangeKind.SEATS:
            return None if 1 <= number <= 1_000_000 else "should be a number of seats, 1 or more"
        case ChangeKind.PLAN:
            return None if entry.value in plans else f'the offer has no plan "{entry.value}" of this product'
        case ChangeKind.METHOD:
            return None if entry.value in methods else f'the account has no method "{entry.value}"'
        case ChangeKind.AUTO_RENEW:
            return None if entry.value in ("on", "off") else "should be true or false"


def _currencies(path: Path, given: SubscriptionGiven, currency: str) -> Iterator[Fault]:
    for place, period in enumerate(given.periods):
        yield from _amount((*path, "periods", place, "unit_price"), period.unit_price, currency)
    for place, entry in enumerate(given.scheduled):
        yield from _amount((*path, "scheduled", place, "unit_price"), entry.unit_price, currency)


def _carried(account: AccountGiven) -> Iterator[Fault]:
    yield from _amount(("account", "balance"), account.balance, account.currency)
    for place, line in enumerate(account.carried):
        path: Path = ("account", "carried", place)
        if line.end <= line.start:
            yield Fault((*path, "end"), f"should be later than the start, {line.start}")
        yield from _amount((*path, "unit_price"), line.unit_price, account.currency)
        yield from _amount((*path, "amount"), line.amount, account.currency)


def _orders(account: AccountGiven, today: date) -> Iterator[Fault]:
    waiting = {line.id for line in account.carried}
    for place, order in enumerate(account.orders):
        path: Path = ("account", "orders", place)
        if order.quote.total.currency != account.currency:
            yield Fault((*path, "quote"), f"should be in the account's currency, {account.currency}")
        if place and order.granted_on < account.orders[place - 1].granted_on:
            yield Fault((*path, "granted_on"), "should not be earlier than that of the order before it")
        if order.granted_on > today:
            yield Fault((*path, "granted_on"), f"should not be later than today, {today}")
        if set(order.waiting) - waiting:
            yield Fault((*path, "waiting"), "names a line that is not among the carried ones")
        if order.returned_by is not None and not _returns(order.returned_by, order.id):
            yield Fault((*path, "returned_by"), "returns another order")
        for part, quote in enumerate(order.parts_returned_by):
            if not _returns(quote, order.id):
                yield Fault((*path, "parts_returned_by", part), "returns another order")


def _returns(quote: Quote, order_id: str) -> bool:
    marks = (effect for effect in quote.effects if isinstance(effect, MarkReturned | MarkPartReturned))
    return any(mark.order_id == order_id for mark in marks)


def _amount(path: Path, amount: Money | None, currency: str) -> Iterator[Fault]:
    if amount is not None and amount.currency != currency:
        yield Fault(path, f"should be in the account's currency, {currency}, not in {amount.currency}")
    yield from _not_below_zero(path, amount)


def _offer_references(offer: OfferGiven) -> Iterator[Fault]:
    products = {product.code for product in offer.products}
    plans = {(plan.product, plan.code) for plan in offer.plans}
    for place, product in enumerate(offer.products):
        if product.successor is not None and product.successor not in products:
            yield Fault(("offer", "products", place, "successor"), f'the offer has no product "{product.successor}"')
    for place, plan in enumerate(offer.plans):
        if plan.product not in products:
            yield Fault(("offer", "plans", place, "product"), f'the offer has no product "{plan.product}"')
    yield from _prices(offer, plans)
    yield from _promotions(offer, products)


def _prices(offer: OfferGiven, plans: set[tuple[str, str]]) -> Iterator[Fault]:
    for place, price in enumerate(offer.prices):
        path: Path = ("offer", "prices", place)
        if (price.product, price.plan) not in plans:
            yield Fault((*path, "plan"), f'the offer has no plan "{price.plan}" of "{price.product}"')
        yield from _not_below_zero((*path, "list_price"), price.list_price)
        yield from _not_below_zero((*path, "renewal_price"), price.renewal_price)
        if price.renewal_price is not None and price.renewal_price.currency != price.list_price.currency:
            yield Fault((*path, "renewal_price"), f"should be in {price.list_price.currency}, like the list price")


def _promotions(offer: OfferGiven, products: set[str]) -> Iterator[Fault]:
    for place, promotion in enumerate(offer.promotions):
        path: Path = ("offer", "promotions", place)
        if promotion.product not in products:
            yield Fault((*path, "product"), f'the offer has no product "{promotion.product}"')
        if (promotion.percent is None) == (promotion.amount is None):
            yield Fault(path, "needs either percent or amount")
        yield from _not_below_zero((*path, "amount"), promotion.amount)


def _not_below_zero(path: Path, price: Money | None) -> Iterator[Fault]:
    if price is not None and price.minor < 0:
        yield Fault(path, "should not be negative")
