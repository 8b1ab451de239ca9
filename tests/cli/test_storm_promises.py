"""The storm's judge of promises: it passes a night that kept them, and counts each that was broken on purpose."""

from datetime import date

import pytest

from tenor.cli.bench.book import Part, build, found_vendor, noon_after
from tenor.cli.bench.promised import broken, promised_for
from tenor.db.models import OrderLine, Subscription
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.renew_due import renew_due
from tests.support.customer import sandbox, sandbox_process
from tests.support.sandbox import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]

NIGHT = date(2027, 3, 1)
BOOK = 12


@pytest.mark.django_db(transaction=True)
def test_promises_are_judged(sandbox: SandboxProcess) -> None:
    now = noon_after(NIGHT)
    sandbox.set_clock(now)
    build(found_vendor(), [Part(NIGHT, BOOK)], sandbox.method("paid"), lambda _: None)
    promised = promised_for(NIGHT)
    assert len(promised) == Subscription.objects.filter(renews_on=NIGHT).count() >= BOOK

    renew_due(now=now, until=NIGHT)
    collect_due(now=now)
    assert broken(promised, NIGHT) == 0

    first, second = OrderLine.objects.order_by("id")[:2]
    OrderLine.objects.filter(id=first.id).update(seats=first.seats + 1)
    assert broken(promised, NIGHT) == 1
    del promised[str(second.subscription_id)]  # charged, though nobody was told
    assert broken(promised, NIGHT) == 2
