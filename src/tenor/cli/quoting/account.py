"""The customer's account as the format gives it, and as the domain knows it."""

from datetime import date
from typing import Any

from tenor.cli.quoting.fields import (
    Amount,
    Country,
    Currency,
    Day,
    DayCount,
    Given,
    Months,
    PerhapsText,
    Scheduled,
    Seats,
    Text,
)
from tenor.cli.quoting.orders import PastOrderGiven, SoldWith
from tenor.domain.account import (
    AccountState,
    CarriedLine,
    ChangeKind,
    Channel,
    ComingTerm,
    CustomerType,
    Mandate,
    MethodKind,
    MethodStatus,
    OpenOrder,
    PaidPeriod,
    PaymentMethod,
    PeriodKind,
    Person,
    PriceKind,
    Reseller,
    Role,
    ScheduledChange,
    SeatLimits,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.terms import Period, Term


class PersonGiven(Given):
    """Somebody with a role in the account."""

    id: Text
    name: Text
    role: Role


class MandateGiven(Given):
    """What was signed so that a bank account may be debited; `used_on` is the day of the last debit."""

    reference: Text
    signed_on: Day
    used_on: Day | None = None


class MethodGiven(Given):
    """A stored way to pay."""

    id: Text
    kind: MethodKind
    label: Text
    status: MethodStatus | None = None
    expires_on: Day | None = None
    is_default: bool | None = None
    is_backup: bool | None = None
    mandate: MandateGiven | None = None
    billing_name: PerhapsText | None = None
    invalid_because: PerhapsText | None = None

    def build(self) -> PaymentMethod:
        """The domain's value."""
        mandate = Mandate(**self.mandate.values()) if self.mandate else None
        return PaymentMethod(**self.values("mandate"), mandate=mandate)


class PeriodGiven(Given):
    """A stretch of time that was paid for. Left out, `denominator` is its own number of days."""

    start: Day
    end: Day
    unit_price: Amount
    kind: PeriodKind = PeriodKind.TERM
    denominator: DayCount | None = None
    price_kind: PriceKind = PriceKind.LIST
    tax_included: bool | None = None

    def build(self) -> PaidPeriod:
        """The domain's value. Raises ValueError where the end does not come after the start."""
        period = Period(self.start, self.end)
        days = self.denominator or period.days
        return PaidPeriod(self.kind, period, self.unit_price, days, self.price_kind, self.tax_included)


class ScheduledGiven(Given):
    """An entry of the list "at your next renewal". `scheduled_on` left out is today."""

    kind: ChangeKind
    value: Scheduled
    scheduled_on: Day | None = None
    by: PerhapsText = ""
    unit_price: Amount | None = None

    def build(self, today: date) -> ScheduledChange:
        """The domain's value."""
        return ScheduledChange(self.kind, self.value, self.scheduled_on or today, self.by, self.unit_price)


class OrderGiven(Given):
    """An order that waits for its money. `action` is "renew" for a renewal that came on its own."""

    id: Text
    number: Text
    status: OrderStatus = OrderStatus.SUBMITTED
    action: PerhapsText = ""
    total: Amount | None = None
    retry_on: Day | None = None
    is_in_flight: bool = False
    needs_customer: bool = False
    arrives_on: Day | None = None

    def build(self) -> OpenOrder:
        """The domain's value."""
        return OpenOrder(**{**self.values("status"), "status": str(self.status)})


class ResellerGiven(Given):
    """Who sold the subscription, when the seller did not."""

    name: Text
    contact: PerhapsText | None = None
    allows_auto_renew_off: bool | None = None


class SeatLimitsGiven(Given):
    """What this customer's contract allows."""

    minimum: Seats | None = None
    maximum: Seats | None = None


class ComingGiven(Given):
    """A next term that is paid ahead: what the subscription becomes on the day it begins."""

    starts_on: Day
    months: Months
    plan: Text
    seats: Seats


class SubscriptionGiven(Given):
    """One subscription. `months` is its term; `number` left out is its id."""

    id: Text
    product: Text
    plan: Text
    months: Months
    seats: Seats
    anchor: Day
    renews_on: Day
    periods: tuple[PeriodGiven, ...]
    number: Text | None = None
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    auto_renew: bool = True
    method_id: Text | None = None
    channel: Channel | None = None
    processor: Text | None = None
    reseller: ResellerGiven | None = None
    scheduled: tuple[ScheduledGiven, ...] = ()
    open_order: OrderGiven | None = None
    lapsed_on: Day | None = None
    renewal_claimed: bool | None = None
    seat_limits: SeatLimitsGiven | None = None
    coming: ComingGiven | None = None

    def build(self, today: date) -> Subscription:
        """The domain's value."""
        given: dict[str, Any] = {
            "number": self.id,
            "status": self.status,
            "auto_renew": self.auto_renew,
            **self.values("months", "periods", "scheduled", "reseller", "open_order", "seat_limits", "coming"),
        }
        if self.reseller is not None:
            given["reseller"] = Reseller(**{"contact": "", **self.reseller.values()})
        if self.open_order is not None:
            given["open_order"] = self.open_order.build()
        if self.coming is not None:
            given["coming"] = ComingTerm(**self.coming.values())
        if self.seat_limits is not None:
            given["seat_limits"] = SeatLimits(**self.seat_limits.values())
        return Subscription(
            **given,
            term=Term(self.months),
            periods=tuple(period.build() for period in self.periods),
            scheduled=tuple(entry.build(today) for entry in self.scheduled),
        )


class CarriedGiven(Given):
    """A line too small to be collected by itself, which waits for the next invoice.

    `tax` is the "tax" of the line in the quote that sold it; left out, it is found in the order of that number.
    """

    id: Text
    order_number: Text
    subscription_id: Text
    product: Text
    plan: Text
    seats: Seats
    start: Day
    end: Day
    unit_price: Amount
    denominator: DayCount
    amount: Amount
    tax: SoldWith | None = None

    def build(self, orders: tuple[PastOrderGiven, ...]) -> CarriedLine:
        """The domain's value. Raises ValueError where the end does not come after the start."""
        given, span = self.values("start", "end", "tax"), Period(self.start, self.end)
        sold = (order.tax_of(self.subscription_id, span) for order in orders if order.number == self.order_number)
        return CarriedLine(**given, span=span, tax=self.tax or next(sold, None))


class AccountGiven(Given):
    """One customer's account, whole."""

    country: Country
    currency: Currency
    subscriptions: tuple[SubscriptionGiven, ...]
    id: Text = "account"
    name: Text = "Account"
    customer_type: CustomerType = CustomerType.BUSINESS
    time_zone: Text = "UTC"
    methods: tuple[MethodGiven, ...] = ()
    people: tuple[PersonGiven, ...] = ()
    region: PerhapsText = ""
    postal_code: PerhapsText = ""
    vat_id: PerhapsText = ""
    vat_id_checked_on: Day | None = None
    carried: tuple[CarriedGiven, ...] = ()
    orders: tuple[PastOrderGiven, ...] = ()
    balance: Amount | None = None

    def build(self, today: date) -> AccountState:
        """The domain's value."""
        return AccountState(
            id=self.id,
            name=self.name,
            customer_type=self.customer_type,
            country=self.country,
            currency=self.currency,
            time_zone=self.time_zone,
            subscriptions=tuple(subscription.build(today) for subscription in self.subscriptions),
            methods=tuple(method.build() for method in self.methods),
            people=tuple(Person(**person.values()) for person in self.people),
            region=self.region,
            vat_id=self.vat_id,
            vat_id_checked_on=self.vat_id_checked_on,
            carried=tuple(line.build(self.orders) for line in self.carried),
            postal_code=self.postal_code,
            balance=self.balance,
        )
