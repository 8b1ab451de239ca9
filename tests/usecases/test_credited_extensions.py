"""An extension that a lower price credited to the account's balance: turned off, it goes back while that is there."""

from datetime import date, timedelta

import pytest

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, AlignDates, ChangePlan, ReturnOrder, SetAutoRenew
from tests.support import factories
from tests.support.balances import balance
from tests.support.books import assert_books_agree
from tests.support.customer import Customer
from tests.usecases.owing import another, ask, at

CREDITED, OF_THE_EXTENSION = 1132_49, 550_49
LONGER = date(2027, 6, 1)


@pytest.fixture
def other(customer: Customer) -> models.Subscription:
    """The first was aligned to this one at 1,460.00 a year, and has had a plan of 730.00 since the price fell."""
    seller = customer.account.seller
    announced = {"seller": seller, "announced_on": date(2026, 8, 1)}
    factories.make_price(**announced, list_minor=1460_00, renewal_minor=1460_00, valid_from=date(2026, 11, 1))
    factories.make_price(**announced, renewal_minor=465_00, valid_from=date(2026, 11, 23))
    second = another(customer, seats=1)
    models.Subscription.objects.filter(id=second.id).update(renews_on=LONGER, anchor=LONGER)
    models.PaidPeriod.objects.filter(subscription=second).update(starts_on=LONGER.replace(year=2026), ends_on=LONGER)
    models.PaidPeriod.objects.update(unit_price_minor=1460_00)
    ask(customer, AlignDates((str(customer.subscription.id), str(second.id))))
    at(customer, customer.now + timedelta(days=3))
    factories.make_plan(seller=seller, code="premium")
    factories.make_price(seller=seller, plan_code="premium", list_minor=730_00, renewal_minor=730_00)
    ask(customer, ChangePlan(str(customer.subscription.id), "premium", "now"))
    assert balance(customer) == CREDITED
    return second


def turn_off(customer: Customer) -> None:
    ask(customer, SetAutoRenew((str(customer.subscription.id),), on=False))


def test_turned_off_it_goes_back_and_the_credit_with_it(customer: Customer, other: models.Subscription) -> None:
    turn_off(customer)
    assert customer.subscription.renews_on == date(2027, 3, 1)
    assert balance(customer) == CREDITED - OF_THE_EXTENSION
    assert_books_agree(customer.id, customer.sandbox)


def test_where_the_credit_has_paid_for_something_the_extension_stands(
    customer: Customer, other: models.Subscription
) -> None:
    ask(customer, AddSeats(str(other.id), 30))
    assert balance(customer) == 0
    turn_off(customer)
    assert (customer.subscription.renews_on, balance(customer)) == (LONGER, 0)
    assert_books_agree(customer.id, customer.sandbox)


def test_after_that_the_rest_of_the_order_takes_back_the_rest_of_the_credit(
    customer: Customer, other: models.Subscription
) -> None:
    turn_off(customer)
    order = models.Order.objects.get(action="change_plan")
    ask(customer, ReturnOrder(str(order.id)))
    assert balance(customer) == 0
    assert_books_agree(customer.id, customer.sandbox)


def test_what_has_been_spent_of_the_rest_is_not_taken_back(customer: Customer, other: models.Subscription) -> None:
    turn_off(customer)
    ask(customer, AddSeats(str(other.id), 1))
    order = models.Order.objects.get(action="change_plan")
    with pytest.raises(Refusal, match="not_eligible") as refused:
        customer.preview(ReturnOrder(str(order.id)))
    assert [reason.code for reason in refused.value.reasons] == ["credit_spent"]
