"""The sandbox killed and started again: its books, keys and undelivered events are still there."""

import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import GatewayError, GatewayUnavailable, GatewayUnknown
from tenor.gateways.payments.port import ChargeStatus, RefundRequest, SetupRequest
from tenor.gateways.payments.sandbox.server.behaviours import CARDS, IBANS
from tests.gateways.payments.conftest import NOON, RETURN_URL, Ask
from tests.support import plain_http
from tests.support.sandbox import SandboxProcess, wait_until

pytestmark = pytest.mark.slow


def test_killed_it_keeps_what_it_answered(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        gateway = sandbox.gateway()
        sandbox.set_clock(NOON)
        asked = ask(sandbox.method("paid"))
        answer = gateway.charge(asked)
        refund = RefundRequest(
            idempotency_key="back", reference="back", charge_reference=asked.reference, amount=Money(1, "EUR")
        )
        given_back = gateway.refund(refund)
        sandbox.kill()
        with pytest.raises(GatewayUnavailable):
            gateway.find_charge(asked.reference)
        sandbox.start()
        assert gateway.charge(asked) == answer, "the key must outlive the process"
        assert gateway.refund(refund) == given_back
        assert [charge["refunds"][0]["id"] for charge in sandbox.charges()] == [given_back.gateway_id]
        assert sandbox.get("/test/clock")["now"] == NOON.isoformat()
        gateway.close()


def test_killed_before_the_charge_it_has_booked_nothing(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox, ThreadPoolExecutor(1) as pool:
        gateway = sandbox.gateway()
        asked = ask(sandbox.method("paid"))
        sandbox.faults(hold=True)
        under_way = pool.submit(gateway.charge, asked)
        wait_until(lambda: sandbox.get("/test/faults")["waiting"] == 1, "the charge to be under way")
        sandbox.kill()
        with pytest.raises(GatewayUnknown):
            under_way.result()
        sandbox.start()
        assert gateway.find_charge(asked.reference) is None
        assert gateway.charge(asked).status is ChargeStatus.SUCCEEDED
        gateway.close()


def test_killed_again_and_again_each_charge_is_booked_once(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox, ThreadPoolExecutor(4) as pool:
        gateway = sandbox.gateway()
        card = sandbox.method("paid")
        requests = [ask(card, suffix=f" {n}") for n in range(60)]

        def insist(number: int) -> str:
            for _ in range(1_000):
                try:
                    return gateway.charge(requests[number]).gateway_id
                except GatewayError:
                    time.sleep(0.02)
            raise AssertionError("the sandbox never came back")

        def answered(enough: int) -> bool:
            return sum(answer.done() for answer in answers) >= enough

        answers = [pool.submit(insist, number) for number in range(len(requests))]
        for enough in (5, 15, 25):
            wait_until(partial(answered, enough), "some answers")
            sandbox.kill()
            sandbox.start()
        ids = [answer.result() for answer in answers]
        assert sorted(ids) == sorted(charge["id"] for charge in sandbox.charges())
        gateway.close()


def test_one_store_serves_one_process(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        assert sandbox.url
        rival = SandboxProcess(tmp_path)
        with pytest.raises(AssertionError, match="in use by another sandbox"):
            rival.start()
        rival.stop()
    store = sqlite3.connect(sandbox.store)
    assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def passes_luhn(number: str) -> bool:
    """The check digit of card numbers."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def card_numbers_in(text: str) -> list[str]:
    """Every run of 13 to 19 digits, spaced or not, that could be a card number."""
    runs = [re.sub(r"\D", "", run) for run in re.findall(r"(?:\d[ -]?){13,}", text)]
    return [
        run[start : start + length]
        for run in runs
        for length in range(13, 20)
        for start in range(len(run) - length + 1)
        if passes_luhn(run[start : start + length])
    ]


def test_no_number_typed_on_its_pages_is_kept(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        gateway = sandbox.gateway()
        forms = [
            (MethodKind.CARD, {"number": card.spaced, "expiry": "12/49", "code": "123", "answer": "save"})
            for card in CARDS
        ] + [
            (MethodKind.DIRECT_DEBIT, {"iban": iban.number, "holder": "Alice Ek", "agree": "yes", "answer": "save"})
            for iban in IBANS
        ]
        for count, (kind, form) in enumerate(forms):
            url = gateway.start_setup(
                SetupRequest(
                    reference=f"setup {count}", kind=kind, holder="Alice Ek", return_url=RETURN_URL, locale="en"
                )
            )
            assert plain_http.post(url, data=form).status_code == 303
            method = gateway.read_setup(f"setup {count}").method
            assert method is not None
            try:
                gateway.charge(ask(method.reference, suffix=f" {count}"))
            except GatewayUnknown:
                gateway.charge(ask(method.reference, suffix=f" {count}"))
        gateway.close()
        sandbox.kill()  # so that what is still in the write-ahead log is read too
        kept = "".join(file.read_text("latin-1") for file in sorted(tmp_path.iterdir()))
    assert len(forms) == len(CARDS) + len(IBANS)
    assert "4242" in kept, "the last four digits are kept, so this did read the store"
    assert card_numbers_in(kept) == []
    assert [iban.number for iban in IBANS if iban.number in kept] == []


def test_the_search_for_numbers_finds_one() -> None:
    assert "4242424242424242" in card_numbers_in("x 4242 4242 4242 4242 y")
    assert card_numbers_in("2030-03-04T12:00:00+00:00 4242 1234") == []


def test_books_of_an_earlier_version_are_kept(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        card = sandbox.method("paid")
    with sqlite3.connect(sandbox.store) as books:
        for column in ("holder", "invalid_code", "removed_at"):
            books.execute(f"ALTER TABLE methods DROP COLUMN {column}")
    books.close()
    with SandboxProcess(tmp_path) as sandbox:
        gateway = sandbox.gateway()
        assert gateway.read_method(card).holder == ""
        assert gateway.charge(ask(card)).status is ChargeStatus.SUCCEEDED
        gateway.close()
