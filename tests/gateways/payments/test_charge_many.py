"""The batch verb of the port: every request has its one outcome, and it is what `charge` would have told."""

import socket
import threading
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path

import httpx
import pytest

from tenor.gateways.payments.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    GatewayUnknown,
    KeyInUse,
    KeyReused,
)
from tenor.gateways.payments.lines import AHEAD
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest, ChargeStatus
from tenor.gateways.payments.sandbox.client import DRAWN_AHEAD_SECONDS, SandboxGateway
from tests.gateways.payments.conftest import NOON, Ask
from tests.support.sandbox import KEY, SandboxProcess, wait_until

pytestmark = pytest.mark.slow

AT_ONCE = 4
MANY = 60


def outcomes_of(gateway: SandboxGateway, asked: list[ChargeRequest]) -> dict[str, ChargeAnswer | GatewayError]:
    """The outcome of each by its reference; each has exactly one."""
    told = list(gateway.charge_many(asked, AT_ONCE))
    assert sorted(request.reference for request, _ in told) == sorted(request.reference for request in asked)
    return {request.reference: outcome for request, outcome in told}


def alone(gateway: SandboxGateway, asked: ChargeRequest) -> ChargeAnswer | GatewayError:
    """What `charge` tells."""
    try:
        return gateway.charge(asked)
    except GatewayError as error:
        return error


def sameness(outcome: ChargeAnswer | GatewayError) -> object:
    """What must not depend on the verb: all but the ids."""
    if isinstance(outcome, ChargeAnswer):
        return outcome.status, outcome.decline, outcome.amount, bool(outcome.action_url)
    return type(outcome), getattr(outcome, "code", "")


def test_many_good_cards_pay_once_each(gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("paid")
    asked = [ask(card, suffix=f" {n}") for n in range(MANY)]
    told = outcomes_of(gateway, asked)
    assert {outcome.status for outcome in told.values() if isinstance(outcome, ChargeAnswer)} == {
        ChargeStatus.SUCCEEDED
    }
    again = outcomes_of(gateway, asked)
    assert again == told, "the same keys give the same answers"
    mine = [charge for charge in sandbox.charges() if charge["reference"] in told]
    assert len(mine) == MANY


def test_it_tells_what_charge_tells(gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    kinds = ["paid", "declined_soft", "declined_final", "bank_check", "answer_lost", "error_once"]
    methods = [*(sandbox.method(kind) for kind in kinds), sandbox.method("paid", "direct_debit"), "pm_nobodys"]
    singly = [sameness(alone(gateway, ask(method, suffix=f" alone {n}"))) for n, method in enumerate(methods)]
    asked = [ask(method, suffix=f" together {n}") for n, method in enumerate(methods)]
    told = outcomes_of(gateway, asked)
    assert [sameness(told[one.reference]) for one in asked] == singly
    assert {type(one) for one in told.values()} == {ChargeAnswer, GatewayUnknown, GatewayRefused}


def test_conflicts_of_keys_are_told(gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("paid")
    asked = ask(card)
    gateway.charge(asked)
    reused = ask(card, minor=1)
    assert [type(outcome) for _, outcome in gateway.charge_many([reused], AT_ONCE)] == [KeyReused]
    sandbox.faults(hold=True)
    twice = ask(card, suffix=" twice")
    told = gateway.charge_many([twice, twice], AT_ONCE)
    assert isinstance(next(told)[1], KeyInUse)
    sandbox.faults(hold=False)
    assert [type(outcome) for _, outcome in told] == [ChargeAnswer]


def test_nobody_there_means_certainly_not_sent(ask: Ask) -> None:
    gateway = SandboxGateway("http://127.0.0.1:9", KEY, "")
    told = list(gateway.charge_many([ask("any", suffix=f" {n}") for n in range(MANY)], AT_ONCE))
    gateway.close()
    assert [type(outcome) for _, outcome in told] == [GatewayUnavailable] * MANY


def test_no_more_go_out_at_once_than_asked(gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("paid")
    sandbox.faults(hold=True)
    told = gateway.charge_many((ask(card, suffix=f" {n}") for n in range(MANY)), AT_ONCE)
    taken: list[object] = []
    taker = threading.Thread(target=lambda: taken.extend(told))
    taker.start()
    wait_until(lambda: sandbox.get("/test/faults")["waiting"] == AT_ONCE, "all lines to be busy")
    assert sandbox.get("/test/faults")["waiting"] == AT_ONCE
    sandbox.faults(hold=False)
    taker.join()
    assert len(taken) == MANY


def test_requests_are_drawn_by_the_caller_and_only_a_few_ahead(
    gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    card = sandbox.method("paid")
    drawn_by: list[int] = []

    def endless() -> Iterator[ChargeRequest]:
        for number in count():
            drawn_by.append(threading.get_ident())
            yield ask(card, suffix=f" {number}")

    told = gateway.charge_many(endless(), AT_ONCE)
    for taken in range(1, MANY):
        next(told)
        assert len(drawn_by) <= taken + AT_ONCE * (1 + AHEAD)
    told.close()  # type: ignore[attr-defined]
    assert set(drawn_by) == {threading.get_ident()}


def test_under_a_rate_limit_no_more_are_drawn_than_have_their_turn_soon(sandbox: SandboxProcess, ask: Ask) -> None:
    card, drawn, slow = sandbox.method("paid"), count(), 2
    gateway = SandboxGateway(sandbox.url, sandbox.key, sandbox.webhook_secret, per_second=slow)
    told = gateway.charge_many((ask(card, suffix=f" {number}") for number in drawn), AT_ONCE)
    next(told)
    told.close()  # type: ignore[attr-defined]
    gateway.close()
    assert next(drawn) <= 1 + slow * DRAWN_AHEAD_SECONDS < AT_ONCE * (1 + AHEAD)


def test_closed_early_nothing_more_goes_out_and_nothing_is_left_under_way(
    gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    card = sandbox.method("paid")
    asked = [ask(card, suffix=f" {n}") for n in range(MANY)]
    told = gateway.charge_many(iter(asked), AT_ONCE)
    next(told)
    told.close()  # type: ignore[attr-defined]
    assert "payments" not in {thread.name for thread in threading.enumerate()}
    booked = {charge["reference"] for charge in sandbox.charges()} & {one.reference for one in asked}
    assert 0 < len(booked) < MANY
    assert all(gateway.find_charge(one.reference) for one in asked if one.reference in booked)


def test_an_error_of_the_requests_is_raised_after_every_outcome(
    gateway: SandboxGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    card = sandbox.method("paid")
    asked = [ask(card, suffix=f" {n}") for n in range(AT_ONCE * 2)]

    def broken() -> Iterator[ChargeRequest]:
        yield from asked
        raise LookupError("the database went away")

    told = []
    with pytest.raises(LookupError):
        for outcome in gateway.charge_many(broken(), AT_ONCE):
            told.append(outcome)
    assert len(told) == len(asked)


def test_nothing_asked_nothing_told(gateway: SandboxGateway) -> None:
    assert list(gateway.charge_many([], AT_ONCE)) == []


def test_killed_in_the_middle_what_was_never_sent_was_never_booked(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        sandbox.set_clock(NOON)
        gateway = sandbox.gateway()
        card = sandbox.method("paid")
        asked = [ask(card, suffix=f" {n}") for n in range(MANY)]
        told = gateway.charge_many(iter(asked), AT_ONCE)
        first = next(told)
        sandbox.kill()
        outcomes = {request.reference: outcome for request, outcome in chain([first], told)}
        sandbox.start()
        booked = {charge["reference"] for charge in sandbox.charges()}
        gateway.close()
    assert len(outcomes) == MANY
    assert all(isinstance(one, ChargeAnswer | GatewayUnavailable | GatewayUnknown) for one in outcomes.values())
    assert any(isinstance(one, GatewayUnavailable) for one in outcomes.values())
    for reference, outcome in outcomes.items():
        if isinstance(outcome, ChargeAnswer):
            assert reference in booked
        if isinstance(outcome, GatewayUnavailable):
            assert reference not in booked


def head(status: int, length: int) -> bytes:
    """The start of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status} x", f"Content-Length: {length}", "Connection: close", "", ""]).encode()


REFUSAL = b'{"error":{"code":"no_such_method","message":"nobody has it"}}'
CHUNKED = b"HTTP/1.1 404 x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS: dict[str, tuple[bytes, type[GatewayError]]] = {
    "too_many_requests": (head(429, 2) + b"{}", GatewayUnavailable),
    "server_error": (head(503, 0), GatewayUnknown),
    "refusal": (head(404, len(REFUSAL)) + REFUSAL, GatewayRefused),
    "refusal_in_no_words": (head(402, 2) + b"{}", GatewayUnknown),
    "no_json": (head(200, 5) + b"hello", GatewayUnknown),
    "json_of_another_shape": (head(200, 2) + b"[]", GatewayUnknown),
    "half_an_answer": (head(200, 500) + b'{"id"', GatewayUnknown),
    "no_http": (b"SSH-2.0-hello\r\n", GatewayUnknown),
    "nothing": (b"", GatewayUnknown),
    "chunked_refusal": (CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(REFUSAL), REFUSAL), GatewayRefused),
    "a_hint_first": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + head(404, len(REFUSAL)) + REFUSAL, GatewayRefused),
}


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], str]]:
    """Starts a server that gives every request the same bytes and hangs up; answers its address."""
    sockets: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(listening: socket.socket, answer: bytes) -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                received = b""
                while not received.endswith(b"}"):
                    received += line.recv(65_536)
                line.sendall(answer)

    def start(answer: bytes) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(listening, answer))
        thread.start()
        sockets.append(listening)
        threads.append(thread)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for listening in sockets:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("name", list(ANSWERS))
def test_odd_answers_mean_the_same_to_both_verbs(answering: Callable[[bytes], str], ask: Ask, name: str) -> None:
    answer, kind = ANSWERS[name]
    gateway = SandboxGateway(answering(answer), KEY, "", httpx.Timeout(20.0))
    assert type(alone(gateway, ask("any"))) is kind
    together = [ask("any", suffix=f" {n}") for n in range(3)]
    assert [type(outcome) for _, outcome in gateway.charge_many(together, 1)] == [kind] * 3
    gateway.close()


def test_an_answer_that_takes_too_long_is_unknown(sandbox: SandboxProcess, gateway: SandboxGateway, ask: Ask) -> None:
    hasty = sandbox.gateway(timeout_seconds=0.2)
    card = sandbox.method("paid")
    sandbox.faults(hold=True)
    told = [outcome for _, outcome in hasty.charge_many([ask(card, suffix=f" {n}") for n in range(2)], AT_ONCE)]
    sandbox.faults(hold=False)
    hasty.close()
    assert [type(outcome) for outcome in told] == [GatewayUnknown] * 2
