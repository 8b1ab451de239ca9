"""The tables, one file a noun. Every invariant is a named constraint, broken once by a test."""

from tenor.db.models.account import Account
from tenor.db.models.balance import BalanceMovement
from tenor.db.models.calendar_feed import CalendarFeed
from tenor.db.models.catalog import Plan, PriceEntry, Product, Promotion
from tenor.db.models.clock import Clock
from tenor.db.models.difference import Difference
from tenor.db.models.event import Event
from tenor.db.models.gateway_event import GatewayEvent
from tenor.db.models.handover import Handover
from tenor.db.models.invitation import Invitation
from tenor.db.models.invoice import Invoice, InvoiceLine, InvoiceTaxLine
from tenor.db.models.mail import Mail, SentMail
from tenor.db.models.membership import Membership
from tenor.db.models.missed_term import MissedTerm
from tenor.db.models.order import Order, OrderLine, OrderSubscription
from tenor.db.models.payment import Payment, Refund
from tenor.db.models.payment_method import PaymentMethod
from tenor.db.models.posting import Posting
from tenor.db.models.quote import Quote
from tenor.db.models.renewal_claim import RenewalClaim
from tenor.db.models.run import Run
from tenor.db.models.seat_assignment import SeatAssignment
from tenor.db.models.seller import NumberSeries, Seller, TaxRegistration
from tenor.db.models.set_aside import SetAside
from tenor.db.models.subscription import PaidPeriod, ScheduledChange, Subscription
from tenor.db.models.time_zone import TimeZone
from tenor.db.models.user import User

__all__ = [
    "Account",
    "BalanceMovement",
    "CalendarFeed",
    "Clock",
    "Difference",
    "Event",
    "GatewayEvent",
    "Handover",
    "Invitation",
    "Invoice",
    "InvoiceLine",
    "InvoiceTaxLine",
    "Mail",
    "Membership",
    "MissedTerm",
    "NumberSeries",
    "Order",
    "OrderLine",
    "OrderSubscription",
    "PaidPeriod",
    "Payment",
    "PaymentMethod",
    "Plan",
    "Posting",
    "PriceEntry",
    "Product",
    "Promotion",
    "Quote",
    "Refund",
    "RenewalClaim",
    "Run",
    "ScheduledChange",
    "SeatAssignment",
    "Seller",
    "SentMail",
    "SetAside",
    "Subscription",
    "TaxRegistration",
    "TimeZone",
    "User",
]
