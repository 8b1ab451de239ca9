"""Mails about a renewal that is not paid: what failed, what comes next, how to pay. Laid out by `ui.mail`."""

from collections.abc import Callable, Iterator

from babel.lists import format_list
from django.utils.translation import gettext as _

from tenor.ui import formats, words
from tenor.ui.mail_orders import order_of, order_rows
from tenor.ui.mail_view import Letter, MailDunning, MailView


def _charge_failed(view: MailView, locale: str) -> Letter:
    return _tried_again(view, locale, _("The payment for your renewal failed"))


def _charge_retry(view: MailView, locale: str) -> Letter:
    return _tried_again(view, locale, _("The payment for your renewal failed again"))


def _tried_again(view: MailView, locale: str, subject: str) -> Letter:
    told = _told(view)
    when = formats.day(told.retry_on, locale) if told.retry_on else ""
    return Letter(
        subject=subject,
        before=(
            *_what_failed(view, locale),
            _("We try again on %(day)s.") % {"day": when},
            *_access(told, locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        after=(_("You need not wait: pay now, with the same or with another payment method."), _otherwise()),
        link=_pay(view, locale),
    )


def _charge_moves(view: MailView, locale: str) -> Letter:
    told = _told(view)
    facts = {"instead": told.instead, "day": formats.day(told.retry_on, locale) if told.retry_on else ""}
    return Letter(
        subject=_("The payment for your renewal failed: %(instead)s will be charged") % facts,
        before=(
            *_what_failed(view, locale),
            _("On %(day)s we charge %(instead)s instead, your default payment method.") % facts,
            *_access(told, locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        after=(_("If you want to pay otherwise, pay before that day with the payment method of your choice."),),
        link=_pay(view, locale),
    )


def _charge_planned(view: MailView, locale: str) -> Letter:
    told, facts = _told(view), _facts(view, locale)
    facts["day"] = formats.day(told.retry_on, locale) if told.retry_on else ""
    return Letter(
        subject=_("Your renewal will be charged on %(day)s") % facts,
        before=(
            _("%(amount)s for %(names)s is still open. On %(day)s we charge it to %(method)s.") % facts,
            *_access(told, locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        after=(_("You need not wait: pay now, with the same or with another payment method."),),
        link=_pay(view, locale),
    )


def _method_still_needed(view: MailView, locale: str) -> Letter:
    told, facts = _told(view), _facts(view, locale)
    return Letter(
        subject=_("Your renewal is still not paid"),
        before=(
            _("%(amount)s for %(names)s is still open, and none of your payment methods can be charged for it.")
            % facts,
            _("Please pay with another payment method."),
            *_access(told, locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        link=_pay(view, locale),
    )


def _method_needed(view: MailView, locale: str) -> Letter:
    told = _told(view)
    return Letter(
        subject=_("Please pay for your renewal"),
        before=(
            *_what_failed(view, locale),
            _("There is no other automatic try. Please pay with another payment method."),
            *_access(told, locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        after=(_otherwise(),),
        link=_pay(view, locale),
    )


def _otherwise() -> str:
    """A renewal that is owed may be changed or declined until it is paid (rules 7)."""
    return _("You can also choose fewer seats or another term there, or end it.")


def _bank_check(view: MailView, locale: str) -> Letter:
    facts = _facts(view, locale)
    return Letter(
        subject=_("Your bank asks you to confirm a payment"),
        before=(
            _("Your bank wants you to confirm the payment of %(amount)s for %(names)s.") % facts,
            _("Nothing was charged yet. It takes a minute: we lead you to your bank, and back."),
            *_access(_told(view), locale),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        link=_("Confirm the payment"),
    )


def _suspended(view: MailView, locale: str) -> Letter:
    told, facts = _told(view), _facts(view, locale)
    ends = formats.day(told.ends_on, locale) if told.ends_on else ""
    return Letter(
        subject=_("Access is suspended: %(names)s") % facts,
        before=(
            _("The payment of %(amount)s is still open, so nobody can use it for now: %(names)s.") % facts,
            _("Pay, and access is back at once. Users and settings are kept."),
            *_dates(view, locale),
            *((_("If it is not paid by %(day)s, it ends for good.") % {"day": ends},) if ends else ()),
        ),
        rows=tuple(order_rows(order_of(view), locale)),
        link=_pay(view, locale),
    )


def _dates(view: MailView, locale: str) -> Iterator[str]:
    """What paying late does to the renewal dates (rules 7)."""
    anew = _told(view).starts_anew
    if not anew:
        yield _("The renewal date does not move.")
    elif set(anew) == set(view.names):
        yield _("Your new term begins on the day on which you pay.")
    else:
        facts = {"names": format_list(anew, locale=locale)}
        yield _("The new term of %(names)s begins on the day on which you pay. The other dates do not move.") % facts


def _canceled(view: MailView, locale: str) -> Letter:
    order, facts = order_of(view), _facts(view, locale)
    credited = _("Invoice %(invoice)s is credited.") % {"invoice": order.invoice_number}
    return Letter(
        subject=_("It has ended: %(names)s") % facts,
        before=(
            _("The renewal was not paid, so this has ended: %(names)s.") % facts,
            *((credited,) if order.invoice_number else ()),
            _("You owe nothing for it. You are welcome to buy it again at any time."),
        ),
        link=_("See the order"),
    )


def _pay(view: MailView, locale: str) -> str:
    return _("Pay %(amount)s") % _facts(view, locale)


def _what_failed(view: MailView, locale: str) -> Iterator[str]:
    told, facts = _told(view), _facts(view, locale)
    if told.method:
        yield _("%(amount)s for %(names)s could not be charged to %(method)s.") % facts
    else:
        yield _("%(amount)s for %(names)s could not be charged: there is no payment method for it.") % facts
    if told.decline:
        yield words.decline(told.decline)


def _access(told: MailDunning, locale: str) -> Iterator[str]:
    if told.access_until is not None:
        day = formats.day(told.access_until, locale)
        yield _("Access goes on until %(day)s. If nothing is paid by then, it is suspended.") % {"day": day}


def _facts(view: MailView, locale: str) -> dict[str, str]:
    order = order_of(view)
    names = view.names or tuple(dict.fromkeys(line.name for line in order.lines))
    return {
        "amount": formats.money(order.at_gateway, locale),
        "names": format_list(names, locale=locale),
        "method": _told(view).method,
    }


def _told(view: MailView) -> MailDunning:
    if view.dunning is None:
        raise ValueError("this kind of mail is about an unpaid renewal")
    return view.dunning


DUNNING: dict[str, Callable[[MailView, str], Letter]] = {
    "charge_failed": _charge_failed,
    "charge_retry": _charge_retry,
    "charge_moves": _charge_moves,
    "charge_planned": _charge_planned,
    "method_needed": _method_needed,
    "method_still_needed": _method_still_needed,
    "bank_check_needed": _bank_check,
    "subscription_suspended": _suspended,
    "subscription_canceled": _canceled,
}
"""Who writes each kind of mail about an unpaid renewal."""
