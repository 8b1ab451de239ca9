"""The night in bulk where some prices have tax in them: the same rows as one by one."""

from datetime import date

import pytest

from tenor.db import models
from tenor.db.night.queue import Claim
from tenor.db.night.writing import NumberBlocks
from tenor.usecases import renew_accounts as bulk
from tests.support import factories
from tests.support.due_book import NIGHT, RENEWS, make_due_account, random_specs
from tests.usecases.test_the_night import renew_singly, rows_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(6, 9))
def test_in_bulk_the_same_rows_are_written_where_prices_have_tax_in_them(seed: int) -> None:
    """Yearly prices include it, monthly ones don't: the account has an invoice of each kind."""
    seller = factories.make_catalog()
    factories.make_price(seller=seller, tax_included=True, valid_from=date(2025, 1, 1), announced_on=date(2025, 1, 1))
    specs = random_specs(seed, 12)
    in_bulk = [make_due_account(seller, spec) for spec in specs]
    singly = [make_due_account(seller, spec) for spec in specs]
    row = models.RenewalClaim.objects.create(account_ids=sorted(one.id for one in in_bulk), due_on=RENEWS)
    renewed = bulk.renew_accounts(Claim(row.id, tuple(row.account_ids)), now=NIGHT, numbers=NumberBlocks())
    assert renewed.terms == sum(renew_singly(account) for account in singly) > 0
    for one, other in zip(in_bulk, singly, strict=True):
        assert rows_of(one) == rows_of(other)
    written = models.OrderLine.objects.filter(account__in=[account.id for account in in_bulk], kind="term")
    assert {line.tax_included for line in written} == {False, True}
