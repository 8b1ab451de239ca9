"""All seats in one file: take it along, change it in a spreadsheet, look at what it would do, and have it done."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tenor.db.access import account_scope
from tenor.db.queries.people import people_of
from tenor.db.queries.seats import seat_users
from tenor.domain.account import Role
from tenor.domain.choosing import in_order
from tenor.domain.permissions import Permission
from tenor.domain.refusals import Refusal
from tenor.domain.seat_lists import SeatLine, SeatPlan
from tenor.portal import seat_file
from tenor.portal.csv_file import csv_response, form_name
from tenor.portal.flows.shared import NOT_POSSIBLE
from tenor.portal.people import closed, locale, with_roles
from tenor.portal.visit import AccountRequest, account_page_for
from tenor.ui import formats, words
from tenor.usecases.assign_seats import assign_seats, look_at_seats
from tenor.usecases.invite_person import Invited, invite_person
from tenor.usecases.load import load

TEMPLATE = "portal/users/seat_list.html"


@require_safe
@account_page_for(Permission.MANAGE_USERS)
def seats_file(request: AccountRequest) -> HttpResponse:
    """Who has which seats, as a file."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        seated = {str(key): users for key, users in seat_users(visit.account_id).items()}
    rows = seat_file.rows(in_order(loaded.state.subscriptions), seated)
    form = form_name(visit.language, request.GET.get("form", ""))
    return csv_response(f"seats-{loaded.today}.csv", seat_file.header(), rows, form)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.MANAGE_USERS)
def seat_list(request: AccountRequest) -> HttpResponse:
    """GET asks for the file; POST shows what it would change, and once that is confirmed does it."""
    if request.method != "POST":
        return _page(request)
    try:
        if "confirm" in request.POST:
            return _confirmed(request)
        file = request.FILES.get("file")
        if file is None:
            raise Refusal("no_file", {})
        lines = seat_file.read(file.read(seat_file.LARGEST + 1))
    except Refusal as refused:
        return _page(request, error=words.refusal(refused, locale(request.visit)))
    return _preview(request, lines)


def _confirmed(request: AccountRequest) -> HttpResponse:
    """Done exactly as it was shown; where something changed meanwhile, it is shown anew."""
    visit, lines = request.visit, seat_file.brought_back(request.POST.get("lines", ""))
    try:
        shown = json.loads(request.POST.get("changes", "[]"))
        done = assign_seats(account_id=visit.account_id, lines=lines, shown=shown, actor=visit.actor, now=visit.now)
    except (ValueError, TypeError) as error:
        raise Refusal("file_unreadable", {}) from error
    except Refusal as refused:
        return _preview(request, lines, error=words.refusal(refused, locale(visit)))
    messages.success(request, _outcome(done, locale(visit)))
    if request.POST.get("invite"):
        _invite(request, done)
    return redirect("portal:users")


def _outcome(done: SeatPlan, in_locale: str) -> str:
    given, taken = len(done.given), len(done.taken)
    said = [
        ngettext("%(n)s seat assigned", "%(n)s seats assigned", given) % {"n": formats.number(given, in_locale)},
        ngettext("%(n)s taken back", "%(n)s taken back", taken) % {"n": formats.number(taken, in_locale)},
    ]
    return ", ".join(said) + "."


def _invite(request: AccountRequest, done: SeatPlan) -> None:
    """Invite those that the account did not know, to look. Who is invited already stays so."""
    visit = request.visit
    for email in dict.fromkeys(given.email for given in done.given if not given.is_known):
        try:
            invited = Invited(email, Role.VIEWER, visit.language)
            invite_person(account_id=visit.account_id, invited=invited, actor=visit.actor, now=visit.now)
        except Refusal as refused:
            messages.info(request, f"{email}: {words.refusal(refused, locale(visit))}")


def _preview(request: AccountRequest, lines: tuple[SeatLine, ...], *, error: str = "") -> HttpResponse:
    visit = request.visit
    plan = look_at_seats(account_id=visit.account_id, lines=lines, now=visit.now)
    return _page(
        request,
        error=error,
        plan=plan,
        faults=[(fault, words.seat_fault(fault)) for fault in plan.faults],
        unknown=sum(not given.is_known for given in plan.given),
        lines=seat_file.carried(lines),
        changes=json.dumps(plan.changes),
    )


def _page(request: AccountRequest, *, error: str = "", **context: Any) -> HttpResponse:
    visit = request.visit
    with account_scope(visit.account_id):
        everybody = people_of(visit.account_id)
    reasons = closed(visit, Permission.MANAGE_USERS, with_roles(everybody))
    status = NOT_POSSIBLE if error else 200
    return render(request, TEMPLATE, {"reasons": reasons, "error": error, **context}, status=status)
