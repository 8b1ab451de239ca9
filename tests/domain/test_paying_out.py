"""Paying out a balance: what goes to which payment, what stays, and when it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.balance import given_back
from tenor.domain.money import Money, total
from tenor.domain.offer import Policy
from tenor.domain.paying_out import PaidBefore, pay_out, plan_pay_out
from tenor.domain.refusals import Refusal
from tests.domain.builders import account
from tests.support import tables

ROWS = tables.rows("books", "Paying out")
AMOUNTS = st.integers(0, 10**7)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def cells(text: str) -> list[Money]:
    return [] if text == "-" else [tables.amount(one, "EUR") for one in text.split()]


def paid(*lefts: int) -> list[PaidBefore]:
    return [PaidBefore(f"p{place}", f"Visa {place % 2}", eur(left)) for place, left in enumerate(lefts)]


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "balance", "left of the payments, newest first"))
def test_table_of_what_goes_where(row: dict[str, str]) -> None:
    balance = tables.amount(row["balance"], "EUR")
    found = pay_out(balance, paid(*(one.minor for one in cells(row["left of the payments, newest first"]))))
    assert [part.left for part in found.parts] == cells(row["sent back"])
    assert (found.stays, found.goes) == (tables.amount(row["stays"], "EUR"), balance - found.stays)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=6))
def test_nothing_is_lost_and_no_payment_gives_more_than_it_has(balance: int, lefts: list[int]) -> None:
    payments = paid(*lefts)
    found = pay_out(eur(balance), payments)
    left = {one.payment_id: one.left for one in payments}
    assert found.goes + found.stays == eur(balance)
    assert all(eur(0) < part.left <= left[part.payment_id] for part in found.parts)
    assert found.stays.minor == max(0, balance - sum(lefts))
    assert total((amount for _, amount in found.by_method), "EUR") == found.goes


def test_money_of_another_currency_takes_none() -> None:
    found = pay_out(eur(10_00), [PaidBefore("p", "Visa", Money(500_00, "SEK")), *paid(4_00)])
    assert ([part.payment_id for part in found.parts], found.stays) == (["p0"], eur(6_00))


def test_payments_by_one_method_are_read_as_one() -> None:
    assert pay_out(eur(90_00), paid(10_00, 20_00, 60_00)).by_method == (("Visa 0", eur(70_00)), ("Visa 1", eur(20_00)))


def test_what_was_shown_is_told_from_anything_else() -> None:
    shown = pay_out(eur(90_00), paid(10_00, 20_00))
    others = [pay_out(eur(90_00), paid(20_00, 10_00)), pay_out(eur(80_00), paid(10_00, 20_00))]
    assert pay_out(eur(90_00), paid(10_00, 20_00)).fingerprint == shown.fingerprint
    assert shown.fingerprint not in {other.fingerprint for other in others}


@pytest.mark.parametrize(
    ("balance", "policy", "owes", "code"),
    [
        (eur(100), Policy(balance_may_be_paid_out=False), False, "balance_not_paid_out"),
        (eur(100), Policy(), True, "balance_pays_what_is_owed"),
        (eur(0), Policy(), False, "nothing_to_pay_out"),
        (None, Policy(), False, "nothing_to_pay_out"),
    ],
)
def test_it_is_refused(balance: Money | None, policy: Policy, owes: bool, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan_pay_out(account(balance=balance), policy, paid(5_00), owes=owes)
    assert refused.value.code == code


@given(st.integers(1, 10**6), st.data())
def test_notes_and_pay_outs_never_give_a_payment_back_twice(invoiced: int, data: st.DataObject) -> None:
    """An invoice, part of it paid by balance; notes and pay-outs in any order: the method gets no more than it paid."""
    by_balance = data.draw(st.integers(0, invoiced))
    method, credited, noted, out = invoiced - by_balance, 0, 0, 0
    for is_note in data.draw(st.lists(st.booleans(), max_size=6)):
        if is_note:
            note = data.draw(st.integers(0, invoiced - credited))
            parts = given_back(eur(invoiced), eur(by_balance + out), eur(credited), eur(note))
            assert parts.to_method + parts.to_balance == eur(note)
            assert min(parts.to_method, parts.to_balance) >= eur(0)
            credited, noted = credited + note, noted + parts.to_method.minor
        else:
            out += data.draw(st.integers(0, method - noted - out))
        assert noted + out <= method
