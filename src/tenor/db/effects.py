"""A quote's effects -> rows. Every write names the value that it replaces: nothing is overwritten unseen."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from tenor.db import order_effects
from tenor.db.ids import new_id
from tenor.db.models import Account, PaidPeriod, ScheduledChange, Subscription
from tenor.db.numbers import take_number
from tenor.db.order_effects import Writing
from tenor.db.seats import release_surplus
from tenor.db.transitions import ChangedMeanwhile, move_subscription
from tenor.domain.account import Actor, ChangeKind, ComingTerm, SubscriptionStatus
from tenor.domain.account import PaidPeriod as Paid
from tenor.domain.account import ScheduledChange as Entry
from tenor.domain.claiming import Choices, after_end, after_start, claimed
from tenor.domain.effects import (
    AddPeriod,
    BillCarried,
    CloseSubscription,
    DeclineTerm,
    DropCarried,
    Effect,
    EndTerm,
    GiveBack,
    MarkPartReturned,
    MarkReturned,
    MoveRenewal,
    OpenSubscription,
    Schedule,
    SetComing,
    SetMethod,
    SetPlan,
    SetSeats,
    StartTerm,
    StopPeriod,
    WithdrawInvoice,
)
from tenor.domain.money import Money
from tenor.domain.seats import SeatUser

LIVE = {"undone_at": None, "replaced_at": None, "claimed_at": None}


def apply_effects(
    account_id: UUID,
    effects: Iterable[Effect],
    *,
    now: datetime,
    today: date,
    by: Actor,
    invoice_id: UUID | None = None,
) -> tuple[SeatUser, ...]:
    """Carry out the effects, in their order; call with the account locked, once an order.

    Returns who has no seat any more, because there are fewer: they are to be told. `today` is the account's local day;
    `invoice_id` the invoice on which lines stand that had been carried. Raises ChangedMeanwhile where a value is not
    what it was when the quote was planned: then nothing of it may stand.
    """
    writing = Writing(account_id, by, now, today, invoice_id, released=[])
    for effect in effects:
        _apply(writing, effect)
    return tuple(writing.released)


def _apply(writing: Writing, effect: Effect) -> None:
    """Carry out one effect. Some are money and not a subscription's: see `usecases.give_back`, `withdraw_invoice`."""
    if not isinstance(effect, GiveBack | WithdrawInvoice):
        _WRITERS[type(effect)](writing, effect)


def _set_seats(writing: Writing, effect: SetSeats) -> None:
    rows = Subscription.objects.filter(account_id=writing.account_id, id=effect.subscription_id, seats=effect.before)
    _one(rows.update(seats=effect.after), f"{effect.subscription_id} has not {effect.before} seats")
    if effect.after < effect.before:
        _release(writing, effect.subscription_id, effect.after)


def _release(writing: Writing, subscription_id: str, seats_left: int) -> None:
    """Nobody sits on a seat that is not there (rules 6)."""
    writing.released.extend(release_surplus(writing.account_id, UUID(subscription_id), seats_left, writing.now))


def _set_method(writing: Writing, effect: SetMethod) -> None:
    before = None if effect.before is None else UUID(effect.before)
    rows = Subscription.objects.filter(
        account_id=writing.account_id, id=effect.subscription_id, payment_method_id=before
    )
    written = rows.update(payment_method_id=effect.after)
    _one(written, f"{effect.subscription_id} is not paid by {effect.before or 'the default'}")


def _schedule(writing: Writing, effect: Schedule) -> None:
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


def _set_plan(writing: Writing, effect: SetPlan) -> None:
    rows = _subscription(writing, effect.subscription_id).filter(plan_code=effect.before)
    _one(rows.update(plan_code=effect.after), f"{effect.subscription_id} is not of plan {effect.before}")


def _set_coming(writing: Writing, effect: SetComing) -> None:
    rows = _subscription(writing, effect.subscription_id).filter(**_coming(effect.before))
    _one(rows.update(**_coming(effect.after)), f"{effect.subscription_id} has another coming term")


def _move_renewal(writing: Writing, effect: MoveRenewal) -> None:
    rows = _subscription(writing, effect.subscription_id)
    written = rows.filter(renews_on=effect.before, anchor=effect.anchor_before).update(
        renews_on=effect.after, anchor=effect.anchor_after
    )
    _one(written, f"{effect.subscription_id} does not renew on {effect.before}")


def _start_term(writing: Writing, effect: StartTerm) -> None:
    """The next term begins where the last one ended; what its order saw scheduled for it is claimed by it.

    One that begins on a later day waits until then (see `begin_term`).
    """
    span, term = effect.paid.period, ComingTerm(effect.paid.period.start, effect.months, effect.plan, effect.seats)
    now, seen = choices_of(writing.account_id, effect.subscription_id), effect.was.scheduled
    stands = after_start(now, seen, effect.was.method_id)
    rows = _subscription(writing, effect.subscription_id).filter(renews_on=span.start)
    is_ahead = span.start > writing.today
    becomes = _coming(term) if is_ahead else {**_present(term), **_coming(None)}
    written = rows.update(
        **becomes,
        auto_renew=stands.auto_renew,
        payment_method_id=stands.method_id,
        renews_on=span.end,
        renewal_claimed_at=None,
    )
    _one(written, f"{effect.subscription_id} does not renew on {span.start}")
    taken = [entry.kind for entry in claimed(now, seen)]
    _live_changes(writing, effect.subscription_id).filter(kind__in=taken).update(claimed_at=writing.now)
    _add_period(writing, effect.subscription_id, effect.paid)
    if not is_ahead:
        _revive(writing, effect.subscription_id)
        _release(writing, effect.subscription_id, effect.seats)


def _revive(writing: Writing, subscription_id: str) -> None:
    """What had expired is renewed late."""
    row = _subscription(writing, subscription_id).filter(status=SubscriptionStatus.EXPIRED).first()
    if row is not None:
        row.lapsed_on = None
        move_subscription(row, SubscriptionStatus.ACTIVE, also=["lapsed_on"])


def begin_term(account_id: UUID, subscription_id: UUID | str, today: date) -> bool:
    """Let a term that was paid ahead begin, if its day has come: from now on the subscription is what it pays for."""
    rows = Subscription.objects.filter(account_id=account_id, id=subscription_id, coming_on__lte=today)
    begun = {"months": F("coming_months"), "plan_code": F("coming_plan_code"), "seats": F("coming_seats")}
    return rows.update(**begun, **_coming(None)) == 1


def _end_term(writing: Writing, effect: EndTerm) -> None:
    """As it stood before the term; the days after it were never paid for. One that had begun leaves no access.

    What was chosen since stays: another payment method, automatic renewal, newer entries of the list.
    """
    term, was = effect.term, effect.term.was
    span = term.paid.period
    now = choices_of(writing.account_id, effect.subscription_id)
    stands = after_end(now, was.scheduled, Choices((), was.auto_renew, was.method_id))
    before: dict[str, Any] = {
        "renews_on": span.start,
        "auto_renew": stands.auto_renew,
        "payment_method_id": stands.method_id,
    }
    had_begun = span.start <= writing.today
    if had_begun:
        before |= {"months": was.months, "plan_code": was.plan, "seats": was.seats}
    rows = _subscription(writing, effect.subscription_id).filter(renews_on=span.end)
    _one(rows.update(**before, **_coming(None)), f"{effect.subscription_id} does not renew on {span.end}")
    _stop(writing, effect.subscription_id, term.paid, None, span.start)
    if had_begun:
        row = _subscription(writing, effect.subscription_id).get()
        row.lapsed_on = was.lapsed_on or writing.today
        move_subscription(row, SubscriptionStatus.EXPIRED, also=["lapsed_on"])
        _release(writing, effect.subscription_id, was.seats)
    for entry in stands.scheduled:
        if entry not in now.scheduled:
            _put_back(writing, effect.subscription_id, entry)


def _put_back(writing: Writing, subscription_id: str, entry: Entry) -> None:
    """The entry that the term had claimed is on the list again."""
    same = ScheduledChange.objects.filter(
        account_id=writing.account_id,
        subscription_id=subscription_id,
        kind=entry.kind.value,
        value=entry.value,
        scheduled_on=entry.scheduled_on,
    )
    latest = same.exclude(claimed_at=None).order_by("-claimed_at", "-id").first()
    if latest is not None:
        same.filter(id=latest.id).update(claimed_at=None)


def _decline_term(writing: Writing, effect: DeclineTerm) -> None:
    """It has expired since its renewal date, as one whose renewal had been off."""
    row = _subscription(writing, effect.subscription_id).filter(status=effect.before).first()
    if row is None:
        raise ChangedMeanwhile(f"{effect.subscription_id} is not {effect.before}")
    row.lapsed_on, row.renewal_claimed_at = row.lapsed_on or row.renews_on, None
    move_subscription(row, SubscriptionStatus.EXPIRED, also=["lapsed_on", "renewal_claimed_at"])


def _stop_period(writing: Writing, effect: StopPeriod) -> None:
    _stop(writing, effect.subscription_id, effect.paid, effect.before, effect.after)


def _stop(writing: Writing, subscription_id: str, paid: Paid, before: date | None, after: date | None) -> None:
    """Of periods alike in everything, any may be the one."""
    rows = PaidPeriod.objects.filter(
        account_id=writing.account_id,
        subscription_id=subscription_id,
        starts_on=paid.period.start,
        ends_on=paid.period.end,
        unit_price_minor=paid.unit_price.minor,
        price_kind=paid.price_kind.value,
    )
    found = rows.filter(stopped_on=before).first()
    if found is None:
        raise ChangedMeanwhile(f"{subscription_id} has no such period from {paid.period.start}")
    rows.filter(id=found.id).update(stopped_on=after)


def _added(writing: Writing, effect: AddPeriod) -> None:
    _add_period(writing, effect.subscription_id, effect.paid)


def _close_subscription(writing: Writing, effect: CloseSubscription) -> None:
    _stop(writing, effect.subscription_id, effect.paid, None, effect.paid.period.start)
    row = _subscription(writing, effect.subscription_id).get()
    row.lapsed_on = writing.today
    move_subscription(row, SubscriptionStatus.CANCELED, also=["lapsed_on"])


def _open_subscription(writing: Writing, effect: OpenSubscription) -> None:
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


def _add_period(writing: Writing, subscription_id: str, paid: Paid) -> None:
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
        tax_included=paid.tax_included,
    )


def choices_of(account_id: UUID, subscription_id: UUID | str) -> Choices:
    """What is chosen for the subscription's renewals to come."""
    row = Subscription.objects.get(account_id=account_id, id=subscription_id)
    live = ScheduledChange.objects.filter(account_id=account_id, subscription_id=subscription_id, **LIVE)
    method = str(row.payment_method_id) if row.payment_method_id else None
    return Choices(tuple(_entry(one) for one in live.order_by("id")), row.auto_renew, method)


def _entry(row: ScheduledChange) -> Entry:
    price = None if row.unit_price_minor is None else Money(row.unit_price_minor, row.currency or "")
    return Entry(ChangeKind(row.kind), row.value, row.scheduled_on, row.scheduled_by_name, price)


def _one(written: int, otherwise: str) -> None:
    if written != 1:
        raise ChangedMeanwhile(otherwise)


def _subscription(writing: Writing, subscription_id: str) -> QuerySet[Subscription]:
    return Subscription.objects.filter(account_id=writing.account_id, id=subscription_id)


def _live_changes(writing: Writing, subscription_id: str) -> QuerySet[ScheduledChange]:
    return ScheduledChange.objects.filter(account_id=writing.account_id, subscription_id=subscription_id, **LIVE)


def _present(term: ComingTerm) -> dict[str, Any]:
    """The columns of a subscription that say what it is."""
    return {"months": term.months, "plan_code": term.plan, "seats": term.seats}


def _coming(term: ComingTerm | None) -> dict[str, Any]:
    """The columns of a subscription that say what it will be."""
    columns = ("coming_on", "coming_months", "coming_plan_code", "coming_seats")
    values = (None,) * 4 if term is None else (term.starts_on, term.months, term.plan, term.seats)
    return dict(zip(columns, values, strict=True))


_WRITERS: dict[type, Callable[[Writing, Any], None]] = {
    SetSeats: _set_seats,
    SetPlan: _set_plan,
    SetComing: _set_coming,
    SetMethod: _set_method,
    AddPeriod: _added,
    StopPeriod: _stop_period,
    MoveRenewal: _move_renewal,
    Schedule: _schedule,
    StartTerm: _start_term,
    EndTerm: _end_term,
    DeclineTerm: _decline_term,
    OpenSubscription: _open_subscription,
    CloseSubscription: _close_subscription,
    BillCarried: order_effects.bill_carried,
    DropCarried: order_effects.drop_carried,
    MarkReturned: order_effects.mark_returned,
    MarkPartReturned: order_effects.mark_part_returned,
}
