"""The users of a subscription's seats: give a seat, take it back, and choose who loses one at the renewal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.seats import Seating, seating
from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.permissions import Permission
from tenor.domain.refusals import Refusal
from tenor.domain.seat_lists import WITH_ACCESS
from tenor.domain.seats import SeatUser, surplus
from tenor.domain.terms import local_date
from tenor.portal.flows.shared import NOT_POSSIBLE, owned, reader
from tenor.portal.people import NOT_HERE, closed
from tenor.portal.visit import AccountRequest, Visit, account_page_for
from tenor.ui import components, words
from tenor.usecases.assign_seat import assign_seat
from tenor.usecases.choose_leavers import choose_leavers
from tenor.usecases.load import Loaded, load
from tenor.usecases.unassign_seat import unassign_seat

Write = Callable[[], None]


class AddressForm(forms.Form):
    """Somebody without a role in the account: an address is enough to use a seat."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody with a seat. `loses_it`: at the next renewal, as things are scheduled now."""

    user: SeatUser
    since: date
    loses_it: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent: what to write and what to say then; or what is wrong with it."""

    write: Write | None = None
    done: str = ""
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.MANAGE_USERS)
def assign_users(request: AccountRequest, subscription_id: UUID) -> HttpResponse:
    """GET shows who has a seat; POST is one of the page's buttons."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        subscription = owned(loaded, subscription_id)
        seated = seating(visit.account_id, subscription_id)
    if request.method != "POST":
        return _page(request, loaded, subscription, seated)
    asked = _asked(request, subscription_id, seated)
    error = asked.error or _refused(asked, reader(visit, loaded).locale)
    if error:
        return _page(request, loaded, subscription, seated, error=error)
    messages.success(request, asked.done)
    return redirect("portal:assign_users", subscription_id=subscription_id)


def _refused(asked: Asked, locale: str) -> str:
    """Do it; why not, in words, where it can't be done."""
    assert asked.write is not None
    try:
        asked.write()
    except Refusal as refused:
        if refused.code in NOT_HERE:
            raise Http404 from refused
        return words.refusal(refused, locale)
    return ""


def _asked(request: AccountRequest, subscription_id: UUID, seated: Seating) -> Asked:
    """Which button was pressed, about whom. Raises Http404 for people of other accounts."""
    sent, bound = request.POST, partial(_bound, request.visit, subscription_id)
    if "unassign" in sent:
        return Asked(bound(unassign_seat, user_id=_id(sent["unassign"])), _("The seat is free again."))
    if "leavers" in sent:
        leaving = [_id(each) for each in sent.getlist("leaves")]
        return Asked(bound(choose_leavers, user_ids=leaving), _("Your choice is saved."))
    if "assign" in sent:
        return Asked(bound(assign_seat, email=_address(seated, sent["assign"])), _("The seat is assigned."))
    form = AddressForm(sent)
    if not form.is_valid():
        return Asked(error=" ".join(map(str, form.errors["email"])))
    return Asked(bound(assign_seat, email=form.cleaned_data["email"]), _("The seat is assigned."))


def _bound(visit: Visit, subscription_id: UUID, use_case: Callable[..., None], **values: object) -> Write:
    account_id, actor, now = visit.account_id, visit.actor, visit.now
    return partial(use_case, account_id=account_id, subscription_id=subscription_id, actor=actor, now=now, **values)


def _address(seated: Seating, user_id: str) -> str:
    """The address of somebody of the account."""
    for known in seated.others:
        if known.user_id == user_id:
            return known.email
    for user in seated.users:
        if user.user_id == user_id:
            return user.email
    raise Http404


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _page(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, seated: Seating, *, error: str = ""
) -> HttpResponse:
    who, visit = reader(request.visit, loaded), request.visit
    closed_to_them = closed(visit, Permission.MANAGE_USERS, loaded.state.people)
    renewed = _renewed_seats(subscription)
    leaving = surplus(seated.users, renewed) if renewed is not None else ()
    has_access = subscription.status in WITH_ACCESS
    no_access = (components.Reason(words.refusal(Refusal("seats_without_access", {}), who.locale)),)
    context = {
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "users": [_seated(user, visit, leaving) for user in seated.users],
        "others": seated.others,
        "free": max(0, subscription.seats - len(seated.users)),
        "form": AddressForm(request.POST if error and "email" in request.POST else None),
        "error": error,
        "renewed": renewed,
        "is_leaving": bool(leaving),
        "reasons": closed_to_them or (() if has_access else no_access),
        "may_change": not closed_to_them,
    }
    return render(request, "portal/users/assign.html", context, status=NOT_POSSIBLE if error else 200)


def _seated(user: SeatUser, visit: Visit, leaving: tuple[SeatUser, ...]) -> Seated:
    return Seated(user, local_date(user.assigned_at, visit.time_zone), user in leaving)


def _renewed_seats(subscription: Subscription) -> int | None:
    """How many seats are scheduled to be renewed; None where that is not fewer than today."""
    scheduled = subscription.scheduled_change(ChangeKind.SEATS)
    return int(scheduled.value) if scheduled and int(scheduled.value) < subscription.seats else None
