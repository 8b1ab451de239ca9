"""What needs somebody: orders that wait, payments overdue, methods that won't last, renewals and prices that near."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenor.domain.account import PaymentMethod, PriceKind, SubscriptionStatus
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.renewals import NextTerm
from tenor.portal.flows.shared import Reader
from tenor.portal.holdings import Holding, coming_term, is_renewed_here
from tenor.ui import formats
from tenor.usecases.load import Loaded

SOON = timedelta(days=30)
NOT_PAID = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs somebody, and the way to mend it. `tone` as of components/alert.html."""

    tone: str
    title: str
    text: str
    fix: str
    url: str


def alerts(loaded: Loaded, owned: list[Holding], reader: Reader) -> list[Alert]:
    """Everything, what is most pressing first."""
    return [
        *_open_orders(owned),
        *_overdue(owned),
        *_methods(loaded, owned, reader),
        *_last_days(loaded, owned, reader),
        *_renewals(loaded, owned, reader),
    ]


def _open_orders(owned: list[Holding]) -> Iterator[Alert]:
    waiting = {
        order: held
        for held in owned
        if (order := held.subscription.open_order) and held.subscription.status not in NOT_PAID
    }
    for order, held in waiting.items():
        title = {
            "requires_action": _("Order %(number)s waits for you"),
            "processing": _("The payment of order %(number)s is under way"),
        }.get(order.status, _("Order %(number)s is not finished yet"))
        yield Alert(
            tone="info" if order.status == "processing" else "warning",
            title=title % {"number": order.number},
            text=held.name,
            fix=_("Look at the order") if order.status == "processing" else _("Resume or cancel it"),
            url=reverse("portal:order", args=[order.id]),
        )


def _overdue(owned: list[Holding]) -> Iterator[Alert]:
    for held in owned:
        if held.subscription.status in NOT_PAID:
            is_suspended = held.subscription.status is SubscriptionStatus.SUSPENDED
            order = held.subscription.open_order
            title = _("%(name)s is suspended") if is_suspended else _("The payment for %(name)s is overdue")
            yield Alert(
                tone="danger",
                title=title % {"name": held.name},
                text=_("There is no access until it is paid.") if is_suspended else _("Access goes on for now."),
                fix=_("Pay now"),
                url=reverse("portal:order", args=[order.id]) if order else held.url,
            )


def _methods(loaded: Loaded, owned: list[Holding], reader: Reader) -> Iterator[Alert]:
    """Payment methods that will not last until what they are to pay, and renewals that nothing will pay."""
    expiring: dict[PaymentMethod, list[Holding]] = defaultdict(list)
    unpaid: list[Holding] = []
    for held in owned:
        if held.coming is None or held.subscription.status in NOT_PAID:
            continue
        method = paying_method(loaded, held.coming)
        if method is None:
            unpaid.append(held)
        elif method.has_expired(held.subscription.renews_on):
            expiring[method].append(held)
    for method, concerned in expiring.items():
        yield _expiring(loaded, method, min(concerned, key=_renewal_day), reader)
    if unpaid:
        first = min(unpaid, key=_renewal_day)
        day = formats.day(first.subscription.renews_on, reader.locale)
        yield Alert(
            tone="warning",
            title=_("There is no payment method to charge"),
            text=_("%(name)s renews on %(day)s.") % {"name": first.name, "day": day},
            fix=_("Add payment method"),
            url=reverse("portal:methods"),
        )


def _expiring(loaded: Loaded, method: PaymentMethod, first: Holding, reader: Reader) -> Alert:
    assert method.expires_on is not None
    is_over = method.has_expired(loaded.today)
    title = _("%(method)s has expired") if is_over else _("%(method)s expires before a renewal")
    text = _("It is valid until %(last)s, and %(name)s renews on %(day)s.")
    return Alert(
        tone="danger" if is_over else "warning",
        title=title % {"method": method.label},
        text=text
        % {
            "last": formats.day(method.expires_on, reader.locale),
            "name": first.name,
            "day": formats.day(first.subscription.renews_on, reader.locale),
        },
        fix=_("Choose another payment method"),
        url=reverse("portal:methods"),
    )


def _last_days(loaded: Loaded, owned: list[Holding], reader: Reader) -> Iterator[Alert]:
    """Subscriptions that are about to end, and the special price with them (rules 3, 7)."""
    for held in owned:
        one = held.subscription
        ends_soon = loaded.today <= one.renews_on <= loaded.today + SOON
        if one.status is not SubscriptionStatus.ACTIVE or renews_itself(one) or not ends_soon:
            continue
        kept = coming_term(loaded.state, loaded.offer, replace(one, auto_renew=True, scheduled=()), loaded.today)
        if kept is None or kept.price.kind is not PriceKind.RENEWAL or not is_renewed_here(one):
            continue
        facts = {
            "day": formats.day(one.renews_on, reader.locale),
            "special": formats.money(kept.price.amount, reader.locale),
            "list": formats.money(kept.price.entry.list_price, reader.locale),
        }
        yield Alert(
            tone="warning",
            title=_("Last days at the special price: %(name)s") % {"name": held.name},
            text=_("It ends on %(day)s. Renewed by then a seat costs %(special)s, bought anew %(list)s.") % facts,
            fix=_("Look at the subscription"),
            url=held.url,
        )


def _renewals(loaded: Loaded, owned: list[Holding], reader: Reader) -> Iterator[Alert]:
    soon = [
        held
        for held in owned
        if held.coming
        and held.subscription.status is SubscriptionStatus.ACTIVE
        and loaded.today <= held.subscription.renews_on <= loaded.today + SOON
        and held.subscription.term.is_long
    ]
    if not soon:
        return
    first = min(soon, key=_renewal_day)
    facts = {"name": first.name, "day": formats.day(first.subscription.renews_on, reader.locale)}
    title = ngettext("A renewal within 30 days", "%(count)s renewals within 30 days", len(soon))
    yield Alert(
        tone="info",
        title=title % {"count": formats.number(len(soon), reader.locale)},
        text=(_("%(name)s renews on %(day)s.") if len(soon) == 1 else _("The first is %(name)s on %(day)s.")) % facts,
        fix=_("Look at the subscription") if len(soon) == 1 else _("Look at the subscriptions"),
        url=first.url if len(soon) == 1 else reverse("portal:subscriptions"),
    )


def paying_method(loaded: Loaded, coming: NextTerm) -> PaymentMethod | None:
    """What the renewal will be charged to: the method scheduled or chosen for it, else the account's default."""
    if coming.method_id is None:
        return loaded.state.method_of(coming.subscription)
    return next((method for method in loaded.state.methods if method.id == coming.method_id), None)


def _renewal_day(held: Holding) -> tuple[object, str]:
    return held.subscription.renews_on, held.subscription.id
