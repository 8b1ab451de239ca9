"""What could not be done, as a sentence: every code that a `Refusal` carries."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.refusals import Refusal
from tenor.ui.statuses import look
from tenor.ui.words.orders import action
from tenor.ui.words.tax import tax_name
from tenor.ui.words.values import NO_NAMES, Names, fill

_CHANGED = _("This changed while you were looking at it. Load the page again.")
_NOT_HERE = _("There is no such thing in this account. Go back and choose again.")

REFUSALS: dict[str, Promise] = {
    # what was asked cannot be had
    "not_eligible": _("“%(action)s” is not possible now."),
    "owed_unchanged": _("That is what is owed already. Change something, or pay it as it is."),
    "not_owed_together": _("These are not owed on the same invoice: %(numbers)s."),
    "quote_stale": _("The price or the terms changed. Nothing was charged: look at the new quote."),
    "not_sold": _("%(product)s %(plan)s is not sold for %(months)s."),
    "seats_not_positive": _("Add at least one seat."),
    "seats_above_maximum": _("You have %(seats)s. The maximum is %(maximum)s. For more, contact support."),
    "nothing_left": _("The paid time ended on %(renews_on)s: nothing of it is left to be changed."),
    "scheduled_seats_unclear": _(
        "A reduction to %(scheduled)s is scheduled for the next renewal. Say how many should be renewed."
    ),
    "seats_at_renewal_out_of_range": _("Choose from %(minimum)s to %(maximum)s for the next renewal."),
    "seats_below_minimum": _("At least %(minimum)s must be renewed."),
    "seats_not_fewer": _("You have %(seats)s, so that is no reduction. To have more, add seats."),
    "seats_unchanged": _("The next renewal is for %(seats)s already."),
    "plan_not_offered": _("%(product)s %(plan)s is not offered for this term."),
    "plan_unchanged": _("It is %(plan)s already."),
    "plan_not_higher": _("%(plan)s costs no more than today's plan, so it can begin at the next renewal only."),
    "already_on": _("Automatic renewal is on already."),
    "already_off": _("Automatic renewal is off already."),
    "term_not_offered": _("%(product)s is not sold for %(months)s."),
    "term_unchanged": _("The next renewal is for %(months)s already."),
    "no_term_chosen": _("Choose a term."),
    "price_changed": _("The price changed while you were choosing. Nothing was changed: look at the new price."),
    "nothing_chosen": _("Choose at least one subscription."),
    "too_many_chosen": _("You chose %(chosen)s subscriptions. Choose %(most)s at most."),
    "date_too_early": _(
        "Renewal dates only move later, and %(product)s (%(number)s) renews on %(earliest)s. Choose that day or a later"
        " one."
    ),
    "date_too_late": _(
        "%(product)s (%(number)s) would be moved by a whole term or more. The latest possible date is %(latest)s."
    ),
    "dates_too_far_apart": _(
        "%(product)s (%(number)s) renews a whole term or more before the last of the others. Leave it out, or renew it"
        " early first."
    ),
    "tax_inclusion_differs": _(
        "Some of these prices are incl. %(tax)s and others excl. %(tax)s, so they cannot be paid together. Align them"
        " apart."
    ),
    "methods_differ": _("They are paid by different payment methods: %(methods)s. Choose one for this order."),
    "taxes_differ": _("Some of these prices are incl. %(tax)s and others excl. %(tax)s. Renew them in two orders."),
    "seats_outside_limits": _("Choose from %(minimum)s to %(maximum)s."),
    "id_in_use": _CHANGED,
    "method_unchanged": _("%(method)s pays for this already."),
    "not_returnable": _("This order cannot be returned here. Contact support."),
    "not_in_order": _("Order %(order)s is not about this subscription, or that part of it was returned already."),
    "nothing_scheduled": _("This is no longer scheduled: there is nothing to undo."),
    "credit_exceeds_charge": _("The credit is more than what is charged. Contact support."),
    "balance_not_paid_out": _("Your balance is not sent back here: the next invoices take from it. Contact support."),
    "balance_pays_what_is_owed": _("An invoice is unpaid. Pay it first; then your balance can be sent back."),
    "nothing_to_pay_out": _("Nothing of your balance can be sent back to a payment method. Contact support."),
    "pay_out_changed": _(
        "Your balance, or where it can go, has changed meanwhile. Nothing was sent. Please look again."
    ),
    "nothing_to_credit": _("Nothing of this invoice is left to be credited."),
    # the account is not complete
    "no_payment_method": _("There is no payment method to charge. Add one first."),
    "unknown_method": _("This payment method is not in this account. Choose another one."),
    "method_not_usable": _("%(method)s cannot be charged. Choose another payment method."),
    "short_notice_not_agreed": _("Agree to the shorter notice of the direct debit, or choose another payment method."),
    "method_kind_not_in_currency": _("A SEPA direct debit takes euros only."),
    "method_kind_not_taken": _("Payments by %(kind)s are not taken here. Choose another kind."),
    "default_is_no_backup": _("%(method)s is the default payment method, so it cannot be the backup too."),
    "method_in_use": _("%(method)s cannot be removed yet: something would be left unpaid."),
    "method_gone": _("The payment provider does not keep %(method)s any more. Remove it, and add it again."),
    "label_too_long": _("Type a label of up to %(most)s characters."),
    "cost_center_too_long": _("Type a cost center of up to %(most)s characters."),
    "billing_name_unfit": _("Type a name of up to %(most)s characters."),
    "expiry_not_of_a_card": _("%(method)s has no expiry date."),
    "expiry_passed": _("%(method)s would have expired. Type the date that is printed on the new card."),
    "too_many_setups": _(
        "Payment methods were added here %(most)s times within a day. Try again tomorrow, or contact support."
    ),
    "unknown_setup": _("This attempt to add a payment method is not known. Start again."),
    "role_may_not_buy": _("Your role does not include buying. Ask the buyer or a billing admin of your company."),
    "role_may_not_manage_users": _("Your role does not include managing users. Ask a user admin of your company."),
    "only_the_buyer_hands_over": _("Only the buyer can hand over the buyer's role."),
    "role_not_yours_to_give": _("The role “%(role)s” includes more than yours does. Ask the buyer of your company."),
    "buyer_is_handed_over": _("The buyer's role is neither given nor taken: the buyer hands it over."),
    "no_tax_rate": _("The rate of %(tax)s in %(country)s is not known. Contact support."),
    "tax_region_missing": _("The %(tax)s in %(country)s depends on the province. Contact support to have it added."),
    # the order or payment is in another state
    "order_not_open": _("Order %(order)s is closed already: %(status)s."),
    "payment_unclear": _("The payment provider has not answered yet. Try again in a few minutes."),
    "payment_under_way": _("The payment is under way and can no longer be stopped."),
    "gateway_unavailable": _(
        "The payment provider cannot be reached. Nothing was changed. Try again in a few minutes."
    ),
    "renewal_not_cancelable": _("Order %(order)s is a renewal and cannot be canceled. Pay it, or contact support."),
    "already_paid": _("The payment came through already. The order is being completed."),
    "forbidden_step": _CHANGED,
    "support_has_no_address": _("Support has no e-mail address yet. Use one of the other ways to reach it."),
    # people and their seats
    "already_a_member": _("%(email)s belongs to this account already."),
    "already_invited": _("%(email)s is invited already. You can send the invitation again."),
    "invitation_used": _("This invitation was accepted already."),
    "invitation_revoked": _("This invitation was withdrawn. Ask for a new one."),
    "invitation_expired": _("This invitation has expired. Ask for a new one."),
    "seats_without_access": _("There is no access with this subscription now, so its seats cannot be assigned."),
    "no_file": _("Choose a file."),
    "file_too_large": _("The file is too large: %(most)s lines at most."),
    "file_unreadable": _("This is no list that can be read. Save it as CSV."),
    "file_without_columns": _("The first line has to name the columns “%(number)s” and “%(email)s”."),
    "seat_list_changed": _("Somebody changed seats meanwhile. Here is what the list changes now."),
    "no_seat_left": _("No seat is free. Take one back from somebody, or add seats."),
    "handover_to_oneself": _("You are the buyer already. Choose somebody else."),
    "handover_pending": _("The buyer's role is offered to %(person)s already. Withdraw that offer first."),
    "nothing_to_hand_over": _("This offer of the buyer's role has ended."),
    # terms that were over before anybody charged them
    "unknown_missed_term": _("No such term waits to be forgiven or billed."),
    "missed_term_decided": _("The term from %(starts_on)s to %(ends_on)s was forgiven or billed already."),
    "order_is_open": _("An order is open on %(number)s. Once it is paid or has ended, try again."),
    # what has to be known before anything can be worked out
    "unknown_time_zone": _("“%(name)s” is no time zone. Write its name in full, such as Europe/Stockholm."),
    "unknown_country": _("“%(name)s” is no country. Write its code of two capital letters, such as SE."),
    "unknown_currency": _("“%(name)s” is no currency. Write its code of three capital letters, such as EUR."),
    "unknown_language": _("“%(name)s” is no language that pages and mails are written in. Choose en, nl or sv."),
    # the test clock
    "no_test_clock": _("There is no test clock here."),
    "clock_backwards": _("The test clock only moves forward."),
    # addresses that lead nowhere
    "unknown_subscription": _NOT_HERE,
    "unknown_product": _NOT_HERE,
    "unknown_plan": _NOT_HERE,
    "unknown_quote": _NOT_HERE,
    "unknown_order": _NOT_HERE,
    "unknown_person": _NOT_HERE,
    "unknown_invitation": _NOT_HERE,
}


def refusal(refused: Refusal, locale: str, names: Names = NO_NAMES) -> str:
    """Why a request was refused; its reasons are worded by `shown`. Raises KeyError for an unknown code."""
    facts = dict(refused.facts)
    if "country" in facts:
        facts["tax"] = tax_name(str(facts["country"]))
    if refused.code == "not_eligible":
        facts["action"] = action(str(facts["action"]))
    if refused.code == "order_not_open":
        facts["status"] = str(look("order", str(facts["status"])).label)
    return fill(REFUSALS[refused.code], facts, locale, names)
