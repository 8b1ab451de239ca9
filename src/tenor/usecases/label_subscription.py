"""Give a subscription the customer's own name, and the cost center that it is booked to."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Subscription
from tenor.domain.account import Actor
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.domain.texts import LONGEST_COST_CENTER, LONGEST_LABEL, one_line
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class Label:
    """The customer's own words about a subscription; "" for none."""

    label: str
    cost_center: str


def label_subscription(*, account_id: UUID, subscription_id: UUID, words: Label, actor: Actor, now: datetime) -> None:
    """Write both down on one line each. Safe to repeat. No price, date or quote depends on them.

    They name the subscription to everybody in the account, its bookkeepers among them: who may change subscriptions
    may change these. Raises Refusal: `role_may_not_buy`; `unknown_subscription`; `label_too_long`;
    `cost_center_too_long`.
    """
    demand(actor, Permission.BUY)
    wanted = Label(one_line(words.label), one_line(words.cost_center))
    if len(wanted.label) > LONGEST_LABEL:
        raise Refusal("label_too_long", {"most": LONGEST_LABEL})
    if len(wanted.cost_center) > LONGEST_COST_CENTER:
        raise Refusal("cost_center_too_long", {"most": LONGEST_COST_CENTER})
    retrying(lambda: _label(account_id, subscription_id, wanted, actor, now))


def _label(account_id: UUID, subscription_id: UUID, wanted: Label, actor: Actor, now: datetime) -> None:
    with account_scope(account_id):
        lock_account(account_id)
        row = Subscription.objects.filter(account_id=account_id, id=subscription_id).first()
        if row is None:
            raise Refusal("unknown_subscription", {"subscription": str(subscription_id)})
        before = Label(row.label, row.cost_center)
        if before == wanted:
            return
        row.label, row.cost_center = wanted.label, wanted.cost_center
        row.save(update_fields=["label", "cost_center"])
        told = {"before": asdict(before), "after": asdict(wanted)}
        tell(About(account_id, subscription=row.id), "subscription_labeled", actor, now, **told)
