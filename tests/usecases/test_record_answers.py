"""Answers recorded in bulk leave the same rows as answers recorded one by one, whatever the book looks like."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, transaction

from tenor.db import models
from tenor.domain.lifecycle import INVOICE, InvoiceStatus
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayRefused
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus
from tenor.usecases import record_answers as recording
from tenor.usecases.record_answer import record_answer, record_no_answer, record_refusal
from tenor.usecases.record_answers import Answered, record_answers
from tests.support.renewal_books import NIGHT, RandomBook, answer_to

pytestmark = pytest.mark.django_db

Rows = dict[str, list[str]]
DATABASE_INSTANTS = ("lease_until", "next_try_at")
"""By the database's clock: that there is one counts, not which."""


def one_by_one(answers: Iterable[Answered]) -> None:
    for one in answers:
        match one.answer:
            case ChargeAnswer():
                record_answer(account_id=one.account_id, payment_id=one.payment_id, answer=one.answer, now=NIGHT)
            case GatewayRefused():
                record_refusal(one.account_id, one.payment_id, str(one.answer), NIGHT)
            case silence:
                record_no_answer(one.account_id, one.payment_id, str(silence), NIGHT)


def rows_after(work: Callable[[], object]) -> Rows:
    """Every table after `work`, which is undone again; the ids of rows that it added are left out."""
    before = {table: set(ids(table)) for table in tables()}
    with transaction.atomic():
        work()
        found = {table: sorted(map(plain_row(before[table]), rows(table))) for table in tables()}
        transaction.set_rollback(True)
    return found


def tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_app_config("db").get_models())


def ids(table: str) -> list[str]:
    return [str(row.get("id")) for row in rows(table)]


def rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) FROM {table} t")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def plain_row(known: set[str]) -> Callable[[dict[str, Any]], str]:
    def plain(row: dict[str, Any]) -> str:
        kept = {name: value for name, value in row.items() if name != "id" or str(value) in known}
        kept |= {name: bool(kept[name]) for name in DATABASE_INSTANTS if name in kept}
        return json.dumps(kept, sort_keys=True)

    return plain


@pytest.mark.parametrize("seed", range(5))
def test_what_is_recorded_in_bulk_is_what_is_recorded_one_by_one(seed: int) -> None:
    answers = list(RandomBook.of(seed).answers())
    expected = rows_after(lambda: one_by_one(answers))
    found = rows_after(lambda: record_answers(answers, NIGHT))
    for table, known in expected.items():
        assert found[table] == known, table


def in_bulk(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what is not recorded in bulk."""
    alone: Counter[str] = Counter()
    by_itself = recording._by_itself

    def counted(one: Answered, now: Any) -> Any:
        alone[str(getattr(one.answer, "status", "silence"))] += 1
        return by_itself(one, now)

    monkeypatch.setattr(recording, "_by_itself", counted)
    return alone


def test_most_successes_and_silences_go_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = in_bulk(monkeypatch)
    answers = list(RandomBook.of(1, accounts=30).answers())
    counts = record_answers(answers, NIGHT)
    successes = sum(getattr(one.answer, "status", "") == ChargeStatus.SUCCEEDED for one in answers)
    assert counts["succeeded"] >= successes
    assert alone["succeeded"] < successes / 2, "only those with fewer seats than users need a second look"
    assert counts["not recorded"] == 0


def test_recording_again_changes_nothing() -> None:
    answers = list(RandomBook.of(2).answers())
    expected = rows_after(lambda: record_answers(answers, NIGHT))
    assert rows_after(lambda: (record_answers(answers, NIGHT), record_answers(answers, NIGHT))) == expected


def test_an_answer_told_twice_in_one_batch_is_recorded_once() -> None:
    answers = list(RandomBook.of(3).answers())
    expected = rows_after(lambda: record_answers(answers, NIGHT))
    assert rows_after(lambda: record_answers([*answers, *answers], NIGHT)) == expected


def successes(seed: int) -> list[Answered]:
    RandomBook.of(seed)
    payments = models.Payment.objects.filter(status="sending").order_by("id")
    return [Answered(p.account_id, p.id, answer_to(p, ChargeStatus.SUCCEEDED)) for p in payments]


def poison(one: Answered) -> UUID:
    """The term is paid for already: it can't begin twice."""
    invoice = models.Invoice.objects.get(id=models.Payment.objects.get(id=one.payment_id).invoice_id)
    named = models.OrderSubscription.objects.select_related("subscription").filter(order=invoice.order)
    subscription = named[0].subscription
    models.PaidPeriod.objects.create(
        account_id=one.account_id,
        subscription=subscription,
        starts_on=subscription.renews_on,
        ends_on=subscription.renews_on.replace(year=2028),
        unit_price_minor=1,
        currency="EUR",
        denominator=366,
    )
    return one.payment_id


def test_one_that_cannot_be_recorded_stands_alone_and_the_others_go_on() -> None:
    answers = successes(4)
    bad = poison(answers[len(answers) // 2])
    counts = record_answers(answers, NIGHT)
    assert counts == {"succeeded": len(answers) - 1, "not recorded": 1}
    left = models.Payment.objects.exclude(status="succeeded").get(id=bad)
    assert (left.status, left.lease_until) == ("sending", None)
    assert "a_subscription_is_renewed_once_a_period" in left.error


def test_another_amount_than_asked_for_is_not_recorded() -> None:
    one, *others = successes(5)
    payment = models.Payment.objects.get(id=one.payment_id)
    payment.amount_minor += 1
    wrong = Answered(one.account_id, one.payment_id, answer_to(payment, ChargeStatus.SUCCEEDED))
    counts = record_answers([wrong, *others], NIGHT)
    assert counts == {"succeeded": len(others), "not recorded": 1}
    assert "we asked for" in models.Payment.objects.get(id=one.payment_id).error


def test_a_step_that_the_tables_do_not_know_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "INVOICE", {**INVOICE, InvoiceStatus.OPEN: frozenset()})
    with pytest.raises(Refusal, match="forbidden_step"):
        recording.check_steps()
