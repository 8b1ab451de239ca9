"""Mails before something happens: what renews or ends, new prices, methods that run out, debits. Laid out by `ui.mail`.

Each says what will happen, on which day and for how much, what changes, what comes of doing nothing, and what can be
done instead.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.domain.reminders import PriceChange, Reminder, ReminderKind, ReminderLine, ReminderMethod, ReminderPayment
from tenor.ui import formats, words
from tenor.ui.mail_view import Letter, Link, MailReminder, MailView, Row


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every sentence needs: the reminder, its names, the reader's locale."""

    about: MailReminder
    locale: str

    @property
    def reminder(self) -> Reminder:
        return self.about.reminder

    @property
    def on(self) -> str:
        return self.day(self.reminder.on)

    def day(self, value: date) -> str:
        return formats.day(value, self.locale)

    def money(self, value: Money) -> str:
        return formats.money(value, self.locale)

    def name(self, line: ReminderLine) -> str:
        return self.about.names.item(line.product, line.plan)

    def named(self, text: str, line: ReminderLine) -> str:
        """With what tells the subscription from others of its name, its number at least."""
        reference = self.about.references.get(line.subscription_id, line.number)
        return " · ".join(part for part in (reference, text) if part)

    def link(self, does: str, label: str) -> Iterator[Link]:
        if url := self.about.urls.get(does):
            yield Link(label, url)

    @property
    def the_one(self) -> str:
        """The name of the subscription, where there is one only."""
        named = {line.subscription_id: line for line in self.reminder.lines if line.months}
        return self.name(next(iter(named.values()))) if len(named) == 1 else ""


PRICES = frozenset({"price_rise", "price_cut", "price_changed", "special_price", "special_price_kept"})
"""Differences that a mail about a new price says in its own words."""


def _renewal(frame: _Frame) -> Letter:
    name, payments = frame.the_one, frame.reminder.payments
    facts = {"name": name, "day": frame.on}
    concerns = tuple(_concerns(frame, payments))
    calm = () if concerns else (_("You don't need to do anything."),)
    return Letter(
        subject=_("%(name)s renews on %(day)s") % facts if name else _("Your subscriptions renew on %(day)s") % facts,
        before=(*_charges(frame), *concerns, *calm),
        rows=tuple(_rows(frame)),
        after=(*_changes(frame), _until(frame)),
        link=_("See the renewal"),
        links=tuple(_ways(frame)),
    )


def _ends(frame: _Frame) -> Letter:
    name, facts = frame.the_one, {"name": frame.the_one, "day": frame.on}
    subject = _("Access to %(name)s ends on %(day)s") if name else _("Access to your subscriptions ends on %(day)s")
    return Letter(
        subject=subject % facts,
        before=(
            _("Automatic renewal is off. Nothing will be charged, and access ends on %(day)s.") % facts,
            _("If that is what you want, you don't need to do anything."),
        ),
        rows=tuple(_ending(frame)),
        after=(_("To keep it, turn automatic renewal on before %(day)s. Nothing is charged until then.") % facts,),
        link=_("Turn automatic renewal on"),
    )


def _price(frame: _Frame) -> Letter:
    changed = [line for line in frame.reminder.lines if line.price_change is not None]
    asked = any(line.price_change and line.price_change.is_confirmed for line in changed)
    facts = {"name": frame.the_one, "day": frame.on}
    if asked:
        subject = _("The price has changed: keep your change, or choose again?")
    elif facts["name"]:
        subject = _("%(name)s has a new price from %(day)s") % facts
    else:
        subject = _("New prices for your subscriptions from %(day)s") % facts
    nothing = (
        _("If you do nothing, it renews on %(day)s at the new price.")
        if facts["name"]
        else _("If you do nothing, they renew on %(day)s at the new price.")
    )
    return Letter(
        subject=subject,
        before=(
            *_news(frame, changed),
            *_replaced(frame, frame.reminder.payments),
            *_concerns(frame, frame.reminder.payments),
            nothing % facts,
        ),
        rows=tuple(_rows(frame)),
        after=(*_early(frame, changed), *_changes(frame), _until(frame)),
        link=_("See the renewal"),
        links=(*frame.link("early", _("Renew early")), *_ways(frame)),
    )


def _method(frame: _Frame) -> Letter:
    method = frame.reminder.method
    assert method is not None, "it is about a payment method"
    facts = {"method": method.label, "day": frame.on}
    is_card = method.kind is MethodKind.CARD
    if is_card:
        subject, opening = _("%(method)s expires on %(day)s"), _("%(method)s can be charged until %(day)s only.")
    else:
        subject = _("Your mandate for %(method)s ends on %(day)s")
        opening = _("A mandate ends when nothing was collected by it for 36 months: %(method)s, on %(day)s.")
    return Letter(
        subject=subject % facts,
        before=(opening % facts, _("It is to pay for these renewals, which come later:")),
        rows=tuple(_to_pay(frame)),
        after=(
            _("Enter the card's new date, or choose another payment method, and nothing is interrupted.")
            if is_card
            else _("Add the bank account again, or choose another payment method, and nothing is interrupted."),
            *_if_nothing_is_done(frame),
        ),
        link=_("Update the card") if is_card else _("See the payment methods"),
        links=tuple(frame.link("method", _("Choose another payment method"))) if is_card else (),
    )


def _debit(frame: _Frame) -> Letter:
    (payment,), method = frame.reminder.payments, frame.reminder.method
    assert method is not None
    assert payment.total is not None
    facts = {"amount": frame.money(payment.total), "day": frame.on, "method": method.label}
    told = (
        Row(_("Amount"), facts["amount"]),
        Row(_("Day of the debit"), facts["day"]),
        Row(_("Bank account"), method.label),
        Row(_("Mandate"), method.mandate),
        Row(_("Creditor"), frame.about.creditor, frame.about.creditor_id),
    )
    return Letter(
        subject=_("%(amount)s will be debited on %(day)s") % facts,
        before=(
            _("On %(day)s, %(amount)s will be collected from %(method)s by direct debit.") % facts,
            _("Please see to it that the account covers it by then. You don't need to do anything else."),
        ),
        rows=(*(row for row in told if row.amount), Row(_("What it pays for"), "", is_heading=True), *_rows(frame)),
        after=(*_replaced(frame, (payment,)), *_changes(frame), _until(frame)),
        link=_("See the renewal"),
        links=tuple(_ways(frame)),
        notes=(_("This mail is the advance notice of the direct debit."),),
    )


_LETTERS: dict[ReminderKind, Callable[[_Frame], Letter]] = {
    ReminderKind.RENEWAL: _renewal,
    ReminderKind.ENDS: _ends,
    ReminderKind.PRICE: _price,
    ReminderKind.METHOD: _method,
    ReminderKind.DEBIT: _debit,
}


def _write(view: MailView, locale: str) -> Letter:
    if view.reminder is None:
        raise ValueError("this kind of mail is a reminder")
    return _LETTERS[view.reminder.reminder.kind](_Frame(view.reminder, locale))


REMINDERS: dict[str, Callable[[MailView, str], Letter]] = {str(kind): _write for kind in _LETTERS}
"""Who writes each kind of reminder."""


# --- sentences ----------------------------------------------------------------------------------------------------


def _charges(frame: _Frame) -> Iterator[str]:
    """What is charged, by what, and until when that pays."""
    payments = frame.reminder.payments
    for payment in payments:
        ends = {line.ends_on for line in payment.lines if line.months}
        facts = {"day": frame.on, "method": payment.method.label if payment.method else ""}
        facts["amount"] = frame.money(payment.total) if payment.total is not None else ""
        facts["end"] = frame.day(ends.pop()) if len(ends) == 1 else ""
        if payment.total is None:
            told = _(
                "It renews on %(day)s. The amount is too small to be charged on its own: your next invoice has it."
            )
            yield told % facts
        elif payment.from_balance and not payment.total:
            yield _("It renews on %(day)s, and your balance pays all of it: nothing is charged.") % facts
        elif not payment.method:
            yield _("%(amount)s is due on %(day)s, and there is no payment method to charge.") % facts
        elif facts["end"]:
            yield _("On %(day)s, %(amount)s will be charged to %(method)s. That pays until %(end)s.") % facts
        else:
            yield _("On %(day)s, %(amount)s will be charged to %(method)s.") % facts
    yield from _replaced(frame, payments)


def _replaced(frame: _Frame, payments: Iterable[ReminderPayment]) -> Iterator[str]:
    """That another method pays than the one that was chosen, before it does."""
    for payment in payments:
        for before in payment.instead_of if payment.method else ():
            yield words.pays_instead(
                before.label, payment.method.label if payment.method else "", frame.reminder.on, frame.locale
            )


def _if_nothing_is_done(frame: _Frame) -> Iterator[str]:
    """What is charged after the last day of a method, where something else can be."""
    if instead := frame.reminder.instead:
        yield _("If you do nothing, %(method)s is charged in its place.") % {"method": instead.label}


def _concerns(frame: _Frame, payments: Iterable[ReminderPayment]) -> Iterator[str]:
    """Why the payment won't come through as it stands, and what to do."""
    found = [reason for payment in payments for reason in payment.concerns]
    yield from dict.fromkeys(words.reason(reason, frame.locale, frame.about.names) for reason in found)
    if found:
        told = _(
            "Please choose another payment method before %(day)s. Otherwise the payment fails, and access may end."
        )
        yield told % {"day": frame.on}


def _changes(frame: _Frame) -> Iterator[str]:
    """What is otherwise than in the term before; of several subscriptions it stands in the table, at each."""
    if frame.the_one:
        for line in frame.reminder.lines:
            yield from _of_line(frame, line)


def _of_line(frame: _Frame, line: ReminderLine) -> Iterator[str]:
    """What changes of one; a new price that the mail is about is said by itself."""
    said = PRICES if frame.reminder.kind is ReminderKind.PRICE else frozenset[str]()
    for found in line.differences:
        if found.code not in said:
            yield words.difference(found, frame.locale, frame.about.names)


def _until(frame: _Frame) -> str:
    last = frame.day(frame.reminder.on - timedelta(days=1))
    return _("You can change this, or turn automatic renewal off, up to and including %(day)s.") % {"day": last}


def _news(frame: _Frame, changed: Iterable[ReminderLine]) -> Iterator[str]:
    """Each new price once, however many subscriptions it concerns."""
    told = {(frame.name(line), line.months, line.price_change) for line in changed}
    for name, months, change in sorted(told, key=lambda one: (one[0], one[1])):
        assert change is not None
        yield _one_price(frame, name, months, change)


def _one_price(frame: _Frame, name: str, months: int, change: PriceChange) -> str:
    facts = {
        "name": name,
        "term": words.term(months),
        "before": frame.money(change.before),
        "after": frame.money(change.after),
        "day": frame.on,
        "announced": frame.day(change.announced_on) if change.announced_on else "",
    }
    if change.is_confirmed:
        return (
            _(
                "For your renewal on %(day)s you chose %(name)s for %(term)s at %(before)s a seat. The price is now"
                " %(after)s a seat. Do you want to keep your choice, or change it?"
            )
            % facts
        )
    told = _("From your renewal on %(day)s, a seat of %(name)s costs %(after)s for %(term)s instead of %(before)s.")
    since = _("It was announced on %(announced)s.")
    return f"{told} {since}" % facts if change.announced_on else told % facts


def _early(frame: _Frame, changed: Iterable[ReminderLine]) -> Iterator[str]:
    """That renewing now still costs less."""
    prices = [(frame.name(line), line.price_change) for line in changed]
    for name, early in dict.fromkeys((name, change.early) for name, change in prices if change):
        if early is None:
            continue
        facts = {"name": name, "price": frame.money(early)}
        yield _("If you renew %(name)s today, the next term still costs %(price)s a seat.") % facts


def _ways(frame: _Frame) -> Iterator[Link]:
    """What else can be done, one click each."""
    yield from frame.link("term", _("Change the term"))
    yield from frame.link("seats", _("Renew fewer seats"))
    yield from frame.link("method", _("Choose another payment method"))
    yield from frame.link("off", _("Turn automatic renewal off"))


# --- rows ---------------------------------------------------------------------------------------------------------


def _rows(frame: _Frame) -> Iterator[Row]:
    payments = frame.reminder.payments
    for payment in payments:
        if len(payments) > 1:
            yield Row(_paid_by(payment.method), "", is_heading=True)
        yield from _of_payment(frame, payment)


def _paid_by(method: ReminderMethod | None) -> str:
    return _("Charged to %(method)s") % {"method": method.label} if method else _("Without a payment method")


def _of_payment(frame: _Frame, payment: ReminderPayment) -> Iterator[Row]:
    total = payment.total
    for line in payment.lines:
        assert line.amount is not None
        notes = () if frame.the_one else tuple(_of_line(frame, line))
        yield Row(frame.name(line), frame.money(line.amount), frame.named(_span(frame, line), line), notes)
    own = payment.from_balance.minor if payment.from_balance else 0
    whole = None if total is None else Money(total.minor + own, total.currency)
    included = whole is not None and sum(line.amount.minor for line in payment.lines if line.amount) == whole.minor
    label = words.tax_label(payment.tax, frame.locale)
    if included and payment.tax_total:
        label = _("of which %(tax)s") % {"tax": label}
    yield Row(label, frame.money(payment.tax_total))
    if whole is not None:
        yield Row(_("Total"), frame.money(whole), is_total=True)
    if total is not None and payment.from_balance:
        yield Row(_("From your balance"), frame.money(-payment.from_balance))
        yield Row(_("To be charged"), frame.money(total), is_total=True)


def _span(frame: _Frame, line: ReminderLine) -> str:
    facts = {
        "seats": words.seats(line.seats, frame.locale),
        "term": words.term(line.months) if line.months else "",
        "start": frame.day(line.starts_on),
        "end": frame.day(line.ends_on),
    }
    if not line.months:
        return _("%(seats)s, %(start)s to %(end)s") % facts
    return _("%(seats)s for %(term)s, until %(end)s") % facts


def _ending(frame: _Frame) -> Iterator[Row]:
    for line in frame.reminder.ends:
        facts = {"seats": words.seats(line.seats, frame.locale), "day": frame.day(line.ends_on)}
        yield Row(frame.name(line), facts["day"], frame.named(facts["seats"], line))


def _to_pay(frame: _Frame) -> Iterator[Row]:
    for line in frame.reminder.ends:
        seats = words.seats(line.seats, frame.locale)
        yield Row(frame.name(line), frame.day(line.ends_on), frame.named(seats, line))
