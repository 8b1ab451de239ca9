"""What the balance was to pay of an unpaid renewal is free again when that is changed or declined, and pays first."""

import pytest

from tenor.db import models
from tenor.domain.effects import WithdrawInvoice
from tenor.domain.money import Money
from tenor.domain.requests import ChangeOwed, DeclineOwed, OwedChoice
from tests.support.balances import balance, upgrade
from tests.support.books import assert_books_agree
from tests.support.customer import Customer
from tests.usecases.owing import another, ask, invoices, mend, overdue, paid, pass_days, payments

WHOLE = 1260_00
"""Three seats at the special price; the other subscription has one."""


@pytest.fixture
def other(customer: Customer) -> models.Subscription:
    """Both renew on one invoice, of which the balance pays 100.00; the card is declined for the rest."""
    second = another(customer, seats=1)
    upgrade(customer, 100_00)
    return second


def test_fewer_seats_take_from_the_balance_what_the_old_invoice_took(customer: Customer) -> None:
    upgrade(customer, 100_00)
    card = overdue(customer)
    assert payments(customer)[-1] == ("failed", WHOLE - 100_00)
    mend(customer, card)
    quote = ask(customer, ChangeOwed((OwedChoice(str(customer.subscription.id), seats=1),)))
    assert (quote.total.minor, quote.at_gateway.minor) == (420_00, 320_00)
    [withdrawn] = (effect for effect in quote.effects if isinstance(effect, WithdrawInvoice))
    assert withdrawn.credited == Money(WHOLE, "EUR")  # all of it, and not the gateway's part
    assert paid(customer)[-1] == 320_00
    assert balance(customer) == 0
    assert_books_agree(customer.id, customer.sandbox)


def test_a_declined_renewal_gives_its_part_back_to_the_balance(customer: Customer) -> None:
    upgrade(customer, 100_00)
    overdue(customer)
    ask(customer, DeclineOwed((str(customer.subscription.id),)))
    assert balance(customer) == 100_00
    assert_books_agree(customer.id, customer.sandbox)


def test_what_stays_owed_takes_from_the_balance_first_as_it_was_said(
    customer: Customer, other: models.Subscription
) -> None:
    card = overdue(customer)
    assert payments(customer)[-1] == ("failed", WHOLE + 420_00 - 100_00)
    quote = ask(customer, DeclineOwed((str(other.id),)))
    assert [one.total.minor for one in quote.owed if one.total is not None] == [WHOLE - 100_00]
    mend(customer, card)
    pass_days(customer, 2, 3)
    assert paid(customer)[-1] == WHOLE - 100_00
    assert balance(customer) == 0
    assert_books_agree(customer.id, customer.sandbox)


def test_what_stays_owed_and_the_balance_pays_whole_is_carried_out_without_a_charge(
    customer: Customer, other: models.Subscription
) -> None:
    upgrade(customer, 320_00)
    overdue(customer)
    before = payments(customer)
    ask(customer, DeclineOwed((str(customer.subscription.id),)))
    pass_days(customer, 2)
    other.refresh_from_db()
    assert (other.status, payments(customer)) == ("active", before)
    assert (balance(customer), invoices(customer)[-1]) == (0, ("invoice", "paid", 420_00))
    assert_books_agree(customer.id, customer.sandbox)
