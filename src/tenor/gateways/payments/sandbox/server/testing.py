"""The API for tests and demos: the clock, sample methods, faults, and the delivery of events."""

from flask import Blueprint, request

from tenor.gateways.payments.sandbox.server import charges, clock, events, fields, methods, store
from tenor.gateways.payments.sandbox.server.api import Json, body
from tenor.gateways.payments.sandbox.server.provider import provider

testing = Blueprint("testing", __name__, url_prefix="/test")


@testing.get("/clock")
def read_clock() -> Json:
    """The instant the books go by."""
    with provider().store.transaction() as db:
        return {"now": clock.text(clock.now(db))}


@testing.post("/clock")
def set_clock() -> Json:
    """Set the clock; it stands still until set again. Debits settle, fail and are reversed as it passes their days."""
    instant = fields.instant(body().get("now"), "now")
    with provider().store.transaction() as db:
        clock.set_now(db, instant)
        return {"now": clock.text(instant), "steps": charges.settle_due(db)}


@testing.post("/methods")
def add_method() -> Json:
    """Store a method by the name of its behaviour, without any number passing."""
    asked = body()
    year = fields.whole(asked, "expiry_year", methods.DEFAULT_EXPIRY[0], most=methods.LATEST_YEAR)
    month = fields.whole(asked, "expiry_month", methods.DEFAULT_EXPIRY[1], most=12)
    method = methods.sample(fields.text(asked, "kind"), fields.text(asked, "behaviour"), (year, month))
    with provider().store.transaction() as db:
        return methods.shown(methods.row_of(db, methods.add(db, method)))


@testing.post("/methods/<method_id>/invalidate")
def invalidate_method(method_id: str) -> Json:
    """The payer's bank refuses it for good, with the `code` of a decline."""
    code = fields.text(body(), "code")
    with provider().store.transaction() as db:
        return methods.shown(methods.invalidate(db, method_id, code))


@testing.post("/methods/<method_id>/renew")
def renew_method(method_id: str) -> Json:
    """The bank renewed the card: it has another expiry from now on."""
    asked = body()
    year = fields.whole(asked, "expiry_year", methods.DEFAULT_EXPIRY[0], most=methods.LATEST_YEAR)
    month = fields.whole(asked, "expiry_month", methods.DEFAULT_EXPIRY[1], most=12)
    with provider().store.transaction() as db:
        return methods.shown(methods.renew(db, method_id, (year, month)))


@testing.route("/faults", methods=["GET", "POST"])
def faults() -> Json:
    """Read the switches, or set those the body names."""
    if request.method == "POST":
        provider().faults.change(body())
    return provider().faults.shown()


@testing.post("/events/redeliver")
def redeliver() -> Json:
    """Deliver every event again."""
    with provider().store.transaction() as db:
        return {"events": events.send_again(db)}


@testing.post("/events/forget")
def forget_events() -> Json:
    """Deliver nothing of what happened so far: the history of a demo was made with its shop closed."""
    with provider().store.transaction() as db:
        return {"events": events.forget(db)}


@testing.post("/clear")
def clear() -> Json:
    """Empty the books, as on the first day; for a history that was broken off in the middle."""
    with provider().store.transaction() as db:
        store.clear(db)
    return {}
