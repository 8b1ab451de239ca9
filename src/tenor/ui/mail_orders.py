"""Mails about orders: receipts, what an order waits for, how it ended, what was given back. Laid out by `ui.mail`."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from tenor.domain.tax import NOT_KNOWN, totals
from tenor.ui import formats, words
from tenor.ui.mail_view import Letter, MailOrder, MailRenewal, MailView, Row
from tenor.ui.words import TaxWords


def _fulfilled(view: MailView, locale: str) -> Letter:
    order = order_of(view)
    is_renewal = order.action in ("renew", "renew_late")
    match order.action:
        case "renew" | "renew_late":
            opening = _renewed(order, locale)
        case "renew_early":
            opening = _("Thank you. The next term is paid: it begins on its renewal date, and nothing is charged then.")
        case _:
            opening = _("Thank you for your order. It is completed.")
    subject = _("Receipt for your renewal, order %(number)s") if is_renewal else _("Receipt for order %(number)s")
    return Letter(
        subject=subject % {"number": order.number},
        before=(opening,),
        rows=tuple(order_rows(order, locale)),
        after=(*_how_paid(order), *next_renewals(view, locale)),
        link=_("See the order"),
    )


def _renewed(order: MailOrder, locale: str) -> str:
    """That it is renewed, and until when: the one day, where all that was renewed ends on the same."""
    names, ends = {line.name for line in order.lines}, {line.ends_on for line in order.lines}
    if len(ends) != 1:
        return _("Thank you. Your subscriptions are renewed.")
    day = formats.day(ends.pop(), locale)
    if len(names) == 1:
        return _("Thank you. %(name)s is renewed until %(day)s.") % {"name": names.pop(), "day": day}
    return _("Thank you. Your subscriptions are renewed until %(day)s.") % {"day": day}


def _waiting(view: MailView, locale: str) -> Letter:
    order = order_of(view)
    title = words.waiting_title(order.waiting_for)
    is_under_way = order.waiting_for in ("direct_debit", "gateway_answer", "provider_away")
    reason = (words.decline(order.decline),) if order.waiting_for == "declined" and order.decline else ()
    return Letter(
        subject=_("Order %(number)s: %(title)s") % {"number": order.number, "title": _lower(title)},
        before=(f"{title}.", *reason, _awaited(order, locale)),
        rows=tuple(order_rows(order, locale)),
        after=() if is_under_way else tuple(_patience(view, order, locale)),
        link=_("See the order") if is_under_way else _("Go on with the order"),
    )


def _awaited(order: MailOrder, locale: str) -> str:
    """What that means; of a debit, about when its money arrives."""
    if order.arrives_on is None or order.waiting_for != "direct_debit":
        return words.waiting_for(order.waiting_for)
    return words.debit_arrival(order.arrives_on, locale, takes_effect=not order.is_done)


def _failed(view: MailView, locale: str) -> Letter:
    subject = _("Order %(number)s ended without payment")
    return _closed(view, locale, subject, _("The payment did not come through, so the order has ended."))


def _canceled(view: MailView, locale: str) -> Letter:
    return _closed(view, locale, _("Order %(number)s is canceled"), _("The order was canceled."))


def _expired(view: MailView, locale: str) -> Letter:
    return _closed(view, locale, _("Order %(number)s has expired"), _("The order was not paid in time."))


def _closed(view: MailView, locale: str, subject: str, opening: str) -> Letter:
    order = order_of(view)
    return Letter(
        subject=subject % {"number": order.number},
        before=(opening, _("Nothing was changed, and you owe nothing for it.")),
        rows=tuple(order_rows(order, locale)),
        link=_("See the order"),
    )


def _reversed(view: MailView, locale: str) -> Letter:
    order = order_of(view)
    facts = {"amount": formats.money(order.at_gateway, locale), "invoice": order.invoice_number, "number": order.number}
    return Letter(
        subject=_("The payment of order %(number)s was taken back") % facts,
        before=(
            _("The bank took back the payment of %(amount)s.") % facts,
            _("Invoice %(invoice)s is therefore still to be paid.") % facts,
        ),
        rows=tuple(order_rows(order, locale)),
        link=_("See the order"),
    )


def _paid_out_twice(view: MailView, locale: str) -> Letter:
    order = order_of(view)
    facts = {"amount": formats.money(order.total, locale), "invoice": order.invoice_number, "number": order.number}
    return Letter(
        subject=_("The payment of order %(number)s came back to you twice") % facts,
        before=(
            _("We gave the payment of %(amount)s back to you. After that your bank took it back as well.") % facts,
            _("So you have received it twice. Nothing is charged for it automatically."),
            _("Please contact support, so that the second payment can come back to us."),
        ),
        rows=tuple(order_rows(order, locale)),
        link=_("See the order"),
    )


def _returned(view: MailView, locale: str) -> Letter:
    order = order_of(view)
    facts = {"number": order.number, "amount": formats.money(-order.at_gateway, locale), "method": order.method}
    refund = [_("%(amount)s goes back to %(method)s.") % facts] if order.at_gateway and order.method else []
    if order.to_balance:
        refund.append(_("%(amount)s went back to your balance.") % {"amount": formats.money(order.to_balance, locale)})
    subject = _("A part of order %(number)s is returned") if order.is_part else _("Order %(number)s is returned")
    told = _("The order is returned, and what it changed is undone.")
    if order.is_part:
        told = _("That part of the order is returned, and what it changed is undone.")
    return Letter(
        subject=subject % facts,
        before=(told, *refund),
        rows=tuple(order_rows(order, locale)) if order.lines else (),
        after=tuple(next_renewals(view, locale)),
        link=_("See the order"),
    )


ORDERS: dict[str, Callable[[MailView, str], Letter]] = {
    "order_fulfilled": _fulfilled,
    "order_waiting": _waiting,
    "order_failed": _failed,
    "order_canceled": _canceled,
    "order_expired": _expired,
    "payment_reversed": _reversed,
    "paid_out_twice": _paid_out_twice,
    "return_order": _returned,
}
"""Who writes each kind of mail about an order."""


def order_of(view: MailView) -> MailOrder:
    if view.order is None:
        raise ValueError("this kind of mail is about an order")
    return view.order


def order_rows(order: MailOrder, locale: str) -> Iterator[Row]:
    for line in order.lines:
        facts = {
            "seats": words.seats(line.seats, locale),
            "start": formats.day(line.starts_on, locale),
            "end": formats.day(line.ends_on, locale),
        }
        detail = _("%(seats)s, %(start)s to %(end)s") % facts
        if order.has_several_taxes and line.tax is not None:
            detail = _("%(line)s, %(tax)s") % {"line": detail, "tax": words.line_tax(line.tax, locale)}
        yield Row(line.name, formats.money(line.amount, locale), " · ".join(filter(None, (line.reference, detail))))
    yield from _tax_rows(order, locale)
    yield Row(_("Total"), formats.money(order.total, locale), is_total=True)
    if order.from_balance:
        yield Row(_("From your balance"), formats.money(-order.from_balance, locale))
    if order.to_balance:
        yield Row(_("To your balance"), formats.money(order.to_balance, locale))


def _tax_rows(order: MailOrder, locale: str) -> Iterator[Row]:
    if order.has_several_taxes:
        for decision, tax in order.taxes:
            yield Row(words.tax_label(decision, locale), formats.money(tax, locale))
        return
    label = words.tax_label(order.tax, locale)
    if order.tax_included and order.tax_total:
        label = _("of which %(tax)s") % {"tax": label}
    yield Row(label, formats.money(order.tax_total, locale))


def _how_paid(order: MailOrder) -> Iterator[str]:
    if order.carried:
        yield words.collection("carried")
    elif order.from_balance and not order.at_gateway:
        yield _("Your balance paid all of it.")
    elif order.method and order.total:
        yield _("Paid by %(method)s.") % {"method": order.method}
    if order.invoice_number:
        yield _("Invoice number: %(number)s.") % {"number": order.invoice_number}


def next_renewals(view: MailView, locale: str) -> Iterator[str]:
    for renewal in view.renewals:
        facts = {
            "name": renewal.name,
            "day": formats.day(renewal.on, locale),
            "seats": words.seats(renewal.seats, locale),
            "term": words.term(renewal.months),
            "amount": _charged(renewal, locale),
        }
        yield _("%(name)s renews on %(day)s: %(seats)s for %(term)s, %(amount)s.") % facts


def _charged(renewal: MailRenewal, locale: str) -> str:
    """What the renewal is charged; as priced, where its tax is not known."""
    tax = TaxWords.of(renewal.tax)
    if renewal.tax.rule == NOT_KNOWN:
        return tax.beside(formats.money(renewal.amount, locale), included=renewal.tax_included)
    charged = totals([renewal.amount], renewal.tax, renewal.tax_included).total
    return tax.beside(formats.money(charged, locale), included=True)


def _patience(view: MailView, order: MailOrder, locale: str) -> Iterator[str]:
    """How long the order waits, and what that means for a renewal."""
    if order.action == "renew":
        yield _("Your subscriptions go on for now. If the payment stays out, they will be suspended.")
    elif order.expires_at is not None:
        when = formats.moment(order.expires_at, view.zone, locale)
        yield _("The order keeps its place until %(when)s. Until it is paid, nothing is changed.") % {"when": when}


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
