"""The sandbox provider as a `PaymentGateway`: its HTTP API behind the port."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx
import orjson

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    GatewayUnknown,
    InvalidEvent,
)
from tenor.gateways.payments.least_amounts import PUBLISHED
from tenor.gateways.payments.lines import (
    NO_LIMIT,
    NeverSent,
    Outcome,
    Response,
    Server,
    ask,
    get_bytes,
    post_bytes,
    post_many,
)
from tenor.gateways.payments.pace import Pace
from tenor.gateways.payments.port import (
    ChargeAnswer,
    Charged,
    ChargeRequest,
    ChargeStatus,
    Decline,
    GatewayEvent,
    MethodUpdate,
    RefundAnswer,
    RefundRequest,
    RefundStatus,
    SetupAnswer,
    SetupRequest,
    SetupStatus,
    StoredMethod,
)
from tenor.gateways.payments.sandbox.refusals import error_of
from tenor.gateways.payments.signatures import verify

T = TypeVar("T")

# The wait for an answer is long: giving up early turns a slow charge into an unknown one. It counts from the request to
# the last byte of its answer; a page waits less (see `registry`).
TIMEOUT = httpx.Timeout(20.0, connect=3.0)

LONGEST_SECONDS = 60.0
DRAWN_AHEAD_SECONDS = 10
"""A request waits no longer for its turn, well within the lease of its payment (see `usecases.collect_payments`)."""
CHARGES = "/v1/charges"


NOT_READABLE = (KeyError, TypeError, ValueError, OverflowError)
"""What reading JSON of another shape raises."""

YEARS = range(2000, 2200)
"""An instant outside of them is a fault, and some can't be told in another zone."""


class SandboxGateway:
    """Talks to a sandbox process at `url` with bearer `key`; safe to share between threads.

    `per_second` is the most that `charge_many` sends a second, 0 for no limit; what somebody waits for goes at once.
    """

    least_amounts: Mapping[str, int] = PUBLISHED

    def __init__(
        self, url: str, key: str, webhook_secret: str, timeout: httpx.Timeout = TIMEOUT, per_second: int = 0
    ) -> None:
        self._secret = webhook_secret
        self._bearer = f"Bearer {key}"
        self._server = Server(
            url=url,
            connect_seconds=timeout.connect or LONGEST_SECONDS,
            answer_seconds=timeout.read or LONGEST_SECONDS,
            pause=Pace(per_second).pause,
            at_hand=per_second * DRAWN_AHEAD_SECONDS or NO_LIMIT,
        )
        # No line is kept between two requests: one found cut on the next would turn a request never sent into an
        # unknown one.
        self._alone = replace(self._server, pause=_at_once, at_hand=NO_LIMIT)

    def close(self) -> None:
        """Nothing is kept open; there for whoever is done with it."""

    def kinds_in(self, currency: str) -> frozenset[MethodKind]:
        """Its direct debits are those of SEPA, which knows euros only."""
        kinds = frozenset(MethodKind)
        return kinds if currency == "EUR" else kinds - {MethodKind.DIRECT_DEBIT}

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """See `PaymentGateway.charge`."""
        answer = _read(_charge, self._post(CHARGES, _charge_body(request), key=request.idempotency_key))
        return _asked_for(request, answer)

    def charge_many(self, requests: Iterable[ChargeRequest], at_once: int) -> Iterator[Charged]:
        """See `PaymentGateway.charge_many`."""
        posts = ((request, self._charge_post(request)) for request in requests)
        with closing(post_many(self._server, posts, at_once)) as outcomes:
            for request, outcome in outcomes:
                yield request, _charged(request, outcome)

    def _charge_post(self, request: ChargeRequest) -> bytes:
        headers = {"Authorization": self._bearer, "Idempotency-Key": request.idempotency_key}
        return post_bytes(self._server.url, CHARGES, headers, orjson.dumps(_charge_body(request)))

    def find_charge(self, reference: str) -> ChargeAnswer | None:
        """See `PaymentGateway.find_charge`. Of several charges by one reference, the one that moved money."""
        found = _read(_charges, self._get("/v1/charges", reference=reference))
        for charge in found:
            _same_reference(reference, charge.reference)
        dead = (ChargeStatus.DECLINED, ChargeStatus.CANCELED)
        living = [charge for charge in found if charge.status not in dead]
        return next(iter(living or reversed(found)), None)

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """See `PaymentGateway.refund`."""
        body = {
            "reference": request.reference,
            "charge_reference": request.charge_reference,
            "amount": _amount(request.amount),
            "reason": request.reason,
        }
        answer = _read(_refund, self._post("/v1/refunds", body, key=request.idempotency_key))
        _same_reference(request.reference, answer.reference)
        _same_reference(request.charge_reference, answer.charge_reference)
        if answer.amount != request.amount:
            raise GatewayUnknown(f"asked to give back {request.amount}, and the answer tells of {answer.amount}")
        return answer

    def cancel_charge(self, reference: str) -> ChargeAnswer:
        """See `PaymentGateway.cancel_charge`."""
        answer = _read(_charge, self._post("/v1/charges/cancel", {"reference": reference}))
        _same_reference(reference, answer.reference)
        return answer

    def start_setup(self, request: SetupRequest) -> str:
        """See `PaymentGateway.start_setup`."""
        body = {
            "reference": request.reference,
            "kind": request.kind.value,
            "holder": request.holder,
            "return_url": request.return_url,
            "locale": request.locale,
        }
        return _read(lambda row: str(row["url"]), self._post("/v1/setups", body))

    def read_setup(self, reference: str) -> SetupAnswer:
        """See `PaymentGateway.read_setup`."""
        answer = _read(_setup, self._get("/v1/setups", reference=reference))
        _same_reference(reference, answer.reference)
        return answer

    def read_method(self, reference: str) -> StoredMethod:
        """See `PaymentGateway.read_method`."""
        return _this_method(reference, self._get(f"/v1/methods/{_path(reference)}"))

    def update_method(self, update: MethodUpdate) -> StoredMethod:
        """See `PaymentGateway.update_method`."""
        body: dict[str, Any] = {"holder": update.holder}
        if update.expiry_year is not None:
            body |= {"expiry_year": update.expiry_year, "expiry_month": update.expiry_month}
        return _this_method(update.reference, self._post(f"/v1/methods/{_path(update.reference)}", body))

    def remove_method(self, reference: str) -> None:
        """See `PaymentGateway.remove_method`."""
        try:
            self._post(f"/v1/methods/{_path(reference)}/remove", {})
        except GatewayRefused as refused:
            if refused.code != "no_such_method":
                raise

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayEvent:
        """See `PaymentGateway.read_event`."""
        event_id = verify(headers, body, secret=self._secret, now=now)
        try:
            event = orjson.loads(body)
            return GatewayEvent(
                id=event_id,
                kind=_text(event["kind"]),
                subject=_text(event["subject"]),
                reference=_text(event["reference"]),
                charge_reference=_text(event["charge_reference"]),
                occurred_at=_instant(event["occurred_at"]),
            )
        except NOT_READABLE as fault:
            raise InvalidEvent(f"signed, but not readable: {fault!r}") from fault

    def charge_pages(self, since: datetime) -> Iterator[tuple[ChargeAnswer, ...]]:
        """See `PaymentGateway.charge_pages`."""
        after: int | None = 0
        while after is not None:
            page = self._get("/v1/charges", since=since.astimezone(UTC).isoformat(), after=str(after))
            yield tuple(_read(_charges, page))
            after = page.get("next")

    def list_charges(self, since: datetime) -> tuple[ChargeAnswer, ...]:
        """See `PaymentGateway.list_charges`."""
        return tuple(charge for page in self.charge_pages(since) for charge in page)

    def _get(self, path: str, **query: str) -> Any:
        asked = f"{path}?{urlencode(query)}" if query else path
        return _told(ask(self._alone, get_bytes(self._server.url, asked, {"Authorization": self._bearer})))

    def _post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> Any:
        headers = {"Authorization": self._bearer, **({"Idempotency-Key": key} if key else {})}
        return _told(ask(self._alone, post_bytes(self._server.url, path, headers, orjson.dumps(body))))


def _charged(request: ChargeRequest, outcome: Outcome) -> ChargeAnswer | GatewayError:
    """What came over a line, told as `charge` tells it."""
    try:
        return _asked_for(request, _read(_charge, _told(outcome)))
    except GatewayError as error:
        return error


def _asked_for(request: ChargeRequest, answer: ChargeAnswer) -> ChargeAnswer:
    """The answer, if it is about this very request; somebody else's tells nothing. Raises GatewayUnknown."""
    _same_reference(request.reference, answer.reference)
    if answer.amount != request.amount:
        raise GatewayUnknown(f"asked for {request.amount}, and the answer tells of {answer.amount}")
    return answer


def _same_reference(asked: str, told: str) -> None:
    if told != asked:
        raise GatewayUnknown(f"asked about {asked}, and the answer is about {told}")


def _at_once() -> float:
    """What somebody waits for keeps no pace."""
    return 0.0


def _told(outcome: Outcome) -> Any:
    """The JSON that came over a line. Raises the error that anything else stands for, any status but a 2xx included."""
    if isinstance(outcome, NeverSent):
        raise GatewayUnavailable(f"the sandbox was not reached: {outcome}")
    if not isinstance(outcome, Response):
        raise GatewayUnknown(f"the sandbox did not answer: {outcome}")
    if not httpx.codes.is_success(outcome.status):
        raise error_of(outcome.status, outcome.body)
    try:
        return orjson.loads(outcome.body)
    except ValueError as fault:
        raise GatewayUnknown("the sandbox's answer is not readable") from fault


def _read(reader: Callable[[Any], T], answer: Any) -> T:
    """An answer in a shape we can't read is no answer: what it stood for may well have happened."""
    try:
        return reader(answer)
    except NOT_READABLE as fault:
        raise GatewayUnknown(f"the sandbox's answer is not readable: {fault!r}") from fault


def _path(reference: str) -> str:
    """A reference as one part of an address."""
    return quote(reference, safe="")


def _charge_body(request: ChargeRequest) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "method": request.method,
        "amount": _amount(request.amount),
        "description": request.description,
        "return_url": request.return_url,
        "on_session": request.on_session,
        "locale": request.locale,
    }


def _amount(money: Money) -> dict[str, Any]:
    return {"minor": money.minor, "currency": money.currency}


def _money(row: Mapping[str, Any]) -> Money:
    return Money(row["minor"], row["currency"])


def _text(value: object) -> str:
    """A text that can be stored. Raises ValueError."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"not a text: {value!r}")
    return value


def _id(value: object) -> str:
    """The gateway's own name for something, never empty."""
    if not value:
        raise ValueError("an id is missing")
    return _text(value)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text).astimezone(UTC)
    if instant.year not in YEARS:
        raise ValueError(f"no instant of our time: {text}")
    return instant


def _charge(row: Mapping[str, Any]) -> ChargeAnswer:
    decline = row["decline"]
    return ChargeAnswer(
        gateway_id=_id(row["id"]),
        reference=_text(row["reference"]),
        status=ChargeStatus(row["status"]),
        amount=_money(row["amount"]),
        created_at=_instant(row["created_at"]),
        action_url=_text(row["action_url"]),
        decline=Decline(code=_text(decline["code"]), final=bool(decline["final"])) if decline else None,
        refunds=tuple(_refund(refund) for refund in row["refunds"]),
    )


def _this_method(reference: str, content: Any) -> StoredMethod:
    method = _read(_method, content)
    _same_reference(reference, method.reference)
    return method


def _charges(page: Mapping[str, Any]) -> list[ChargeAnswer]:
    return [_charge(row) for row in page["charges"]]


def _setup(row: Mapping[str, Any]) -> SetupAnswer:
    method = _method(row["method"]) if row["method"] else None
    return SetupAnswer(reference=row["reference"], status=SetupStatus(row["status"]), method=method)


def _refund(row: Mapping[str, Any]) -> RefundAnswer:
    return RefundAnswer(
        gateway_id=_id(row["id"]),
        reference=_text(row["reference"]),
        charge_reference=_text(row["charge_reference"]),
        status=RefundStatus(row["status"]),
        amount=_money(row["amount"]),
        created_at=_instant(row["created_at"]),
    )


def _method(row: Mapping[str, Any]) -> StoredMethod:
    return StoredMethod(
        reference=_id(row["id"]),
        kind=MethodKind(row["kind"]),
        brand=_text(row["brand"]),
        last4=_text(row["last4"]),
        expiry_year=row["expiry_year"],
        expiry_month=row["expiry_month"],
        mandate_reference=_text(row["mandate_reference"]),
        holder=_text(row["holder"]),
        invalid_because=_text(row["invalid_code"]),
    )
