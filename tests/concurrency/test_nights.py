"""Several nights at the same time, and again the next day: each term is renewed once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tenor.db import models
from tenor.db.night.writing import NumberBlocks, write_renewals
from tenor.db.transitions import ChangedMeanwhile
from tenor.usecases.renew_accounts import Renewed, pack_renewals
from tenor.usecases.renew_due import renew_due
from tests.support import factories
from tests.support.due_book import NIGHT, make_due_account, random_specs

pytestmark = pytest.mark.django_db(transaction=True)


def due_accounts(count: int) -> list[models.Account]:
    seller = factories.make_catalog()
    plain = [spec for spec in random_specs(7, 20 * count) if not spec.odd and spec.subscriptions[0].auto_renew]
    return [make_due_account(seller, spec) for spec in plain[:count]]


def in_threads(work: Callable[[], Renewed], count: int) -> list[Renewed]:
    def one(_: int) -> Renewed:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def terms_ordered() -> Counter[str]:
    return Counter(str(row) for row in models.OrderSubscription.objects.values_list("subscription_id", flat=True))


def test_three_nights_at_once_and_the_next_days_renew_each_term_once() -> None:
    due_accounts(12)
    done = sum(in_threads(lambda: renew_due(now=NIGHT, batch=2), 3), Renewed())
    once = terms_ordered()
    assert done.terms == once.total() == len(once) >= 10
    assert done.invoices == models.Invoice.objects.count()
    rows = models.Order.objects.count(), models.Invoice.objects.count(), models.Payment.objects.count()
    for now in (NIGHT, NIGHT + timedelta(days=1)):
        assert in_threads(lambda now=now: renew_due(now=now, batch=2), 3) == [Renewed()] * 3  # type: ignore[misc]
    assert (models.Order.objects.count(), models.Invoice.objects.count(), models.Payment.objects.count()) == rows
    assert terms_ordered() == once


def test_without_the_locks_two_nights_plan_the_same_and_the_database_refuses_the_second() -> None:
    """Why accounts are locked from loading to writing: here both have loaded before either writes."""
    accounts = due_accounts(2)
    ids = sorted(account.id for account in accounts)
    first, second = (pack_renewals(ids, NIGHT, NumberBlocks())[accounts[0].seller_id] for _ in range(2))
    assert first.claimed == second.claimed
    with transaction.atomic():
        write_renewals(first, accounts[0].seller_id, NIGHT)
    numbers = models.Invoice.objects.count()
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        write_renewals(second, accounts[0].seller_id, NIGHT)
    assert models.Invoice.objects.count() == numbers
    assert max(terms_ordered().values()) == 1
