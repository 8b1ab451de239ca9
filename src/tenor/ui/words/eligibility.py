"""Why an action is closed, and what opens it again: the reasons and remedies of rules 8."""

from collections.abc import Callable, Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.refusals import Reason, Remedy
from tenor.ui import components
from tenor.ui.words.values import NO_NAMES, Names, fill

REASONS: dict[str, Promise] = {
    "country_outside_region": _("Self-service is not offered in %(country)s."),
    "role_may_not_buy": _("Your role (%(role)s) does not include buying or changing."),
    "role_may_not_manage_users": _("Your role (%(role)s) does not include managing users and seats."),
    "only_the_buyer_hands_over": _("Your role (%(role)s) does not include handing over the buyer's role."),
    "bought_from_reseller": _("You bought this subscription from a reseller: %(reseller)s."),
    "legacy_processor": _("This subscription is still kept in an older system and cannot be changed here."),
    "maintenance_plan": _("This is a maintenance plan for %(product)s. Maintenance plans cannot be changed here."),
    "product_discontinued": _("%(product)s has not been sold since %(discontinued_on)s."),
    "auto_renew_off": _("Automatic renewal is off: the subscription ends on %(ends_on)s."),
    "nothing_owed": _("No renewal of it is owed."),
    "payment_in_flight": _("A payment for order %(order)s is on its way. Until that is known, it stays as it is."),
    "owed_not_declinable": _("A renewal that is owed cannot be declined here."),
    "past_due": _("A payment has been overdue since %(since)s."),
    "open_order": _("Order %(number)s is not finished yet."),
    "not_begun": _("The subscription begins on %(starts_on)s. Until then nothing can be bought for it."),
    "no_payment_method": _("There is no payment method to charge."),
    "payment_method_expired": _("%(method)s cannot be charged after %(expired_on)s, the last day it is valid."),
    "payment_method_invalid": _("The bank no longer accepts payments by %(method)s."),
    "mandate_pending": _("Your bank has not confirmed the direct debit %(method)s yet."),
    "method_kind_not_allowed": _("%(method)s cannot be used for this. It can be paid by %(allowed)s."),
    "monthly_no_early_renewal": _("Early renewal is for terms of a year or more. This term is %(months)s."),
    "next_term_already_renewed": _("The next term is paid already, until %(paid_until)s."),
    "renewal_window_not_open": _("Early renewal opens on %(opens_on)s. The term runs until %(renews_on)s."),
    "renewal_window_closed": _("The time to do so ended on %(closed_on)s."),
    "not_expired": _("The subscription has not expired: it runs until %(renews_on)s."),
    "not_ended": _("The subscription has not ended, so it need not be bought again."),
    "renewal_due_today": _("The subscription is due for renewal (%(renews_on)s). Changes wait until that is done."),
    "renewal_claimed": _("The renewal is being carried out at this moment."),
    "expired": _("The subscription expired on %(expired_on)s."),
    "suspended": _("The subscription is suspended, because a payment has been overdue since %(since)s."),
    "canceled": _("The subscription ended on %(ended_on)s."),
    "seats_at_minimum": _("You have %(seats)s. The minimum is %(minimum)s."),
    "seats_at_maximum": _("You have %(seats)s. The maximum is %(maximum)s."),
    "fewer_than_two": _("Choose at least two subscriptions."),
    "already_aligned": _("They renew on the same day already: %(renews_on)s."),
    "already_on": _("Automatic renewal is on already."),
    "already_off": _("Automatic renewal is off already."),
    "nothing_to_return": _("No order for this subscription can be returned any more."),
    "return_window_ended": _("The time to return this order ended on %(ended_on)s."),
    "scheduled_change_depends": _("%(scheduled)s are scheduled for the next renewal, and only %(left)s would be left."),
    "credit_spent": _("It brought %(amount)s to your balance, and only %(left)s of that is left."),
    "bill_being_paid": _("Its amount stands on the invoice of order %(order)s, and the payment for that is under way."),
    "later_order_depends": _("Order %(order)s came later and builds on this one."),
    "order_uses_method": _("Order %(number)s is not finished yet, and is paid by it."),
    "debt_uses_method": _("The bank took back the payment of order %(number)s: it is still owed."),
    "renewal_without_method": _("%(product)s (%(number)s) renews on %(renews_on)s, and nothing else would pay for it."),
    "overdue_without_method": _("The payment for %(product)s (%(number)s) is overdue, and nothing else would pay it."),
    "term_differs": _("Its term is %(months)s, that of the others %(others_months)s."),
    "method_differs": _("It is paid by %(method)s, the others by %(others_method)s."),
    "next_term_differs": _("From its next renewal on its term is %(months)s, that of the others %(others_months)s."),
    "next_method_differs": _("From its next renewal on it is paid by %(method)s, the others by %(others_method)s."),
}
WITHOUT: dict[str, Promise] = {
    "bought_from_reseller": _("You bought this subscription from a reseller."),
    "method_differs": _("It is not paid by the same payment method as the others."),
    "next_method_differs": _("From its next renewal on it is not paid by the same payment method as the others."),
}
"""Sentences for reasons some of whose facts are not known (None)."""
UNDER_WAY = _("The payment of order %(number)s is under way.")
ARRIVES = _("The payment of order %(number)s is under way: its money arrives about %(arrives_on)s.")
"""An open order that waits for a bank or a provider (the fact `under_way`), and for nobody else."""

REMEDIES: dict[str, Promise] = {
    "contact_support": _("Contact support"),
    "ask_buyer": _("Ask %(names)s"),
    "contact_reseller": _("Contact %(reseller)s: %(contact)s"),
    "move_to_subscription": _("Contact support about moving to %(product)s %(plan)s"),
    "successor_product": _("Contact support about %(product)s, which takes its place"),
    "turn_on_auto_renew": _("Turn on automatic renewal"),
    "pay_now": _("Pay now"),
    "resume_or_cancel_order": _("Resume or cancel order %(number)s"),
    "choose_payment_method": _("Choose another payment method"),
    "add_payment_method": _("Add payment method"),
    "wait": _("Wait until %(opens_on)s"),
    "wait_for_payment": _("Try again when order %(order)s is paid"),
    "wait_for_renewal": _("Try again after the renewal"),
    "try_again_soon": _("Try again in a minute"),
    "renew": _("Renew by %(last_day)s"),
    "renew_early": _("Renew early"),
    "buy_again": _("Buy it again"),
    "undo_scheduled_first": _("Undo the scheduled change first"),
    "return_order_first": _("Return order %(order)s first"),
    "change_term": _("Change its term to %(months)s at the next renewal"),
    "use_payment_method": _("Pay by %(method)s"),
    "update_method": _("Type in the new expiry date"),
    "see_subscription": _("Look at the subscription"),
    "see_order": _("Look at order %(number)s"),
}


def reason(found: Reason, locale: str, names: Names = NO_NAMES) -> str:
    """Why the action is closed, as a sentence. Raises KeyError for an unknown code."""
    return fill(_sentence(found), found.facts, locale, names)


def _sentence(found: Reason) -> Promise:
    if found.code in WITHOUT and None in found.facts.values():
        return WITHOUT[found.code]
    if found.facts.get("under_way"):
        return ARRIVES if found.facts.get("arrives_on") else UNDER_WAY
    return REASONS[found.code]


def remedy(found: Remedy, locale: str, names: Names = NO_NAMES) -> str:
    """What would open the action again, as the text of a link. Raises KeyError for an unknown code."""
    return fill(REMEDIES[found.code], found.facts, locale, names)


def shown(
    found: Iterable[Reason], locale: str, address: Callable[[Remedy], str], names: Names = NO_NAMES
) -> tuple[components.Reason, ...]:
    """Reasons as the page shows them. `address` gives the url of a remedy, "" where it can only be said."""
    return tuple(
        components.Reason(
            reason(one, locale, names),
            (components.Remedy(remedy(one.remedy, locale, names), address(one.remedy), one.remedy.code),)
            if one.remedy
            else (),
        )
        for one in found
    )
