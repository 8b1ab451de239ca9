"""Returns as the pages show them: whether an order can be given back, what that undoes, how its refund stands."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tenor.db.queries.receipts import Receipt
from tenor.db.queries.returns import NoteShown, Returned
from tenor.domain.account import AccountState, Subscription
from tenor.domain.changes.return_order import open_parts
from tenor.domain.effects import CloseSubscription, EndTerm, MarkPartReturned
from tenor.domain.eligibility import Action
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.orders import PastOrder
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Reason
from tenor.domain.return_windows import part_window_ends_on
from tenor.portal import remedies
from tenor.portal.flows import pricing
from tenor.portal.flows.shared import Reader
from tenor.portal.remedies import Wanted
from tenor.portal.visit import Visit
from tenor.ui import components, formats, words
from tenor.ui.components import PriceSummary
from tenor.usecases.load import Loaded
from tenor.usecases.tell import SYSTEM


@dataclass(frozen=True, slots=True)
class Offer:
    """The way to give an order back, and the last day on which it is open; a part of it, where it has several."""

    action: components.Action
    last_day: date
    has_parts: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What an order did for one subscription: until when that can be given back, or every reason why not."""

    id: str
    name: str
    last_day: date
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be given back."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Given:
    """How an order, or a part of it, was given back: by whom ("" for what came by itself), and with which note.

    `refund`: where the money stands, in a sentence.
    `needs_support`: the refund could not be carried out, and a person has to look.
    """

    returned: Returned
    by: str
    note: NoteShown | None
    summary: PriceSummary | None
    undone: list[str]
    refund: str
    needs_support: bool

    @property
    def is_part(self) -> bool:
        """Whether something of the order was left by it."""
        return any(isinstance(effect, MarkPartReturned) for effect in self.returned.quote.effects)


def offer(visit: Visit, loaded: Loaded, receipt: Receipt, who: Reader) -> Offer | None:
    """The button that gives the order back, or every reason why not; None for what can't be given back at all."""
    past = past_order(loaded, receipt)
    if past is None:
        return None
    every = parts(visit, loaded, past, who)
    is_open = any(part.is_open for part in every)
    closed = [] if is_open else [reason for part in every for reason in part.reasons]
    found = [reason for place, reason in enumerate(closed) if reason not in closed[:place]]
    wanted = Wanted(Action.RETURN_ORDER, next(iter(bought(receipt, loaded.state)), None))
    action = components.Action(
        id="action-return_order",
        label=_("Return this order"),
        url=reverse("portal:return_order", args=[receipt.id]),
        icon="arrow-left",
        reasons=remedies.shown(found, wanted, who.locale, who.names),
    )
    return Offer(action, last_day(every), has_parts=len(every) > 1)


def past_order(loaded: Loaded, receipt: Receipt) -> PastOrder | None:
    """The order as planners see it; None where it did not take effect, or long ago."""
    return next((one for one in loaded.orders if one.id == str(receipt.id)), None)


def parts(visit: Visit, loaded: Loaded, past: PastOrder, who: Reader) -> list[Part]:
    """What is left of the order, by subscription, in the account's order."""
    found = open_parts(loaded.state, loaded.offer, past, visit.actor, loaded.today, loaded.orders)
    return [
        Part(
            id=one.id,
            name=f"{who.names.product(one.product)} ({words.subscription_reference(one)})",
            last_day=part_window_ends_on(loaded.offer, past, one.id) - timedelta(days=1),
            reasons=found[one.id],
        )
        for one in loaded.state.subscriptions
        if one.id in found
    ]


def last_day(found: list[Part]) -> date:
    """The last day on which something of it can be given back: of what can be, where anything can."""
    return max(part.last_day for part in [one for one in found if one.is_open] or found)


def bought(receipt: Receipt, state: AccountState) -> list[Subscription]:
    """The account's subscriptions that the order is about."""
    about = {line.subscription_id for line in receipt.quote.lines if line.kind is not LineKind.CARRIED}
    return [subscription for subscription in state.subscriptions if subscription.id in about]


def undone(quote: Quote, state: AccountState, who: Reader) -> list[str]:
    """What the return does, in a line each; where several subscriptions change, each line names its own."""
    worded: list[str] = []
    products = {subscription.id: subscription for subscription in state.subscriptions}
    several = len({getattr(effect, "subscription_id", "") for effect in quote.effects} - {""}) > 1
    for effect in quote.effects:
        owned = products.get(getattr(effect, "subscription_id", ""))
        said = words.effect(effect, who.locale, who.names, owned.product if owned else "")
        if said and owned and several:
            said = f"{who.names.product(owned.product)} ({words.subscription_reference(owned)}): {said}"
        worded += [said] if said else []
    return worded


def ends_today(quote: Quote, state: AccountState, today: date, who: Reader) -> list[str]:
    """The names of what can't be used any more once it is given back."""
    ended: set[str] = set()
    for effect in quote.effects:
        match effect:
            case EndTerm(subscription_id, term) if term.paid.period.start <= today:
                ended.add(subscription_id)
            case CloseSubscription(subscription_id):
                ended.add(subscription_id)
            case _:
                pass
    return [
        f"{who.names.product(one.product)} ({words.subscription_reference(one)})"
        for one in state.subscriptions
        if one.id in ended
    ]


def summary(quote: Quote, who: Reader) -> PriceSummary | None:
    """The lines of the credit note; None where there is none."""
    if not quote.lines:
        return None
    is_given = quote.collection in (Collection.REFUND, Collection.BALANCE)
    note = "" if is_given else _("The bank took the payment back: nothing is owed any more.")
    return replace(pricing.summary(quote, who), total_label=_("Total of the credit note"), note=note, rest=None)


def given(returned: Returned, loaded: Loaded, who: Reader) -> Given:
    """How the order was given back."""
    note = returned.note
    return Given(
        returned=returned,
        by="" if returned.by == SYSTEM.name else returned.by,
        note=note,
        summary=summary(returned.quote, who),
        undone=undone(returned.quote, loaded.state, who),
        refund=_refund(returned, who),
        needs_support=note is not None and note.is_parked,
    )


def _refund(returned: Returned, who: Reader) -> str:
    """Where the money is, in a sentence."""
    note = returned.note
    if note is None:
        return _("Nothing had been paid for it, so nothing goes back.")
    return " ".join(part for part in (_by_method(returned, note, who), _by_balance(returned.quote, who)) if part)


def _by_balance(quote: Quote, who: Reader) -> str:
    """What the account's balance got back, or gave."""
    if quote.to_balance:
        return _("%(amount)s went back to your balance.") % {"amount": formats.money(quote.to_balance, who.locale)}
    if quote.from_balance:
        amount = formats.money(quote.from_balance, who.locale)
        return _("%(amount)s was taken from your balance again.") % {"amount": amount}
    return ""


def _by_method(returned: Returned, note: NoteShown, who: Reader) -> str:
    """Where the part stands that the method had paid; "" where the balance had paid, or got, all of it."""
    if returned.quote.collection is Collection.BALANCE:
        return ""
    facts = {"amount": formats.money(-returned.quote.at_gateway, who.locale), "method": note.method or "–"}
    if note.is_parked:
        return _("The refund of %(amount)s did not go through.") % facts
    match note.refund:
        case PaymentStatus.SUCCEEDED:
            return _("%(amount)s went back to %(method)s.") % facts
        case "" | PaymentStatus.FAILED:
            return _("Your bank had taken the payment back already, so no money moves.")
        case _:
            return _("%(amount)s is on its way back to %(method)s.") % facts
