"""Orders, payments and history in words: actions, what is waited for, why a payment failed, what happened."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenor.domain.account import ChangeKind
from tenor.domain.effects import (
    BillCarried,
    CloseSubscription,
    DeclineTerm,
    DropCarried,
    Effect,
    EndTerm,
    MoveRenewal,
    OpenSubscription,
    Schedule,
    SetMethod,
    SetPlan,
    SetSeats,
    StartTerm,
    WithdrawInvoice,
)
from tenor.domain.explanation import Facts
from tenor.ui import formats
from tenor.ui.words.values import NO_NAMES, Names, Words, fill

ACTIONS: dict[str, Promise] = {
    "seats_add": _("Add seats"),
    "seats_reduce": _("Reduce seats"),
    "change_term": _("Change term"),
    "change_plan": _("Change plan"),
    "align": _("Align payment dates"),
    "renew_early": _("Renew early"),
    "renew_late": _("Renew"),
    "auto_renew_off": _("Turn off automatic renewal"),
    "auto_renew_on": _("Turn on automatic renewal"),
    "method": _("Change payment method"),
    "return_order": _("Return order"),
    "buy_again": _("Buy again"),
    "undo_scheduled": _("Undo"),
    "change_owed": _("Change what is owed"),
    "decline_owed": _("End it, and owe nothing"),
}

ORDER_ACTIONS: dict[str, Promise] = {
    "add_seats": pgettext_lazy("what an order is for", "Seats added"),
    "reduce_seats": pgettext_lazy("what an order is for", "Fewer seats at renewal"),
    "change_term": pgettext_lazy("what an order is for", "Change of term"),
    "change_plan": pgettext_lazy("what an order is for", "Change of plan"),
    "align_dates": pgettext_lazy("what an order is for", "Payment dates aligned"),
    "renew_early": pgettext_lazy("what an order is for", "Early renewal"),
    "renew_late": pgettext_lazy("what an order is for", "Late renewal"),
    "buy_again": pgettext_lazy("what an order is for", "Bought again"),
    "set_auto_renew": pgettext_lazy("what an order is for", "Automatic renewal changed"),
    "return_order": pgettext_lazy("what an order is for", "Order returned"),
    "undo_scheduled": pgettext_lazy("what an order is for", "Scheduled change taken back"),
    "set_payment_method": pgettext_lazy("what an order is for", "Change of payment method"),
    "change_owed": pgettext_lazy("what an order is for", "Renewal changed while it was owed"),
    "decline_owed": pgettext_lazy("what an order is for", "Renewal declined"),
    "renew": pgettext_lazy("what an order is for", "Renewal"),
    "bill_missed": pgettext_lazy("what an order is for", "A term that is over"),
    "buy": pgettext_lazy("what an order is for", "New subscription"),
}

WAITING: dict[str, tuple[Promise, Promise]] = {
    "bank_check": (
        _("Your bank asks you to confirm the payment"),
        _("Nothing is charged until you have confirmed it with your bank."),
    ),
    "gateway_answer": (
        _("We are waiting for the payment provider's answer"),
        _("We ask again automatically: nothing is charged twice."),
    ),
    "provider_away": (
        _("The payment provider can't be reached at the moment"),
        _("We try again automatically: nothing is charged twice."),
    ),
    "direct_debit": (
        _("The direct debit is under way"),
        _("This takes a few bank days. We write to you when the money has arrived."),
    ),
    "declined": (
        _("The payment was declined"),
        _("Nothing was charged. Try again, or choose another payment method."),
    ),
    "abandoned": (
        _("The payment was not completed"),
        _("Nothing was charged. You can go on with it where you left off."),
    ),
    "no_payment_method": (
        _("There is no payment method to charge"),
        _("Add a payment method, and then pay the order."),
    ),
}

DECLINES: dict[str, Promise] = {
    "generic_decline": _("The bank declined the payment without giving a reason."),
    "insufficient_funds": _("There was not enough money on the account."),
    "expired_card": _("The card has expired."),
    "stolen_card": _("The bank does not allow payments with this card. Use another one."),
    "authentication_refused": _("The payment was not confirmed with the bank."),
    "account_closed": _("The bank account is closed."),
    "gone_at_gateway": _("The payment provider does not keep it any more."),
}

COLLECTIONS: dict[str, Promise] = {
    "gateway": _("Charged when you submit the order."),
    "carried": _("Too small to be charged on its own: it comes with your next invoice."),
    "none": _("Nothing is charged now."),
    "refund": _("This goes back to the payment method that paid it."),
    "balance": _("Your balance pays all of it: no payment method is charged."),
    "credit": _("What is left over goes to your balance. The next invoices take from it first."),
}

MOVEMENTS: dict[str, Promise] = {
    "credit": _("Credit from a change of plan"),
    "used": _("Paid from your balance"),
    "released": _("Back from an order that ended without payment"),
    "returned": _("Credit note"),
    "paid_out": _("Sent back"),
    "not_paid_out": _("Could not be sent back"),
}

EVENTS: dict[str, Promise] = {
    "order_placed": _("Order placed"),
    "renewal_replaced": _("Renewal invoiced again"),
    "order_resumed": _("Payment of the order resumed"),
    "order_closed": _("Order closed"),
    "order_fulfilled": _("Order completed"),
    "order_failed": _("Order ended without payment"),
    "order_canceled": _("Order canceled"),
    "order_expired": _("Order expired without payment"),
    "payment_succeeded": _("Payment received"),
    "payment_requires_action": _("Payment waits for confirmation with the bank"),
    "payment_processing": _("Direct debit started"),
    "payment_reversed": _("Payment taken back by the bank"),
    "missed_term_forgiven": _("A term that is over was forgiven"),
    "missed_term_billed": _("A term that is over was billed"),
    "payment_failed": _("Payment declined"),
    "payment_canceled": _("Payment called off"),
    "payment_retried": _("Payment tried again"),
    "backup_tried": _("Backup payment method tried"),
    "try_planned": _("Day of the next try set"),
    "money_refunded": _("Money refunded"),
    "balance_paid_out": _("Balance sent back"),
    "balance_not_paid_out": _("Balance could not be sent back"),
    "subscription_active": _("Subscription active again"),
    "subscription_past_due": _("Payment overdue"),
    "subscription_suspended": _("Subscription suspended"),
    "subscription_expired": _("Subscription expired"),
    "subscription_canceled": _("Subscription ended"),
    "reminded": _("Reminder sent"),
    "add_seats": _("Seats added"),
    "change_term": _("Change of term scheduled"),
    "undo_scheduled": _("Scheduled change taken back"),
    "set_payment_method": _("Payment method changed"),
    "method_setup": _("Payment method begun to be added"),
    "reduce_seats": _("Fewer seats scheduled for the next renewal"),
    "change_plan": _("Plan changed, or scheduled to change"),
    "align_dates": _("Payment dates aligned"),
    "renew_early": _("Renewed early"),
    "renew_late": _("Renewed late"),
    "buy_again": _("Bought again"),
    "set_auto_renew": _("Automatic renewal changed"),
    "return_order": _("Order returned"),
    "change_owed": _("Changed what was owed"),
    "decline_owed": _("Declined the renewal that was owed"),
    "term_begun": _("The term that was paid ahead began"),
    "method_added": _("Payment method added"),
    "method_updated": _("Payment method edited"),
    "method_invalid": _("Payment method no longer accepted"),
    "method_removed": _("Payment method removed"),
    "default_method": _("Default payment method changed"),
    "backup_method": _("Backup payment method changed"),
    "person_invited": _("Colleague invited"),
    "invitation_sent_again": _("Invitation sent again"),
    "invitation_revoked": _("Invitation withdrawn"),
    "invitation_accepted": _("Invitation accepted"),
    "role_changed": _("Role changed"),
    "person_removed": _("Person removed"),
    "seat_assigned": _("Seat assigned"),
    "seat_released": _("Seat taken back"),
    "leavers_chosen": _("Chosen who loses their seat at the renewal"),
    "handover_offered": _("Buyer's role offered"),
    "handover_withdrawn": _("Offer of the buyer's role withdrawn"),
    "handover_declined": _("Buyer's role declined"),
    "handover_accepted": _("Buyer's role handed over"),
    "support_asked": _("Support asked for help"),
    "account_opened": _("Account opened"),
    "subscription_imported": _("Subscription taken over from an older system"),
    "subscription_labeled": _("Label or cost center changed"),
}

_SCHEDULED: dict[ChangeKind, Promise] = {
    ChangeKind.TERM: _("Renews for %(months)s from %(on)s"),
    ChangeKind.PLAN: _("Renewed with plan %(plan)s from %(on)s"),
    ChangeKind.SEATS: _("Renewed with %(seats)s from %(on)s"),
    ChangeKind.METHOD: _("Another payment method from %(on)s"),
    ChangeKind.AUTO_RENEW: _("Automatic renewal on from %(on)s"),
}
_PREPARED = _("Prepared for one payment date")
_RENEWAL_OFF = _("Ends on %(on)s: automatic renewal off")
_MOVED = _("Renewal date: from %(from)s to %(to)s")
_FIXED = _("Renewal date: %(to)s, and the same day of the month from then on")
_TAKEN_BACK: dict[ChangeKind, Promise] = {
    ChangeKind.TERM: _("The scheduled change of term is taken back"),
    ChangeKind.PLAN: _("The scheduled change of plan is taken back"),
    ChangeKind.SEATS: _("The scheduled reduction of seats is taken back"),
    ChangeKind.METHOD: _("The scheduled change of payment method is taken back"),
    ChangeKind.AUTO_RENEW: _("The scheduled change of automatic renewal is taken back"),
}


def action(code: str) -> str:
    """What a customer may want to do (rules 8), as the text of a button. Raises KeyError for an unknown action."""
    return str(ACTIONS[str(code)])


def order_action(code: str) -> str:
    """What an order is for, as its title (`Quote.action`). Raises KeyError for an unknown action."""
    return str(ORDER_ACTIONS[code])


def waiting_title(code: str) -> str:
    """What an order waits for (`Order.waiting_for`), as a heading. Raises KeyError for an unknown code."""
    return str(WAITING[code][0])


def waiting_for(code: str) -> str:
    """What that means for the customer, as a sentence or two. Raises KeyError for an unknown code."""
    return str(WAITING[code][1])


def decline(code: str) -> str:
    """Why a payment was declined. Gateways have codes that we don't know: those decline without a reason."""
    return str(DECLINES.get(code, DECLINES["generic_decline"]))


def collection(code: str) -> str:
    """How the total of a quote is collected (`Quote.collection`). Raises KeyError for an unknown code."""
    return str(COLLECTIONS[str(code)])


def movement(reason: str) -> str:
    """Why the account's balance moved (`domain.balance.BalanceReason`). Raises KeyError for an unknown reason."""
    return str(MOVEMENTS[str(reason)])


def event(kind: str, after: Mapping[str, object] | None = None) -> str:
    """One line of history: what happened, why a payment was declined, and what a subscription is called from then on.

    Raises KeyError for an unknown kind.
    """
    told, facts = str(EVENTS[kind]), after or {}
    if kind == "align_dates" and _only_prepares(facts):
        return str(_PREPARED)
    if kind == "subscription_labeled":
        called = [str(facts[name]) for name in ("label", "cost_center") if facts.get(name)]
        return f"{told}: {' · '.join(called) or '–'}"
    code = facts.get("decline")
    return f"{told}. {decline(code)}" if isinstance(code, str) and code else told


def _only_prepares(after: Mapping[str, object]) -> bool:
    """Whether what was carried out moved no date: it made an alignment possible."""
    effects = after.get("effects")
    kinds = [one.get("kind") for one in effects if isinstance(one, Mapping)] if isinstance(effects, list) else []
    return bool(kinds) and "move_renewal" not in kinds


def effect(done: Effect, locale: str, names: Names = NO_NAMES, product: str = "") -> str:  # noqa: C901 - a line a kind
    """What an order or a change does, as one line; "" for what needs no words of its own.

    `product` is the code of the product whose plan may be named.
    """
    match done:
        case SetSeats():
            facts: Facts = {"from": formats.number(done.before, locale), "to": formats.number(done.after, locale)}
            return fill(_("Seats: from %(from)s to %(to)s"), facts, locale)
        case SetMethod(after=None):
            return str(_("Paid by the default payment method"))
        case SetMethod():
            return str(_("Paid by another payment method"))
        case Schedule(after=None):
            return str(_TAKEN_BACK[done.change])
        case Schedule():
            return scheduled_change(
                done.change, str(done.after), done.effective_on, locale, names=names, product=product
            )
        case StartTerm():
            facts = {"start": done.paid.period.start, "end": done.paid.period.end}
            return fill(_("Renewed from %(start)s to %(end)s"), facts, locale)
        case OpenSubscription():
            facts = {"product": done.product, "plan": done.plan, "start": done.paid.period.start}
            return fill(_("%(product)s %(plan)s begins on %(start)s"), facts, locale, names)
        case BillCarried():
            return str(_("Amounts that waited for the next invoice are billed"))
        case SetPlan():
            facts = {"product": product, "other_plan": done.before, "plan": done.after}
            return fill(_("Plan: from %(other_plan)s to %(plan)s"), facts, locale, names)
        case MoveRenewal():
            facts = {"from": done.before, "to": done.after}
            return fill(_MOVED if done.after != done.before else _FIXED, facts, locale)
        case EndTerm():
            facts = {"start": done.term.paid.period.start, "end": done.term.paid.period.end}
            return fill(_("The term from %(start)s to %(end)s is taken back"), facts, locale)
        case CloseSubscription():
            return str(_("The subscription ends, and with it the access"))
        case DeclineTerm():
            return str(_("The renewal is not taken, and access ends"))
        case WithdrawInvoice():
            return _withdrawn(done, locale)
        case DropCarried():
            return str(_("Amounts that waited for the next invoice are not billed any more"))
        case _:
            return ""  # periods, notes and marks go with something that is said already


def _withdrawn(done: WithdrawInvoice, locale: str) -> str:
    if done.credited is None:
        return fill(_("The invoice of order %(number)s is credited whole"), {"number": done.number}, locale)
    facts: Facts = {"number": done.number, "amount": done.credited}
    return fill(_("The invoice of order %(number)s (%(amount)s) is credited whole"), facts, locale)


def scheduled_change(
    change: ChangeKind, value: str, on: date, locale: str, *, names: Names = NO_NAMES, product: str = ""
) -> str:
    """An entry of the list "at your next renewal", as one line. `on` is the renewal date."""
    facts: dict[ChangeKind, Facts] = {
        ChangeKind.TERM: {"months": value},
        ChangeKind.PLAN: {"product": product, "plan": value},
        ChangeKind.SEATS: {"seats": int(value) if value.isdigit() else None},
    }
    is_end = change is ChangeKind.AUTO_RENEW and value == "off"
    sentence: Words = _RENEWAL_OFF if is_end else _SCHEDULED[change]
    return fill(sentence, {**facts.get(change, {}), "on": on}, locale, names)
