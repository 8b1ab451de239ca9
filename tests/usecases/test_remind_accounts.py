"""Reminders: found by dates in a fixed number of queries, queued once, in the readers' languages, for who may buy."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenor.db import models
from tenor.db.codec import decode_reminder
from tenor.db.queries.reminders import accounts_to_remind
from tenor.domain.account import MethodKind, Role
from tenor.domain.reminding import owed
from tenor.domain.terms import boundary
from tenor.usecases.remind_accounts import remind_accounts, remind_everybody
from tests.support import factories

pytestmark = pytest.mark.django_db
RENEWS = date(2027, 3, 1)


def noon(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def before(days: int, hour: int = 12) -> datetime:
    return noon(RENEWS - timedelta(days=days), hour)


def a_customer(seller: models.Seller | None = None, **fields: object) -> models.Account:
    """One yearly subscription that renews on RENEWS, a card, and a buyer."""
    account = factories.make_account(seller=seller, **fields)
    factories.make_member(account=account)
    factories.make_method(account=account)
    factories.make_subscription(account=account)
    return account


def kinds(account: models.Account) -> list[tuple[str, str]]:
    """Kind and period of everything queued for the account, each once."""
    rows = models.Mail.objects.filter(account=account).order_by("created_at", "id").values_list("kind", "state")
    return list(dict.fromkeys(rows))


def test_each_reminder_is_queued_once_however_often_the_duty_runs() -> None:
    account = a_customer()
    since = None
    for days in range(95, -1, -1):
        for hour in (0, 6, 6, 23):
            remind_everybody(now=before(days, hour), since=since)
        since = before(days).date()
    assert kinds(account) == [
        ("renewal_reminder", "2027-03-01 35"),
        ("renewal_reminder", "2027-03-01 14"),
        ("renewal_reminder", "2027-03-01 3"),
    ]
    assert models.Event.objects.filter(account=account, kind="reminded").count() == 3


def test_a_worker_that_was_down_tells_the_latest_only() -> None:
    account = a_customer()
    assert remind_everybody(now=before(10)) == 1
    assert kinds(account) == [("renewal_reminder", "2027-03-01 14")]
    assert remind_everybody(now=before(10, 18)) == 0
    assert remind_everybody(now=before(9), since=before(10).date()) == 0


def test_what_was_decided_stands_in_the_queue() -> None:
    a_customer()
    remind_everybody(now=before(14))
    reminder = decode_reminder(models.Mail.objects.get().context)
    assert reminder.payments[0].lines[0].amount is not None
    assert reminder.payments[0].lines[0].amount.minor == 126_000
    assert reminder.payments[0].method is not None
    assert reminder.payments[0].method.label == "Visa 4242"


def test_it_is_for_who_may_buy_each_in_their_language() -> None:
    account = a_customer()
    factories.make_member(
        account=account, user=factories.make_user(email="b@x.example", language="sv"), role=Role.BILLING_ADMIN
    )
    factories.make_member(account=account, user=factories.make_user(email="v@x.example"), role=Role.VIEWER)
    remind_everybody(now=before(3))
    assert models.Mail.objects.count() == 2
    assert models.Mail.objects.get(to="b@x.example").language == "sv"
    assert not models.Mail.objects.filter(to="v@x.example").exists()


def test_where_nobody_may_buy_the_address_for_invoices_is_told() -> None:
    account = a_customer(language="nl")
    models.Membership.objects.filter(account=account).delete()
    remind_everybody(now=before(3))
    assert models.Mail.objects.values_list("to", "language").get() == ("invoices@example.com", "nl")


def test_who_does_without_optional_ones_gets_the_others() -> None:
    account = a_customer()
    models.User.objects.update(optional_reminders=False)
    remind_everybody(now=before(35))
    assert kinds(account) == []
    assert not models.Event.objects.filter(kind="reminded").exists()
    remind_everybody(now=before(14), since=before(15).date())
    assert kinds(account) == [("renewal_reminder", "2027-03-01 14")]


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [("Pacific/Auckland", date(2027, 2, 25), 11), ("Pacific/Honolulu", date(2027, 2, 26), 10)],
)
def test_the_local_day_decides_to_the_hour(zone: str, day: date, hour: int) -> None:
    """26 February begins in Auckland at 11:00 UTC of the day before, and in Honolulu at 10:00 UTC."""
    account = a_customer(time_zone=zone)
    remind_everybody(now=noon(RENEWS - timedelta(days=20)))
    assert remind_everybody(now=noon(day, hour - 1), since=day - timedelta(days=1)) == 0
    assert remind_everybody(now=noon(day, hour), since=day) == 1
    assert kinds(account)[-1] == ("renewal_reminder", "2027-03-01 3")


def test_a_new_price_is_found_on_the_day_it_is_announced() -> None:
    account = a_customer()
    today = before(60)
    models.Account.objects.update(reminded_on=today.date() - timedelta(days=1))
    since = today.date() - timedelta(days=1)
    assert accounts_to_remind(today, since) == []
    factories.make_price(
        seller=account.seller,
        list_minor=49_900,
        renewal_minor=45_000,
        valid_from=date(2027, 2, 1),
        announced_on=today.date(),
    )
    assert remind_everybody(now=today, since=since) == 1
    assert [kind for kind, _ in kinds(account)] == ["price_change"]
    assert remind_everybody(now=today + timedelta(days=1), since=today.date()) == 0


def test_a_card_that_runs_out_first_is_found_by_its_last_day() -> None:
    account = a_customer()
    last = date(2027, 1, 31)
    models.PaymentMethod.objects.update(expires_on=last)
    models.Account.objects.update(reminded_on=date(2026, 12, 31))
    assert remind_everybody(now=noon(date(2027, 1, 1)), since=date(2026, 12, 31)) == 1
    mail = models.Mail.objects.get()
    assert (mail.kind, mail.state) == ("method_expires", "2027-01-31")
    assert mail.subject_id == models.PaymentMethod.objects.get(account=account).id


def test_a_debit_is_announced_and_again_where_its_amount_changes() -> None:
    account = a_customer()
    models.PaymentMethod.objects.update(
        kind=MethodKind.DIRECT_DEBIT,
        label="SEPA 3000",
        expires_on=None,
        mandate_reference="M-1",
        mandate_signed_on=date(2026, 3, 1),
    )
    remind_everybody(now=before(14))
    factories.make_change(subscription=models.Subscription.objects.get(account=account), kind="seats", value="2")
    remind_everybody(now=before(9), since=before(10).date())
    assert [kind for kind, _ in kinds(account)] == ["debit_notice", "debit_notice"]
    totals = [decode_reminder(mail.context).payments[0].total for mail in models.Mail.objects.order_by("created_at")]
    assert [total and total.minor for total in totals] == [157_500, 105_000], "with Swedish tax"


def test_queries_of_a_batch_do_not_grow_with_it() -> None:
    seller = factories.make_catalog()
    remind_accounts(account_ids=[a_customer(seller).id], now=before(14))  # the offer is read once
    few = [a_customer(seller).id for _ in range(2)]
    many = [a_customer(seller).id for _ in range(12)]
    counts = []
    for ids in (few, many):
        with CaptureQueriesContext(connection) as captured:
            assert remind_accounts(account_ids=ids, now=before(14)) == len(ids)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_one_that_can_not_be_planned_keeps_nobody_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seller = factories.make_catalog()
    good, bad = a_customer(seller), a_customer(seller)

    def failing(state: object, *rest: object) -> object:
        if UUID(state.id) == bad.id:  # type: ignore[attr-defined]
            raise ValueError("poison")
        return owed(state, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("tenor.usecases.remind_accounts.owed", failing)
    assert remind_everybody(now=before(14)) == 1
    assert kinds(good)
    assert not kinds(bad)


def test_whoever_owes_something_is_found_by_dates() -> None:
    """What looks at everybody every day finds no more than what looks only at whom the dates name."""
    seller = factories.make_catalog()
    found = [a_customer(seller) for _ in range(4)]
    for number, account in enumerate(found):
        on = RENEWS - timedelta(days=number * 7)
        models.Subscription.objects.filter(account=account).update(
            anchor=boundary(on, -12), renews_on=on, auto_renew=number != 2
        )
        models.PaidPeriod.objects.filter(account=account).update(starts_on=boundary(on, -12), ends_on=on)
    models.PaymentMethod.objects.filter(account=found[3]).update(expires_on=date(2027, 2, 5))
    twins = [a_customer(seller) for _ in range(4)]
    for account, twin in zip(found, twins, strict=True):
        one = models.Subscription.objects.get(account=account)
        models.Subscription.objects.filter(account=twin).update(
            anchor=one.anchor, renews_on=one.renews_on, auto_renew=one.auto_renew
        )
        models.PaidPeriod.objects.filter(account=twin).update(starts_on=one.anchor, ends_on=one.renews_on)
    models.PaymentMethod.objects.filter(account=twins[3]).update(expires_on=date(2027, 2, 5))
    since = None
    for days in range(100, 0, -1):
        now = before(days)
        wanted = [each for each in accounts_to_remind(now, since) if each in {account.id for account in found}]
        remind_accounts(account_ids=wanted, now=now)
        remind_accounts(account_ids=[twin.id for twin in twins], now=now)
        since = now.date()
    assert [kinds(account) for account in found] == [kinds(twin) for twin in twins]
    assert all(kinds(account) for account in found)
