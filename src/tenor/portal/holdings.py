"""What an account owns, as its pages show it: names, links, and what the next renewal will be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from tenor.domain.account import AccountState, Subscription, SubscriptionStatus
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.forecast import Upcoming
from tenor.domain.offer import Offer
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import NextTerm, next_term
from tenor.domain.situation import Situation, is_renewed_here, situation, situations
from tenor.domain.under_way import once_paid
from tenor.portal.flows.shared import Reader
from tenor.ui import words
from tenor.usecases.load import Loaded

RENEWABLE = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription with the names of the catalog, and what is true of it.

    `coming` is how its next term is priced; None where Tenor won't renew it. What is said and charged is `situation`'s.
    """

    subscription: Subscription
    name: str
    plan: str
    term: str
    url: str
    situation: Situation
    coming: NextTerm | None

    @property
    def label(self) -> str:
        """The customer's own name for it; "" for none."""
        return self.subscription.label


def holding(loaded: Loaded, subscription: Subscription, reader: Reader) -> Holding:
    """One subscription as pages show it."""
    return _held(loaded, subscription, reader, situation(loaded.state, loaded.offer, subscription, loaded.today))


def holdings(loaded: Loaded, reader: Reader, coming: Iterable[Upcoming] | None = None) -> list[Holding]:
    """Everything the account has or had, in the order of buying. `coming` is the forecast, where it is at hand."""
    found = situations(loaded.state, loaded.offer, loaded.today, coming)
    return [_held(loaded, one, reader, found[one.id]) for one in loaded.state.subscriptions]


def _held(loaded: Loaded, subscription: Subscription, reader: Reader, found: Situation) -> Holding:
    return Holding(
        subscription=subscription,
        name=reader.names.product(subscription.product),
        plan=reader.names.plan(subscription.product, subscription.plan),
        term=words.term(subscription.term.months),
        url=reverse("portal:subscription", args=[subscription.id]),
        situation=found,
        coming=coming_term(loaded.state, loaded.offer, subscription, loaded.today),
    )


def is_compared(subscription: Subscription, today: date) -> bool:
    """Whether its terms and plans can be compared: it runs, and it is Tenor that will renew it at the book's prices."""
    is_running = subscription.status is SubscriptionStatus.ACTIVE and subscription.renews_on > today
    return is_running and is_renewed_here(subscription)


def coming_term(state: AccountState, offer: Offer, subscription: Subscription, today: date) -> NextTerm | None:
    """The next term by the domain's own arithmetic; None where it will not renew, or not here, or has no price.

    What is owed already is no next term: the one after it is.
    """
    if subscription.status not in RENEWABLE or not is_renewed_here(subscription):
        return None
    subscription = once_paid(subscription, offer.policy, today)
    if not renews_itself(subscription):
        return None
    try:
        return next_term(state, offer, subscription, today)
    except Refusal:  # not sold any more: the reasons on its page say so
        return None
