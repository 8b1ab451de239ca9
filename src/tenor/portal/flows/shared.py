"""What the flows share: the account as it stands, the reader, and the page that says why something can't be done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRefresh

from tenor.db.access import account_scope
from tenor.domain.account import Subscription
from tenor.domain.refusals import Reason, Refusal
from tenor.domain.tax import outlook
from tenor.portal import remedies
from tenor.portal.remedies import Wanted
from tenor.portal.visit import AccountRequest, Visit
from tenor.ui import formats, words
from tenor.ui.words import Names, TaxWords
from tenor.usecases.load import Loaded, load
from tenor.usecases.session import Session

STEPS = (_("Adjust"), _("Review"), _("Receipt"))
NOT_POSSIBLE = 409
"""The state of things does not allow what was sent.

Looked at, the same page is an answer like any other: 200. So is a form that is shown again with its errors.
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """How a page speaks to whoever reads it: a Babel locale, the catalog's names, the words of its tax.

    `owned` are the account's subscriptions, by id.
    """

    locale: str
    names: Names
    tax: TaxWords
    owned: Mapping[str, Subscription] = field(default_factory=dict[str, Subscription])

    def reference(self, subscription_id: str) -> str:
        """What tells the subscription from others of its product; "" where the account does not have it (yet)."""
        found = self.owned.get(subscription_id)
        return words.subscription_reference(found) if found else ""


def whole(typed: str) -> int | None:
    """The whole number that was typed, of nine digits at most; None for anything else."""
    return int(typed) if re.fullmatch(r"-?[0-9]{1,9}", typed.strip()) else None


def load_account(visit: Visit) -> Loaded:
    """The account that is visited, as it stands at the request's instant."""
    with account_scope(visit.account_id):
        return load(visit.account_id, visit.now)


def reader(visit: Visit, loaded: Loaded) -> Reader:
    """Whoever reads this page."""
    tax = outlook(loaded.offer, loaded.state, loaded.today)
    return Reader(
        formats.locale_for(visit.language, visit.country),
        Names.of(loaded.offer, visit.language),
        TaxWords.of(tax),
        {one.id: one for one in loaded.state.subscriptions},
    )


def owned(loaded: Loaded, subscription_id: UUID) -> Subscription:
    """The account's subscription of that id. Raises Http404: what belongs to somebody else does not exist."""
    try:
        return loaded.state.subscription(str(subscription_id))
    except Refusal as unknown:
        raise Http404 from unknown


def session(visit: Visit) -> Session:
    """Where a gateway sends the customer back to, and in which language it speaks."""
    return Session(return_url=settings.ORDER_RETURN_URL, locale=visit.language)


def closed_page(
    request: AccountRequest, loaded: Loaded, subscription: Subscription, action: str, found: tuple[Reason, ...]
) -> HttpResponse:
    """Every reason why the action is closed, with its remedy, in place of the form: never a dead end.

    Where a part of the form was asked for, the whole page comes again to say so.
    """
    if request.htmx:
        return HttpResponseClientRefresh()
    wanted, who = Wanted(action, subscription), reader(request.visit, loaded)
    context = {
        "subscription": subscription,
        "name": who.names.product(subscription.product),
        "action": action,
        "title": words.action(action),
        "reasons": remedies.shown(found, wanted, who.locale, who.names),
        "help": remedies.help_address(wanted, found[0].code if found else ""),
    }
    status = NOT_POSSIBLE if request.method == "POST" else 200
    return render(request, "portal/flows/closed.html", context, status=status)
