"""On which day an unpaid renewal is charged by itself, and to what: for pages that say so before it happens."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenor.db.models import Order
from tenor.domain.dunning import after_failure, charged_next
from tenor.usecases.follow_decline import label_of
from tenor.usecases.load import Loaded
from tenor.usecases.unpaid_renewal import failure_of


@dataclass(frozen=True, slots=True)
class NextTry:
    """The account's local day, and the label of the method that is charged then, as things stand now."""

    on: date
    method: str


def next_try(loaded: Loaded, order_id: UUID) -> NextTry | None:
    """The next try of an unpaid renewal; None where nothing is charged by itself. Call within `account_scope`."""
    order = Order.objects.filter(account_id=loaded.state.id, id=order_id, retry_on__isnull=False).first()
    if order is None or order.retry_on is None:
        return None
    failure = failure_of(loaded, order)
    step = after_failure(loaded.offer.policy, failure, loaded.today)
    label = label_of(loaded, charged_next(step, failure))
    return NextTry(max(order.retry_on, loaded.today), label) if label else None
