"""What an account is to be told of by mail before it happens: renewals, prices, methods, debits (rules 3, 7, 11)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    CustomerType,
    MethodKind,
    PaymentMethod,
    PeriodKind,
    Subscription,
)
from tenor.domain.confirmations import reopened
from tenor.domain.effects import StartTerm
from tenor.domain.eligibility import Action, reasons
from tenor.domain.forecast import SYSTEM, Upcoming, UpcomingKind, forecast
from tenor.domain.methods import is_usable, kept_methods, outlived_by
from tenor.domain.money import Money
from tenor.domain.offer import Offer, Policy
from tenor.domain.owed import NOT_PAID
from tenor.domain.paying import paying_for
from tenor.domain.quote import LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.reminders import (
    PriceChange,
    Reminder,
    ReminderKind,
    ReminderLine,
    ReminderMethod,
    ReminderPayment,
)
from tenor.domain.renewals import Bought, next_term
from tenor.domain.terms import Term, boundary

DAYS_BETWEEN = 3
"""A late reminder is left out where the next one comes as soon: nobody is to get two in a few days."""
TOLD_PRICES = frozenset({"price_rise", "price_cut", "price_changed", "promotion_ends"})
"""The differences that are news of a price; the special renewal price was agreed with the term."""


def owed(state: AccountState, offer: Offer, today: date, told: Iterable[Reminder] = ()) -> tuple[Reminder, ...]:
    """What the account is owed today, its local day, after what it was `told` already. Safe to ask at any time.

    Amounts are those of the forecast, which plans as the renewal night does. A day has one mail a renewal date, save
    that a debit's notice stands by itself.
    """
    known = tuple(told)
    coming = forecast(state, offer, today, horizon(offer.policy) // 28 + 1)
    renewing = (one for one in coming if one.kind is UpcomingKind.PAYMENT and one.on > today)
    payments = _by_day(one for one in renewing if not _is_unpaid(state, one))
    ends = _by_day(one for one in coming if one.kind is UpcomingKind.ENDS and one.on > today)
    found: list[Reminder] = []
    for on, charged in payments.items():
        found += _of_payments(_Day(state, offer, today, on, known), charged)
    for on, ending in ends.items():
        found += _of_ends(_Day(state, offer, today, on, known), ending)
    return (*found, *_of_methods(state, offer, today, known))


def _is_unpaid(state: AccountState, coming: Upcoming) -> bool:
    """Nothing of it renews before what is owed already is paid: no next term is announced meanwhile."""
    return all(state.subscription(one).status in NOT_PAID for one in coming.subscription_ids)


def horizon(policy: Policy) -> int:
    """How many days ahead anything may be told of."""
    asked = (*policy.reminder_days, policy.early_reminder_days, policy.monthly_reminder_days)
    return max(*asked, policy.price_notice_days, policy.pre_notice_days)


def reminder_days(offer: Offer, state: AccountState, subscription: Subscription) -> tuple[int, ...]:
    """How many days before its renewal date a subscription is told of (rules 7; policy).

    Terms of a year or more, the one that ends or the one to come: 35, 14 and 3 days. Monthly ones: their first time.
    """
    policy = offer.policy
    if subscription.last_term.is_long or _next_months(subscription) >= 12:
        early = policy.early_reminder_days if state.customer_type is CustomerType.BUSINESS else 0
        return tuple(days for days in (early, *policy.reminder_days) if days)
    is_first = boundary(subscription.anchor, subscription.last_term.months) == subscription.renews_on
    return (policy.monthly_reminder_days,) if is_first else ()


@dataclass(frozen=True, slots=True)
class _Day:
    """One renewal date of an account, looked at today."""

    state: AccountState
    offer: Offer
    today: date
    on: date
    told: tuple[Reminder, ...]

    def stage(self, kind: ReminderKind, subscription_ids: Iterable[str]) -> int:
        """Which reminder of that date is due, the latest of several; 0 for none, and for what was told already."""
        named = (self.state.subscription(one) for one in subscription_ids)
        stages = [found for one in named if (found := self._stage_of(one))]
        due = min(stages, default=0)
        of_same = (one for one in self.told if one.on == self.on and bool(one.ends) is (kind is ReminderKind.ENDS))
        said = (one.days for one in of_same if one.days)
        return 0 if any(days <= due for days in said) else due

    def said(self, kind: ReminderKind, method: ReminderMethod | None = None) -> list[Reminder]:
        """What was told of that date in that way, the last one last; of a debit by that method."""
        same = (one for one in self.told if one.kind is kind and one.on == self.on)
        return [one for one in same if method is None or (one.method is not None and one.method.id == method.id)]

    def _stage_of(self, one: Subscription) -> int:
        if one.renews_on != self.on:
            return 0  # a later renewal than its next one
        begun = _begun(one)
        days = reminder_days(self.offer, self.state, one) or self._told_each_time(one)
        due = [each for each in days if begun < self.on - timedelta(days=each) <= self.today]
        if not due:
            return 0
        return 0 if self._next_is_near(days, min(due)) else min(due)

    def _told_each_time(self, one: Subscription) -> tuple[int, ...]:
        """What is charged to another method than its own is told each time, of monthly terms too."""
        policy = self.offer.policy
        is_replaced = paying_for(self.state, policy, one, self.on).instead_of is not None
        return (policy.monthly_reminder_days,) if is_replaced and policy.monthly_reminder_days else ()

    def _next_is_near(self, days: tuple[int, ...], stage: int) -> bool:
        """Whether a reminder that is late comes right before the next one."""
        if self.on - timedelta(days=stage) == self.today:
            return False
        later = (self.on - timedelta(days=each) for each in days if each < stage)
        return any(day - self.today <= timedelta(days=DAYS_BETWEEN) for day in later)


def _of_payments(day: _Day, charged: list[Upcoming]) -> Iterator[Reminder]:
    payments = tuple(_payment(day, one) for one in charged)
    stage = day.stage(ReminderKind.RENEWAL, (one for each in charged for one in each.subscription_ids))
    debits = tuple(payment for payment in payments if _is_noticed(day, payment))
    is_news = any(line.price_change for payment in payments for line in payment.lines)
    if is_news and day.on - timedelta(days=day.offer.policy.price_notice_days) <= day.today:
        yield Reminder(ReminderKind.PRICE, day.on, stage, payments, nth=len(day.said(ReminderKind.PRICE)))
        stage = 0
    for debit in debits:
        said = day.said(ReminderKind.DEBIT, debit.method)
        if said and said[-1].payments[0].total == debit.total:
            continue
        stands_for = stage if len(payments) == 1 else 0
        yield Reminder(ReminderKind.DEBIT, day.on, stands_for, (debit,), method=debit.method, nth=len(said))
        stage -= stands_for
    if stage:
        yield Reminder(ReminderKind.RENEWAL, day.on, stage, payments)


def _is_noticed(day: _Day, payment: ReminderPayment) -> bool:
    """Whether it is a debit that can be made, and near enough to be announced."""
    is_debit = payment.method is not None and payment.method.kind is MethodKind.DIRECT_DEBIT
    near = day.on - timedelta(days=day.offer.policy.pre_notice_days) <= day.today
    return is_debit and near and bool(payment.total) and not payment.concerns


def _of_ends(day: _Day, ending: list[Upcoming]) -> Iterator[Reminder]:
    ids = [one for each in ending for one in each.subscription_ids]
    if stage := day.stage(ReminderKind.ENDS, ids):
        lines = tuple(_ending(day.state.subscription(one)) for one in ids)
        yield Reminder(ReminderKind.ENDS, day.on, stage, ends=lines)


def _of_methods(state: AccountState, offer: Offer, today: date, told: tuple[Reminder, ...]) -> Iterator[Reminder]:
    """Methods that run out soon, and before what they are to pay."""
    for method in kept_methods(state):
        last, paid = method.last_day, outlived_by(state, method, today)
        if last is None or not paid or not is_usable(offer, method, today):
            continue
        near = last - timedelta(days=offer.policy.method_expiry_days) <= today
        said = any(one.method and one.method.id == method.id and one.on == last for one in told)
        if near and not said:
            lines = tuple(_ending(one) for one in paid)
            left = paying_for(state, offer.policy, paid[0], paid[0].renews_on)
            instead = _method(left.method) if left.method is not None and left.instead_of is not None else None
            yield Reminder(ReminderKind.METHOD, last, ends=lines, method=_method(method), instead=instead)


# --- what they say ------------------------------------------------------------------------------------------------


def _payment(day: _Day, one: Upcoming) -> ReminderPayment:
    quote = one.quote
    assert quote is not None, "a payment to come is planned"
    return ReminderPayment(
        lines=tuple(_lines(day, one, quote)),
        tax=quote.tax,
        tax_total=quote.tax_total,
        total=one.amount,
        method=None if one.method is None else _method(one.method),
        concerns=one.concerns,
        instead_of=tuple(map(_method, one.instead_of)),
        from_balance=quote.from_balance,
    )


def _lines(day: _Day, one: Upcoming, quote: Quote) -> Iterator[ReminderLine]:
    months = {each.subscription_id: each.months for each in quote.effects if isinstance(each, StartTerm)}
    for line in quote.lines:
        is_term = line.kind is LineKind.TERM and line.subscription_id in months
        found = ReminderLine(
            subscription_id=line.subscription_id,
            number=_number(day.state, line.subscription_id),
            product=line.product,
            plan=line.plan,
            months=months[line.subscription_id] if is_term else 0,
            seats=line.seats,
            starts_on=line.span.start,
            ends_on=line.span.end,
            unit_price=line.unit_price,
            amount=line.amount,
        )
        if is_term:
            changes = tuple(each for each in one.differences if each.subscription_id == line.subscription_id)
            found = replace(found, differences=changes)
            change = _price_change(day, found)
            found = replace(found, price_change=change and replace(change, early=_early(day, found, change)))
        yield found


def _price_change(day: _Day, line: ReminderLine) -> PriceChange | None:
    """What is news about the price of a seat: against what a mail or a confirmation showed, else against this term's.

    Only the same plan for the same term is compared: what a customer changed since is no news to them.
    """
    now = line.unit_price
    assert now is not None, "a line has a price"
    shown = _shown(day, line)
    if shown is not None:
        return PriceChange(shown, now) if shown != now else None
    subscription = day.state.subscription(line.subscription_id)
    if subscription.renews_on == day.on:
        for one in reopened(day.state, day.offer, subscription, day.today):
            if one.entry.kind in (ChangeKind.TERM, ChangeKind.PLAN):
                return PriceChange(one.seen, one.now, is_confirmed=True)
    for found in line.differences:
        if found.code in TOLD_PRICES:
            before, announced = found.facts["before"], found.facts.get("announced_on")
            assert isinstance(before, Money)
            if found.code != "promotion_ends" or before.minor < now.minor:
                return PriceChange(before, now, announced if isinstance(announced, date) else None)
    return None


def _early(day: _Day, line: ReminderLine, change: PriceChange) -> Money | None:
    """What it costs ahead, where paying ahead saves something."""
    one = day.state.subscription(line.subscription_id)
    if one.renews_on != day.on or reasons(day.state, day.offer, Action.RENEW_EARLY, one, SYSTEM, day.today):
        return None
    try:
        price = next_term(day.state, day.offer, one, day.today, Bought.EARLY).price.amount
    except Refusal:
        return None
    return price if price.minor < change.after.minor else None


def _shown(day: _Day, line: ReminderLine) -> Money | None:
    """The price a seat that the last mail showed for that renewal."""
    said = [
        each.unit_price
        for one in day.told
        if one.on == day.on
        for each in one.lines
        if (each.subscription_id, each.plan, each.months) == (line.subscription_id, line.plan, line.months)
    ]
    return said[-1] if said else None


def _ending(one: Subscription) -> ReminderLine:
    """A subscription as it is now, with the date on which it would renew."""
    return ReminderLine(
        subscription_id=one.id,
        number=one.number,
        product=one.product,
        plan=one.last_plan,
        months=one.last_term.months,
        seats=one.last_seats,
        starts_on=_begun(one),
        ends_on=one.renews_on,
    )


def _method(method: PaymentMethod) -> ReminderMethod:
    reference = method.mandate.reference if method.mandate else ""
    return ReminderMethod(method.id, method.kind, method.label, method.last_day, reference)


def _number(state: AccountState, subscription_id: str) -> str:
    return next((one.number for one in state.subscriptions if one.id == subscription_id), "")


def _begun(one: Subscription) -> date:
    """When the term began that ends on the renewal date."""
    terms = [paid.period.start for paid in one.periods if paid.kind is PeriodKind.TERM]
    return max(terms, default=one.anchor)


def _next_months(one: Subscription) -> int:
    entry = one.scheduled_change(ChangeKind.TERM)
    return Term(int(entry.value)).months if entry else one.last_term.months


def _by_day(coming: Iterable[Upcoming]) -> dict[date, list[Upcoming]]:
    found: dict[date, list[Upcoming]] = defaultdict(list)
    for one in coming:
        found[one.on].append(one)
    return found
