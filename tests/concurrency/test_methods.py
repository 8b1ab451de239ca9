"""Payment methods changed by several people at the same moment: one default, one backup, nothing left unpaid."""

from functools import partial

import pytest
from django.db import IntegrityError

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.usecases import load as loading
from tenor.usecases.finish_method_setup import finish_method_setup
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.remove_method import remove_method
from tests.concurrency.together import failures, together
from tests.support import factories
from tests.support.customer import Customer
from tests.usecases.methods import begin, come_back, stored

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 6


def acts_on(buyer: Customer, method: models.PaymentMethod) -> dict[str, object]:
    return {"account_id": buyer.id, "method_id": method.id, "actor": buyer.actor, "now": buyer.now}


def test_many_make_theirs_the_default_and_the_backup_and_there_is_one_of_each(buyer: Customer) -> None:
    cards = [factories.make_method(account=buyer.account, is_default=False) for _ in range(MANY)]
    outcomes = together(
        [
            partial(make_default_method, **acts_on(buyer, card))  # type: ignore[arg-type]
            if place % 2
            else partial(make_backup_method, is_backup=True, **acts_on(buyer, card))  # type: ignore[arg-type]
            for place, card in enumerate(cards)
        ]
    )
    assert failures(outcomes) == []
    assert models.PaymentMethod.objects.filter(is_default=True).count() == 1
    assert models.PaymentMethod.objects.filter(is_backup=True).count() == 1


def test_without_the_lock_the_database_has_the_last_word(buyer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: two at once can't both be written, whatever the use cases do."""
    monkeypatch.setattr(loading, "lock_account", lambda _account_id: None)
    cards = [factories.make_method(account=buyer.account, is_default=False) for _ in range(MANY)]
    backups = [partial(make_backup_method, is_backup=True, **acts_on(buyer, card)) for card in cards]  # type: ignore[arg-type]
    for error in failures(together(backups)):
        assert isinstance(error, IntegrityError)
        assert "an_account_has_one_backup_method" in str(error)
    assert models.PaymentMethod.objects.filter(is_backup=True).count() == 1


def test_of_the_last_two_methods_one_is_kept(buyer: Customer) -> None:
    """Each may go while the other is there; both at once would leave the renewal unpaid."""
    models.PaymentMethod.objects.filter(id=buyer.method.id).update(is_default=False)
    second = stored(buyer)
    models.PaymentMethod.objects.filter(id=second.id).update(is_default=True)
    removals = [partial(remove_method, **acts_on(buyer, method)) for method in (buyer.method, second)]  # type: ignore[arg-type]
    refused = failures(together(removals))
    assert all(isinstance(error, Refusal) and error.code == "method_in_use" for error in refused)
    kept = models.PaymentMethod.objects.exclude(status="removed").get()
    subscription = models.Subscription.objects.get()
    assert kept.is_default if subscription.payment_method_id is None else subscription.payment_method_id == kept.id


def test_the_customer_and_the_event_that_come_back_together_store_one_method(buyer: Customer) -> None:
    reference = come_back(begin(buyer))
    finish = partial(finish_method_setup, account_id=buyer.id, reference=reference, actor=buyer.actor, now=buyer.now)
    outcomes = together([finish] * MANY)
    assert failures(outcomes) == []
    assert len({outcome.method_id for outcome in outcomes}) == 1
    assert models.PaymentMethod.objects.filter(setup_reference=reference).count() == 1
    assert models.Event.objects.filter(kind="method_added").count() == 1


def test_no_more_setups_than_a_day_allows_are_begun_at_once(buyer: Customer) -> None:
    outcomes = together([partial(begin, buyer)] * (MANY * 2))
    refused = failures(outcomes)
    assert [str(error) for error in refused] == ["too_many_setups (most=10)"] * 2
    assert models.Event.objects.filter(kind="method_setup").count() == 10
