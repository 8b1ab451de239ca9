"""The API of the provider under /v1, with a bearer key: all but the making of a charge, which is in charging.py."""

import hmac
import json
from collections.abc import Callable, Mapping
from sqlite3 import Connection
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from tenor.gateways.payments.sandbox.server import charges, clock, events, fields, idempotency, methods, refunds, setups
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.provider import LINE, Line, provider

api = Blueprint("api", __name__, url_prefix="/v1")

Json = dict[str, Any]


@api.before_request
def check_key() -> None:
    """Only callers with the key get further."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), provider().key.encode()):
        raise Refused("unauthorized", "the bearer key is missing or wrong", 401)


@api.errorhandler(Refused)
def refused(fault: Refused) -> tuple[Response, int]:
    """One shape for every no."""
    return jsonify(error={"code": fault.code, "message": fault.message}), fault.status


@api.errorhandler(HTTPException)
def failed(fault: HTTPException) -> tuple[Response, int]:
    """What Flask itself refuses, in the same shape."""
    return jsonify(error={"code": "http_error", "message": fault.description}), fault.code or 500


def body() -> Json:
    """The request's JSON object. Raises Refused."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Refused("invalid_request", "the body must be a JSON object")
    return found


def _keyed(asked: Mapping[str, Any], work: Callable[[Connection], Json]) -> Json:
    """Do `work` once for the request's idempotency key; again and again gives the first answer."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise Refused("invalid_request", "the header Idempotency-Key is missing")
    faults = provider().faults
    if faults.ignore_idempotency:
        _misbehave()
        with provider().store.transaction() as db:
            return work(db)
    with provider().keys.claim(key):
        _misbehave()
        with provider().store.transaction() as db:
            fingerprint = idempotency.fingerprint(request.path, asked)
            kept = idempotency.stored(db, key, fingerprint)
            if kept is not None:
                first: Json = json.loads(kept)
                return first
            answer = work(db)
            idempotency.keep(db, key, fingerprint, json.dumps(answer))
            return answer


def _misbehave() -> None:
    faults = provider().faults
    faults.wait()
    if faults.should_fail():
        raise Refused("temporary_error", "something went wrong on our side; nothing was done", 500)


def _lose_answer() -> None:
    line: Line = request.environ[LINE]
    line.lost = True


@api.post("/charges/cancel")
def cancel_charge() -> Json:
    """Call off the charge with a reference."""
    reference = fields.text(body(), "reference")
    with provider().store.transaction() as db:
        return charges.shown(db, [charges.row_of(db, charges.cancel(db, reference))], provider().public_url)[0]


@api.get("/charges")
def list_charges() -> Json:
    """Charges by `reference`, or those `since` an instant, in pages: `next` goes into `after`."""
    with provider().store.transaction() as db:
        if "reference" in request.args:
            is_blind = provider().faults.should_not_find()
            rows = [] if is_blind else charges.by_reference(db, request.args["reference"])
            return {"charges": charges.shown(db, rows, provider().public_url), "next": None}
        since = fields.instant(request.args.get("since"), "since")
        rows = charges.since(db, clock.text(since), request.args.get("after", 0, int))
        more = len(rows) == charges.PAGE
        return {
            "charges": charges.shown(db, rows, provider().public_url),
            "next": rows[-1]["seq"] if more else None,
        }


@api.post("/refunds")
def create_refund() -> Json:
    """Give money back."""
    asked = body()
    answer = _keyed(asked, lambda db: refunds.create(db, asked))
    if provider().faults.should_lose_answer():
        _lose_answer()
    return answer


@api.post("/setups")
def start_setup() -> Json:
    """Begin storing a way to pay."""
    asked = body()
    with provider().store.transaction() as db:
        return setups.shown(db, setups.start(db, asked), provider().public_url)


@api.get("/setups")
def read_setup() -> Json:
    """The setup with a `reference`."""
    with provider().store.transaction() as db:
        row = setups.by_reference(db, request.args.get("reference", ""))
        return setups.shown(db, row, provider().public_url)


@api.get("/methods/<method_id>")
def read_method(method_id: str) -> Json:
    """One stored way to pay."""
    with provider().store.transaction() as db:
        return methods.shown(methods.row_of(db, method_id))


@api.post("/methods/<method_id>")
def update_method(method_id: str) -> Json:
    """Change whose it is, and the expiry of a card."""
    asked = body()
    with provider().store.transaction() as db:
        return methods.shown(methods.update(db, method_id, asked))


@api.post("/methods/<method_id>/remove")
def remove_method(method_id: str) -> Json:
    """Forget it: nothing is charged to it any more."""
    with provider().store.transaction() as db:
        methods.remove(db, method_id)
    return {}


@api.get("/events")
def list_events() -> Json:
    """Every event `after` a sequence number, with the state of its delivery."""
    with provider().store.transaction() as db:
        return {"events": events.listed(db, request.args.get("after", 0, int))}


@api.get("/books")
def books() -> Json:
    """All charges and refunds at once, for a comparison."""
    with provider().store.transaction() as db:
        rows = db.execute("SELECT * FROM charges ORDER BY seq").fetchall()
        found = charges.shown(db, rows, provider().public_url)
        return {"charges": found, "refunds": [refund for charge in found for refund in charge["refunds"]]}
