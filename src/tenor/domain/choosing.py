"""Several subscriptions at once: which are chosen, and every reason why one of them stands in the way."""

from collections.abc import Iterable
from datetime import date

from tenor.domain.account import AccountState, Actor, Subscription
from tenor.domain.eligibility import Action, reasons
from tenor.domain.offer import Offer
from tenor.domain.refusals import Refusal


def chosen(state: AccountState, subscription_ids: Iterable[str], most: int) -> tuple[Subscription, ...]:
    """The chosen ones in the order in which they renew, each once: the order of choosing is irrelevant.

    Raises Refusal: nothing_chosen, too_many_chosen, unknown_subscription.
    """
    wanted = set(subscription_ids)
    if not wanted:
        raise Refusal("nothing_chosen", {})
    if len(wanted) > most:
        raise Refusal("too_many_chosen", {"chosen": len(wanted), "most": most})
    for subscription_id in sorted(wanted):
        state.subscription(subscription_id)
    return in_order(one for one in state.subscriptions if one.id in wanted)


def in_order(owned: Iterable[Subscription]) -> tuple[Subscription, ...]:
    """As people look for them: by renewal date, then by what they are for."""
    return tuple(sorted(owned, key=lambda one: (one.renews_on, one.product, one.number)))


def check_all(
    state: AccountState, offer: Offer, action: Action, owned: tuple[Subscription, ...], actor: Actor, today: date
) -> None:
    """Raise Refusal("not_eligible") with the account's reasons once, then each subscription's own."""
    account = reasons(state, offer, action, None, actor, today)
    own = (reason for one in owned for reason in reasons(state, offer, action, one, actor, today))
    if found := (*account, *(reason for reason in own if reason not in account)):
        raise Refusal("not_eligible", {"action": str(action), "subscription": None}, found)
