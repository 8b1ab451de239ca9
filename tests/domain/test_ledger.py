"""The ledger: the tables of docs/domain/books.md, and the laws of the books."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.invoices import InvoiceDraft, credit_note
from tenor.domain.ledger import (
    LedgerAccount,
    Posting,
    PostingReason,
    Postings,
    balance_moved,
    balance_paid_out,
    balances,
    credit_note_issued,
    earned,
    invoice_issued,
    payment_received,
    payment_refunded,
    recognition,
    unclaimed_money,
    unclaimed_money_refunded,
)
from tenor.domain.money import Money
from tenor.domain.terms import Period
from tests.domain.builders import day
from tests.domain.documents import ISSUED, LEFT_OF_THE_YEAR, invoice, line
from tests.support import tables

ACCOUNTS = tables.rows("books", "Accounts")
POSTINGS = tables.rows("books", "Postings")
EARNED = tables.rows("books", "Earning by day")
REFUNDS = tables.rows("books", "Refunds")


def euros(text: str) -> Money:
    return Money.of(text, "EUR")


NOTHING = euros("0")


def test_the_page_lists_every_account() -> None:
    assert [row["account"] for row in ACCOUNTS] == list(LedgerAccount)


def test_the_life_of_an_invoice_in_postings() -> None:
    billed = invoice([euros("382.19")], Fraction(1, 4))
    (sold,), tomorrow = billed.lines, ISSUED + timedelta(days=1)
    events: dict[str, Postings] = {
        "invoice": invoice_issued(billed, ISSUED),
        "payment": payment_received(billed.total, ISSUED),
        "earned after one day": recognition(sold, NOTHING, NOTHING, tomorrow),
        "credit note": credit_note_issued(credit_note(billed, [], tomorrow), tomorrow),
        "nothing earned any more": recognition(sold, sold.net, euros("3.82"), tomorrow),
        "refund": payment_refunded(billed.total, tomorrow),
        "unclaimed money": unclaimed_money(euros("10.00"), tomorrow),
        "unclaimed money given back": unclaimed_money_refunded(euros("10.00"), tomorrow),
        "credit above the charge": balance_moved(euros("189.04"), tomorrow),
        "paid from the balance": balance_moved(euros("-189.04"), tomorrow),
        "balance paid out": balance_paid_out(euros("100.00"), tomorrow),
        "pay-out that could not be sent": balance_paid_out(euros("-100.00"), tomorrow),
    }
    posted = [
        (event, str(one.debit), str(one.credit), one.amount.plain(), str(one.reason))
        for event, postings in events.items()
        for one in postings
    ]
    assert posted == [tuple(row.values()) for row in POSTINGS]
    everything = (one for postings in events.values() for one in postings)
    assert not any(balances(everything, "EUR").values())


@pytest.mark.parametrize("course", dict.fromkeys(row["course"] for row in REFUNDS))
def test_what_a_return_leaves_in_the_books(course: str) -> None:
    billed = invoice([euros("382.19")], Fraction(1, 4))
    steps: dict[str, Postings] = {
        "invoice": invoice_issued(billed, ISSUED),
        "payment": payment_received(billed.total, ISSUED),
        "credit note": credit_note_issued(credit_note(billed, [], ISSUED), ISSUED),
        "refund": payment_refunded(billed.total, ISSUED),
        "taken back": payment_refunded(billed.total, ISSUED),
    }
    posted: list[Posting] = []
    for row in REFUNDS:
        if row["course"] == course:
            posted += steps[row["step"]]
            standing = {str(name): amount.plain() for name, amount in balances(posted, "EUR").items() if amount}
            told = {name: cell for name, cell in row.items() if name not in ("course", "step") and cell != "0.00"}
            assert standing == told, row["step"]


@pytest.mark.parametrize("row", EARNED, ids=tables.ids(EARNED, "net", "credited", "by the start of"))
def test_what_is_earned_by_day(row: dict[str, str]) -> None:
    sold = line(euros(row["net"]), span=Period(day(row["from"]), day(row["to"])))
    assert earned(sold, euros(row["credited"]), day(row["by the start of"])) == euros(row["earned"])


def test_a_posting_moves_something_between_two_accounts() -> None:
    for amount in ("0", "-1.00"):
        with pytest.raises(ValueError, match="more than nothing"):
            Posting(LedgerAccount.CLEARING, LedgerAccount.REVENUE, euros(amount), PostingReason.PAYMENT, ISSUED)
    with pytest.raises(ValueError, match="two accounts"):
        Posting(LedgerAccount.CLEARING, LedgerAccount.CLEARING, euros("1.00"), PostingReason.PAYMENT, ISSUED)


def test_a_zero_makes_no_posting() -> None:
    assert payment_received(NOTHING, ISSUED) == ()
    assert invoice_issued(invoice([NOTHING], Fraction(1, 4)), ISSUED) == ()
    untaxed = invoice_issued(invoice([euros("5.00")], Fraction(0)), ISSUED)
    assert [posting.reason for posting in untaxed] == [PostingReason.INVOICE_NET]


CHARGES = st.lists(st.integers(0, 100_000).map(lambda minor: Money(minor, "EUR")), min_size=1, max_size=4)
DAYS = st.integers(-10, LEFT_OF_THE_YEAR.days + 10).map(lambda days: ISSUED + timedelta(days=days))


@given(CHARGES, st.booleans(), st.lists(st.integers(0, 60_000), max_size=4))
def test_invoice_payment_credit_and_refund_cancel_out(
    charges: list[Money], tax_included: bool, parts: list[int]
) -> None:
    billed = invoice(charges, Fraction(21, 100), tax_included=tax_included)
    postings = invoice_issued(billed, ISSUED) + payment_received(billed.total, ISSUED)
    notes = list[InvoiceDraft]()
    for part in [*parts, sum(charge.minor for charge in charges)]:
        left = billed.total.minor + sum(note.total.minor for note in notes)
        if part and left:
            amounts = {place: Money(part, "EUR") for place in range(len(charges))}
            notes.append(credit_note(billed, notes, ISSUED, amounts))
            postings += credit_note_issued(notes[-1], ISSUED) + payment_refunded(-notes[-1].total, ISSUED)
    assert not any(balances(postings, "EUR").values())


@given(st.integers(-100_000, 100_000), st.lists(DAYS, min_size=1, max_size=8))
def test_revenue_is_recognized_once_however_the_days_come(minor: int, days: list[date]) -> None:
    sold = line(Money(minor, "EUR"))
    recognized = NOTHING
    for until in [*days, LEFT_OF_THE_YEAR.end]:
        postings = recognition(sold, NOTHING, recognized, until)
        recognized -= balances(postings, "EUR")[LedgerAccount.REVENUE]
        assert recognition(sold, NOTHING, recognized, until) == ()
    assert recognized == sold.net


@given(st.integers(0, 100_000), DAYS, DAYS)
def test_what_is_earned_only_grows_and_stays_within_the_line(minor: int, one: date, other: date) -> None:
    sold = line(Money(minor, "EUR"))
    earlier, later = (earned(sold, NOTHING, until) for until in sorted((one, other)))
    assert NOTHING <= earlier <= later <= sold.net


@given(st.integers(0, 100_000), DAYS, DAYS)
def test_a_line_credited_by_what_is_left_stops_being_earned_that_day(minor: int, ended: date, until: date) -> None:
    sold = line(Money(minor, "EUR"))
    credit = sold.net - earned(sold, NOTHING, ended)
    assert earned(sold, credit, until) == earned(sold, NOTHING, min(ended, until))


@given(st.lists(st.tuples(st.sampled_from(LedgerAccount), st.sampled_from(LedgerAccount), st.integers(1, 10**6))))
def test_the_books_balance_whatever_is_posted(moves: list[tuple[LedgerAccount, LedgerAccount, int]]) -> None:
    postings = [
        Posting(debit, credit, Money(minor, "EUR"), PostingReason.PAYMENT, ISSUED)
        for debit, credit, minor in moves
        if debit is not credit
    ]
    assert sum(balance.minor for balance in balances(postings, "EUR").values()) == 0
