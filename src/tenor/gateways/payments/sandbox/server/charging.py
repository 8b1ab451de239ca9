"""The verb a night is made of: charge a stored method. What came in together is booked in one transaction.

Served by the event loop itself, in one thread, without Flask: a charge costs little more than what it writes.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from tenor.gateways.payments.sandbox.server import charges, fields, idempotency, methods
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.provider import Provider

PATH = "/v1/charges"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Booked:
    """An answer as JSON; `lost`: it must not reach the caller, though what it tells has happened."""

    answer: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    key: str
    asked: Mapping[str, Any]
    outcome: "asyncio.Future[Booked | Refused]"


class Charging:
    """Takes charges as they come; books all that wait as soon as the loop has read what there is to read."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._waiting: list[_Waiting] = []

    async def charge(self, key: str, content: bytes) -> Booked:
        """Charge once for the idempotency key; again and again gives the first answer. Raises Refused."""
        asked = _object(content)
        if not key:
            raise Refused("invalid_request", "the header Idempotency-Key is missing")
        provider = self._provider
        with nullcontext() if provider.faults.ignore_idempotency else self._held(key):
            await provider.faults.wait_in_loop()
            if provider.faults.should_fail():
                raise Refused("temporary_error", "something went wrong on our side; nothing was done", 500)
            outcome = await self._book(key, asked)
        if isinstance(outcome, Refused):
            raise outcome
        return Booked(outcome.answer, outcome.lost or provider.faults.should_lose_answer())

    def _held(self, key: str) -> AbstractContextManager[None]:
        """The key, for one request. Raises Refused while another holds it."""
        if self._provider.keys.is_held(key):
            self._provider.faults.note_asked_again()
        return self._provider.keys.claim(key)

    def _book(self, key: str, asked: Mapping[str, Any]) -> "asyncio.Future[Booked | Refused]":
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._book_all)
        mine = _Waiting(key, asked, loop.create_future())
        self._waiting.append(mine)
        return mine.outcome

    def _book_all(self) -> None:
        together, self._waiting = self._waiting, []
        try:
            self._book_together(together)
        except Exception:
            # Nothing of it was booked. Alone, each fails or succeeds for itself.
            log.exception("%d charges can't be booked together", len(together))
            for each in together:
                self._book_alone(each)

    def _book_alone(self, each: _Waiting) -> None:
        try:
            self._book_together([each])
        except Exception as fault:
            log.exception("a charge can't be booked")
            each.outcome.set_exception(fault)

    def _book_together(self, together: list[_Waiting]) -> None:
        with self._provider.store.transaction() as db:
            outcomes = [self._outcome(db, each) for each in together]
        for each, outcome in zip(together, outcomes, strict=True):
            if not each.outcome.cancelled():  # its caller has hung up
                each.outcome.set_result(outcome)

    def _outcome(self, db: sqlite3.Connection, each: _Waiting) -> Booked | Refused:
        """What becomes of one. A refusal comes before anything is written, so that it spoils nobody else's."""
        try:
            return self._once(db, each.key, each.asked)
        except Refused as refusal:
            return refusal

    def _once(self, db: sqlite3.Connection, key: str, asked: Mapping[str, Any]) -> Booked:
        method_id = fields.text(asked, "method")
        behaviour = methods.behaviour_of(db, method_id)
        if behaviour == "error_once" and _is_first_try(db, behaviour, asked):
            raise Refused("temporary_error", "something went wrong on our side; nothing was charged", 500)
        if self._provider.faults.ignore_idempotency:
            self._note_if(charges.by_reference(db, fields.text(asked, "reference")))
            answer = self._charge(db, asked)
        else:
            fingerprint = idempotency.fingerprint(PATH, asked)
            kept = idempotency.stored(db, key, fingerprint)
            self._note_if(kept)
            answer = kept or self._charge(db, asked)
            if not kept:
                idempotency.keep(db, key, fingerprint, answer)
        return Booked(answer, behaviour == "answer_lost" and _is_first_try(db, behaviour, asked))

    def _note_if(self, known: object) -> None:
        if known:
            self._provider.faults.note_asked_again()

    def _charge(self, db: sqlite3.Connection, asked: Mapping[str, Any]) -> str:
        return json.dumps(charges.create(db, asked, self._provider.public_url))


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("invalid_request", "the body must be a JSON object")
    return found


def _is_first_try(db: sqlite3.Connection, behaviour: str, asked: Mapping[str, Any]) -> bool:
    """Whether this reference is tried for the first time with a method that behaves so. Outlives a restart."""
    mark = (f"{behaviour} {fields.text(asked, 'reference')}",)
    return db.execute("INSERT OR IGNORE INTO attempts (reference) VALUES (?)", mark).rowcount == 1
