"""What lies behind a subscription: what was paid for which days and seats, and what happened, a line an event."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.db.codec import decode_effects
from tenor.db.queries.events import PLACED, EventRow, LineOf, OrderOf
from tenor.domain.account import CustomerType, PaidPeriod, PeriodKind, Subscription
from tenor.domain.effects import Effect, StartTerm, worth_telling
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.money import Money
from tenor.domain.pricing import Reduced
from tenor.domain.quote import LineKind
from tenor.domain.terms import Period
from tenor.portal.flows.shared import Reader
from tenor.ui import words
from tenor.usecases.load import Loaded
from tenor.usecases.tell import SYSTEM

LATEST = 50
NAMED = frozenset({"return_order", "align_dates"})
"""What is told by its name first: what it changed says that in part only."""
BEGINS_A_PERIOD = frozenset({LineKind.TERM, LineKind.EXTENSION, LineKind.PLAN})

_KINDS: dict[LineKind, Promise] = {
    LineKind.EXTENSION: _("Extension to a common date"),
    LineKind.CREDIT: _("Deduction for the rest of the old plan"),
}
_REDUCED: dict[Reduced | None, Promise] = {
    None: _("List price"),
    Reduced.SPECIAL: _("Special renewal price"),
    Reduced.PROMOTION: _("Promotion"),
}


@dataclass(frozen=True, slots=True)
class Paid:
    """Days that were paid for. `seats` and `amount` are None where they are not known; `price` where others agreed it.

    `is_running`: whether today is one of its days.
    """

    span: Period
    seats: int | None
    price: Money | None
    amount: Money | None
    kind: str
    is_running: bool
    tax_included: bool | None = None
    order_id: UUID | None = None
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of history. `by` is "" for what came automatically; `status` that of an order that is not carried out.

    `amount` is the order's total, for `subscriptions` of them together.
    """

    at: datetime
    sentence: str
    by: str
    staff: str
    amount: Money | None = None
    subscriptions: int = 1
    status: str = ""
    order_id: UUID | None = None
    order_number: str = ""


def paid(one: Subscription, rows: Iterable[EventRow], loaded: Loaded) -> list[Paid]:
    """Every line of an order that stands, and the periods that no order of ours paid for, the latest first.

    Where it is not known whether a price was agreed with its tax, a consumer's was.
    """
    today, is_consumer = loaded.today, loaded.state.customer_type is CustomerType.CONSUMER
    orders = [row.order for row in rows if row.kind == PLACED and row.order and row.order.is_standing]
    lines = [line for order in orders for line in order.lines]
    begun = {line.span.start for line in lines if line.kind in BEGINS_A_PERIOD}
    found = [_ordered(line, order, today) for order in orders for line in order.lines]
    elsewhere = (_taken_over(one, each, lines, today) for each in one.periods if each.period.start not in begun)
    found += [replace(each, tax_included=is_consumer) if each.tax_included is None else each for each in elsewhere]
    return sorted(found, key=lambda row: (row.span.start, row.span.end), reverse=True)


def _ordered(line: LineOf, order: OrderOf, today: date) -> Paid:
    return Paid(
        span=line.span,
        seats=line.seats,
        price=line.unit_price,
        amount=line.amount,
        tax_included=line.tax_included,
        kind=str(_KINDS.get(line.kind) or _REDUCED[line.reduced_by]),
        is_running=_is_running(line.span, today),
        order_id=order.id,
        order_number=order.number,
    )


def _taken_over(one: Subscription, period: PaidPeriod, lines: Iterable[LineOf], today: date) -> Paid:
    """Paid elsewhere: the seats that no line of ours is for had them. A reseller's price is between the two of them."""
    is_running = _is_running(period.period, today)
    added = sum(line.seats for line in lines if line.kind is LineKind.SEATS and line.span.end == period.period.end)
    seats = one.seats - added if is_running and one.seats > added else None
    price = None if one.reseller else period.unit_price
    return Paid(
        span=period.period,
        seats=seats,
        price=price,
        amount=price * seats if price is not None and seats and period.kind is PeriodKind.TERM else None,
        kind=_agreed(one),
        is_running=is_running,
        tax_included=period.tax_included,
    )


def _agreed(one: Subscription) -> str:
    if one.reseller is None:
        return str(_("Taken over with the contract"))
    return str(_("Agreed with %(reseller)s")) % {"reseller": one.reseller.name}


def _is_running(span: Period, today: date) -> bool:
    return span.start <= today < span.end


# --- what happened --------------------------------------------------------------------------------------------------


def happenings(one: Subscription, rows: Iterable[EventRow], who: Reader) -> list[Happening]:
    """The latest events, each in a sentence: what changed, and what an order came to."""
    return [_happening(one, row, who) for row in islice(rows, LATEST)]


def _happening(one: Subscription, row: EventRow, who: Reader) -> Happening:
    by, order = "" if row.actor == SYSTEM.name else row.actor, row.order
    if order is None or row.kind != PLACED:
        told = Happening(row.at, _told(one, row, who), by, row.staff)
        return told if order is None else _with_number(told, order)
    is_done = order.status == OrderStatus.FULFILLED
    placed = Happening(
        at=row.at,
        sentence=_ordered_what(one, order, who),
        by=by,
        staff=row.staff,
        amount=order.total if order.total.minor else None,
        subscriptions=order.subscriptions,
        status="" if is_done else order.status,
    )
    return _with_number(placed, order)


def _with_number(told: Happening, order: OrderOf) -> Happening:
    return replace(told, order_id=order.id, order_number=order.number)


def _ordered_what(one: Subscription, order: OrderOf, who: Reader) -> str:
    """What the order changes; why it was declined, where it still is. Nothing has renewed before it is carried out."""
    is_carried_out = order.is_standing or order.status == OrderStatus.RETURNED
    effects = order.effects if is_carried_out else (each for each in order.effects if not isinstance(each, StartTerm))
    told = _effects(one, effects, who) or words.order_action(order.action)
    is_declined = order.decline and order.status in (OrderStatus.REQUIRES_ACTION, OrderStatus.FAILED)
    return f"{told}. {words.decline(order.decline)}" if is_declined else told


def _told(one: Subscription, row: EventRow, who: Reader) -> str:
    """An event without an order of its own: what it scheduled, where it did."""
    own, name = _effects(one, decode_effects(row.after.get("effects", ())), who), words.event(row.kind, row.after)
    return f"{name}. {own}" if own and row.kind in NAMED else own or name


def _effects(one: Subscription, effects: Iterable[Effect], who: Reader) -> str:
    own = (effect for effect in worth_telling(effects) if getattr(effect, "subscription_id", "") == one.id)
    return ". ".join(filter(None, (words.effect(each, who.locale, who.names, one.product) for each in own)))
