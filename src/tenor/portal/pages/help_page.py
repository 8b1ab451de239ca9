"""Help: whom to ask, answers to what is asked most, and a request that carries what it is about."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tenor.db.access import account_scope
from tenor.db.queries.support import read_support
from tenor.domain.account import Subscription
from tenor.domain.eligibility import Action, reasons
from tenor.domain.permissions import Permission
from tenor.domain.refusals import Refusal
from tenor.domain.texts import one_line
from tenor.portal.articles import articles
from tenor.portal.contacts import contacts
from tenor.portal.flows.shared import Reader, reader
from tenor.portal.visit import AccountRequest, Visit, account_page_for
from tenor.ui import formats, words
from tenor.usecases.ask_support import Question, ask_support
from tenor.usecases.load import Loaded, load


class AskForm(forms.Form):
    """A question. `request_id` is made with the form, so that sending it twice asks once."""

    subscription = forms.ChoiceField(label=gettext_lazy("Subscription"), required=False)
    subject = forms.CharField(label=gettext_lazy("What is it about?"), max_length=120)
    text = forms.CharField(label=gettext_lazy("Your question"), max_length=4000, widget=forms.Textarea({"rows": 6}))
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    action = forms.ChoiceField(required=False, choices=[("", ""), *((a.value, a.value) for a in Action)])
    reason = forms.RegexField(r"^[a-z_]{0,60}$", required=False)

    def __init__(self, owned: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["subscription"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("None in particular")), *owned]
        for name in ("action", "reason"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_subject(self) -> str:
        """On one line: it becomes the subject of a mail."""
        subject = one_line(self.cleaned_data["subject"])
        if not subject:
            raise ValidationError(_("Write what it is about."))
        return subject


@dataclass(frozen=True, slots=True)
class Context:
    """What the request carries along, in words: what was wanted, and what stands in the way."""

    action: str
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
@account_page_for(Permission.ASK)
def help_page(request: AccountRequest) -> HttpResponse:
    """Show the page, or send the question."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        support = read_support(visit.account_id)
    who = reader(visit, loaded)
    form = _form(request, loaded, who)
    if request.method == "POST" and form.is_valid() and _sent(request, visit, form):
        return redirect("portal:help")
    kept = support.contacts if support else {}
    context = {
        "form": form,
        "tax": who.tax,
        "about": _about(request, loaded, who),
        "articles": articles(who.tax.name, loaded.offer.policy, who.locale),
        "contacts": contacts(kept, visit.country, who.locale),
        "email": kept.get("email", ""),
        "seller": support.seller_name if support else "",
    }
    return render(request, "portal/help.html", context, status=400 if form.errors else 200)


def _form(request: AccountRequest, loaded: Loaded, who: Reader) -> AskForm:
    owned = [(one.id, f"{who.names.product(one.product)} ({one.number})") for one in loaded.state.subscriptions]
    if request.method == "POST":
        return AskForm(owned, request.POST)
    asked = {name: request.GET.get(name, "") for name in ("subscription", "action", "reason")}
    subject = words.action(asked["action"]) if asked["action"] in set(Action) else ""
    return AskForm(owned, initial={**asked, "subject": subject, "request_id": uuid4()})


def _sent(request: AccountRequest, visit: Visit, form: AskForm) -> bool:
    """Ask the seller; whether that went well. What did not is said beside the form."""
    asked = form.cleaned_data
    question = Question(
        id=asked["request_id"],
        subject=asked["subject"],
        text=asked["text"],
        subscription_id=UUID(asked["subscription"]) if asked["subscription"] else None,
        action=asked["action"],
        reason=asked["reason"],
    )
    try:
        ask_support(account_id=visit.account_id, question=question, actor=visit.actor, now=visit.now)
    except Refusal as refused:
        form.add_error(None, words.refusal(refused, formats.locale_for(visit.language, visit.country)))
        return False
    messages.success(request, _("Your question is on its way. Support answers by e-mail."))
    return True


def _about(request: AccountRequest, loaded: Loaded, who: Reader) -> Context | None:
    """What the address says was wanted, and the reason in words where that reason (still) holds."""
    asked = request.GET if request.method != "POST" else request.POST
    if asked.get("action") not in set(Action):
        return None
    action = Action(asked["action"])
    one = _subscription(loaded, asked.get("subscription", ""))
    found = reasons(loaded.state, loaded.offer, action, one, request.visit.actor, loaded.today)
    said = [words.reason(reason, who.locale, who.names) for reason in found if reason.code == asked.get("reason")]
    return Context(words.action(action), said[0] if said else "")


def _subscription(loaded: Loaded, wanted: str) -> Subscription | None:
    return next((one for one in loaded.state.subscriptions if one.id == wanted), None)
