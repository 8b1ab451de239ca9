"""The night in bulk: the same rows as one by one, each term once, and nothing that fails one account fails another."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db import models as django_models

from tenor.db import models
from tenor.db.night import queue
from tenor.db.night.queue import Claim
from tenor.db.night.writing import NumberBlocks, write_renewals
from tenor.domain.proportion import OutOfProportion
from tenor.usecases import renew_accounts as bulk
from tenor.usecases.renew_account import renew_account
from tenor.usecases.renew_due import renew_due
from tenor.usecases.settle_before_renewal import settle_before_renewal
from tests.support import factories
from tests.support.documents import make_invoice, make_payment
from tests.support.due_book import NIGHT, RENEWS, make_due_account, random_specs

pytestmark = pytest.mark.django_db(transaction=True)

WRITTEN: list[Any] = [
    models.Order,
    models.OrderSubscription,
    models.OrderLine,
    models.Invoice,
    models.InvoiceLine,
    models.InvoiceTaxLine,
    models.Payment,
    models.Posting,
    models.Event,
    models.Subscription,
    models.Mail,
]
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SERIAL = re.compile(r"\b(INV|O|CN|A)-\d{6}\b|pm_\d+|person-\d+@")


def rows_of(account: models.Account) -> dict[str, list[str]]:
    """Every row that a renewal writes, as text without what is different by nature: ids, numbers, serials."""
    names = {str(owned.id): owned.number for owned in models.Subscription.objects.filter(account=account)}
    found: dict[str, list[str]] = {}
    for model in WRITTEN:
        rows = model.objects.filter(account_id=account.id)
        found[model.__name__] = sorted(_plain(row, names) for row in rows)
    return found


def _plain(row: django_models.Model, names: dict[str, str]) -> str:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for own in ("id", "account_id"):
        values.pop(own, None)
    text = "\n".join(f"{name}={_sorted(value)}" for name, value in sorted(values.items()))
    return SERIAL.sub("#", UUID_TEXT.sub(lambda found: names.get(found[0], "id"), text))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, str(_sorted(inner))) for key, inner in value.items())
    return [_sorted(inner) for inner in value] if isinstance(value, list) else value


def due_accounts(count: int, seed: int = 1) -> list[models.Account]:
    seller = factories.make_catalog()
    plain = [spec for spec in random_specs(seed, 20 * count) if not spec.odd and spec.subscriptions[0].auto_renew]
    return [make_due_account(seller, spec) for spec in plain[:count]]


def renew_singly(account: models.Account) -> int:
    settle_before_renewal(account_id=account.id, now=NIGHT)
    return renew_account(account_id=account.id, now=NIGHT).terms


def invoice_numbers() -> list[str]:
    return sorted(str(number) for number in models.Invoice.objects.values_list("number", flat=True))


def poison(account: models.Account) -> None:
    """Nobody sells seven months."""
    models.ScheduledChange.objects.filter(account=account).delete()
    models.Subscription.objects.filter(account=account).update(months=7, auto_renew=True)


@pytest.mark.parametrize("seed", range(6))
def test_in_bulk_the_same_rows_are_written_as_one_by_one(seed: int) -> None:
    seller = factories.make_catalog()
    specs = random_specs(seed, 12)
    in_bulk = [make_due_account(seller, spec) for spec in specs]
    singly = [make_due_account(seller, spec) for spec in specs]
    row = models.RenewalClaim.objects.create(account_ids=sorted(one.id for one in in_bulk), due_on=RENEWS)
    renewed = bulk.renew_accounts(Claim(row.id, tuple(row.account_ids)), now=NIGHT, numbers=NumberBlocks())
    terms = sum(renew_singly(account) for account in singly)
    assert renewed.terms == terms > 0
    for one, other in zip(in_bulk, singly, strict=True):
        assert rows_of(one) == rows_of(other)


def test_the_bank_is_told_the_language_of_the_account() -> None:
    account = due_accounts(1)[0]
    models.Account.objects.filter(id=account.id).update(language="sv")
    renew_due(now=NIGHT)
    assert {payment.request["locale"] for payment in models.Payment.objects.all()} == {"sv"}


def test_the_whole_night_leaves_nothing_due_and_repeats_without_a_trace() -> None:
    accounts = due_accounts(7)
    first = renew_due(now=NIGHT, batch=3)
    assert (first.done, first.parked, first.waiting) == (len(accounts), 0, 0)
    before = {account.id: rows_of(account) for account in accounts}
    assert renew_due(now=NIGHT, batch=3) == bulk.Renewed()
    assert renew_due(now=NIGHT + timedelta(days=1), batch=3) == bulk.Renewed()
    assert {account.id: rows_of(account) for account in accounts} == before
    assert not models.RenewalClaim.objects.exists()


def test_invoice_numbers_have_no_gaps_and_order_numbers_come_once() -> None:
    due_accounts(9)
    renew_due(now=NIGHT, batch=2)
    numbers = invoice_numbers()
    assert numbers == [f"INV-{n:06d}" for n in range(1, len(numbers) + 1)]
    orders = list(models.Order.objects.values_list("number", flat=True))
    assert len(set(orders)) == len(orders) == len(numbers)


def test_an_account_that_can_not_be_renewed_is_parked_alone() -> None:
    accounts = due_accounts(6)
    poisoned = accounts[3]
    poison(poisoned)
    renewed = renew_due(now=NIGHT)
    assert (renewed.done, renewed.parked) == (5, 1)
    claim = models.RenewalClaim.objects.get()
    assert claim.account_ids == [poisoned.id]
    assert "not_sold" in claim.error
    assert not models.Order.objects.filter(account=poisoned).exists()


def test_a_fault_of_the_database_is_halved_down_to_the_account_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = due_accounts(8)
    poisoned = accounts[5].id
    sizes: list[int] = []

    def broken(sheets: Any, seller_id: UUID, now: datetime) -> None:
        sizes.append(len(set(sheets.accounts)))
        if str(poisoned) in sheets.accounts:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        write_renewals(sheets, seller_id, now)

    monkeypatch.setattr(bulk, "write_renewals", broken)
    renewed = renew_due(now=NIGHT)
    assert (renewed.done, renewed.parked) == (7, 1)
    assert models.RenewalClaim.objects.get().account_ids == [poisoned]
    assert sizes[0] == 8
    assert sizes.count(1) == 2
    numbers = invoice_numbers()
    assert numbers == [f"INV-{n:06d}" for n in range(1, len(numbers) + 1)]


def test_a_parked_account_is_renewed_when_it_is_released() -> None:
    (account,) = due_accounts(1)
    poison(account)
    assert renew_due(now=NIGHT).parked == 1
    models.Subscription.objects.filter(account=account).update(months=12)
    assert renew_due(now=NIGHT) == bulk.Renewed()
    assert queue.release_parked(account.id)
    assert renew_due(now=NIGHT).done == 1


def test_an_account_that_kills_its_workers_is_found_by_halving_and_parked_alone() -> None:
    accounts = due_accounts(5)
    killer, parked = accounts[2].id, models.RenewalClaim.objects.exclude(parked_at=None)
    queue.enqueue(NIGHT, batch=400)
    while not parked.exists():
        models.RenewalClaim.objects.update(lease_until=None)
        claimed = queue.claim()
        if claimed is not None and killer not in claimed.account_ids:
            bulk.renew_accounts(claimed, now=NIGHT, numbers=NumberBlocks())
    assert parked.get().account_ids == [killer]
    assert "without an end" in parked.get().error
    assert renew_due(now=NIGHT).parked == 0
    assert models.Order.objects.values("account_id").distinct().count() == 4


@pytest.mark.parametrize(("times", "is_parked"), [(4, False), (6, True)])
def test_a_price_out_of_all_proportion_is_not_charged_unseen(times: int, is_parked: bool) -> None:
    seller = factories.make_catalog()
    account = factories.make_account(seller=seller)
    factories.make_method(account=account)
    subscription = factories.make_subscription(account=account)
    new = {"list_minor": 46_500 * times, "renewal_minor": 46_500 * times, "valid_from": date(2026, 12, 1)}
    factories.make_price(seller=seller, announced_on=date(2026, 12, 1), **new)
    assert renew_due(now=NIGHT).parked == int(is_parked)
    assert models.Order.objects.exists() != is_parked
    if is_parked:
        error = models.RenewalClaim.objects.get().error
        assert "OutOfProportion" in error
        assert subscription.number in error
        with pytest.raises(OutOfProportion):
            renew_account(account_id=account.id, now=NIGHT)


def test_who_waits_for_an_open_order_is_put_off_and_renewed_later() -> None:
    seller = factories.make_catalog()
    spec = next(s for s in random_specs(3, 200) if s.odd == "ordered" and s.subscriptions[0].auto_renew)
    account = make_due_account(seller, spec)
    order = models.Order.objects.get()
    invoice = make_invoice(account=account, order=order, status="draft")
    make_payment(invoice=invoice, status="unknown")
    renewed = renew_due(now=NIGHT)
    assert renewed.waiting == 1
    models.Payment.objects.update(status="failed")
    models.OrderSubscription.objects.filter(order=order).update(open=False)
    models.Order.objects.filter(id=order.id).update(status="canceled", closed_at=NIGHT)
    models.RenewalClaim.objects.update(next_try_at=None)
    assert renew_due(now=NIGHT).done == 1
    assert not models.Subscription.objects.filter(account=account, renewal_claimed_at=None, status="active").exists()


@pytest.mark.parametrize(("until", "expected"), [(RENEWS - timedelta(days=1), 0), (RENEWS, 1)])
def test_only_dates_up_to_the_asked_one_are_renewed(until: date, expected: int) -> None:
    account = factories.make_account()
    factories.make_method(account=account)
    factories.make_subscription(account=account)
    assert renew_due(now=NIGHT + timedelta(days=5), until=until).terms == expected


ALL_ZONES = ("Pacific/Kiritimati", "Pacific/Auckland", "Asia/Kolkata", "Europe/Amsterdam", "UTC", "America/St_Johns",
             "America/Los_Angeles", "Pacific/Honolulu", "Etc/GMT+12", "Africa/Cairo", "America/Havana")  # fmt: skip


def test_each_account_is_due_from_its_own_midnight_on_at_every_hour() -> None:
    seller = factories.make_catalog()
    zones: dict[str, models.Account] = {}
    for zone in ALL_ZONES:
        zones[zone] = factories.make_account(seller=seller, time_zone=zone)
        factories.make_method(account=zones[zone])
        factories.make_subscription(account=zones[zone])
    hour = datetime(2027, 2, 28, 8, 30, tzinfo=UTC)
    renewed: dict[str, datetime] = {}
    while hour < datetime(2027, 3, 2, 14, 0, tzinfo=UTC):
        renew_due(now=hour)
        for zone, account in zones.items():
            if zone not in renewed and models.Order.objects.filter(account=account).exists():
                renewed[zone] = hour
        hour += timedelta(hours=1)
    for zone, account in zones.items():
        midnight = datetime(2027, 3, 1, tzinfo=ZoneInfo(zone))
        assert timedelta(0) <= renewed[zone] - midnight < timedelta(hours=1), zone
        assert models.Invoice.objects.get(account=account).issued_on == RENEWS
