"""Documents at their edges: stored fingerprints, notes that fit, taxes that round to the first, kinds of price."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tenor.domain.account import PriceKind
from tenor.domain.catalog import Promotion
from tenor.domain.invoices import credit_note, left_to_credit
from tenor.domain.ledger import LedgerAccount, earned, payment_received, payment_refunded
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.offer import TaxRate, TaxRegistration
from tenor.domain.pricing import list_price, price_of_kind
from tenor.domain.quote import NextRenewal, canonical
from tenor.domain.reconciling import is_missing_there
from tenor.domain.seats import SeatUser
from tenor.domain.tax import decide, totals
from tenor.domain.terms import MONTHLY
from tests.domain.builders import RENEWS, STARTED, TODAY, account, entry, item, offer, usd
from tests.domain.documents import ISSUED, invoice, line
from tests.domain.documents import quote as quoted


def euros(text: str) -> Money:
    return Money.of(text, "EUR")


def test_a_fingerprint_stays_what_it_is_in_the_database_whatever_order_or_alphabet() -> None:
    """Canonical JSON: names in order, no spaces, letters as they are. A stored quote is compared with it later."""
    found = quoted([euros("382.19")], Fraction(1, 4))
    found = replace(found, lines=(replace(found.lines[0], product="Göteborg"),))
    text = json.dumps(canonical(found), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "Göteborg" in text
    assert text.startswith('{"action":"add_seats","collection":')
    assert found.fingerprint == hashlib.sha256(text.encode()).hexdigest()


def test_a_promise_is_before_tax_unless_it_says_otherwise() -> None:
    price = usd("420.00")
    why = quoted([price], Fraction(0)).lines[0].explanation
    promised = NextRenewal("s1", RENEWS, 12, "standard", 1, price, PriceKind.RENEWAL, price, why)
    assert promised.tax_included is False


def test_a_credited_line_is_explained_by_what_it_takes_back() -> None:
    billed = invoice([euros("100.00"), euros("20.00")], Fraction(1, 4))
    note = credit_note(billed, [], ISSUED, {0: euros("30.00")})
    assert [each.explanation.result for each in note.lines] == [euros("-30.00"), euros("0.00")]
    assert [each.amount for each in note.lines] == [euros("-30.00"), euros("0.00")]


def test_a_note_of_another_invoice_is_not_counted_against_this_one() -> None:
    two, one = invoice([euros("100.00"), euros("20.00")], Fraction(1, 4)), invoice([euros("100.00")], Fraction(1, 4))
    with pytest.raises(ValueError, match="zip"):
        left_to_credit(two, [credit_note(one, [], ISSUED)])


def test_lines_that_come_to_nothing_get_their_nets_by_largest_remainder_too() -> None:
    """-9.6, 2.4 and 7.2 cents: one cent is left over, and the first of the two largest remainders gets it."""
    decision = quoted([euros("1.00")], Fraction(1, 4)).tax
    sums = totals([euros("-0.12"), euros("0.03"), euros("0.09")], decision, tax_included=True)
    assert sums.nets == (euros("-0.09"), euros("0.02"), euros("0.07"))
    assert (sums.net, sums.tax) == (euros("0.00"), euros("0.00"))


def test_a_province_is_registered_for_by_a_canadian_registration_only() -> None:
    """A region of the same letters elsewhere does not make the seller collect British Columbia's own tax."""
    source = "test"
    rates = (
        TaxRate("CA", Fraction(5, 100), STARTED, source),
        TaxRate("CA", Fraction(12, 100), STARTED, source, "BC"),
    )
    federal, elsewhere = TaxRegistration("CA", "GST-1"), TaxRegistration("US", "US-1", region="BC")
    state = account(country="CA", region="BC")
    without = decide(offer(tax_rates=rates, registrations=(federal, elsewhere)), state, TODAY)
    assert without.rate == Fraction(5, 100)
    own = TaxRegistration("CA", "PST-1", region="BC")
    assert decide(offer(tax_rates=rates, registrations=(federal, own)), state, TODAY).rate == Fraction(12, 100)


def test_a_month_has_no_special_price_of_its_own() -> None:
    monthly, yearly = entry("45.00", "40.00", of=item(MONTHLY)), entry("465.00", "420.00")
    for asked, kind, expected in (
        (monthly, PriceKind.RENEWAL, ("45.00", PriceKind.LIST)),
        (monthly, PriceKind.LIST, ("45.00", PriceKind.LIST)),
        (yearly, PriceKind.RENEWAL, ("420.00", PriceKind.RENEWAL)),
        (yearly, PriceKind.LIST, ("465.00", PriceKind.LIST)),
    ):
        price = price_of_kind(offer(), asked, kind, TODAY, 1)
        assert (price.amount.plain(), price.kind) == expected


def test_a_promotion_of_nothing_takes_nothing_off() -> None:
    gift = Promotion("ZERO", "Zero", "studio", STARTED, RENEWS, amount=usd("0.00"))
    northline = offer(promotions=(gift,))
    assert list_price(northline, entry("465.00"), TODAY, 1, first_term=True).amount == usd("465.00")


@pytest.mark.parametrize("minor", [1, 2, 100])
def test_one_cent_is_posted_like_any_amount(minor: int) -> None:
    amount = Money(minor, "EUR")
    (received,), (back,) = payment_received(amount, TODAY), payment_refunded(amount, TODAY)
    assert (received.debit, received.credit) == (LedgerAccount.CLEARING, LedgerAccount.RECEIVABLE)
    assert (back.debit, back.credit, back.amount) == (LedgerAccount.RECEIVABLE, LedgerAccount.CLEARING, amount)
    assert payment_received(Money(0, "EUR"), TODAY) == ()


@pytest.mark.parametrize(("net", "credited", "by_the_end"), [("1.00", "0.40", "0.60"), ("-1.00", "-0.40", "-0.60")])
def test_a_line_earns_what_was_not_credited_whatever_its_sign(net: str, credited: str, by_the_end: str) -> None:
    assert earned(line(euros(net)), euros(credited), date(2030, 1, 1)) == euros(by_the_end)
    assert earned(line(euros(net)), euros(credited), ISSUED) == euros("0.00")


@pytest.mark.parametrize(
    ("ours", "reference", "missing"),
    [
        (PaymentStatus.FAILED, "pay_1", True),
        (PaymentStatus.FAILED, "", False),
        (PaymentStatus.PENDING, "pay_1", False),
        (PaymentStatus.SUCCEEDED, "", True),
    ],
)
def test_what_never_arrived_is_not_missed(ours: PaymentStatus, reference: str, missing: bool) -> None:
    assert is_missing_there(ours, reference) is missing


def test_nobody_is_chosen_to_leave_unless_an_admin_chose() -> None:
    assert SeatUser("a1", "u1", "Ada", "ada@example.com", datetime(2026, 3, 1, tzinfo=UTC)).leaves_at_renewal is False
