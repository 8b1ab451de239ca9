"""Look again at renewals that nobody paid: what can be charged by now is announced, else the account is asked again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min

from tenor.db.access import account_scope
from tenor.db.locks import lock_account
from tenor.db.models import Order
from tenor.domain.dunning import AskForMethod, ChargeDefault, after_failure, asked_again, charged_next, day_of
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus
from tenor.domain.terms import local_date
from tenor.usecases.close_order import in_flight
from tenor.usecases.follow_decline import ask_again, schedule_try, write_after, write_planned
from tenor.usecases.fulfil_order import invoice_of
from tenor.usecases.load import Loaded, load
from tenor.usecases.tell import SYSTEM, About, tell
from tenor.usecases.unpaid_renewal import failure_of, subscriptions_of

A_DAY = timedelta(days=1)


def look_again(*, account_id: UUID, now: datetime) -> None:
    """Decide anew about each unpaid renewal of the account on which no payment is under way (docs/domain/dunning.md).

    Call with the account locked: after what can be charged has changed (a method chosen, mended, refused for good), and
    once a day. The day of a try is noted and told by mail, never charged on the spot. Safe to repeat.
    """
    waiting = Order.objects.filter(account_id=account_id, action="renew", status=OrderStatus.REQUIRES_ACTION)
    orders = [order for order in waiting.order_by("placed_at", "id") if in_flight(account_id, order.id) is None]
    loaded = load(account_id, now) if orders else None
    for order in orders:
        invoice = invoice_of(order)
        if loaded is not None and invoice is not None and invoice.status == InvoiceStatus.OPEN:
            _look(loaded, order)


def watch_unpaid(*, account_id: UUID, now: datetime) -> None:
    """Look again because a day has passed."""
    with account_scope(account_id):
        lock_account(account_id)
        look_again(account_id=account_id, now=now)


def _look(loaded: Loaded, order: Order) -> None:
    if order.retry_on is not None and order.retry_on <= loaded.today:
        return  # its turn comes today
    failure, policy = failure_of(loaded, order), loaded.offer.policy
    step, before = after_failure(policy, failure, loaded.today), order.retry_on
    if isinstance(step, AskForMethod):
        if before is not None:
            schedule_try(order, None)
            write_after(loaded, order, step)
        elif after := asked_again(policy, failure, _owed_since(loaded, order), loaded.today):
            ask_again(loaded, order, after)
        return
    # A backup that was chosen since is not charged before tomorrow, so that it is told before.
    method_id, day = charged_next(step, failure), day_of(step) or loaded.today + A_DAY
    if day == before:
        return
    schedule_try(order, day)
    about = About(order.account_id, order=order.id)
    tell(about, "try_planned", SYSTEM, loaded.now, after={"method": method_id, "on": day})
    if before is None or isinstance(step, ChargeDefault):
        write_planned(loaded, order, method_id, day)


def _owed_since(loaded: Loaded, order: Order) -> date:
    since: date | None = subscriptions_of(order).aggregate(since=Min("lapsed_on"))["since"]
    return since or local_date(order.placed_at, loaded.state.time_zone)
