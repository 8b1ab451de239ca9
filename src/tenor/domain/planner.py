"""One door to every change: the same plan serves the preview, the submit, the command line and the tests."""

from datetime import date

from tenor.domain.account import AccountState
from tenor.domain.changes import (
    add_seats,
    align_dates,
    buy_again,
    change_owed,
    change_plan,
    change_term,
    decline_owed,
    reduce_seats,
    renew_early,
    renew_late,
    return_order,
    set_auto_renew,
    set_payment_method,
    undo_scheduled,
)
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrders
from tenor.domain.quote import Quote
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    BuyAgain,
    ChangeOwed,
    ChangePlan,
    ChangeTerm,
    DeclineOwed,
    ReduceSeats,
    RenewEarly,
    RenewLate,
    Request,
    ReturnOrder,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)


def plan(  # noqa: C901 - a line a verb
    state: AccountState, offer: Offer, request: Request, today: date, orders: PastOrders = ()
) -> Quote:
    """What the request would charge and do on the account's local day `today`. Raises Refusal with every reason.

    `orders` are the account's past ones: for requests of `requests.NEED_ORDERS`, which give back what they charged.
    """
    match request.ask:
        case AddSeats() as ask:
            return add_seats.plan(state, offer, request.actor, ask, today)
        case AlignDates() as ask:
            return align_dates.plan(state, offer, request.actor, ask, today)
        case ReduceSeats() as ask:
            return reduce_seats.plan(state, offer, request.actor, ask, today)
        case ChangePlan() as ask:
            return change_plan.plan(state, offer, request.actor, ask, today, orders)
        case SetAutoRenew() as ask:
            return set_auto_renew.plan(state, offer, request.actor, ask, today, orders)
        case ChangeTerm() as ask:
            return change_term.plan(state, offer, request.actor, ask, today)
        case RenewEarly() as ask:
            return renew_early.plan(state, offer, request.actor, ask, today)
        case RenewLate() as ask:
            return renew_late.plan(state, offer, request.actor, ask, today)
        case BuyAgain() as ask:
            return buy_again.plan(state, offer, request.actor, ask, today)
        case ReturnOrder() as ask:
            return return_order.plan(state, offer, request.actor, ask, today, orders)
        case ChangeOwed() as ask:
            return change_owed.plan(state, offer, request.actor, ask, today)
        case DeclineOwed() as ask:
            return decline_owed.plan(state, offer, request.actor, ask, today)
        case UndoScheduled() as ask:
            return undo_scheduled.plan(state, offer, request.actor, ask, today)
        case SetPaymentMethod() as ask:
            return set_payment_method.plan(state, offer, request.actor, ask, today)
