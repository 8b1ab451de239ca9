"""Events: signed, delivered until taken, the same id every time; and what must not be believed."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenor.gateways.payments.errors import InvalidEvent
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tenor.gateways.payments.sandbox.server.delivery import signature
from tests.gateways.payments.conftest import Ask
from tests.support.sandbox import WEBHOOK_SECRET, SandboxProcess, WebhookReceiver, wait_until

SENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = (
    b'{"id": "evt_a", "kind": "charge.succeeded", "subject": "charge", "reference": "p1",'
    b' "charge_reference": "p1", "occurred_at": "2030-03-04T12:00:00+00:00"}'
)


def signed(body: bytes = BODY, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    """Headers as the sandbox would send them at SENT."""
    stamp = str(int(SENT.timestamp()))
    return {
        "Webhook-Id": "evt_a",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": signature(secret, "evt_a", stamp, body),
    }


@pytest.fixture
def reader() -> Iterator[SandboxGateway]:
    """A client that knows the secret; it talks to nobody here."""
    client = SandboxGateway("http://127.0.0.1:9", "key", WEBHOOK_SECRET)
    yield client
    client.close()


def test_a_signed_event_is_read(reader: SandboxGateway) -> None:
    event = reader.read_event(signed(), BODY, SENT)
    assert (event.id, event.kind, event.subject) == ("evt_a", "charge.succeeded", "charge")
    assert (event.reference, event.charge_reference) == ("p1", "p1")
    assert event.occurred_at == datetime(2030, 3, 4, 12, tzinfo=UTC)


def test_the_vector_of_the_standard_holds() -> None:
    """The example of the Standard Webhooks specification."""
    given = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_within_five_minutes_it_is_believed(reader: SandboxGateway, seconds: int) -> None:
    assert reader.read_event(signed(), BODY, SENT + timedelta(seconds=seconds)).id == "evt_a"


@pytest.mark.parametrize("seconds", [-301, 301, 10**7])
def test_too_old_or_too_new_it_is_not(reader: SandboxGateway, seconds: int) -> None:
    with pytest.raises(InvalidEvent, match="too far"):
        reader.read_event(signed(), BODY, SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Id": "evt_b"},
        {"Webhook-Timestamp": str(int(SENT.timestamp()) + 1)},
        {"Webhook-Timestamp": "soon"},
        {"Webhook-Timestamp": "-1"},
        {"Webhook-Timestamp": "9" * 40},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "v1,not base64 at all!"},
        {"Webhook-Signature": "v1,abc"},
        {"Webhook-Signature": "v1,é"},
        {"Webhook-Signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    ],
)
def test_a_changed_header_is_not_believed(reader: SandboxGateway, change: dict[str, str]) -> None:
    with pytest.raises(InvalidEvent):
        reader.read_event(signed() | change, BODY, SENT)


def test_a_changed_body_is_not_believed(reader: SandboxGateway) -> None:
    with pytest.raises(InvalidEvent, match="no signature fits"):
        reader.read_event(signed(), BODY.replace(b"p1", b"p2"), SENT)


@pytest.mark.parametrize("name", list(signed()))
def test_a_missing_header_is_not_believed(reader: SandboxGateway, name: str) -> None:
    headers = signed()
    del headers[name]
    with pytest.raises(InvalidEvent, match="missing"):
        reader.read_event(headers, BODY, SENT)


def test_another_secret_is_not_believed(reader: SandboxGateway) -> None:
    other = "whsec_" + base64.b64encode(b"another").decode()
    with pytest.raises(InvalidEvent, match="no signature fits"):
        reader.read_event(signed(secret=other), BODY, SENT)


def test_without_a_secret_nothing_is_believed() -> None:
    reader = SandboxGateway("http://127.0.0.1:9", "key", "")
    with pytest.raises(InvalidEvent, match="no secret"):
        reader.read_event(signed(secret=""), BODY, SENT)
    reader.close()


def test_one_of_several_signatures_is_enough(reader: SandboxGateway) -> None:
    headers = signed()
    headers["Webhook-Signature"] = f"v1,AAAA v2,x {headers['Webhook-Signature']}"
    assert reader.read_event(headers, BODY, SENT).id == "evt_a"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"kind": 1}'])
def test_signed_but_unreadable_is_not_believed(reader: SandboxGateway, body: bytes) -> None:
    with pytest.raises(InvalidEvent, match="not readable"):
        reader.read_event(signed(body), body, SENT)


@pytest.mark.slow
def test_events_arrive_signed_and_in_order(tmp_path: Path, ask: Ask) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        gateway = sandbox.gateway()
        gateway.charge(ask(sandbox.method("paid"), suffix=" 1"))
        gateway.charge(ask(sandbox.method("declined_soft"), suffix=" 2"))
        wait_until(lambda: len(receiver.received) == 2, "two webhooks")
        events = [gateway.read_event(one.headers, one.body, datetime.now(UTC)) for one in receiver.received]  # noqa: TID251 - webhooks carry real time
        assert [event.kind for event in events] == ["charge.succeeded", "charge.declined"]
        assert [event.id for event in events] == [event["id"] for event in sandbox.events()]
        gateway.close()


@pytest.mark.slow
def test_refused_events_come_again_until_they_are_taken(tmp_path: Path, ask: Ask) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        gateway = sandbox.gateway()
        receiver.status = 500
        gateway.charge(ask(sandbox.method("paid")))
        wait_until(lambda: len(receiver.received) >= 2, "a second try")
        receiver.status = 204
        wait_until(lambda: sandbox.events()[0]["delivered"], "the event to be taken")
        assert set(receiver.ids()) == {sandbox.events()[0]["id"]}, "the id stays the same over tries"
        gateway.close()


@pytest.mark.slow
def test_a_killed_sandbox_delivers_what_it_had_not(tmp_path: Path, ask: Ask) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        gateway = sandbox.gateway()
        sandbox.faults(pause_delivery=True)
        gateway.charge(ask(sandbox.method("paid")))
        sandbox.kill()
        assert receiver.received == []
        sandbox.start()
        wait_until(lambda: len(receiver.received) == 1, "the event after the restart")
        gateway.close()


@pytest.mark.slow
def test_nobody_listening_loses_nothing(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path, webhook_url="http://127.0.0.1:9/webhooks") as sandbox:
        gateway = sandbox.gateway()
        gateway.charge(ask(sandbox.method("paid")))
        wait_until(lambda: sandbox.events()[0]["tries"] > 0, "a try")
        event = sandbox.events()[0]
        assert (event["delivered"], event["error"]) == (False, "ConnectError")
        sandbox.stop()
        with WebhookReceiver() as receiver:
            sandbox.webhook_url = receiver.url
            sandbox.start()
            wait_until(lambda: receiver.ids() == [event["id"]], "the event where it is expected now")
        gateway.close()


@pytest.mark.slow
def test_every_event_can_be_delivered_again(tmp_path: Path, ask: Ask) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        gateway = sandbox.gateway()
        gateway.charge(ask(sandbox.method("paid")))
        wait_until(lambda: sandbox.events()[0]["delivered"], "the first delivery")
        assert sandbox.post("/test/events/redeliver") == {"events": 1}
        wait_until(lambda: len(receiver.received) == 2, "the second delivery")
        assert len(set(receiver.ids())) == 1
        gateway.close()
