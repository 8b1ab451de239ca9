"""What makes a mail another one than those before it: nobody is told the same twice, and news is never left out."""

from dataclasses import replace
from datetime import date

import pytest

from tenor.domain.reminders import PriceChange, Reminder, ReminderKind, ReminderLine
from tests.domain.builders import RENEWS, day, usd
from tests.domain.reminded import line, payment


def changed(product: str, before: str, after: str, announced_on: date | None) -> ReminderLine:
    return replace(line(after), product=product, price_change=PriceChange(usd(before), usd(after), announced_on))


def test_news_of_prices_is_known_by_date_prices_and_announcement_in_a_fixed_order() -> None:
    studio, atlas = changed("studio", "420.00", "450.00", day("2026-12-31")), changed("atlas", "9.00", "8.00", None)
    key = "2027-03-01 atlas/standard/12=900>800@ studio/standard/12=42000>45000@2026-12-31 0"
    for lines in ((studio, line("420.00"), atlas), (atlas, studio), (studio, studio, atlas)):
        assert Reminder(ReminderKind.PRICE, RENEWS, 35, (payment(*lines),)).period == key
    assert Reminder(ReminderKind.PRICE, RENEWS, 35, (payment(atlas),), nth=2).period.endswith("@ 2")


def test_a_debit_is_known_by_date_and_amount() -> None:
    charged, waits = payment(total=usd("1260.00")), payment(total=None)
    assert Reminder(ReminderKind.DEBIT, RENEWS, 14, (charged,)).period == "2027-03-01 126000 0"
    assert Reminder(ReminderKind.DEBIT, RENEWS, 14, (waits, charged), nth=1).period == "2027-03-01 126000 1"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (ReminderKind.METHOD, "2027-03-01"),
        (ReminderKind.RENEWAL, "2027-03-01 14"),
        (ReminderKind.ENDS, "2027-03-01 14"),
    ],
)
def test_what_is_told_on_its_days_is_known_by_them_and_a_method_by_its_last_day(kind: ReminderKind, key: str) -> None:
    assert Reminder(kind, RENEWS, 14).period == key


@pytest.mark.parametrize(("days", "is_optional"), [(31, True), (30, True), (29, False)])
def test_from_thirty_days_on_a_reminder_is_a_service(days: int, is_optional: bool) -> None:
    assert Reminder(ReminderKind.RENEWAL, RENEWS, days).is_optional is is_optional


def test_a_mail_of_no_stage_is_the_first_of_its_kind() -> None:
    first = Reminder(ReminderKind.METHOD, RENEWS)
    assert (first.days, first.nth, first.lines) == (0, 0, ())
