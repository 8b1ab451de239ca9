"""Mails to customers: what is known of an order or a change, worded in the reader's language as text and HTML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from babel.lists import format_list
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tenor.domain.money import Money
from tenor.domain.tax import TaxDecision
from tenor.ui import formats, mail_changes, mail_methods, mail_people, words
from tenor.ui.mail_changes import MailEnd
from tenor.ui.mail_people import MailPeople


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line of an order. `name` is product and plan as the catalog calls them; days are [starts_on, ends_on)."""

    name: str
    seats: int
    starts_on: date
    ends_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class MailRenewal:
    """The next renewal of a subscription; `amount` as priced, with tax in it or not."""

    name: str
    on: date
    months: int
    seats: int
    amount: Money
    tax_included: bool = False


@dataclass(frozen=True, slots=True)
class MailOrder:
    """An order as its mails show it.

    `action` is `Quote.action`; `method` the label of what pays it; `decline` the code of the last decline;
    `expires_at` is given while the order is open; `carried`: too small to be charged by itself.
    """

    number: str
    action: str
    lines: tuple[MailLine, ...]
    tax: TaxDecision
    tax_total: Money
    total: Money
    method: str = ""
    invoice_number: str = ""
    waiting_for: str = ""
    decline: str = ""
    carried: bool = False
    expires_at: datetime | None = None

    @property
    def tax_included(self) -> bool:
        """Whether the lines are priced with tax in them."""
        return sum(line.amount.minor for line in self.lines) == self.total.minor


@dataclass(frozen=True, slots=True)
class MailView:
    """All that a mail needs to know. `url` is where its link leads, whole; `zone` the account's billing time zone.

    `person` is "" for an address that belongs to nobody (invoices). `order` is None for changes that cost nothing.
    `method` is the label of a payment method that the mail is about, `because` the code of its decline, `names` are
    those of the subscriptions. `people` is None for what is not about people. `ends` are subscriptions that will not
    renew, `refund` is what is given back with that.
    """

    vendor: str
    account: str
    country: str
    url: str
    person: str = ""
    zone: str = "UTC"
    order: MailOrder | None = None
    renewals: tuple[MailRenewal, ...] = ()
    method: str = ""
    because: str = ""
    names: tuple[str, ...] = ()
    people: MailPeople | None = None
    ends: tuple[MailEnd, ...] = ()
    refund: Money | None = None


class Rendered(NamedTuple):
    """A mail, ready to send."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the mail's table, worded."""

    name: str
    amount: str
    label: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, worded; templates/mail/ only lay it out. `link` is "" where it leads nowhere."""

    subject: str
    before: tuple[str, ...]
    link: str
    rows: tuple[Row, ...] = ()
    after: tuple[str, ...] = field(default=())


def render(kind: str, language: str, view: MailView) -> Rendered:
    """The mail of a kind (`Mail.kind`) in a language code of Django's. Raises KeyError for an unknown kind."""
    write = _KINDS[kind]
    with translation.override(language):
        locale = formats.locale_for(language, view.country)
        letter = write(view, locale)
        context = {
            "letter": letter,
            "greeting": _("Hello %(name)s,") % {"name": view.person} if view.person else _("Hello,"),
            "footnote": _("This mail is about your account: %(account)s") % {"account": view.account},
            "view": view,
            "language": language,
        }
        text = render_to_string("mail/letter.txt", context)
        return Rendered(letter.subject, text.strip() + "\n", render_to_string("mail/letter.html", context))


def _fulfilled(view: MailView, locale: str) -> Letter:
    order = _order(view)
    match order.action:
        case "renew" | "renew_late":
            opening = _("Thank you. Your subscriptions are renewed.")
        case "renew_early":
            opening = _("Thank you. The next term is paid: it begins on its renewal date, and nothing is charged then.")
        case _:
            opening = _("Thank you for your order. It is completed.")
    return Letter(
        subject=_("Receipt for order %(number)s") % {"number": order.number},
        before=(opening,),
        rows=tuple(_rows(order, locale)),
        after=(*_how_paid(order), *_next_renewals(view, locale)),
        link=_("See the order"),
    )


def _waiting(view: MailView, locale: str) -> Letter:
    order = _order(view)
    title = words.waiting_title(order.waiting_for)
    is_under_way = order.waiting_for in ("direct_debit", "gateway_answer")
    reason = (words.decline(order.decline),) if order.waiting_for == "declined" and order.decline else ()
    return Letter(
        subject=_("Order %(number)s: %(title)s") % {"number": order.number, "title": _lower(title)},
        before=(f"{title}.", *reason, words.waiting_for(order.waiting_for)),
        rows=tuple(_rows(order, locale)),
        after=() if is_under_way else tuple(_patience(view, order, locale)),
        link=_("See the order") if is_under_way else _("Go on with the order"),
    )


def _failed(view: MailView, locale: str) -> Letter:
    subject = _("Order %(number)s ended without payment")
    return _closed(view, locale, subject, _("The payment did not come through, so the order has ended."))


def _canceled(view: MailView, locale: str) -> Letter:
    return _closed(view, locale, _("Order %(number)s is canceled"), _("The order was canceled."))


def _expired(view: MailView, locale: str) -> Letter:
    return _closed(view, locale, _("Order %(number)s has expired"), _("The order was not paid in time."))


def _closed(view: MailView, locale: str, subject: str, opening: str) -> Letter:
    order = _order(view)
    return Letter(
        subject=subject % {"number": order.number},
        before=(opening, _("Nothing was changed, and you owe nothing for it.")),
        rows=tuple(_rows(order, locale)),
        link=_("See the order"),
    )


def _reversed(view: MailView, locale: str) -> Letter:
    order = _order(view)
    facts = {"amount": formats.money(order.total, locale), "invoice": order.invoice_number, "number": order.number}
    return Letter(
        subject=_("The payment of order %(number)s was taken back") % facts,
        before=(
            _("The bank took back the payment of %(amount)s.") % facts,
            _("Invoice %(invoice)s is therefore still to be paid.") % facts,
        ),
        rows=tuple(_rows(order, locale)),
        link=_("See the order"),
    )


def _scheduled(sentence: Promise) -> Callable[[MailView, str], Letter]:
    """A mail about one entry of the list "at your next renewal"."""

    def write(view: MailView, locale: str) -> Letter:
        undo = _("Until the renewal you can undo or change this as often as you like.")
        return Letter(
            subject=_("Your next renewal has changed"),
            before=(str(sentence),),
            after=(*_next_renewals(view, locale), undo),
            link=_("See or undo the change"),
        )

    return write


def _set_auto_renew(view: MailView, locale: str) -> Letter:
    if not view.ends:
        opening, after = _("It renews by itself again. Nothing is charged now."), tuple(_next_renewals(view, locale))
        return Letter(_("Automatic renewal is on"), (opening,), link=_("See the subscription"), after=after)
    told = tuple(mail_changes.ending(view.ends, view.refund, locale))
    return Letter(_("Automatic renewal is off"), told, link=_("See the subscription"))


def _returned(view: MailView, locale: str) -> Letter:
    order = _order(view)
    facts = {"number": order.number, "amount": formats.money(-order.total, locale), "method": order.method}
    refund = (_("%(amount)s goes back to %(method)s.") % facts,) if order.total and order.method else ()
    return Letter(
        subject=_("Order %(number)s is returned") % facts,
        before=(_("The order is returned, and what it changed is undone."), *refund),
        rows=tuple(_rows(order, locale)) if order.lines else (),
        after=tuple(_next_renewals(view, locale)),
        link=_("See the order"),
    )


def _undo_scheduled(view: MailView, locale: str) -> Letter:
    return Letter(
        subject=_("Your next renewal has changed"),
        before=(_("A scheduled change was taken back. Nothing is charged now."),),
        after=tuple(_next_renewals(view, locale)),
        link=_("See the subscription"),
    )


def _set_payment_method(view: MailView, locale: str) -> Letter:
    facts = {"method": view.method, "names": format_list(view.names, locale=locale)}
    return Letter(
        subject=_("Your payment method has changed"),
        before=(_("%(method)s pays from now on for: %(names)s.") % facts, _("Nothing is charged now.")),
        after=tuple(_next_renewals(view, locale)),
        link=_("See the payment methods"),
    )


def _align_dates(view: MailView, locale: str) -> Letter:
    facts = {"names": format_list(view.names, locale=locale)}
    return Letter(
        subject=_("Your payment dates are being aligned"),
        before=(
            _("This was changed, so that these subscriptions can be paid together: %(names)s.") % facts,
            _("Nothing is charged now."),
        ),
        after=tuple(_next_renewals(view, locale)),
        link=_("See the upcoming payments"),
    )


def _method_invalid(view: MailView, locale: str) -> Letter:
    facts = {"method": view.method, "names": format_list(view.names, locale=locale)}
    reason = (words.decline(view.because),) if view.because else ()
    paid = (_("It was to pay for: %(names)s.") % facts,) if view.names else ()
    return Letter(
        subject=_("%(method)s is no longer accepted") % facts,
        before=(
            _("The bank no longer accepts payments by %(method)s.") % facts,
            *reason,
            *paid,
            _("Nothing is lost yet: choose or add another payment method."),
        ),
        link=_("Choose another payment method"),
    )


def _about_method(subject: Promise, sentence: Promise) -> Callable[[MailView, str], Letter]:
    """A mail that says in a sentence what was done with a payment method, lest somebody else did it."""

    def write(view: MailView, _locale: str) -> Letter:
        facts = {"method": view.method}
        unknown = _("If you know nothing of it, write to us at once.")
        return Letter(str(subject), (str(sentence) % facts, unknown), link=_("See the payment methods"))

    return write


def _about_people(kind: str) -> Callable[[MailView, str], Letter]:
    def write(view: MailView, locale: str) -> Letter:
        if view.people is None:
            raise ValueError("this kind of mail is about people")
        frame = mail_people.Frame(view.vendor, view.account, locale, view.zone)
        said = mail_people.wording(kind, view.people, frame)
        return Letter(subject=said.subject, before=said.paragraphs, link=said.link)

    return write


_KINDS: dict[str, Callable[[MailView, str], Letter]] = {
    **{kind: _about_people(kind) for kind in mail_people.KINDS},
    "order_fulfilled": _fulfilled,
    "order_waiting": _waiting,
    "order_failed": _failed,
    "order_canceled": _canceled,
    "order_expired": _expired,
    "payment_reversed": _reversed,
    **{kind: _scheduled(sentence) for kind, sentence in mail_changes.SCHEDULED.items()},
    "set_auto_renew": _set_auto_renew,
    "undo_scheduled": _undo_scheduled,
    "set_payment_method": _set_payment_method,
    "align_dates": _align_dates,
    "method_invalid": _method_invalid,
    **{kind: _about_method(*told) for kind, told in mail_methods.METHODS.items()},
    "return_order": _returned,
}
KINDS = frozenset(_KINDS)
"""Every kind of mail that can be rendered."""


def _order(view: MailView) -> MailOrder:
    if view.order is None:
        raise ValueError("this kind of mail is about an order")
    return view.order


def _rows(order: MailOrder, locale: str) -> Iterator[Row]:
    for line in order.lines:
        facts = {
            "seats": words.seats(line.seats, locale),
            "start": formats.day(line.starts_on, locale),
            "end": formats.day(line.ends_on, locale),
        }
        yield Row(line.name, formats.money(line.amount, locale), _("%(seats)s, %(start)s to %(end)s") % facts)
    label = words.tax_label(order.tax, locale)
    if order.tax_included and order.tax_total:
        label = _("of which %(tax)s") % {"tax": label}
    yield Row(label, formats.money(order.tax_total, locale))
    yield Row(_("Total"), formats.money(order.total, locale), is_total=True)


def _how_paid(order: MailOrder) -> Iterator[str]:
    if order.carried:
        yield words.collection("carried")
    elif order.method and order.total:
        yield _("Paid by %(method)s.") % {"method": order.method}
    if order.invoice_number:
        yield _("Your invoice %(number)s is ready in your account.") % {"number": order.invoice_number}


def _next_renewals(view: MailView, locale: str) -> Iterator[str]:
    for renewal in view.renewals:
        facts = {
            "name": renewal.name,
            "day": formats.day(renewal.on, locale),
            "seats": words.seats(renewal.seats, locale),
            "term": words.term(renewal.months),
            "amount": formats.money(renewal.amount, locale),
        }
        if renewal.tax_included:
            yield _("%(name)s renews on %(day)s: %(seats)s for %(term)s, %(amount)s including tax.") % facts
        else:
            yield _("%(name)s renews on %(day)s: %(seats)s for %(term)s, %(amount)s before tax.") % facts


def _patience(view: MailView, order: MailOrder, locale: str) -> Iterator[str]:
    """How long the order waits, and what that means for a renewal."""
    if order.action == "renew":
        yield _("Your subscriptions go on for now. If the payment stays out, they will be suspended.")
    elif order.expires_at is not None:
        when = formats.moment(order.expires_at, view.zone, locale)
        yield _("The order keeps its place until %(when)s. Until it is paid, nothing is changed.") % {"when": when}


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
