"""What an order is for, as the heading of its review: "Add 2 seats to Draft"."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenor.domain.account import Subscription
from tenor.domain.quote import Quote
from tenor.domain.requests import AddSeats, AlignDates, Ask, BuyAgain, ChangeOwed, ChangePlan, RenewEarly, RenewLate
from tenor.portal.flows.align_shown import common_date
from tenor.portal.flows.shared import Reader
from tenor.ui import formats, words


def purpose(ask: Ask, quote: Quote, first: Subscription, who: Reader) -> str:
    """`first` is the subscription that the request names first, or the only one."""
    facts = {"product": who.names.product(first.product)}
    match ask:
        case AddSeats():
            return _("Add %(seats)s to %(product)s") % {**facts, "seats": words.seats(ask.seats, who.locale)}
        case ChangePlan():
            return _("Change %(product)s to %(plan)s") % {**facts, "plan": who.names.plan(first.product, ask.plan)}
        case AlignDates():
            return _alignment(ask, quote, who)
        case RenewEarly(subscription_ids=ids) if len(ids) > 1:
            early = ngettext("Renew %(count)s subscription early", "Renew %(count)s subscriptions early", len(ids))
            return early % {"count": formats.number(len(ids), who.locale)}
        case RenewEarly():
            return _("Renew %(product)s early") % facts
        case ChangeOwed(chosen=chosen) if len(chosen) > 1:
            owed = ngettext("Renew %(count)s subscription", "Renew %(count)s subscriptions", len(chosen))
            return owed % {"count": formats.number(len(chosen), who.locale)}
        case RenewLate() | ChangeOwed():
            return _("Renew %(product)s") % facts
        case BuyAgain():
            return _("Buy %(product)s again") % facts
        case _:
            return words.order_action(ask.kind)


def _alignment(ask: AlignDates, quote: Quote, who: Reader) -> str:
    counted = len(ask.subscription_ids)
    facts = {"count": formats.number(counted, who.locale)}
    common = common_date(quote)
    if common is None:
        prepared = ngettext(
            "Prepare %(count)s subscription for one payment date",
            "Prepare %(count)s subscriptions for one payment date",
            counted,
        )
        return prepared % facts
    aligned = ngettext("Align %(count)s subscription to %(day)s", "Align %(count)s subscriptions to %(day)s", counted)
    return aligned % {**facts, "day": formats.day(common, who.locale)}
