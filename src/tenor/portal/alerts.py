"""What needs somebody: orders that wait, payments overdue, methods that won't last, renewals and prices that near."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenor.domain.account import Actor, OpenOrder, Subscription
from tenor.domain.confirmations import reopened
from tenor.domain.eligibility import Action
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.leading import leads_on
from tenor.domain.eligibility.leading import remedy as remedy_of
from tenor.domain.forecast import Upcoming, UpcomingKind
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.methods import another_method
from tenor.domain.permissions import Permission, may
from tenor.domain.pricing import Reduced, reduced_by
from tenor.domain.refusals import Reason, Remedy
from tenor.domain.situation import CHARGES, Next
from tenor.domain.tax import outlook
from tenor.domain.under_way import still_owed
from tenor.portal import remedies
from tenor.portal.flows.shared import Reader
from tenor.portal.holdings import Holding, coming_term
from tenor.portal.remedies import Wanted
from tenor.ui import components, formats, words
from tenor.usecases.load import Loaded

SOON = timedelta(days=30)
TONES = ("danger", "warning", "info")
"""The most pressing first."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs somebody, and the way to mend it, if any. `tone` as of components/alert.html."""

    tone: str
    title: str
    text: str
    fix: components.Remedy | None


@dataclass(frozen=True, slots=True)
class _Account:
    """What alerts are made of: the account, what it owns, what will be charged, and who reads it."""

    loaded: Loaded
    owned: Sequence[Holding]
    coming: Sequence[Upcoming]
    reader: Reader
    actor: Actor

    def row_fix(self, one: Subscription, *rows: str) -> components.Remedy | None:
        """What the first of these rows of the matrix that applies offers whoever reads."""
        way = remedy_of(self._case, one, *rows)
        return remedies.link(way, Wanted("", one), self.reader.locale) if way else None

    def fix(self, way: Remedy, wanted: Wanted, reason: str = "") -> components.Remedy | None:
        """The way, where it leads on for whoever reads."""
        if wanted.subscription is None:  # of a method, that is: whoever may buy may choose
            leads = may(self.actor.role, Permission.BUY)
        else:
            leads = leads_on(self._case, wanted.subscription, way)
        return remedies.link(way, wanted, self.reader.locale, reason) if leads else None

    @property
    def _case(self) -> Case:
        return Case(self.loaded.state, self.loaded.offer, Action.METHOD, self.actor, self.loaded.today)

    def day(self, value: date) -> str:
        """A date for the reader."""
        return formats.day(value, self.reader.locale)

    def name(self, subscription_id: str) -> str:
        """The product of a subscription."""
        return self.reader.names.product(self.loaded.state.subscription(subscription_id).product)


def alerts(
    loaded: Loaded, owned: Sequence[Holding], coming: Sequence[Upcoming], reader: Reader, actor: Actor
) -> list[Alert]:
    """Everything, what is most pressing first."""
    account = _Account(loaded, owned, coming, reader, actor)
    found = [
        *_reopened(account),
        *_overdue(account),
        *_open_orders(account),
        *_tax(account),
        *_methods(account),
        *_last_days(account),
        *_lapsed(account),
        *_renewals(account),
    ]
    return sorted(found, key=lambda alert: TONES.index(alert.tone))


def _by_order(found: Iterable[Holding]) -> Iterator[list[Holding]]:
    """Those on one order together; what is on none stands alone."""
    groups: dict[str, list[Holding]] = defaultdict(list)
    for held in found:
        order = held.situation.order
        groups[order.id if order else held.subscription.id].append(held)
    yield from groups.values()


def _overdue(account: _Account) -> Iterator[Alert]:
    """What is owed, once an order: several subscriptions may be renewed by one."""
    for group in _by_order(held for held in account.owned if held.situation.next in (Next.OWED, Next.SUSPENDED)):
        yield Alert(
            tone="danger",
            title=_overdue_title(account, group),
            text=_overdue_text(account, group[0]),
            fix=account.row_fix(group[0].subscription, "past_due", "suspended"),
        )


def _overdue_title(account: _Account, group: list[Holding]) -> str:
    is_suspended = group[0].situation.next is Next.SUSPENDED
    if len(group) == 1:
        title = _("%(name)s is suspended") if is_suspended else _("The payment for %(name)s is overdue")
        return title % {"name": group[0].name}
    several = (
        _("%(count)s subscriptions are suspended")
        if is_suspended
        else _("The payment for %(count)s subscriptions is overdue")
    )
    return several % {"count": formats.number(len(group), account.reader.locale)}


def _overdue_text(account: _Account, held: Holding) -> str:
    """What is owed, and until when there is access (rules 7)."""
    found, locale = held.situation, account.reader.locale
    if found.access_until is None:
        ends = _("There is no access until it is paid.")
    else:
        ends = _("Access ends on %(day)s if it is not paid by then.") % {"day": account.day(found.access_until)}
    told = words.owed(still_owed(account.loaded.state, [held.subscription], account.loaded.today), locale)
    owed = found.payment.amount if found.payment else None
    if not told and owed is not None:
        told = (_("%(amount)s is owed.") % {"amount": formats.money(owed, locale)},)
    return " ".join((*told, ends))


def _open_orders(account: _Account) -> Iterator[Alert]:
    """Orders that wait for their money. Whose money is on its way needs nobody: it is told, and can't be stopped."""
    waiting = (held for held in account.owned if held.situation.next not in (Next.OWED, Next.SUSPENDED))
    for group in _by_order(held for held in waiting if held.situation.order):
        order = group[0].situation.order
        assert order is not None
        title = _("Order %(number)s is not finished yet")
        if order.is_under_way:
            title = _("The payment of order %(number)s is under way")
        elif order.status == OrderStatus.REQUIRES_ACTION:
            title = _("Order %(number)s waits for you")
        yield Alert(
            tone="info" if order.is_under_way else "warning",
            title=title % {"number": order.number},
            text=_arrival(account, _names(account, group), order),
            fix=account.row_fix(group[0].subscription, "open_order"),
        )


def _names(account: _Account, group: list[Holding]) -> str:
    """The first of them by name, and how many more there are."""
    more = len(group) - 1
    if not more:
        return group[0].name
    told = ngettext("%(name)s and %(count)s more", "%(name)s and %(count)s more", more)
    return told % {"name": group[0].name, "count": formats.number(more, account.reader.locale)}


def _arrival(account: _Account, name: str, order: OpenOrder) -> str:
    """What the order is for, and about when its money arrives, where that is known."""
    if order.arrives_on is None:
        return name
    facts = {"name": name, "day": account.day(order.arrives_on)}
    return _("%(name)s: the money arrives about %(day)s.") % facts


def _tax(account: _Account) -> Iterator[Alert]:
    """A VAT number that doesn't agree with the address, or a place without which the tax is not known."""
    loaded, locale = account.loaded, account.reader.locale
    decision = outlook(loaded.offer, loaded.state, loaded.today)
    if account.coming and (asked := words.tax_question(decision, locale)):
        label = words.remedy(Remedy("contact_support"), locale)
        yield Alert("warning", *asked, fix=components.Remedy(label, reverse("portal:help"), "contact_support"))


def _methods(account: _Account) -> Iterator[Alert]:
    """Why payments to come can't be charged to their method, once a method: its first payment names the reason."""
    found: dict[str, Upcoming] = {}
    for one in account.coming:
        if one.kind is UpcomingKind.PAYMENT and one.concerns:
            found.setdefault(one.method.id if one.method else "", one)
    for one in found.values():
        yield _concern(account, one, one.concerns[0])
    yield from _replaced(account)


def _replaced(account: _Account) -> Iterator[Alert]:
    """Methods that can't pay any more, so that another one will be charged: each once, at its first payment."""
    told: set[str] = set()
    for one in account.coming:
        for other in one.instead_of if one.method and one.kind is UpcomingKind.PAYMENT else ():
            if other.id in told:
                continue
            told.add(other.id)
            facts = {"name": account.name(one.subscription_ids[0]), "day": account.day(one.on)}
            facts |= {"other": other.label, "method": one.method.label if one.method else ""}
            remedy = another_method(account.loaded.state, account.loaded.offer, other, account.loaded.today)
            yield Alert(
                tone="warning",
                title=_("%(other)s can't be charged: %(method)s pays in its place") % facts,
                text=_("%(name)s renews on %(day)s.") % facts,
                fix=account.fix(remedy, Wanted(Action.METHOD)),
            )


def _concern(account: _Account, one: Upcoming, reason: Reason) -> Alert:
    wanted = Wanted(Action.METHOD)  # of all that the method pays, not of the first of it
    facts = {"name": account.name(one.subscription_ids[0]), "day": account.day(one.on)}
    title, text = words.reason(reason, account.reader.locale), _("%(name)s renews on %(day)s.") % facts
    method, is_over = one.method, False
    if reason.code == "no_payment_method":
        title = _("There is no payment method to charge")
    if reason.code == "payment_method_expired" and method and method.last_day:
        is_over = method.has_expired(account.loaded.today)
        named = _("%(method)s has expired") if is_over else _("%(method)s expires before a renewal")
        title = named % {"method": method.label}
        facts["last"] = account.day(method.last_day)
        text = (
            _("It was valid until %(last)s, and %(name)s renews on %(day)s.")
            if is_over
            else _("It is valid until %(last)s, and %(name)s renews on %(day)s.")
        ) % facts
    remedy = reason.remedy or Remedy("choose_payment_method")
    if method is not None:
        remedy = another_method(account.loaded.state, account.loaded.offer, method, account.loaded.today)
    return Alert(
        tone="danger" if is_over or reason.code == "payment_method_invalid" else "warning",
        title=title.removesuffix("."),
        text=text,
        fix=account.fix(remedy, wanted, reason.code),
    )


def _reopened(account: _Account) -> Iterator[Alert]:
    """What was confirmed for a renewal at a price that was announced anew since."""
    loaded, locale = account.loaded, account.reader.locale
    for held in account.owned:
        one = held.subscription
        found = reopened(loaded.state, loaded.offer, one, loaded.today) if held.situation.is_charged else ()
        for again in found[:1]:
            facts = {
                "day": account.day(held.situation.on),
                "seen": formats.money(again.seen, locale),
                "now": formats.money(again.now, locale),
            }
            yield Alert(
                tone="warning",
                title=_("The price of what you confirmed has changed: %(name)s") % {"name": held.name},
                text=_("A seat will cost %(now)s instead of %(seen)s from the renewal on %(day)s.") % facts,
                fix=components.Remedy(_("Keep or change it"), f"{held.url}#scheduled", "see_scheduled"),
            )


def _last_days(account: _Account) -> Iterator[Alert]:
    """Subscriptions that are about to end, and the special price with them (rules 3, 7)."""
    loaded, locale = account.loaded, account.reader.locale
    for held in account.owned:
        one, found = held.subscription, held.situation
        if found.next is not Next.ENDS or not loaded.today <= found.on <= loaded.today + SOON:
            continue
        kept = coming_term(loaded.state, loaded.offer, replace(one, auto_renew=True, scheduled=()), loaded.today)
        if kept is None or reduced_by(kept.price.explanation) is not Reduced.SPECIAL:
            continue
        facts = {
            "day": account.day(found.on),
            "special": formats.money(kept.price.amount, locale),
            "list": formats.money(kept.price.entry.list_price, locale),
        }
        remedy = Remedy("turn_on_auto_renew", {"subscription": one.id})
        yield Alert(
            tone="warning",
            title=_("Last days at the special price: %(name)s") % {"name": held.name},
            text=_("It ends on %(day)s. Renewed by then, a seat costs %(special)s; bought again later, %(list)s.")
            % facts,
            fix=account.fix(remedy, Wanted(Action.AUTO_RENEW_ON, one)),
        )


def _lapsed(account: _Account) -> Iterator[Alert]:
    """Subscriptions that were not renewed, while they still can be (rules 7)."""
    for held in account.owned:
        found = held.situation
        if found.next is not Next.EXPIRED or found.renewable_until is None:
            continue
        facts = {"ended": account.day(found.on), "last": account.day(found.renewable_until)}
        yield Alert(
            tone="warning",
            title=_("%(name)s has expired") % {"name": held.name},
            text=_("It ended on %(ended)s, and can be renewed until %(last)s, its dates unmoved.") % facts,
            fix=account.row_fix(held.subscription, "expired"),
        )


def _renewals(account: _Account) -> Iterator[Alert]:
    """What renews within thirty days, counted as the list of payments shows it; the first by its date."""
    latest = account.loaded.today + SOON
    charged = sorted(
        (one for one in account.coming if one.kind in CHARGES and one.on <= latest), key=lambda one: one.on
    )
    soon = [(account.name(each), one.on) for one in charged for each in one.subscription_ids]
    if not soon:
        return
    first = {"name": soon[0][0], "day": account.day(soon[0][1])}
    title = ngettext("A renewal within 30 days", "%(count)s renewals within 30 days", len(soon))
    yield Alert(
        tone="info",
        title=title % {"count": formats.number(len(soon), account.reader.locale)},
        text=(_("%(name)s renews on %(day)s.") if len(soon) == 1 else _("The first is %(name)s on %(day)s.")) % first,
        fix=components.Remedy(_("Look at the upcoming payments"), reverse("portal:upcoming"), "see_upcoming"),
    )
