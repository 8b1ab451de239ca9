"""Figures of the home page. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import TruncMonth

from tenor.db.models import Posting
from tenor.domain.ledger import LedgerAccount
from tenor.domain.money import Money

_HELD = LedgerAccount.CLEARING.value
"""Money is here once a gateway took it, until it gave it back."""


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """What was paid in a month (its first day), less what came back in it; tax included."""

    month: date
    total: Money


def spend_by_month(account_id: UUID, year: int) -> tuple[MonthSpend, ...]:
    """The months of a calendar year in which money moved, in order; by currency where it changed. One query.

    Payments less refunds, by the books: an invoice is no payment, and the credit note of an unpaid one no refund.
    """
    moved = Posting.objects.filter(account_id=account_id, booked_on__year=year).filter(Q(debit=_HELD) | Q(credit=_HELD))
    months = (
        moved.annotate(month=TruncMonth("booked_on"))
        .values("month", "currency")
        .annotate(total=Sum(Case(When(debit=_HELD, then=F("amount_minor")), default=-F("amount_minor"))))
        .order_by("month", "currency")
    )
    return tuple(MonthSpend(row["month"], Money(int(row["total"]), row["currency"])) for row in months)
