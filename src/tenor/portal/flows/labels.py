"""The customer's own words about subscriptions, of one or of many at once: a label, and a cost center."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.domain.account import Subscription, SubscriptionStatus
from tenor.domain.permissions import Permission
from tenor.domain.refusals import Refusal
from tenor.domain.texts import LONGEST_COST_CENTER, LONGEST_LABEL
from tenor.portal.flows.shared import Reader, load_account, owned, reader
from tenor.portal.people import closed
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.usecases.label_subscription import Label, label_subscription
from tenor.usecases.load import Loaded

MOST = 100
"""Subscriptions on one page: each is two fields."""


class LabelForm(forms.Form):
    """Both words of one subscription; its id is the prefix of their names."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=LONGEST_LABEL, required=False)
    cost_center = forms.CharField(label=gettext_lazy("Cost center"), max_length=LONGEST_COST_CENTER, required=False)

    def __init__(self, subscription: Subscription, data: Any = None) -> None:
        first = {"label": subscription.label, "cost_center": subscription.cost_center}
        super().__init__(data, initial=first, prefix=subscription.id)

    @property
    def words(self) -> Label:
        """What was typed. Only where the form is valid."""
        return Label(self.cleaned_data["label"], self.cleaned_data["cost_center"])


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription with its form."""

    subscription: Subscription
    name: str
    form: LabelForm


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def labels(request: AccountRequest) -> HttpResponse:
    """GET shows the fields of those that the address names (`s`, an id each), or of all; POST saves what was typed."""
    visit, loaded = request.visit, load_account(request.visit)
    is_sent = request.method == "POST"
    chosen = _chosen(loaded, (request.POST if is_sent else request.GET).getlist("s"))
    if not chosen:
        return _back(request, chosen, refused=Refusal("nothing_chosen", {}))
    if len(chosen) > MOST:
        return _back(request, chosen, refused=Refusal("too_many_chosen", {"chosen": len(chosen), "most": MOST}))
    rows = [_row(one, reader(visit, loaded), request.POST if is_sent else None) for one in chosen]
    if not is_sent or not all([row.form.is_valid() for row in rows]):  # each is checked, for all to show their errors
        return _page(request, loaded, rows)
    for row in rows:
        if row.form.has_changed():
            _save(request, row)
    messages.success(request, _("The changes are saved."))
    return _back(request, chosen)


def _chosen(loaded: Loaded, ids: Sequence[str]) -> list[Subscription]:
    """The named ones, or else all that have not ended, by number. Raises Http404 for what is no id of this account."""
    every = [one for one in loaded.state.subscriptions if one.status is not SubscriptionStatus.CANCELED]
    try:
        named = {one.id: one for one in (owned(loaded, UUID(each)) for each in ids)}
    except ValueError as error:
        raise Http404 from error
    return sorted(named.values() if ids else every, key=lambda one: one.number)


def _row(one: Subscription, who: Reader, data: Any) -> Row:
    product, plan = who.names.product(one.product), who.names.plan(one.product, one.plan)
    return Row(one, f"{product} {plan}", LabelForm(one, data))


def _save(request: AccountRequest, row: Row) -> None:
    visit = request.visit
    label_subscription(
        account_id=visit.account_id,
        subscription_id=UUID(row.subscription.id),
        words=row.form.words,
        actor=visit.actor,
        now=visit.now,
    )


def _page(request: AccountRequest, loaded: Loaded, rows: list[Row]) -> HttpResponse:
    centers = sorted({one.cost_center for one in loaded.state.subscriptions if one.cost_center}, key=str.casefold)
    reasons = closed(request.visit, Permission.BUY, loaded.state.people)
    return render(request, "portal/flows/labels.html", {"rows": rows, "centers": centers, "reasons": reasons})


def _back(request: AccountRequest, chosen: list[Subscription], *, refused: Refusal | None = None) -> HttpResponse:
    """To the page of the one, or to the list."""
    if refused is not None:
        messages.error(request, words.refusal(refused, request.visit.language))
    if len(chosen) == 1:
        return redirect("portal:subscription", subscription_id=chosen[0].id)
    return redirect("portal:subscriptions")
