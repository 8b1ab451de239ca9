"""Payments to come as pages show them: what, when, how much and why, by which method, and what mends it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tenor.domain.account import Actor, Subscription
from tenor.domain.eligibility import Action
from tenor.domain.eligibility.case import Case
from tenor.domain.eligibility.leading import offered_to
from tenor.domain.forecast import Upcoming, UpcomingKind, forecast
from tenor.domain.money import Money
from tenor.domain.under_way import still_owed
from tenor.portal import remedies
from tenor.portal.flows.pricing import summary
from tenor.portal.flows.shared import Reader
from tenor.portal.remedies import Wanted
from tenor.ui import components, words
from tenor.usecases.load import Loaded

UNCHANGED = frozenset({"special_price_kept"})
"""What is no change: the arithmetic of the amount says so by itself."""
ALIKE = 3
"""From so many payments on, those that are alike are one line."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subscription that a payment is for. `reference` tells it from others of its product."""

    id: str
    name: str
    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a payment changes. `name` is the product's, where the payment is for several subscriptions."""

    sentence: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One day on which something is charged, or ends, as a page shows it. `kind` as of `domain.forecast`.

    `replaced` says which methods can't be charged, so that `method` pays in their place. `amount` has the tax in it;
    where that is not known, `before_tax` is what is due without it, and `missing` says what is missing. `order_url` is
    where what is owed already is paid, `is_under_way` once it is being paid; `owed` says in sentences what is owed of a
    renewal, and `if_paid` that this payment comes only once that is paid.
    """

    kind: str
    on: date
    subjects: tuple[Subject, ...]
    amount: Money | None
    before_tax: Money | None
    missing: str
    method: str
    concerns: tuple[components.Reason, ...]
    changes: tuple[Change, ...]
    summary: components.PriceSummary | None
    order_number: str
    order_url: str
    is_under_way: bool
    replaced: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    if_paid: bool = False

    @property
    def name(self) -> str:
        """The first product."""
        return self.subjects[0].name

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be said of it but its day and amount."""
        said = self.concerns or self.changes or self.replaced or self.owed
        return self.kind == UpcomingKind.PAYMENT and self.amount is not None and not said


@dataclass(frozen=True, slots=True)
class Series:
    """Payments that differ in their day only, as those of a monthly term do: one line."""

    payments: tuple[Payment, ...]

    @property
    def first(self) -> Payment:
        """The earliest."""
        return self.payments[0]

    @property
    def last(self) -> Payment:
        """The latest."""
        return self.payments[-1]

    @property
    def total(self) -> Money:
        """All of them together."""
        assert self.first.amount is not None
        return self.first.amount * len(self.payments)


def upcoming(loaded: Loaded) -> tuple[Upcoming, ...]:
    """Everything that is charged or ends within the next twelve months."""
    return forecast(loaded.state, loaded.offer, loaded.today)


def payments(
    coming: Sequence[Upcoming], loaded: Loaded, who: Reader, actor: Actor, *, only: Sequence[Upcoming] | None = None
) -> list[Payment]:
    """The same in the words of whoever reads, with remedies that lead on for them.

    `only` are those that are shown of all that comes, if not all are.
    """
    subjects = {one.id: subject_of(one, who) for one in loaded.state.subscriptions}
    unpaid = {subscription_id for one in coming if _waits(one) for subscription_id in one.subscription_ids}
    return [_payment(one, loaded, subjects, unpaid, who, actor) for one in (coming if only is None else only)]


def folded(shown: Iterable[Payment]) -> tuple[list[Series], list[Payment]]:
    """What is alike, in series by their first days; and what is left to be shown by itself."""
    alike: dict[object, list[Payment]] = defaultdict(list)
    for one in shown:
        alike[(one.subjects, one.amount, one.method, one.if_paid) if one.is_plain else id(one)].append(one)
    series = [Series(tuple(group)) for group in alike.values() if len(group) >= ALIKE]
    alone = [one for group in alike.values() if len(group) < ALIKE for one in group]
    return sorted(series, key=lambda one: one.first.on), sorted(alone, key=lambda one: one.on)


def subject_of(one: Subscription, who: Reader) -> Subject:
    """A subscription as a payment names it."""
    url = reverse("portal:subscription", args=[one.id])
    return Subject(one.id, who.names.product(one.product), words.subscription_reference(one), url)


def _waits(one: Upcoming) -> bool:
    """Whether it is owed, and nothing pays it by now."""
    return one.kind is UpcomingKind.DUE and not (one.order is not None and one.order.is_under_way)


def _payment(
    one: Upcoming, loaded: Loaded, known: dict[str, Subject], unpaid: set[str], who: Reader, actor: Actor
) -> Payment:
    subjects = tuple(known[subscription_id] for subscription_id in one.subscription_ids)
    return Payment(
        kind=one.kind,
        on=one.on,
        subjects=subjects,
        amount=one.amount,
        before_tax=one.before_tax,
        missing=words.tax_reason(one.quote.tax, who.locale) if one.quote and one.before_tax else "",
        method=one.method.label if one.method else "",
        concerns=_concerns(one, loaded, who, actor),
        changes=tuple(
            Change(words.difference(found, who.locale, who.names), _name(found.subscription_id, subjects))
            for found in one.differences
            if found.code not in UNCHANGED
        ),
        summary=_summary(one, who),
        order_number=one.order.number if one.order else "",
        order_url=reverse("portal:order", args=[one.order.id]) if one.order else "",
        is_under_way=one.order is not None and one.order.is_under_way,
        replaced=_replaced(one, who),
        owed=_owed(one, loaded, who),
        if_paid=one.kind is not UpcomingKind.DUE and not unpaid.isdisjoint(one.subscription_ids),
    )


def _replaced(one: Upcoming, who: Reader) -> tuple[str, ...]:
    label = one.method.label if one.method else ""
    return tuple(words.pays_instead(other.label, label, one.on, who.locale) for other in one.instead_of if label)


def _owed(one: Upcoming, loaded: Loaded, who: Reader) -> tuple[str, ...]:
    """Of a renewal that is owed: how much for what, and when it is tried again."""
    if one.kind is not UpcomingKind.DUE:
        return ()
    owing = [loaded.state.subscription(each) for each in one.subscription_ids]
    return words.owed(still_owed(loaded.state, owing, loaded.today), who.locale)


def _concerns(one: Upcoming, loaded: Loaded, who: Reader, actor: Actor) -> tuple[components.Reason, ...]:
    """Why it can't be charged, or ends: judged for the night, so what mends it is judged again for whoever reads."""
    action = Action.AUTO_RENEW_ON if one.kind is UpcomingKind.ENDS else Action.METHOD
    wanted = Wanted(action, loaded.state.subscription(one.subscription_ids[0]))
    case = Case(loaded.state, loaded.offer, action, actor, loaded.today)
    return remedies.shown((offered_to(case, found) for found in one.concerns), wanted, who.locale, who.names)


def _name(subscription_id: str, subjects: tuple[Subject, ...]) -> str:
    if len(subjects) == 1:
        return ""
    return next(each.name for each in subjects if each.id == subscription_id)


def _summary(one: Upcoming, who: Reader) -> components.PriceSummary | None:
    """How the amount is made up, unless an order says so already that came out otherwise."""
    if one.quote is None or one.amount not in (None, one.quote.at_gateway):
        return None
    shown = summary(one.quote, who)
    return replace(shown, total_label=shown.total_label or _("Total"), rest_label=_("To be charged"))
