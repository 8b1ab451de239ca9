"""Whether a page offers to send the balance back, and where to."""

from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.refusals import Refusal
from tenor.portal.visit import Visit
from tenor.usecases.pay_out_balance import preview_pay_out


@dataclass(frozen=True, slots=True)
class OfferedPayOut:
    """The address of the page; `method` is where the first part would go, "" where its name is not known."""

    url: str
    method: str


def offer(visit: Visit) -> OfferedPayOut | None:
    """None where nothing can be sent back, or not by who looks. Ask only where there is a balance."""
    try:
        planned = preview_pay_out(account_id=visit.account_id, actor=visit.actor, now=visit.now)
    except Refusal:
        return None
    return OfferedPayOut(reverse("portal:pay_out"), planned.parts[0].method)
