"""Methods that can't pay, in the night: the same rows in bulk as one by one, and the same method as the forecast's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.night.loading import lock_and_load_due
from tenor.db.night.queue import Claim
from tenor.db.night.writing import NumberBlocks
from tenor.domain.paying import paying_for
from tenor.usecases import renew_accounts as bulk
from tenor.usecases.load import load
from tests.support import factories
from tests.support.due_book import NIGHT, RENEWS
from tests.usecases.test_the_night import renew_singly, rows_of

pytestmark = pytest.mark.django_db(transaction=True)

EVE = date(2027, 2, 28)
DEBIT: dict[str, Any] = {"kind": "direct_debit", "expires_on": None, "mandate_reference": "M-1"}
CAN_NOT: dict[str, dict[str, Any]] = {
    "invalid": {"status": "invalid", "invalid_because": "stolen_card"},
    "removed": {"status": "removed"},
    "expired": {"expires_on": EVE},
    "pending": {**DEBIT, "status": "mandate_pending", "mandate_signed_on": date(2027, 2, 1)},
    "lapsed": {**DEBIT, "mandate_signed_on": date(2023, 1, 1), "mandate_used_on": date(2024, 2, 29)},
}
OTHERS: dict[str, dict[str, Any]] = {
    "default": {},
    "backup": {"is_default": False, "is_backup": True},
    "debit": {**DEBIT, "mandate_signed_on": date(2026, 3, 1)},
    "none": {"is_default": False},
    "expired too": {"expires_on": EVE},
    "invalid too": {"status": "invalid"},
}


def method(account: models.Account, label: str, **fields: Any) -> models.PaymentMethod:
    """Named alike wherever it is made, so that the rows that name it compare."""
    return factories.make_method(account=account, label=label, **fields)


def customer(seller: models.Seller, own: str, other: str, make: Callable[..., Any] = method) -> models.Account:
    """Two subscriptions that renew, one by a method that can't pay; whatever else there is may."""
    account = factories.make_account(seller=seller, name="Fjord AB")
    factories.make_member(account=account)
    named = make(account, "Visa 5555", is_default=False, **CAN_NOT[own])
    make(account, "Visa 4242", **OTHERS[other])
    factories.make_subscription(account=account, number="S-1", payment_method=named)
    second = factories.make_subscription(account=account, number="S-2", payment_method=None)
    if other == "backup":
        factories.make_change(subscription=second, kind="method", value=str(named.id))
    return account


def night(*accounts: models.Account) -> bulk.Renewed:
    row = models.RenewalClaim.objects.create(account_ids=sorted(one.id for one in accounts), due_on=RENEWS)
    return bulk.renew_accounts(Claim(row.id, tuple(row.account_ids)), now=NIGHT, numbers=NumberBlocks())


def charged(account: models.Account) -> list[str]:
    payments = models.Payment.objects.filter(account=account).order_by("id")
    labels = dict(models.PaymentMethod.objects.values_list("id", "label"))
    return [labels[one.method_id] for one in payments if one.method_id]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("own", CAN_NOT)
def test_in_bulk_the_same_method_is_charged_as_one_by_one(own: str, other: str) -> None:
    seller = factories.make_catalog()
    in_bulk, singly = customer(seller, own, other), customer(seller, own, other)
    renewed = night(in_bulk)
    assert renewed.terms == renew_singly(singly) == 2
    assert charged(in_bulk) == charged(singly)
    assert _without_ids(rows_of(in_bulk)) == _without_ids(rows_of(singly))
    if other in ("default", "backup", "debit"):
        assert charged(in_bulk) == ["Visa 4242"], "both on one invoice, by what can pay"


def _without_ids(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Mails go to people whose addresses are their own."""
    return {name: texts for name, texts in rows.items() if name != "Mail"} | {"mails": [str(len(rows["Mail"]))]}


@pytest.mark.parametrize("own", CAN_NOT)
def test_what_the_night_reads_decides_as_the_whole_account_does(own: str) -> None:
    """The night reads less of an account: enough to charge what pages and mails named."""
    account = customer(factories.make_catalog(), own, "default")
    with account_scope(account.id):
        whole = load(account.id, NIGHT)
        (due,) = lock_and_load_due([account.id], RENEWS)
    for one in whole.state.subscriptions:
        shown = paying_for(whole.state, whole.offer.policy, one, RENEWS).method
        in_bulk = paying_for(due.state, whole.offer.policy, due.state.subscription(one.id), RENEWS).method
        assert shown is not None
        assert in_bulk is not None
        assert (in_bulk.id, in_bulk.label) == (shown.id, shown.label) == (shown.id, "Visa 4242")


def test_a_successor_does_not_make_an_account_slow() -> None:
    """It goes by the hundred with the others, not one by one."""
    account = customer(factories.make_catalog(), "expired", "default")
    with account_scope(account.id):
        (due,) = lock_and_load_due([account.id], RENEWS)
        offer = load(account.id, NIGHT).offer
    assert bulk.plan_account(due.state, offer, RENEWS, due) is not None
