"""Rules about how a subscription stands: unpaid, ended, in the middle of something, out of room (rules 8)."""

from datetime import date, timedelta

from tenor.domain.account import OpenOrder, Subscription, SubscriptionStatus
from tenor.domain.eligibility.case import (
    Action,
    Case,
    Finding,
    about_order,
    access_ended_on,
    begins_later_on,
    early_renewal_opens_on,
    has_lapsed,
    is_renewed_ahead,
    lapsed_on,
    late_renewal_closes_on,
    renews_itself,
)
from tenor.domain.explanation import Fact, Facts
from tenor.domain.refusals import Remedy
from tenor.domain.terms import YEARLY


def auto_renew_off(case: Case, subscription: Subscription) -> Finding | None:
    """What ends can't be aligned; seats may still be added to the end date (policy)."""
    allows_seats = case.action is Action.SEATS_ADD and case.offer.policy.seats_while_not_renewing
    if renews_itself(subscription) or allows_seats or _is_over(case, subscription):
        return None
    return Finding({"ends_on": subscription.renews_on}, Remedy("turn_on_auto_renew"))


def past_due(case: Case, subscription: Subscription) -> Finding | None:
    """A charge failed and is owed, or under retry."""
    if subscription.status is not SubscriptionStatus.PAST_DUE:
        return None
    return _overdue(subscription)


def open_order(case: Case, subscription: Subscription) -> Finding | None:
    """An order that waits for its money holds its place. Whose money is on its way can't be resumed or canceled."""
    if (order := subscription.open_order) is None:
        return None
    facts = {"order": order.id, "number": order.number, "status": order.status}
    return about_order({**facts, **_under_way(order)}, order)


def renewal_claimed(case: Case, subscription: Subscription) -> Finding | None:
    """The renewal is being carried out at this moment."""
    return Finding({}, Remedy("try_again_soon")) if subscription.renewal_claimed else None


def renewal_due_today(case: Case, subscription: Subscription) -> Finding | None:
    """Until the renewal is claimed nothing of the old period is left to price a change by (rules 4)."""
    is_due = subscription.status is SubscriptionStatus.ACTIVE and subscription.renews_on <= case.today
    if not is_due or not renews_itself(subscription):
        return None
    facts = {"renews_on": subscription.renews_on}
    return Finding(facts, Remedy("wait_for_renewal", facts))


def expired(case: Case, subscription: Subscription) -> Finding | None:
    """Not renewed: it can be renewed late, and after that bought anew."""
    if not has_lapsed(subscription, case.today):
        return None
    return _after_expiry({"expired_on": access_ended_on(subscription, case.offer.policy)}, case, subscription)


def suspended(case: Case, subscription: Subscription) -> Finding | None:
    """Unpaid for too long: nothing but paying."""
    if subscription.status is not SubscriptionStatus.SUSPENDED:
        return None
    return _overdue(subscription)


def canceled(case: Case, subscription: Subscription) -> Finding | None:
    """Ended for good: nothing but buying anew."""
    if subscription.status is not SubscriptionStatus.CANCELED:
        return None
    return Finding({"ended_on": access_ended_on(subscription, case.offer.policy)}, _buy_again(subscription))


def not_begun(case: Case, subscription: Subscription) -> Finding | None:
    """Of what begins on a day to come nothing has run: a change priced today would charge all of it, unasked."""
    if (starts_on := begins_later_on(subscription, case.today)) is None:
        return None
    return Finding({"starts_on": starts_on}, _wait(starts_on))


def monthly_no_early_renewal(case: Case, subscription: Subscription) -> Finding | None:
    """Terms under a year are not renewed early: the next renewal is near anyway. A year at the next one opens it."""
    if subscription.term.is_long:
        return None
    return Finding({"months": subscription.term.months}, Remedy("change_term", {"months": YEARLY.months}))


def next_term_already_renewed(case: Case, subscription: Subscription) -> Finding | None:
    """One renewal a term."""
    if not is_renewed_ahead(subscription, case.today):
        return None
    return Finding({"paid_until": subscription.renews_on}, _wait(early_renewal_opens_on(case.offer, subscription)))


def renewal_window_not_open(case: Case, subscription: Subscription) -> Finding | None:
    """Early renewal opens some days before the renewal date (policy)."""
    opens_on = early_renewal_opens_on(case.offer, subscription)
    if not subscription.term.is_long or case.today >= opens_on or is_renewed_ahead(subscription, case.today):
        return None
    return Finding({"opens_on": opens_on, "renews_on": subscription.renews_on}, _wait(opens_on))


def renewal_window_closed(case: Case, subscription: Subscription) -> Finding | None:
    """Early renewal ends with the term; late renewal some days after it (policy)."""
    if not has_lapsed(subscription, case.today):
        return None
    is_late = case.action is Action.RENEW_LATE
    closed_on = late_renewal_closes_on(case.offer, subscription) if is_late else lapsed_on(subscription)
    if case.today < closed_on:
        return None
    return _after_expiry({"closed_on": closed_on}, case, subscription)


def not_expired(case: Case, subscription: Subscription) -> Finding | None:
    """A late renewal needs a term that ended."""
    is_running = subscription.status is SubscriptionStatus.ACTIVE and not has_lapsed(subscription, case.today)
    return Finding({"renews_on": subscription.renews_on}, Remedy("renew_early")) if is_running else None


def not_ended(case: Case, subscription: Subscription) -> Finding | None:
    """What runs, or can still be paid, need not be bought again; what has lapsed may be, renewable or not."""
    if subscription.status is SubscriptionStatus.PAST_DUE:
        return _unpaid({"renews_on": subscription.renews_on}, subscription)
    if subscription.status is not SubscriptionStatus.ACTIVE or has_lapsed(subscription, case.today):
        return None
    return Finding({"renews_on": subscription.renews_on}, Remedy("renew_early"))


def seats_at_minimum(case: Case, subscription: Subscription) -> Finding | None:
    """The customer's contract sets the least number of seats, else the product does."""
    own = subscription.seat_limits.minimum
    minimum = case.offer.product(subscription.product).min_seats if own is None else own
    if subscription.seats > minimum:
        return None
    return Finding({"seats": subscription.seats, "minimum": minimum}, Remedy("contact_support"))


def seats_at_maximum(case: Case, subscription: Subscription) -> Finding | None:
    """The customer's contract sets the greatest number of seats, else the product does."""
    own = subscription.seat_limits.maximum
    maximum = case.offer.product(subscription.product).max_seats if own is None else own
    if subscription.seats < maximum:
        return None
    return Finding({"seats": subscription.seats, "maximum": maximum}, Remedy("contact_support"))


def _is_over(case: Case, subscription: Subscription) -> bool:
    """What has ended does not end any more."""
    return subscription.status is SubscriptionStatus.CANCELED or has_lapsed(subscription, case.today)


def _overdue(subscription: Subscription) -> Finding:
    """Since when it is unpaid; once its money is on its way, that is what there is to say."""
    order = subscription.open_order
    paying = {} if order is None or not order.is_under_way else {"number": order.number, **_under_way(order)}
    return _unpaid({"since": lapsed_on(subscription), **paying}, subscription)


def _under_way(order: OpenOrder) -> dict[str, Fact]:
    """What is known of money on its way: nobody has to do anything about it."""
    return {"under_way": 1, "arrives_on": order.arrives_on} if order.is_under_way else {}


def _unpaid(facts: Facts, subscription: Subscription) -> Finding:
    """What is owed is paid; while its money is on its way there is its order to look at."""
    order = subscription.open_order
    if order is None:
        return Finding(facts, Remedy("pay_now"))
    return about_order(facts, order, is_owed=True)


def _after_expiry(facts: Facts, case: Case, subscription: Subscription) -> Finding:
    """Renewed late, while there is time; bought again after that, or where it can't be renewed here."""
    closes_on, again = late_renewal_closes_on(case.offer, subscription), _buy_again(subscription)
    if case.today >= closes_on:
        return Finding(facts, again)
    return Finding(facts, Remedy("renew", {"last_day": closes_on - timedelta(days=1)}), again)


def _buy_again(subscription: Subscription) -> Remedy:
    return Remedy("buy_again", {"product_code": subscription.product, "plan_code": subscription.plan})


def _wait(opens_on: date) -> Remedy:
    return Remedy("wait", {"opens_on": opens_on})
