"""What a day in a calendar says, in each situation of a subscription."""

from dataclasses import replace
from datetime import date

import pytest

from tenor.domain.account import Reseller
from tenor.domain.situation import Next, Situation, situation
from tenor.ui import words
from tests.domain.builders import CARD, TODAY, account, offer, subscription, usd

OFFICE = replace(subscription(), label="Office")
PAID = Situation("s1", Next.RENEWS, date(2027, 3, 1), amount=usd("12.50"), method=CARD)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (PAID, " renews: $12.50 incl. VAT by Visa 4242"),
        (replace(PAID, method=None), " renews: $12.50 incl. VAT"),
        (replace(PAID, amount=None), " renews"),
        (replace(PAID, next=Next.UNPRICED), " renews: its price is not known yet"),
        (replace(PAID, next=Next.ENDS), " ends: automatic renewal is off"),
        (replace(PAID, next=Next.ELSEWHERE), ": Renewal through CADline"),
    ],
)
def test_a_day_says_what_happens_on_it(found: Situation, says: str) -> None:
    one = replace(OFFICE, reseller=Reseller("CADline", "mail@cadline.example"))
    title = words.calendar_title(found, one, "en_US", words.NO_NAMES, "incl. VAT")
    assert title == f"studio standard (Office · {one.number}){says}"


@pytest.mark.parametrize("following", [Next.PAYING, Next.OWED, Next.SUSPENDED, Next.EXPIRED, Next.ENDED])
def test_what_has_no_day_to_come_is_in_no_calendar(following: Next) -> None:
    assert words.calendar_title(replace(PAID, next=following), OFFICE, "en_US", words.NO_NAMES, "") == ""


@pytest.mark.parametrize("balance", ["5000.00", "1000.00"])
def test_what_the_balance_pays_no_method_is_said_to_pay(balance: str) -> None:
    found = situation(account(subscriptions=(OFFICE,), balance=usd(balance)), offer(), OFFICE, TODAY)
    title = words.calendar_title(found, OFFICE, "en_US", words.NO_NAMES, "incl. VAT")
    assert title.endswith(" renews: $1,260.00 incl. VAT")
