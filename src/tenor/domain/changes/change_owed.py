"""Change what is owed: fewer seats, another term or plan, or some instead of all, for the same first day (rules 7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tenor.domain import balance
from tenor.domain.account import AccountState, Actor, OwedTerm, Subscription
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes.change_plan import plans_at_renewal
from tenor.domain.changes.decline_owed import declining, invoiced
from tenor.domain.changes.reduce_seats import least_seats
from tenor.domain.choosing import check_all, chosen
from tenor.domain.effects import Effect, WithdrawInvoice
from tenor.domain.eligibility import Action
from tenor.domain.methods import chargeable, charged_to
from tenor.domain.offer import Offer
from tenor.domain.owed import plan_owed
from tenor.domain.paying import paying_for
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import promise, terms_at_renewal
from tenor.domain.requests import ChangeOwed, OwedChoice
from tenor.domain.terms import Term, next_period
from tenor.domain.under_way import as_owed, once_paid, owed_term, owed_together


def plan(state: AccountState, offer: Offer, actor: Actor, ask: ChangeOwed, today: date) -> Quote:
    """The quote of the renewal as it is chosen now: the open invoice is credited whole, a new one takes its place.

    It is charged at once, and its first day is that of the old one (a monthly term that starts anew begins today). What
    stood on the old invoice and is not chosen is declined. Raises Refusal: nothing_chosen, too_many_chosen,
    unknown_subscription, unknown_method, method_kind_not_taken, method_not_usable, not_eligible (with every reason of
    every subscription), not_owed_together, seats_below_minimum, seats_not_fewer, term_not_offered, plan_not_offered,
    owed_unchanged, taxes_differ, not_sold.
    """
    owned = chosen(state, ask.subscription_ids, offer.policy.most_at_once)
    wanted = None if ask.method_id is None else chargeable(state, offer, ask.method_id, today)
    method = wanted or paying_for(state, offer.policy, once_paid(owned[0], offer.policy, today), today).method
    check_all(state, offer, Action.CHANGE_OWED, tuple(charged_to(one, method) for one in owned), actor, today)
    rest = _rest(state, offer, owned, actor, today)
    wishes = {one.subscription_id: one for one in ask.chosen}
    changed = tuple(_as_chosen(state, offer, one, wishes[one.id], today) for one in owned)
    if not rest and changed == tuple(_known(one, today) for one in owned):
        raise Refusal("owed_unchanged")
    free = balance.released(state, owned[0].open_order) if owned[0].open_order is not None else state
    quote = plan_owed(free, offer, changed, method.id if method else None, today)
    after = carry_out(state, quote.effects, today)
    return replace(
        quote,
        action=ask.kind,
        effects=(*_ending(state, offer, owned, rest, today), *quote.effects),
        promised=tuple(found for one in owned for found in promise(after, offer, after.subscription(one.id), today)),
    )


def _rest(
    state: AccountState, offer: Offer, owned: tuple[Subscription, ...], actor: Actor, today: date
) -> tuple[Subscription, ...]:
    """What else stands on the invoice: it can be left out where it can be declined."""
    together = owed_together(state, owned[0], today)
    if strangers := [one.number for one in owned if one not in together]:
        raise Refusal("not_owed_together", {"numbers": ", ".join(strangers)})
    rest = tuple(one for one in together if one not in owned)
    if rest:
        check_all(state, offer, Action.DECLINE_OWED, rest, actor, today)
    return rest


def _ending(
    state: AccountState, offer: Offer, owned: Iterable[Subscription], rest: tuple[Subscription, ...], today: date
) -> tuple[Effect, ...]:
    """The old invoice is withdrawn; nothing is left of it, for the new one is what is owed."""
    gone = tuple(one for one in declining(state, offer, rest, today) if not isinstance(one, WithdrawInvoice))
    order = next((one.open_order for one in owned), None)
    return gone if order is None else (*gone, WithdrawInvoice(order.id, order.number, invoiced(order)))


def _known(one: Subscription, today: date) -> Subscription:
    return replace(one, owed=owed_term(one, today))


def _as_chosen(state: AccountState, offer: Offer, one: Subscription, wish: OwedChoice, today: date) -> Subscription:
    """The subscription owing the term that is wished for. Raises Refusal where it can't be had."""
    owed = owed_term(one, today)
    assert owed is not None, "it is eligible only where it owes a term"
    seats = owed.seats if wish.seats is None else _seats(offer, one, owed, wish.seats)
    months, plan_code = wish.months or owed.months, wish.plan or owed.plan
    if months < 1:
        raise Refusal("term_not_offered", {"months": months, "product": one.product})
    new = replace(owed, seats=seats, months=months, plan=plan_code)
    if plan_code != owed.plan and plan_code not in plans_at_renewal(state, offer, as_owed(one, new), today):
        raise Refusal("plan_not_offered", {"product": one.product, "plan": plan_code})
    terms = [term.months for term in terms_at_renewal(state, offer, as_owed(one, new), today)]
    if months != owed.months and months not in terms:
        raise Refusal("term_not_offered", {"months": months, "product": one.product})
    if owed.starts_on == one.renews_on:
        new = replace(new, ends_on=next_period(one.anchor, owed.starts_on, Term(months)).end)
    return replace(one, owed=new)


def _seats(offer: Offer, one: Subscription, owed: OwedTerm, asked: int) -> int:
    """Fewer than it had, or as many as it had before fewer were scheduled."""
    minimum, most = least_seats(offer, one), max(owed.seats, one.last_seats)
    if asked < minimum:
        raise Refusal("seats_below_minimum", {"minimum": minimum, "asked": asked})
    if asked > most:
        raise Refusal("seats_not_fewer", {"seats": most, "asked": asked})
    return asked
