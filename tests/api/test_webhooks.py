"""Webhooks: believed only when signed, stored once, answered at once."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client

from tenor.db import models
from tenor.gateways.clock import real_now

EVENT = {
    "kind": "charge.succeeded",
    "subject": "charge",
    "reference": "r-1",
    "charge_reference": "r-1",
    "occurred_at": "2026-11-21T12:00:00+00:00",
}


@pytest.fixture(autouse=True)
def rows(db: None) -> None:
    """Every test here stores."""


def deliver(event_id: str = "evt_1", path: str = "/webhooks/sandbox/", **changes: Any) -> int:
    body = changes.pop("body", None) or json.dumps({**EVENT, **changes.pop("event", {})}).encode()
    stamp = str(int(real_now().timestamp()) - changes.pop("age", 0))
    key = base64.b64decode(live.SANDBOX_WEBHOOK_SECRET.removeprefix("whsec_"))
    signed = hmac.new(key, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(changes.pop("signature", signed)).decode(),
    }
    client = Client(enforce_csrf_checks=True)
    return client.post(path, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("path", ["/webhooks/sandbox/", "/webhooks/sandbox"])
def test_an_event_is_stored_once(path: str) -> None:
    assert deliver(path=path) == 204
    assert deliver(path=path) == 204
    stored = models.GatewayEvent.objects.get()
    assert (stored.gateway, stored.event_id, stored.kind) == ("sandbox", "evt_1", "charge.succeeded")
    assert stored.body["charge_reference"] == "r-1"
    assert stored.processed_at is None


def test_the_portals_role_may_store_it(acting_as: Callable[[str], AbstractContextManager[None]]) -> None:
    with acting_as("tenor_app"):
        assert deliver() == 204
        assert deliver() == 204
    assert models.GatewayEvent.objects.count() == 1


def test_an_unknown_kind_is_stored_like_any_other() -> None:
    assert deliver(event={"kind": "moon.full"}) == 204


@pytest.mark.parametrize("changes", [{"signature": b"forged"}, {"age": 400}, {"body": b"{}"}, {"body": b"not json"}])
def test_what_must_not_be_believed_is_refused(changes: dict[str, Any]) -> None:
    assert deliver(**changes) == 400
    assert not models.GatewayEvent.objects.exists()


def test_what_is_too_large_is_not_read() -> None:
    assert deliver(body=b"x" * (64 * 1024 + 1)) == 413


def test_a_gateway_that_is_not_there_has_no_address() -> None:
    assert deliver(path="/webhooks/nobody/") == 404
    assert Client().get("/webhooks/sandbox/").status_code == 405


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "charge.\0succeeded"},
        {"subject": "\0"},
        {"reference": "r-1\0"},
        {"charge_reference": "\0"},
        {"kind": 7},
        {"subject": None},
        {"reference": ["r-1"]},
        {"charge_reference": {}},
        {"occurred_at": "0001-01-01T00:00:00+00:00"},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"occurred_at": "9999-12-31T23:59:59-14:00"},
        {"occurred_at": "9999-12-31T23:59:59+00:00"},
        {"occurred_at": "yesterday"},
        {"occurred_at": None},
    ],
)
def test_what_is_signed_and_can_not_be_true_is_refused(event: dict[str, Any]) -> None:
    assert deliver(event=event) == 400
    assert not models.GatewayEvent.objects.exists()
