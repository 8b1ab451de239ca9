"""What the pages about people share: who may change what about whom, in words; and refusals as messages."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.urls import reverse

from tenor.db.queries.people import PersonRow
from tenor.domain.account import Actor, Person, Role
from tenor.domain.permissions import Permission, closing, demand_role_to_give
from tenor.domain.refusals import Refusal
from tenor.portal import remedies
from tenor.portal.visit import AccountRequest, Visit
from tenor.ui import components, formats, words

NOT_HERE = frozenset({"unknown_person", "unknown_invitation", "unknown_subscription"})
"""Refusals that mean: what belongs to somebody else does not exist."""


def locale(visit: Visit) -> str:
    """The reader's Babel locale."""
    return formats.locale_for(visit.language, visit.country)


def with_roles(people: Iterable[PersonRow]) -> tuple[Person, ...]:
    """Those with a role, as the domain knows them."""
    return tuple(Person(str(row.id), row.name, Role(row.role)) for row in people if row.role)


def closed(visit: Visit, needs: Permission, people: Iterable[Person]) -> tuple[components.Reason, ...]:
    """Why forms that need a permission are closed to the visitor; nothing where they are open."""
    return remedies.shown(closing(visit.actor, needs, people), remedies.Wanted(""), locale(visit))


def closed_about(visit: Visit, row: PersonRow, people: Iterable[Person]) -> tuple[components.Reason, ...]:
    """Why the visitor may not change that person's role or remove them."""
    reasons = closed(visit, Permission.MANAGE_USERS, people)
    if reasons or not row.role:
        return reasons
    refused = _refusal(visit.actor, Role(row.role))
    return (components.Reason(words.refusal(refused, locale(visit))),) if refused else ()


def _refusal(actor: Actor, role: Role) -> Refusal | None:
    try:
        demand_role_to_give(actor, role)
    except Refusal as refused:
        return refused
    return None


def carried_out(request: AccountRequest, write: Callable[[], object], done: str) -> bool:
    """Do it, and say that it was done or why not. Raises Http404 for what is not this account's."""
    try:
        write()
    except Refusal as refused:
        if refused.code in NOT_HERE:
            raise Http404 from refused
        messages.error(request, words.refusal(refused, locale(request.visit)))
        return False
    messages.success(request, done)
    return True


def person_url(user_id: UUID) -> str:
    """The page of one person."""
    return reverse("portal:person", args=[user_id])
