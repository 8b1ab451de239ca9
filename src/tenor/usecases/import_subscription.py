"""Take over a subscription that others sold or still bill: with the terms paid there, and no order of ours.

A reseller sold it; or a legacy system or a former payment processor keeps it; or such a system is closed, and Tenor
renews from now on what was paid there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.models import PaidPeriod, Subscription
from tenor.db.numbers import take_number
from tenor.db.transitions import move_subscription
from tenor.domain.account import Actor, Channel, PeriodKind, PriceKind, Reseller, SeatLimits, SubscriptionStatus
from tenor.domain.money import Money
from tenor.domain.terms import Period, Term, next_period
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.tell import About, tell

NO_LIMITS = SeatLimits()
"""The product's own limits hold."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What is taken over: `terms` whole terms, paid at `unit_price` a seat and term, the first from `paid_from` on.

    `processor` is who renews it: "tenor", or the system that still keeps it. `method_id` None: the account's default.
    """

    product: str
    plan: str
    months: int
    seats: int
    paid_from: date
    unit_price: Money
    terms: int = 1
    auto_renew: bool = True
    channel: Channel = Channel.SALES
    processor: str = "tenor"
    reseller: Reseller | None = None
    seat_limits: SeatLimits = NO_LIMITS
    method_id: UUID | None = None


def import_subscription(*, account_id: UUID, imported: Imported, actor: Actor, now: datetime) -> UUID:
    """Write the subscription and its paid periods down; returns its id.

    Raises Refusal: unknown_product, unknown_plan. A reseller's subscription has to name the reseller (IntegrityError).
    What Tenor is to renew, and was paid through longer ago than the days of grace (policy), is ended as of that date:
    nobody is charged for the time in which nobody renewed it. It may be renewed late, as whatever has expired.
    """
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        loaded.offer.plan(imported.product, imported.plan)
        periods = tuple(_periods(imported))
        row = _subscription(loaded, imported, periods)
        PaidPeriod.objects.bulk_create(_paid(row, period, imported.unit_price) for period in periods)
        about = About(account_id, subscription=row.id)
        tell(about, "subscription_imported", actor, now, after={"number": row.number})
        if _is_over(loaded, imported, periods[-1].end):
            row.lapsed_on = row.renews_on
            move_subscription(row, SubscriptionStatus.EXPIRED, also=["lapsed_on"])
        return row.id


def _is_over(loaded: Loaded, imported: Imported, paid_until: date) -> bool:
    is_ours = imported.processor == "tenor" and imported.channel is not Channel.RESELLER
    return is_ours and paid_until + timedelta(days=loaded.offer.policy.past_due_days) <= loaded.today


def _periods(imported: Imported) -> Iterator[Period]:
    start = imported.paid_from
    for _ in range(imported.terms):
        period = next_period(imported.paid_from, start, Term(imported.months))
        yield period
        start = period.end


def _subscription(loaded: Loaded, imported: Imported, periods: tuple[Period, ...]) -> Subscription:
    reseller, limits = imported.reseller, imported.seat_limits
    return Subscription.objects.create(
        id=new_id(),
        account_id=loaded.state.id,
        seller_id=loaded.offer.seller.id,
        number=take_number(UUID(loaded.offer.seller.id), "subscription"),
        product_code=imported.product,
        plan_code=imported.plan,
        months=imported.months,
        seats=imported.seats,
        anchor=imported.paid_from,
        renews_on=periods[-1].end,
        auto_renew=imported.auto_renew,
        channel=imported.channel.value,
        processor=imported.processor,
        reseller_name=reseller.name if reseller else "",
        reseller_contact=reseller.contact if reseller else "",
        reseller_allows_auto_renew_off=reseller.allows_auto_renew_off if reseller else False,
        payment_method_id=imported.method_id,
        min_seats=limits.minimum,
        max_seats=limits.maximum,
    )


def _paid(row: Subscription, period: Period, unit_price: Money) -> PaidPeriod:
    return PaidPeriod(
        id=new_id(),
        account_id=row.account_id,
        subscription_id=row.id,
        kind=PeriodKind.TERM.value,
        starts_on=period.start,
        ends_on=period.end,
        unit_price_minor=unit_price.minor,
        currency=unit_price.currency,
        denominator=period.days,
        price_kind=PriceKind.LIST.value,
    )
