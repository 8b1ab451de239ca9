"""One customer as it stands: subscriptions, payment methods, people, scheduled changes, in one frozen snapshot."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tenor.domain.later_fields import ADDED
from tenor.domain.line_tax import LineTax
from tenor.domain.money import Money
from tenor.domain.refusals import Refusal
from tenor.domain.terms import Period, Term, boundary

if TYPE_CHECKING:
    from tenor.domain.effects import Effect  # it is made of what is here

MANDATE_MONTHS = 36
"""A mandate lapses when nothing was debited by it for so long (rules 11)."""


RENEWAL = "renew"
"""What the order of a renewal is called that came on its own: its invoice is issued, and owed until it is settled."""


class CustomerType(StrEnum):
    """Consumers have rights and prices of their own."""

    BUSINESS = "business"
    CONSUMER = "consumer"


class Role(StrEnum):
    """What a person may do in an account (rules 12)."""

    BUYER = "buyer"
    BILLING_ADMIN = "billing_admin"
    USER_ADMIN = "user_admin"
    VIEWER = "viewer"

    @property
    def may_buy(self) -> bool:
        """Buyer and billing admin may buy."""
        return self in (Role.BUYER, Role.BILLING_ADMIN)


class SubscriptionStatus(StrEnum):
    """Where a subscription stands (rules 7)."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELED = "canceled"


class Channel(StrEnum):
    """Where it was bought."""

    WEBSITE = "website"
    SALES = "sales"
    RESELLER = "reseller"


class MethodKind(StrEnum):
    """How a customer pays."""

    CARD = "card"
    PAYPAL = "paypal"
    DIRECT_DEBIT = "direct_debit"


class MethodStatus(StrEnum):
    """Whether a method can be charged. Expiry of a card is told by its date, not by its status."""

    ACTIVE = "active"
    MANDATE_PENDING = "mandate_pending"
    INVALID = "invalid"
    REMOVED = "removed"


class PeriodKind(StrEnum):
    """A regular term, or the extension that an alignment of dates bought (rules 5)."""

    TERM = "term"
    EXTENSION = "extension"


class PriceKind(StrEnum):
    """The published price, or the special renewal price (rules 3)."""

    LIST = "list"
    RENEWAL = "renewal"


class ChangeKind(StrEnum):
    """What may be scheduled for the next renewal; one entry of each kind at most (rules 6)."""

    __hash__ = str.__hash__  # an enum's own one is a function of Python's: a night looks kinds up by the million

    TERM = "term"
    PLAN = "plan"
    SEATS = "seats"
    METHOD = "method"
    AUTO_RENEW = "auto_renew"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role in the account."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `staff` is the employee who acts on the customer's behalf, if it is one; "" for the system itself."""

    id: str
    name: str
    role: Role
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a customer signed so that a bank account may be debited; `used_on` is the day of the last debit."""

    reference: str
    signed_on: date
    used_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which it can be debited, unless it is debited before."""
        return boundary(self.used_on or self.signed_on, MANDATE_MONTHS) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A stored way to pay. `label` is what people see ("Visa 4242"); `expires_on` a card's last valid day.

    `invalid_because` is the bank's code for a refusal for good, "" where it gave none.
    """

    id: str
    kind: MethodKind
    label: str
    status: MethodStatus = MethodStatus.ACTIVE
    expires_on: date | None = None
    is_default: bool = False
    is_backup: bool = False
    mandate: Mandate | None = None
    billing_name: str = ""
    invalid_because: str = ""

    @property
    def untold_last_day(self) -> date | None:
        """A card's last day, where its label does not tell the month already (`domain.methods.told_apart`)."""
        return self.expires_on if self.expires_on and f"{self.expires_on:%m/%Y}" not in self.label else None

    @property
    def last_day(self) -> date | None:
        """The last day on which it can be charged: the card's, or the mandate's; None where none is known."""
        return self.mandate.last_day if self.mandate else self.expires_on

    def has_expired(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.last_day is not None and self.last_day < day


@dataclass(frozen=True, slots=True)
class PaidPeriod:
    """A stretch of time that was paid for: its own unit price, and the days of the whole that the price is for.

    `denominator` is the day count of the anchor period, or, for an extension, of the period it was priced by. Raises
    ValueError for a period that is longer: its days would cost more than the price.
    `tax_included`: whether the unit price has tax in it; None where that is not known. Two periods that differ in it
    only are the same, for it came later than many that are stored.
    """

    kind: PeriodKind
    period: Period
    unit_price: Money
    denominator: int
    price_kind: PriceKind
    tax_included: bool | None = field(default=None, compare=False, metadata=ADDED)

    def __post_init__(self) -> None:
        if self.denominator < self.period.days:
            raise ValueError(f"{self.period} has more days than the {self.denominator} that its price is for")


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """One entry of the list "at your next renewal". `value` by kind: months, plan code, seats, method id, on/off.

    `unit_price` is the price a seat that the customer saw when confirming a change of term or plan.
    """

    kind: ChangeKind
    value: str
    scheduled_on: date
    by: str
    unit_price: Money | None = None


@dataclass(frozen=True, slots=True)
class ComingTerm:
    """A next term that is paid ahead: what the subscription becomes on the day it begins (rules 7)."""

    starts_on: date
    months: int
    plan: str
    seats: int


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that waits for its money, and holds its place until then. `action` and `total` where they are told.

    `total` is what is left to pay of it, beside what the account's balance pays (`from_balance`); `retry_on` is the day
    of its next automatic try; `is_in_flight`: a payment of it may take money at this moment; `needs_customer`: that
    payment waits for the customer, at the bank's own page; `arrives_on`: about when the money of a debit that is under
    way arrives, None where none is. `effects` are what it does once it is paid.
    """

    id: str
    number: str
    status: str
    action: str = ""
    total: Money | None = None
    retry_on: date | None = None
    is_in_flight: bool = False
    from_balance: Money | None = None
    arrives_on: date | None = None
    needs_customer: bool = False
    effects: "tuple[Effect, ...]" = field(default=(), compare=False)

    @property
    def is_under_way(self) -> bool:
        """Whether its money is on its way, or the provider's answer is: nobody can resume or cancel it meanwhile."""
        return self.status == "processing" or (self.is_in_flight and not self.needs_customer)

    @property
    def is_renewal(self) -> bool:
        """Whether it is a renewal that came on its own: that can be paid, and not called off."""
        return self.action == RENEWAL


@dataclass(frozen=True, slots=True)
class OwedTerm:
    """The next term that an open order is for, as it was ordered: what it makes of the subscription when it is paid.

    `seen` are the entries of the list that the order saw and claims; `method_was` the subscription's method that day.
    """

    starts_on: date
    ends_on: date
    months: int
    plan: str
    seats: int
    method_was: str | None
    seen: tuple[ScheduledChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Reseller:
    """Who sold the subscription, when the seller did not."""

    name: str
    contact: str
    allows_auto_renew_off: bool = False


@dataclass(frozen=True, slots=True)
class SeatLimits:
    """What this customer's contract allows; None where the product's own limit holds."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. `renews_on` is the renewal date: the end of the last paid period.

    `processor` is "tenor", or the legacy system that keeps it; `lapsed_on` is the day a term ended without a renewal
    or a charge for the next one failed; `coming` is a next term that is paid ahead and has not begun, `owed` one that
    the open order is for. `label` is the customer's own name for it ("Office Malmö"), `cost_center` where its costs are
    booked; "" for none. Neither changes a price or a date.
    """

    id: str
    number: str
    product: str
    plan: str
    term: Term
    seats: int
    anchor: date
    renews_on: date
    status: SubscriptionStatus
    auto_renew: bool
    periods: tuple[PaidPeriod, ...]
    method_id: str | None = None
    channel: Channel = Channel.WEBSITE
    processor: str = "tenor"
    reseller: Reseller | None = None
    scheduled: tuple[ScheduledChange, ...] = ()
    open_order: OpenOrder | None = None
    lapsed_on: date | None = None
    renewal_claimed: bool = False
    seat_limits: SeatLimits = SeatLimits()
    coming: ComingTerm | None = None
    owed: OwedTerm | None = None
    label: str = ""
    cost_center: str = ""

    @property
    def last_term(self) -> Term:
        """The term of the last paid period: what renews, if nothing is scheduled."""
        return self.term if self.coming is None else Term(self.coming.months)

    @property
    def last_plan(self) -> str:
        """The plan of the last paid period."""
        return self.plan if self.coming is None else self.coming.plan

    @property
    def last_seats(self) -> int:
        """The seats of the last paid period."""
        return self.seats if self.coming is None else self.coming.seats

    def scheduled_change(self, kind: ChangeKind) -> ScheduledChange | None:
        """The scheduled entry of that kind, if there is one."""
        for entry in self.scheduled:
            if entry.kind == kind:
                return entry
        return None

    def running_periods(self, day: date) -> tuple[PaidPeriod, ...]:
        """The paid periods of which a day or more is left, the earliest first."""
        running = (paid for paid in self.periods if paid.period.days_left(day))
        return tuple(sorted(running, key=lambda paid: paid.period))


@dataclass(frozen=True, slots=True)
class CarriedLine:
    """A line too small to be collected by itself: it waits for the account's next invoice (rules 4).

    `tax` is what it was sold with; None where that is not known: then the rate of its first day tells.
    """

    id: str
    order_number: str
    subscription_id: str
    product: str
    plan: str
    seats: int
    span: Period
    unit_price: Money
    denominator: int
    amount: Money
    tax: LineTax | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """One customer's account, whole, at one instant. `balance` is money of its own; None where it never had any."""

    id: str
    name: str
    customer_type: CustomerType
    country: str
    currency: str
    time_zone: str
    subscriptions: tuple[Subscription, ...]
    methods: tuple[PaymentMethod, ...] = ()
    people: tuple[Person, ...] = ()
    region: str = ""
    vat_id: str = ""
    vat_id_checked_on: date | None = None
    carried: tuple[CarriedLine, ...] = ()
    postal_code: str = ""
    balance: Money | None = None

    def subscription(self, subscription_id: str) -> Subscription:
        """The subscription with that id. Raises Refusal("unknown_subscription") where the account has none such."""
        for found in self.subscriptions:
            if found.id == subscription_id:
                return found
        raise Refusal("unknown_subscription", {"subscription": subscription_id})

    def method_of(self, subscription: Subscription) -> PaymentMethod | None:
        """How the subscription is paid: its own method, else the account's default."""
        for method in self.methods:
            if method.is_default if subscription.method_id is None else method.id == subscription.method_id:
                return method
        return None
