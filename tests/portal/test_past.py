"""History in words: what an order changes is told as done only where it is carried out."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tenor.db.queries.events import PLACED, EventRow, OrderOf
from tenor.domain.renewals import plan_renewals
from tenor.portal.flows.shared import Reader
from tenor.portal.past import happenings
from tenor.ui.words import NO_NAMES, TaxWords
from tests.domain.builders import RENEWS, account, offer, subscription, usd

WHO = Reader("en_US", NO_NAMES, TaxWords("VAT", "excl. VAT", "incl. VAT"))
(QUOTE,) = plan_renewals(account(), offer(), RENEWS, known_on=RENEWS)
DONE = OrderOf(UUID(int=1), "ORD-1", "renew", "fulfilled", usd("1260.00"), QUOTE.effects, "", (), is_standing=True)


def said(order: OrderOf) -> str:
    """The line of a renewal's order."""
    row = EventRow(PLACED, datetime(2027, 3, 1, tzinfo=UTC), "Tenor", "", order, {}, {})
    (line,) = happenings(subscription(), [row], WHO)
    return line.sentence


@pytest.mark.parametrize("status", ["submitted", "requires_action", "processing", "failed", "canceled"])
def test_nothing_has_renewed_before_its_order_is_carried_out(status: str) -> None:
    assert said(DONE) == "Renewed from March 1, 2027 to March 1, 2028"
    assert said(replace(DONE, status=status, is_standing=False)) == "Renewal"


def test_a_decline_is_told_while_it_stands() -> None:
    declined = replace(DONE, decline="expired_card")
    assert said(replace(declined, status="requires_action", is_standing=False)) == "Renewal. The card has expired."
    assert said(declined) == "Renewed from March 1, 2027 to March 1, 2028"
