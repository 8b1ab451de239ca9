"""A quote's effects -> rows. Every write names the value that it replaces: nothing is overwritten unseen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenor.db.ids import new_id
from tenor.db.models import Account, OrderLine, PaidPeriod, ScheduledChange, Subscription
from tenor.db.numbers import take_number
from tenor.db.transitions import ChangedMeanwhile
from tenor.domain.account import Actor
from tenor.domain.account import PaidPeriod as Paid
from tenor.domain.effects import BillCarried, Effect, OpenSubscription, Schedule, SetMethod, SetSeats, StartTerm

LIVE = {"undone_at": None, "replaced_at": None, "claimed_at": None}


@dataclass(frozen=True, slots=True)
class _Writing:
    """For whom, by whom and when effects are carried out, and the invoice that bills what was carried."""

    account_id: UUID
    by: Actor
    now: datetime
    today: date
    invoice_id: UUID | None


def apply_effects(
    account_id: UUID,
    effects: Iterable[Effect],
    *,
    now: datetime,
    today: date,
    by: Actor,
    invoice_id: UUID | None = None,
) -> None:
    """Carry out the effects, in their order; call with the account locked, once an order.

    `today` is the account's local day; `invoice_id` the invoice on which lines stand that had been carried. Raises
    ChangedMeanwhile where a value is not what it was when the quote was planned: then nothing of it may stand.
    """
    writing = _Writing(account_id, by, now, today, invoice_id)
    for effect in effects:
        _apply(writing, effect)


def _apply(writing: _Writing, effect: Effect) -> None:
    match effect:
        case SetSeats():
            _set_seats(writing, effect)
        case SetMethod():
            _set_method(writing, effect)
        case Schedule():
            _schedule(writing, effect)
        case StartTerm():
            _start_term(writing, effect)
        case OpenSubscription():
            _open_subscription(writing, effect)
        case BillCarried():
            _bill_carried(writing, effect)


def _set_seats(writing: _Writing, effect: SetSeats) -> None:
    rows = Subscription.objects.filter(account_id=writing.account_id, id=effect.subscription_id, seats=effect.before)
    _one(rows.update(seats=effect.after), f"{effect.subscription_id} has not {effect.before} seats")


def _set_method(writing: _Writing, effect: SetMethod) -> None:
    before = None if effect.before is None else UUID(effect.before)
    rows = Subscription.objects.filter(
        account_id=writing.account_id, id=effect.subscription_id, payment_method_id=before
    )
    written = rows.update(payment_method_id=effect.after)
    _one(written, f"{effect.subscription_id} is not paid by {effect.before or 'the default'}")


def _schedule(writing: _Writing, effect: Schedule) -> None:
    """The new entry, if there is one, replaces the old one visibly; without a new one the old one is undone."""
    live = ScheduledChange.objects.filter(
        account_id=writing.account_id, subscription_id=effect.subscription_id, kind=effect.change, **LIVE
    )
    before = live.values_list("id", "value").first()
    if (before and before[1]) != effect.before:
        raise ChangedMeanwhile(f"{effect.subscription_id} has not {effect.change} {effect.before} scheduled")
    if effect.after is None:
        live.update(undone_at=writing.now)
        return
    live.update(replaced_at=writing.now)
    price = effect.unit_price
    ScheduledChange.objects.create(
        id=new_id(),
        account_id=writing.account_id,
        subscription_id=effect.subscription_id,
        kind=effect.change.value,
        value=effect.after,
        unit_price_minor=None if price is None else price.minor,
        currency=None if price is None else price.currency,
        scheduled_at=writing.now,
        scheduled_on=writing.today,
        scheduled_by=writing.by.id,
        scheduled_by_name=writing.by.name,
        replaces_id=before[0] if before else None,
    )


def _start_term(writing: _Writing, effect: StartTerm) -> None:
    """The next term begins where the last one ended; what was scheduled for it is claimed by it."""
    span = effect.paid.period
    rows = Subscription.objects.filter(account_id=writing.account_id, id=effect.subscription_id, renews_on=span.start)
    written = rows.update(
        months=effect.months,
        plan_code=effect.plan,
        seats=effect.seats,
        auto_renew=effect.auto_renew,
        payment_method_id=effect.method_id,
        renews_on=span.end,
        renewal_claimed_at=None,
    )
    _one(written, f"{effect.subscription_id} does not renew on {span.start}")
    ScheduledChange.objects.filter(
        account_id=writing.account_id, subscription_id=effect.subscription_id, **LIVE
    ).update(claimed_at=writing.now)
    _add_period(writing, effect.subscription_id, effect.paid)


def _open_subscription(writing: _Writing, effect: OpenSubscription) -> None:
    seller_id = Account.objects.values_list("seller_id", flat=True).get(id=writing.account_id)
    Subscription.objects.create(
        id=effect.subscription_id,
        account_id=writing.account_id,
        seller_id=seller_id,
        number=take_number(seller_id, "subscription"),
        product_code=effect.product,
        plan_code=effect.plan,
        months=effect.months,
        seats=effect.seats,
        anchor=effect.paid.period.start,
        renews_on=effect.paid.period.end,
        auto_renew=effect.auto_renew,
        payment_method_id=effect.method_id,
    )
    _add_period(writing, effect.subscription_id, effect.paid)


def _bill_carried(writing: _Writing, effect: BillCarried) -> None:
    waiting = OrderLine.objects.filter(
        account_id=writing.account_id, id__in=effect.line_ids, carried=True, billed_at=None
    )
    written = waiting.update(billed_at=writing.now, carried_invoice_id=writing.invoice_id)
    if written != len(effect.line_ids):
        raise ChangedMeanwhile(f"{len(effect.line_ids) - written} carried lines were billed already")


def _add_period(writing: _Writing, subscription_id: str, paid: Paid) -> None:
    PaidPeriod.objects.create(
        id=new_id(),
        account_id=writing.account_id,
        subscription_id=subscription_id,
        kind=paid.kind.value,
        starts_on=paid.period.start,
        ends_on=paid.period.end,
        unit_price_minor=paid.unit_price.minor,
        currency=paid.unit_price.currency,
        denominator=paid.denominator,
        price_kind=paid.price_kind.value,
    )


def _one(written: int, otherwise: str) -> None:
    if written != 1:
        raise ChangedMeanwhile(otherwise)
