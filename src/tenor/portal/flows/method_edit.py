"""Edit a method: the name on bills, and the date of a card that the bank renewed."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.domain.account import MethodKind, PaymentMethod
from tenor.domain.eligibility import Action, reasons
from tenor.domain.methods import kept_method
from tenor.domain.refusals import Refusal
from tenor.portal import remedies
from tenor.portal.flows.method_cards import ICONS, WANTED
from tenor.portal.flows.shared import NOT_POSSIBLE, Reader, load_account, reader
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import formats, words
from tenor.usecases.load import Loaded
from tenor.usecases.update_method import LONGEST_NAME, MethodChange, update_method

YEARS = 20
"""How far ahead the date of a card may be."""


class MethodForm(forms.Form):
    """What may be edited. The date is asked of cards only, and may not have passed on the account's day."""

    billing_name = forms.CharField(
        label=gettext_lazy("Name on bills"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "cc-name"}),
    )
    month = forms.TypedChoiceField(
        label=gettext_lazy("Valid until: month"),
        coerce=int,
        widget=forms.Select(attrs={"autocomplete": "cc-exp-month"}),
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("Valid until: year"),
        coerce=int,
        widget=forms.Select(attrs={"autocomplete": "cc-exp-year"}),
    )

    def __init__(self, method: PaymentMethod, today: date, who: Reader, data: Any = None) -> None:
        valid = method.expires_on
        first = {"billing_name": method.billing_name}
        if valid is not None:
            first |= {"month": str(valid.month), "year": str(valid.year)}
        super().__init__(data, initial=first)
        self.today = today
        if method.kind is not MethodKind.CARD:
            del self.fields["month"], self.fields["year"]
            return
        years = range(min(today.year, valid.year if valid else today.year), today.year + YEARS + 1)
        last = [valid.year] if valid and valid.year not in years else []
        self.fields["year"].choices = [(str(year), str(year)) for year in (*years, *last)]  # type: ignore[attr-defined]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (str(month), f"{month:02} {formats.month(date(2024, month, 1), who.locale)}") for month in range(1, 13)
        ]

    def clean(self) -> dict[str, Any]:
        """The month may be this one, and none before it."""
        found = super().clean() or {}
        this_month = (self.today.year, self.today.month)
        if "month" in found and "year" in found and (found["year"], found["month"]) < this_month:
            raise ValidationError(_("This date has passed. Type the date that is printed on the new card."))
        return found

    @property
    def change(self) -> MethodChange:
        """What is asked. Only where the form is valid."""
        found = self.cleaned_data
        return MethodChange(found["billing_name"], (found["year"], found["month"]) if "year" in found else None)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def edit_method(request: AccountRequest, method_id: UUID) -> HttpResponse:
    """GET shows what may be edited; POST changes it at the provider, and here."""
    visit, loaded = request.visit, load_account(request.visit)
    method = kept_method(loaded.state, str(method_id))
    if method is None:
        raise Http404
    form = MethodForm(method, loaded.today, reader(visit, loaded), request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, loaded, method, form)
    try:
        update_method(
            account_id=visit.account_id, method_id=method_id, change=form.change, actor=visit.actor, now=visit.now
        )
    except Refusal as refused:
        return _page(request, loaded, method, form, refused=refused)
    messages.success(request, _("The changes are saved."))
    return redirect("portal:methods")


def _page(
    request: AccountRequest, loaded: Loaded, method: PaymentMethod, form: MethodForm, *, refused: Refusal | None = None
) -> HttpResponse:
    who = reader(request.visit, loaded)
    closed = reasons(loaded.state, loaded.offer, Action.METHOD, None, request.visit.actor, loaded.today)
    context = {
        "method": method,
        "icon": ICONS[method.kind],
        "form": form,
        "is_card": method.kind is MethodKind.CARD,
        "reasons": remedies.shown(closed, WANTED, who.locale, who.names),
        "refusal": words.refusal(refused, who.locale, who.names) if refused else "",
    }
    return render(request, "portal/flows/edit_method.html", context, status=NOT_POSSIBLE if refused else 200)
