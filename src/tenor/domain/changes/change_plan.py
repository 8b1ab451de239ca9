"""Another plan: now, with a credit for the old one by days, or from the next renewal on (rules 4, 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    ComingTerm,
    PaidPeriod,
    PriceKind,
    ScheduledChange,
    Subscription,
)
from tenor.domain.assembly import Draft, DraftLine, assemble, decided_then
from tenor.domain.catalog import PlanKind, PriceEntry
from tenor.domain.confirmations import is_reopened
from tenor.domain.effects import AddPeriod, Effect, Schedule, SetComing, SetPlan, StopPeriod
from tenor.domain.eligibility import Action, check
from tenor.domain.explanation import Explanation
from tenor.domain.line_tax import LineTax
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.orders import Charge, PastOrders, charges, coming_in
from tenor.domain.pricing import UnitPrice, entry_on, has_price, price_of_kind
from tenor.domain.proration import prorated_seats, remaining_value
from tenor.domain.quote import LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import item_at_renewal, next_term, promise
from tenor.domain.requests import ChangePlan
from tenor.domain.terms import Period, Term
from tenor.domain.under_way import once_paid, still_owed


def plan(state: AccountState, offer: Offer, actor: Actor, ask: ChangePlan, today: date, orders: PastOrders) -> Quote:
    """The quote for another plan, now or at the next renewal.

    Raises Refusal: not_eligible (with every reason), plan_not_offered, plan_unchanged; now: plan_not_higher where the
    plan is no upgrade, nothing_left where no paid period runs any longer; credit_exceeds_charge where the seller keeps
    no balances: else what was paid above the new price goes to the account's. For the method that is chosen: whatever
    `methods.chargeable` raises.
    """
    subscription = state.subscription(ask.subscription_id)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    check(state, offer, Action.CHANGE_PLAN, charged_to(subscription, wanted), actor, today)
    if ask.when == "renewal":
        return _at_renewal(state, offer, actor, ask, today)
    quote = _now(state, offer, ask, today, orders)
    return quote if wanted is None else replace(quote, method_id=wanted.id)


def upgrades(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[str, ...]:
    """The plans that can be changed to at once: those with a higher list price today for the same term, by price."""
    own = _entry(state, offer, subscription, subscription.plan, today)
    if own is None:
        return ()
    found = [
        (entry.list_price.minor, code)
        for code in _plans(offer, subscription)
        if (entry := _entry(state, offer, subscription, code, today)) and entry.list_price > own.list_price
    ]
    return tuple(code for _, code in sorted(found))


def plans_at_renewal(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> tuple[str, ...]:
    """The plans, by code, in which the product is sold at renewal for the term that renews, at a known price."""
    item, on = item_at_renewal(state, offer, subscription), subscription.renews_on
    known = (code for code in _plans(offer, subscription) if has_price(offer, replace(item, plan=code), on, today))
    return tuple(sorted(known))


def _plans(offer: Offer, subscription: Subscription) -> Iterator[str]:
    """The plans of the product that self-service sells."""
    for (product, code), found in offer.plans.items():
        if product == subscription.product and found.kind is PlanKind.SUBSCRIPTION:
            yield code


def _entry(
    state: AccountState, offer: Offer, subscription: Subscription, plan_code: str, today: date
) -> PriceEntry | None:
    try:
        return entry_on(offer, replace(offer.item(state, subscription), plan=plan_code), today)
    except Refusal:
        return None


# --- at the next renewal ------------------------------------------------------------------------------------------


def _at_renewal(state: AccountState, offer: Offer, actor: Actor, ask: ChangePlan, today: date) -> Quote:
    """No lines, one entry on the list; asking for the present plan takes a scheduled change of plan away again.

    Asking once more for the scheduled one confirms it at the new price, where that was announced since.
    """
    subscription = state.subscription(ask.subscription_id)
    on_list, owed = subscription.scheduled_change(ChangeKind.PLAN), still_owed(state, [subscription], today)
    subscription = once_paid(subscription, offer.policy, today)
    if ask.plan not in plans_at_renewal(state, offer, subscription, today):
        raise Refusal("plan_not_offered", {"product": subscription.product, "plan": ask.plan})
    entry, is_own = subscription.scheduled_change(ChangeKind.PLAN), ask.plan == subscription.last_plan
    others = tuple(other for other in subscription.scheduled if other.kind is not ChangeKind.PLAN)
    added = () if is_own else (ScheduledChange(ChangeKind.PLAN, ask.plan, today, actor.name),)
    planned = replace(subscription, scheduled=(*others, *added))
    is_same = is_own if entry is None else ask.plan == entry.value and not is_own
    if is_same and not is_reopened(state, offer, subscription, ChangeKind.PLAN, today):
        raise Refusal("plan_unchanged", {"product": subscription.product, "plan": ask.plan})
    draft = Draft(
        action=ask.kind,
        effects=(
            Schedule(
                subscription_id=subscription.id,
                change=ChangeKind.PLAN,
                before=on_list.value if on_list else None,
                after=None if is_own else ask.plan,
                effective_on=subscription.renews_on,
                unit_price=None if is_own else next_term(state, offer, planned, today).price.amount,
                unit_price_before=entry.unit_price if entry else None,
            ),
        ),
        promised=promise(state, offer, planned, today),
        owed=owed,
    )
    return assemble(state, offer, draft, today)


# --- now ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Upgrade:
    """One subscription that is changed to a plan of a higher price, today."""

    state: AccountState
    offer: Offer
    subscription: Subscription
    plan: str
    today: date

    @property
    def coming(self) -> ComingTerm | None:
        """A term that is paid ahead for the same plan gets the new one, too."""
        coming = self.subscription.coming
        is_same = coming is not None and coming.plan == self.subscription.plan
        return replace(coming, plan=self.plan) if coming is not None and is_same else coming

    @property
    def overtaken(self) -> ScheduledChange | None:
        """A scheduled change to this very plan: it has nothing left to change. Everything else on the list stays."""
        entry, coming = self.subscription.scheduled_change(ChangeKind.PLAN), self.coming
        becomes = self.plan if coming is None else coming.plan
        return entry if entry is not None and entry.value == becomes else None

    def price(self, paid: PaidPeriod, kind: PriceKind) -> UnitPrice:
        """Today's price of the new plan, of the same kind as what it replaces; a term paid ahead keeps its length."""
        ahead = coming_in(self.subscription, paid)
        item = self.offer.item(self.state, self.subscription, None if ahead is None else Term(ahead.months))
        entry = entry_on(self.offer, replace(item, plan=self.plan), self.today)
        seats = self.subscription.seats if ahead is None else ahead.seats
        return price_of_kind(self.offer, entry, kind, self.today, seats)

    def tax_of(self, charge: Charge) -> LineTax:
        """What the charge was sold with. What was paid elsewhere: the tax of its first day, as far as that is known."""
        return charge.tax or self._tax_elsewhere(charge.paid)

    def _tax_elsewhere(self, paid: PaidPeriod) -> LineTax:
        """The rate of its first day, and the price that the plan had then, if the book is so old; else today's."""
        day, included = min(paid.period.start, self.today), paid.tax_included
        if included is None:
            found = (
                _entry(self.state, self.offer, self.subscription, self.subscription.plan, on)
                for on in (day, self.today)
            )
            included = next((entry.tax_included for entry in found if entry is not None), False)
        return LineTax(decided_then(self.state, self.offer, day, self.today), included)

    def rest(self, paid: PaidPeriod) -> Period:
        """The days of a paid period that are still to come."""
        return Period(max(self.today, paid.period.start), paid.period.end)


def _now(state: AccountState, offer: Offer, ask: ChangePlan, today: date, orders: PastOrders) -> Quote:
    """For everything that was paid for days to come: a credit of the old line, a charge for the new plan."""
    subscription = state.subscription(ask.subscription_id)
    _check_upgrade(state, offer, subscription, ask.plan, today)
    paid_for = charges(orders, subscription, today)
    if not paid_for:
        raise Refusal("nothing_left", {"renews_on": subscription.renews_on})
    upgrade = _Upgrade(state, offer, subscription, ask.plan, today)
    item = replace(offer.item(state, subscription), plan=ask.plan)
    method = state.method_of(subscription)
    draft = Draft(
        action=ask.kind,
        method_id=method.id if method else None,
        tax_included=entry_on(offer, item, today).tax_included,
        lines=tuple(line for charge in paid_for for line in _both(upgrade, charge)),
        effects=tuple(_effects(upgrade, paid_for)),
        promised=promise(state, offer, replace(subscription, plan=ask.plan, coming=upgrade.coming), today),
        may_credit=True,
    )
    return assemble(state, offer, draft, today)


def _check_upgrade(state: AccountState, offer: Offer, subscription: Subscription, plan_code: str, today: date) -> None:
    facts = {"product": subscription.product, "plan": plan_code}
    if plan_code == subscription.plan:
        raise Refusal("plan_unchanged", facts)
    if plan_code not in _plans(offer, subscription) or not _entry(state, offer, subscription, plan_code, today):
        raise Refusal("plan_not_offered", facts)
    if plan_code not in upgrades(state, offer, subscription, today):
        raise Refusal("plan_not_higher", facts)


def _both(upgrade: _Upgrade, charge: Charge) -> Iterator[DraftLine]:
    """The credit and the charge. Where nothing was paid, or too little is left for a cent, there is no credit."""
    if (credit := _credit(upgrade, charge)).explanation.result:
        yield credit
    yield _charge(upgrade, charge)


def _credit(upgrade: _Upgrade, charge: Charge) -> DraftLine:
    """What is left of a line: -R(today), with the tax that the line was sold with, whatever holds today (rules 4).

    The fact `line` names it for good, so that nothing is credited twice.
    """
    paid, rest = charge.paid, upgrade.rest(charge.paid)
    explained = Explanation(
        rule="credit_of_rest",
        facts={
            "line": charge.ref,
            "plan": upgrade.subscription.plan,
            "product": upgrade.subscription.product,
            "unit_price": charge.unit_price,
            "seats": charge.seats,
            "days": rest.days,
            "denominator": paid.denominator,
            "starts_on": rest.start,
            "ends_on": rest.end,
        },
        result=-remaining_value(charge.whole, paid.denominator, paid.period, upgrade.today),
    )
    return DraftLine(
        kind=LineKind.CREDIT,
        subscription_id=upgrade.subscription.id,
        product=upgrade.subscription.product,
        plan=upgrade.subscription.plan,
        seats=charge.seats,
        span=rest,
        unit_price=charge.unit_price,
        denominator=paid.denominator,
        explanation=explained,
        tax=upgrade.tax_of(charge),
    )


def _charge(upgrade: _Upgrade, charge: Charge) -> DraftLine:
    """The same seats and days, at the new plan's price."""
    price = upgrade.price(charge.paid, charge.price_kind)
    return replace(
        _credit(upgrade, charge),
        kind=LineKind.PLAN,
        plan=upgrade.plan,
        unit_price=price.amount,
        explanation=prorated_seats(price.explanation, charge.seats, charge.paid, upgrade.today),
        tax=None,
        tax_included=price.entry.tax_included,
    )


def _repriced(paid: PaidPeriod, rest: Period, price: UnitPrice) -> PaidPeriod:
    return replace(paid, period=rest, unit_price=price.amount, tax_included=price.entry.tax_included)


def _effects(upgrade: _Upgrade, paid_for: tuple[Charge, ...]) -> Iterator[Effect]:
    """Each period stops today, or is not to be; the rest of it is paid for at the new plan's price."""
    subscription = upgrade.subscription
    for paid in dict.fromkeys(charge.paid for charge in paid_for):
        rest, price = upgrade.rest(paid), upgrade.price(paid, paid.price_kind)
        yield StopPeriod(subscription.id, paid, None, rest.start)
        yield AddPeriod(subscription.id, _repriced(paid, rest, price))
    yield SetPlan(subscription.id, subscription.plan, upgrade.plan)
    if upgrade.coming != subscription.coming:
        yield SetComing(subscription.id, subscription.coming, upgrade.coming)
    if (entry := upgrade.overtaken) is not None:
        seen, on = entry.unit_price, subscription.renews_on
        yield Schedule(subscription.id, ChangeKind.PLAN, entry.value, None, on, unit_price_before=seen)
