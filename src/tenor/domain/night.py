"""What a night renews of an account: everything that can be planned; and of each subscription that can't, why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tenor.domain.account import AccountState
from tenor.domain.offer import Offer
from tenor.domain.proportion import LastPrice, OutOfProportion, demand_proportion
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import is_due, plan_renewals

FAULTS = (Refusal, ValueError, LookupError)
"""What is wrong with a subscription, and with none of the others: not sold, out of proportion, dates that don't fit."""


@dataclass(frozen=True, slots=True)
class NightPlan:
    """The quotes to order, and what is wrong with each subscription that is due and stands on none of them."""

    quotes: tuple[Quote, ...]
    faults: Mapping[str, Exception] = field(default_factory=dict[str, Exception])


def plan_night(state: AccountState, offer: Offer, today: date, before: Mapping[str, LastPrice]) -> NightPlan:
    """The renewals of the account today, in proportion to the prices `before` (see `demand_proportion`).

    One subscription that can't be planned does not hold up the others: it is left out, with its own reason. What is
    wrong with the account as a whole (its tax is not known) is wrong with each of them.
    """
    try:
        return NightPlan(_in_proportion(state, offer, today, before))
    except FAULTS:
        pass
    faults = _of_each(state, offer, today, before)
    while True:
        fit = replace(state, subscriptions=tuple(one for one in state.subscriptions if one.id not in faults))
        quotes = plan_renewals(fit, offer, today)
        together = _of_quotes(fit, offer, quotes, before)
        if not together:
            return NightPlan(quotes, faults)
        faults |= together


def _in_proportion(
    state: AccountState, offer: Offer, today: date, before: Mapping[str, LastPrice]
) -> tuple[Quote, ...]:
    quotes = plan_renewals(state, offer, today)
    for quote in quotes:
        demand_proportion(state, offer.policy, quote, before)
    return quotes


def _of_each(state: AccountState, offer: Offer, today: date, before: Mapping[str, LastPrice]) -> dict[str, Exception]:
    """What is wrong with each that is due, looked at by itself."""
    found: dict[str, Exception] = {}
    for one in state.subscriptions:
        if is_due(one, today):
            alone = replace(state, subscriptions=(one,), carried=())
            try:
                _in_proportion(alone, offer, today, before)
            except FAULTS as fault:
                found[one.id] = fault
    return found


def _of_quotes(
    state: AccountState, offer: Offer, quotes: tuple[Quote, ...], before: Mapping[str, LastPrice]
) -> dict[str, Exception]:
    """What is wrong with several of them together only: an invoice above what is charged without a look."""
    found: dict[str, Exception] = {}
    for quote in quotes:
        try:
            demand_proportion(state, offer.policy, quote, before)
        except OutOfProportion as fault:
            found |= dict.fromkeys((line.subscription_id for line in quote.lines if line.kind == "term"), fault)
    return found
