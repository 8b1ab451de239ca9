"""Past orders: whose lines stand on which invoice, what of a period was paid for, and what a refund comes to."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tenor.domain.account import PriceKind
from tenor.domain.effects import BillCarried, GiveBack, MarkReturned, SetSeats, changed_by
from tenor.domain.explanation import Explanation
from tenor.domain.line_tax import TaxCategory, TaxDecision
from tenor.domain.money import Money
from tenor.domain.orders import (
    PastOrder,
    billing,
    carried_places,
    charges,
    give_back,
    is_given_back,
    refund_quote,
)
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, LineKind, Quote, QuoteLine
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, Request
from tests.domain.builders import ALICE, RENEWS, TODAY, account, offer, subscription, usd
from tests.domain.documents import quote as quoted
from tests.domain.returning import ordered

LATER = TODAY + timedelta(days=9)


def added(seats: int = 2, to: str = "s1") -> Quote:
    """Seats added today, of an account with two subscriptions."""
    state = account(subscription(), subscription(id="s2", number="SUB-2"))
    return plan(state, offer(), Request(ALICE, AddSeats(to, seats)), TODAY)


def with_lines(quote: Quote, *lines: QuoteLine) -> Quote:
    return replace(quote, lines=lines)


def carried(order: str, line: QuoteLine) -> QuoteLine:
    return replace(line, kind=LineKind.CARRIED, explanation=Explanation("carried", {"order": order}, line.amount))


# --- on whose invoice ---------------------------------------------------------------------------------------------


def test_a_small_order_is_billed_by_the_one_that_carries_its_lines() -> None:
    (line,) = added().lines
    small, other = ordered(added(), "o1"), ordered(added(), "o2")
    bill = ordered(with_lines(added(), line, carried("O2", line), carried("O1", line), carried("O1", line)), "o3")
    assert carried_places(bill, small) == (2, 3)
    assert carried_places(bill, other) == (1,)
    assert bill.own_places == (0,)
    orders = (small, other, bill)
    assert [billing(orders, each) for each in orders] == [bill, bill, None]


def test_what_nobody_billed_has_no_bill() -> None:
    first, second = ordered(added(), "o1"), ordered(added(), "o2")
    assert billing((first, second), first) is None
    assert billing((), first) is None


def test_an_order_is_never_its_own_bill() -> None:
    (line,) = added().lines
    odd = ordered(with_lines(added(), carried("O1", line)), "o1")
    assert billing((odd,), odd) is None


def test_only_a_line_that_waited_belongs_to_another_order() -> None:
    """A fact called `order` means something else on other lines."""
    (line,) = added().lines
    credit = replace(carried("O1", line), kind=LineKind.CREDIT)
    assert carried_places(ordered(with_lines(added(), credit), "o2"), ordered(added(), "o1")) == ()


def test_effects_on_the_account_name_no_subscription() -> None:
    effects = (SetSeats("s1", 3, 5), BillCarried(("c1",)), MarkReturned("o1"))
    assert changed_by(effects) == {"s1"}


# --- what is paid for ---------------------------------------------------------------------------------------------


def paid_for(*orders: PastOrder, seats: int = 5) -> list[tuple[str, int]]:
    """What stands of the current period of s1: references and seats."""
    return [(charge.ref, charge.seats) for charge in charges(orders, subscription(seats=seats), LATER)]


def test_seats_without_an_order_were_paid_elsewhere() -> None:
    assert paid_for() == [("2026-03-01", 5)]
    assert paid_for(ordered(added())) == [("2026-03-01", 3), ("o1/0", 2)]
    assert paid_for(ordered(added()), seats=2) == [("o1/0", 2)]
    assert paid_for(ordered(added()), seats=3) == [("2026-03-01", 1), ("o1/0", 2)]


def test_what_another_subscription_paid_on_the_same_order_is_not_counted() -> None:
    both = with_lines(added(), *added().lines, *added(1, "s2").lines)
    assert paid_for(ordered(both)) == [("2026-03-01", 3), ("o1/0", 2)]


@pytest.mark.parametrize("kind", [LineKind.CREDIT, LineKind.CARRIED])
def test_credits_and_what_was_carried_for_others_pay_for_nothing(kind: LineKind) -> None:
    (line,) = added().lines
    odd = with_lines(added(), replace(line, kind=kind))
    assert paid_for(ordered(odd)) == [("2026-03-01", 5)]


def test_a_line_of_another_plan_or_another_period_pays_for_nothing_here() -> None:
    (line,) = added().lines
    another_plan = with_lines(added(), replace(line, plan="premium"))
    shorter = with_lines(added(), replace(line, span=replace(line.span, end=RENEWS - timedelta(days=1))))
    assert paid_for(ordered(another_plan)) == paid_for(ordered(shorter)) == [("2026-03-01", 5)]


def test_what_a_later_order_credited_stands_no_more() -> None:
    (line,) = added().lines
    credit = replace(line, kind=LineKind.CREDIT, explanation=Explanation("credit_of_rest", {"line": "o1/0"}, usd("0")))
    later = ordered(with_lines(added(), credit), "o2")
    assert paid_for(ordered(added()), later) == [("2026-03-01", 5)]


def test_what_a_credit_note_gave_back_whole_stands_no_more() -> None:
    (line,) = added().lines
    nothing = usd("0.00")
    whole = GiveBack("o1", (-line.amount,), (-line.net,), nothing)
    part = GiveBack("o1", (usd("-1.00"),), (usd("-1.00"),), nothing)
    assert paid_for(ordered(added(), credited=(whole,))) == [("2026-03-01", 5)]
    assert paid_for(ordered(added(), credited=(part,))) == [("2026-03-01", 3), ("o1/0", 2)]


def test_a_free_line_was_not_given_back() -> None:
    (line,) = added().lines
    free = ordered(with_lines(added(), replace(line, amount=usd("0.00"), net=usd("0.00"))))
    assert not is_given_back(free, 0)
    noted = replace(free, credited=(GiveBack("o1", (usd("0.00"),), (usd("0.00"),), usd("0.00")),))
    assert is_given_back(noted, 0)


def test_a_renewal_at_the_special_price_is_credited_at_it() -> None:
    (bill,) = plan_renewals(account(), offer(), RENEWS)
    owned = subscription(periods=(bill.effects[0].paid,), renews_on=date(2028, 3, 1))  # type: ignore[union-attr]
    (charge,) = charges((ordered(bill, on=RENEWS),), owned, RENEWS + timedelta(days=9))
    assert (charge.ref, charge.seats, charge.price_kind, charge.whole) == (
        "o1/0",
        3,
        PriceKind.RENEWAL,
        usd("1260.00"),
    )


# --- refunds ------------------------------------------------------------------------------------------------------

STANDARD = TaxDecision(TaxCategory.STANDARD, Fraction(1, 4), "SE", "own_country")


def eur(text: str) -> Money:
    return Money.of(text, "EUR")


def taxed(order_id: str, *amounts: str, **also: Any) -> PastOrder:
    """An order in euros with 25 % on these lines."""
    return replace(ordered(quoted([eur(each) for each in amounts], Fraction(1, 4)), order_id), **also)


def refunded(*orders: PastOrder) -> Quote:
    """The refund of whole orders."""
    notes = tuple((order, give_back(order, order.own_places, TODAY)[1]) for order in orders)
    return refund_quote("return_order", notes, (), (), TODAY)


def test_what_two_credit_notes_give_back_is_added_up_by_rate() -> None:
    found = refunded(taxed("o1", "100.00"), taxed("o2", "10.00"))
    (line,) = found.tax_lines
    assert (line.net, line.tax) == (eur("-110.00"), eur("-27.50"))
    assert (found.net, found.tax_total, found.total) == (eur("-110.00"), eur("-27.50"), eur("-137.50"))


@pytest.mark.parametrize(("paid_by", "method"), [("debit", "debit"), (None, "card")])
def test_money_goes_back_to_what_paid_else_to_what_was_to_pay(paid_by: str | None, method: str) -> None:
    assert refunded(taxed("o1", "100.00", paid_by=paid_by)).method_id == method


@pytest.mark.parametrize(
    ("owed", "collection"),
    [
        ((False, False), Collection.REFUND),
        ((True, False), Collection.REFUND),
        ((False, True), Collection.REFUND),
        ((True, True), Collection.NONE),
    ],
)
def test_nothing_is_paid_out_only_where_the_bank_took_everything_back(
    owed: tuple[bool, bool], collection: Collection
) -> None:
    first, second = (taxed(f"o{n}", "100.00", is_owed=each) for n, each in enumerate(owed))
    assert refunded(first, second).collection is collection


def test_a_note_that_comes_to_nothing_pays_nothing_out() -> None:
    assert refunded(taxed("o1", "100.00", "-100.00")).collection is Collection.NONE


def test_notes_before_are_read_with_their_tax_and_one_of_other_lines_is_not_read() -> None:
    order = taxed("o1", "100.00", "20.00")
    part, note = give_back(order, [1], TODAY)
    assert (note.net, note.tax, note.total) == (eur("-20.00"), eur("-5.00"), eur("-25.00"))
    rest, _ = give_back(replace(order, credited=(part,)), [0, 1], TODAY)
    assert (rest.amounts, rest.tax) == ((eur("-100.00"), eur("0.00")), eur("-25.00"))
    other = replace(part, amounts=part.amounts[:1], nets=part.nets[:1])
    with pytest.raises(ValueError, match="zip"):
        give_back(replace(order, credited=(other,)), [0], TODAY)
