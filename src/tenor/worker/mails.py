"""Letters that the use cases queued: rendered in the reader's language, sent, and marked as sent."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from tenor.db.access import account_scope
from tenor.db.models import Mail, Payment, User
from tenor.db.queries.quotes import find_quote, read_outcome
from tenor.db.queries.receipts import Receipt, read_receipt
from tenor.domain.account import Subscription
from tenor.domain.direct_debit import order_arrives_on, takes_effect_at_once
from tenor.domain.effects import DeclineTerm, MarkPartReturned, Schedule, SetMethod, changed_by
from tenor.domain.line_tax import TaxDecision
from tenor.domain.methods import paid_by, stood_in_for
from tenor.domain.money import Money, total
from tenor.domain.quote import Collection, NextRenewal, Quote
from tenor.domain.renewals import promise
from tenor.domain.requests import ReturnOrder
from tenor.domain.tax import outlook
from tenor.domain.texts import one_line
from tenor.gateways.crashpoints import crashpoint
from tenor.ui import mail_people
from tenor.ui.mail import render
from tenor.ui.mail_changes import MailEnd
from tenor.ui.mail_dunning import DUNNING
from tenor.ui.mail_reminders import REMINDERS
from tenor.ui.mail_view import MailLine, MailOrder, MailRenewal, MailView, Rendered
from tenor.ui.words import Names, subscription_reference
from tenor.usecases.load import Loaded, load
from tenor.usecases.reminder_token import reminder_token
from tenor.worker import mails_dunning, mails_methods, mails_people, mails_reminders

SUPPORT_REQUEST = "support_request"
ABOUT_METHODS = frozenset(
    {"method_added", "method_updated", "method_removed", "method_invalid", "default_method", "backup_method"}
)
ABOUT_PAYMENTS = frozenset({"payment_reversed", "paid_out_twice"})
ABOUT_QUOTES = frozenset(
    {"change_term", "change_plan", "reduce_seats", "set_auto_renew"}
    | {"undo_scheduled", "set_payment_method", "align_dates", "decline_owed"}
)


def send_mail(mail: Mail, now: datetime) -> None:
    """Render and send one claimed mail, and mark it as sent. A crash in between may send it a second time, not none.

    Names in the subject may be older than the rule that they are one line: a subject always is.
    """
    rendered = _support_request(mail) if mail.kind == SUPPORT_REQUEST else _rendered(mail, now)
    headers = {"Date": format_datetime(mail.created_at), **_ways_out(rendered.unsubscribe)}
    message = EmailMultiAlternatives(
        one_line(rendered.subject), rendered.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers
    )
    if rendered.html:
        message.attach_alternative(rendered.html, "text/html")
    message.send()
    crashpoint("after_the_mail_before_its_mark")
    mail.sent_at = now
    mail.lease_until = None
    mail.save(update_fields=["sent_at", "lease_until"])


def _ways_out(unsubscribe: str) -> dict[str, str]:
    """What lets mail programs stop it with one click (RFC 8058); only where the law leaves that to the reader."""
    if not unsubscribe:
        return {}
    return {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _rendered(mail: Mail, now: datetime) -> Rendered:
    if mail.account_id is None:
        raise ValueError(f"mail {mail.id} of kind {mail.kind} is about no account")
    with account_scope(mail.account_id):
        loaded = load(mail.account_id, now)
        view = _subject(mail)(mail, loaded)
    return render(mail.kind, mail.language, view)


def _subject(mail: Mail) -> Callable[[Mail, Loaded], MailView]:
    if mail.kind in ABOUT_METHODS:
        return _about_method
    if mail.kind == "return_order":
        return _about_return
    if mail.kind in mail_people.KINDS:
        return _about_people
    if mail.kind in REMINDERS:
        return _about_reminder
    if mail.kind in DUNNING:
        return _about_dunning
    return _about_quote if mail.kind in ABOUT_QUOTES else _about_order


def _about_method(mail: Mail, loaded: Loaded) -> MailView:
    """A payment method: its link leads to all of them."""
    found = next(method for method in loaded.state.methods if method.id == str(mail.subject_id))
    view = _view(mail, loaded, _url("portal:methods"))
    because = str(mail.context.get("because", ""))
    paid = (*paid_by(loaded.state, found), *stood_in_for(loaded.state, loaded.offer, found, loaded.today))
    instead = mails_methods.instead_of(loaded, found, paid)
    return replace(view, method=found.label, because=because, names=_names(mail, loaded, paid), instead=instead)


def _about_people(mail: Mail, loaded: Loaded) -> MailView:
    """An invitation, a role, a seat."""
    people = mails_people.about_people(mail, loaded)
    return replace(_view(mail, loaded, mails_people.address(mail)), people=people)


def _about_reminder(mail: Mail, loaded: Loaded) -> MailView:
    """What is about to happen."""
    about = mails_reminders.about_reminder(mail, loaded)
    view = replace(_view(mail, loaded, mails_reminders.address(about)), reminder=about)
    reader = User.objects.filter(email=mail.to).first() if about.reminder.is_optional else None
    return replace(view, unsubscribe=_url("portal:stop_reminders", reminder_token(reader.id))) if reader else view


def _about_quote(mail: Mail, loaded: Loaded) -> MailView:
    """A change that cost nothing: its link leads to where it can be undone, or changed again."""
    quote = read_outcome(UUID(loaded.state.id), mail.subject_id)
    if quote.action == "set_payment_method":
        return _about_methods_use(mail, loaded, quote)
    if quote.action == "align_dates":
        changed_ones = [one for one in loaded.state.subscriptions if one.id in changed_by(quote.effects)]
        view = _view(mail, loaded, _url("portal:upcoming"), renewals=quote.promised)
        return replace(view, names=_names(mail, loaded, changed_ones))
    changed = [effect for effect in quote.effects if isinstance(effect, Schedule | DeclineTerm)]
    changed = list({effect.subscription_id: effect for effect in changed}.values())
    is_one = len(changed) == 1
    url = _url("portal:subscription", changed[0].subscription_id) if is_one else _url("portal:subscriptions")
    view = _view(mail, loaded, url, renewals=quote.promised)
    refund = -quote.total if quote.total else None
    return replace(view, ends=_ends(mail, loaded, quote), refund=refund, owed=quote.owed)


def _ends(mail: Mail, loaded: Loaded, quote: Quote) -> tuple[MailEnd, ...]:
    """What does not renew after this: whatever had its renewal turned off and is promised none."""
    renewing = {renewal.subscription_id for renewal in quote.promised}
    declined = {effect.subscription_id for effect in quote.effects if isinstance(effect, DeclineTerm)}
    last_days = {
        effect.subscription_id: effect.effective_on for effect in quote.effects if isinstance(effect, Schedule)
    }
    days = {**dict.fromkeys(declined, quote.priced_on), **last_days}
    return tuple(
        MailEnd(name, on, is_declined=subscription_id in declined)
        for subscription_id, on in days.items()
        if subscription_id not in renewing
        for name in _names(mail, loaded, [loaded.state.subscription(subscription_id)])
    )


def _about_methods_use(mail: Mail, loaded: Loaded, quote: Quote) -> MailView:
    changed = dict.fromkeys(e.subscription_id for e in quote.effects if isinstance(e, SetMethod | Schedule))
    owned = [loaded.state.subscription(subscription_id) for subscription_id in changed]
    view = _view(mail, loaded, _url("portal:methods"), renewals=quote.promised)
    return replace(view, method=_label(loaded, quote.method_id), names=_names(mail, loaded, owned), owed=quote.owed)


def _names(mail: Mail, loaded: Loaded, owned: Iterable[Subscription]) -> tuple[str, ...]:
    """What the subscriptions are called, each with its label and number."""
    names = Names.of(loaded.offer, mail.language)
    return tuple(f"{names.item(one.product, one.plan)} ({subscription_reference(one)})" for one in owned)


def _label(loaded: Loaded, method_id: str | None) -> str:
    return next((method.label for method in loaded.state.methods if method.id == method_id), "")


def _about_return(mail: Mail, loaded: Loaded) -> MailView:
    """An order that was given back, with the lines of its return."""
    account_id = UUID(loaded.state.id)
    shown, _ = find_quote(account_id, mail.subject_id)
    if shown is None or not isinstance(shown.request.ask, ReturnOrder):
        raise LookupError(f"quote {mail.subject_id} returns no order")
    receipt = read_receipt(account_id, UUID(shown.request.ask.order_id))
    if receipt is None:
        raise LookupError(f"order {shown.request.ask.order_id} is gone")
    quote = shown.quote
    told = replace(_mail_order(mail, receipt, loaded), lines=_lines(mail, loaded, quote), taxes=_taxes(quote))
    refunded_to = (_label(loaded, quote.method_id) or told.method) if quote.collection is Collection.REFUND else ""
    order = replace(told, tax=quote.tax, tax_total=quote.tax_total, total=quote.total, method=refunded_to)
    order = replace(order, from_balance=quote.from_balance, to_balance=quote.to_balance)
    order = replace(order, is_part=any(isinstance(effect, MarkPartReturned) for effect in quote.effects))
    return _view(mail, loaded, _url("portal:order", str(receipt.id)), order=order, renewals=quote.promised)


def _about_order(mail: Mail, loaded: Loaded) -> MailView:
    account_id = UUID(loaded.state.id)
    order_id = _order_of_payment(mail.subject_id) if mail.kind in ABOUT_PAYMENTS else mail.subject_id
    receipt = read_receipt(account_id, order_id)
    if receipt is None:
        raise LookupError(f"order {order_id} is gone")
    order = _mail_order(mail, receipt, loaded)
    renewals = _coming(loaded, receipt.quote) if mail.kind == "order_fulfilled" else ()
    return _view(mail, loaded, _url("portal:order", str(order_id)), order=order, renewals=renewals)


def _about_dunning(mail: Mail, loaded: Loaded) -> MailView:
    """An unpaid renewal: its link leads to where it is paid."""
    names = _names(mail, loaded, mails_dunning.concerned(mail, loaded))
    anew = _names(mail, loaded, mails_dunning.starting_anew(mail, loaded))
    dunning = replace(mails_dunning.dunning_of(mail), starts_anew=anew)
    return replace(_about_order(mail, loaded), dunning=dunning, names=names)


def _order_of_payment(payment_id: UUID) -> UUID:
    return Payment.objects.values_list("invoice__order_id", flat=True).get(id=payment_id)


def _coming(loaded: Loaded, quote: Quote) -> tuple[NextRenewal, ...]:
    """What renews next, by the account as it stands now that the order is carried out."""
    named = {line.subscription_id for line in quote.lines}
    owned = [subscription for subscription in loaded.state.subscriptions if subscription.id in named]
    return tuple(renewal for each in owned for renewal in promise(loaded.state, loaded.offer, each, loaded.today))


def _mail_order(mail: Mail, receipt: Receipt, loaded: Loaded) -> MailOrder:
    last, quote = receipt.attempts[-1:], receipt.quote
    return MailOrder(
        number=receipt.number,
        action=receipt.action,
        lines=_lines(mail, loaded, quote),
        tax=quote.tax,
        tax_total=quote.tax_total,
        total=receipt.total,
        method=last[0].method_label if last else "",
        invoice_number=receipt.document.number if receipt.document else "",
        waiting_for=str(mail.context.get("for", receipt.waiting_for)),
        decline=last[0].decline_code if last else "",
        carried=quote.collection is Collection.CARRIED,
        expires_at=receipt.expires_at,
        taxes=_taxes(quote),
        from_balance=quote.from_balance,
        to_balance=quote.to_balance,
        arrives_on=order_arrives_on(loaded.state, str(receipt.id)),
        is_done=takes_effect_at_once(loaded.offer.policy, receipt.action),
    )


def _lines(mail: Mail, loaded: Loaded, quote: Quote) -> tuple[MailLine, ...]:
    names = Names.of(loaded.offer, mail.language)
    references = {one.id: subscription_reference(one) for one in loaded.state.subscriptions}
    return tuple(
        MailLine(
            name=names.item(line.product, line.plan),
            seats=line.seats,
            starts_on=line.span.start,
            ends_on=line.span.end,
            amount=line.amount,
            tax=tax,
            reference=references.get(line.subscription_id, ""),
        )
        for line, tax in zip(quote.lines, quote.taxes, strict=True)
    )


def _taxes(quote: Quote) -> tuple[tuple[TaxDecision, Money], ...]:
    currency = quote.total.currency
    return tuple((decision, total((tax.tax for tax in alike), currency)) for decision, alike in quote.tax_lines_alike)


def _view(
    mail: Mail, loaded: Loaded, url: str, *, order: MailOrder | None = None, renewals: tuple[NextRenewal, ...] = ()
) -> MailView:
    reader = User.objects.filter(email=mail.to).first()
    if mail.kind not in mail_people.KINDS and mail.kind not in REMINDERS:
        url = mails_reminders.for_account(url, loaded.state.id)
    return MailView(
        vendor=loaded.offer.seller.name,
        account=loaded.state.name,
        country=loaded.state.country,
        url=url,
        person=reader.name if reader else "",
        zone=loaded.state.time_zone,
        order=order,
        renewals=tuple(_renewal(mail, loaded, renewal) for renewal in renewals),
    )


def _renewal(mail: Mail, loaded: Loaded, renewal: NextRenewal) -> MailRenewal:
    one = loaded.state.subscription(renewal.subscription_id)
    names = Names.of(loaded.offer, mail.language)
    name = f"{names.item(one.product, renewal.plan)} ({subscription_reference(one)})"
    tax = outlook(loaded.offer, loaded.state, loaded.today)
    return MailRenewal(name, renewal.on, renewal.months, renewal.seats, renewal.amount, tax, renewal.tax_included)


def _url(name: str, *arguments: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"


def _support_request(mail: Mail) -> Rendered:
    """A question to the seller's own people, with what it is about; in their language, not the customer's."""
    facts = mail.context
    about = [f"{name.replace('_', ' ')}: {facts[name]}" for name in sorted(facts) if facts[name] and name != "text"]
    return Rendered(f"[{facts['account_number']}] {facts['subject']}", "\n".join([*about, "", facts["text"]]), "")
