"""What is unpaid on subscriptions whose payment method changes: offered to be paid at once, by the new one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tenor.db.access import account_scope
from tenor.db.queries.quotes import payment_in_flight
from tenor.domain.account import OpenOrder, Subscription
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.money import Money
from tenor.domain.refusals import Refusal
from tenor.portal.flows.paying import collect_and_go_on
from tenor.portal.flows.shared import Reader, load_account, session
from tenor.portal.visit import AccountRequest, Visit
from tenor.ui import formats, words
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.load import Loaded
from tenor.usecases.next_try import next_try
from tenor.usecases.resume_order import PayBy, resume_order


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An order that waits for its money while nothing is under way. `is_chosen`: to be paid now, unless unticked."""

    id: str
    number: str
    amount: Money
    names: str
    subscription_ids: tuple[str, ...]
    is_chosen: bool = True


def unpaid(visit: Visit, loaded: Loaded, owned: Iterable[Subscription], who: Reader) -> list[Unpaid]:
    """What is unpaid on them, once an order, named by all that it is for. Nothing while a payment may take money."""
    orders: dict[OpenOrder, list[Subscription]] = {}
    for one in owned:
        if one.open_order is not None:
            orders.setdefault(one.open_order, []).append(one)
    with account_scope(visit.account_id):
        return [
            _unpaid(order, order.total, about, _names(loaded, order, who))
            for order, about in orders.items()
            if order.total and order.status != OrderStatus.PROCESSING
            if payment_in_flight(visit.account_id, UUID(order.id)) is None
        ]


def _names(loaded: Loaded, order: OpenOrder, who: Reader) -> str:
    about = (one for one in loaded.state.subscriptions if one.open_order and one.open_order.id == order.id)
    return ", ".join(dict.fromkeys(who.names.product(one.product) for one in about))


def _unpaid(order: OpenOrder, amount: Money, about: Sequence[Subscription], names: str) -> Unpaid:
    return Unpaid(order.id, order.number, amount, names, tuple(one.id for one in about))


def ticked(request: AccountRequest, found: Iterable[Unpaid]) -> list[Unpaid]:
    """Those that the form says are to be paid now."""
    wanted = set(request.POST.getlist("pay"))
    return [one for one in found if one.id in wanted]


def pay_now(request: AccountRequest, found: Sequence[Unpaid], method_id: str, *, keep: bool = False) -> HttpResponse:
    """Pay them by the method; then to where the customer goes on with the last.

    It pays from now on already; `keep` says so of what could not be paid otherwise before it was paid, too.

    The others are paid, or say on their own pages what they wait for.
    """
    visit = request.visit
    for place, one in enumerate(found, start=1):
        try:
            resumed = resume_order(
                account_id=visit.account_id,
                order_id=UUID(one.id),
                method_id=PayBy(method_id, keep=keep),
                actor=visit.actor,
                session=session(visit),
                now=visit.now,
            )
        except Refusal as refused:
            locale = formats.locale_for(visit.language, visit.country)
            messages.error(request, words.refusal(refused, locale))
            continue
        if place == len(found):
            return collect_and_go_on(visit, resumed.order_id, resumed.payment_id)
        if resumed.payment_id is not None:
            collect_payment(account_id=visit.account_id, payment_id=resumed.payment_id, now=visit.now)
    return redirect("portal:orders")


def still_unpaid(request: AccountRequest, found: Iterable[Unpaid], who: Reader) -> None:
    """Say of each what becomes of it now that it is not paid at once."""
    visit = request.visit
    loaded = load_account(visit)
    for one in found:
        with account_scope(visit.account_id):
            coming = next_try(loaded, UUID(one.id))
        facts = {"amount": formats.money(one.amount, who.locale), "names": one.names}
        if coming is None:
            messages.warning(request, _("%(amount)s for %(names)s is still unpaid.") % facts)
            continue
        facts |= {"day": formats.day(coming.on, who.locale), "method": coming.method}
        told = _("%(amount)s for %(names)s is still unpaid. It is charged to %(method)s on %(day)s.")
        messages.warning(request, told % facts)
