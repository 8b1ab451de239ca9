"""Mails to customers: what is known of an order or a change, worded in the reader's language as text and HTML."""

from collections.abc import Callable

from babel.lists import format_list
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tenor.ui import formats, mail_changes, mail_methods, mail_people, words
from tenor.ui.brand import brand
from tenor.ui.mail_dunning import DUNNING
from tenor.ui.mail_orders import ORDERS, next_renewals
from tenor.ui.mail_reminders import REMINDERS
from tenor.ui.mail_view import Letter, MailView, Rendered


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
            "unsubscribe": view.unsubscribe,
            "optional": _("You may do without this kind of reminder."),
            "stop": _("Stop optional reminders"),
            "language": language,
            "brand": brand(),
        }
        text = render_to_string("mail/letter.txt", context)
        html = render_to_string("mail/letter.html", context)
        return Rendered(letter.subject, text.strip() + "\n", html, view.unsubscribe)


def _scheduled(sentence: Promise) -> Callable[[MailView, str], Letter]:
    """A mail about one entry of the list "at your next renewal"."""

    def write(view: MailView, locale: str) -> Letter:
        undo = _("Until the renewal you can undo or change this as often as you like.")
        return Letter(
            subject=_("Your next renewal has changed"),
            before=(str(sentence),),
            after=(*words.owed(view.owed, locale), *next_renewals(view, locale), undo),
            link=_("See or undo the change"),
        )

    return write


def _set_auto_renew(view: MailView, locale: str) -> Letter:
    if not view.ends:
        opening, after = _("It renews automatically again. Nothing is charged now."), tuple(next_renewals(view, locale))
        return Letter(_("Automatic renewal is on"), (opening,), link=_("See the subscription"), after=after)
    told = tuple(mail_changes.ending(view.ends, view.refund, locale))
    still = words.owed(view.owed, locale)
    return Letter(_("Automatic renewal is off"), (*told, *still), link=_("See the subscription"))


def _decline_owed(view: MailView, locale: str) -> Letter:
    names = format_list([end.name for end in view.ends], locale=locale)
    return Letter(
        subject=_("It has ended: %(names)s") % {"names": names},
        before=(*mail_changes.ending(view.ends, None, locale), *words.owed(view.owed, locale)),
        link=_("See the subscription"),
    )


def _undo_scheduled(view: MailView, locale: str) -> Letter:
    return Letter(
        subject=_("Your next renewal has changed"),
        before=(_("A scheduled change was taken back. Nothing is charged now."),),
        after=(*words.owed(view.owed, locale), *next_renewals(view, locale)),
        link=_("See the subscription"),
    )


def _set_payment_method(view: MailView, locale: str) -> Letter:
    facts = {"method": view.method, "names": format_list(view.names, locale=locale)}
    return Letter(
        subject=_("Your payment method has changed"),
        before=(_("%(method)s pays from now on for: %(names)s.") % facts, _("The change itself costs nothing.")),
        after=(*words.owed(view.owed, locale), *next_renewals(view, locale)),
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
        after=tuple(next_renewals(view, locale)),
        link=_("See the upcoming payments"),
    )


def _method_invalid(view: MailView, locale: str) -> Letter:
    facts = {"method": view.method, "names": format_list(view.names, locale=locale)}
    reason = (words.decline(view.because),) if view.because else ()
    paid = (_("It was to pay for: %(names)s.") % facts,) if view.names else ()
    pays = _("%(instead)s is charged instead from now on. If that is not what you want, choose another payment method.")
    asked = _("Nothing is lost yet: choose or add another payment method.")
    return Letter(
        subject=_("%(method)s is no longer accepted") % facts,
        before=(
            _("The bank no longer accepts payments by %(method)s.") % facts,
            *reason,
            *paid,
            pays % {"instead": view.instead} if view.instead else asked,
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
    **ORDERS,
    **REMINDERS,
    **DUNNING,
    **{kind: _about_people(kind) for kind in mail_people.KINDS},
    **{kind: _scheduled(sentence) for kind, sentence in mail_changes.SCHEDULED.items()},
    "set_auto_renew": _set_auto_renew,
    "decline_owed": _decline_owed,
    "undo_scheduled": _undo_scheduled,
    "set_payment_method": _set_payment_method,
    "align_dates": _align_dates,
    "method_invalid": _method_invalid,
    **{kind: _about_method(*told) for kind, told in mail_methods.METHODS.items()},
}
KINDS = frozenset(_KINDS)
"""Every kind of mail that can be rendered."""
