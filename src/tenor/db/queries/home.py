"""Figures of the home page. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from tenor.db.models import Invoice
from tenor.domain.lifecycle import InvoiceStatus
from tenor.domain.money import Money


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """What was invoiced in a month (its first day), less what was credited; tax included."""

    month: date
    total: Money


def spend_by_month(account_id: UUID, year: int) -> tuple[MonthSpend, ...]:
    """The months of a calendar year in which something was invoiced, in order; by currency where it changed. One query.

    Credit notes are stored below zero, so that the sum is what remains.
    """
    issued = Invoice.objects.filter(account_id=account_id, issued_on__year=year)
    issued = issued.exclude(status__in=[InvoiceStatus.DRAFT.value, InvoiceStatus.VOID.value])
    months = (
        issued.annotate(month=TruncMonth("issued_on"))
        .values("month", "currency")
        .annotate(total=Sum("total_minor"))
        .order_by("month", "currency")
    )
    return tuple(MonthSpend(row["month"], Money(int(row["total"]), row["currency"])) for row in months)
