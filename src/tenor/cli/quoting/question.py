"""Reads a whole question - account, offer, request, today - or tells the one fault to mend first, and its place."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from tenor.cli.quoting.account import AccountGiven
from tenor.cli.quoting.asks import RequestGiven
from tenor.cli.quoting.consistency import Fault, Path, faults_of
from tenor.cli.quoting.fields import Day, Given
from tenor.cli.quoting.offer import OfferGiven
from tenor.cli.quoting.orders import past_orders
from tenor.domain.account import AccountState, Actor, Role
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrders
from tenor.domain.requests import Request


class QuestionGiven(Given):
    """The whole input of `tenor quote`."""

    today: Day
    account: AccountGiven
    offer: OfferGiven
    request: RequestGiven


@dataclass(frozen=True, slots=True)
class Question:
    """What the planner takes, in the order in which it takes it."""

    state: AccountState
    offer: Offer
    request: Request
    today: date
    orders: PastOrders


TOO_DEEP = "the lists and objects are nested too deeply"


class BadInput(Exception):
    """The input can't be read. Its text is one sentence with the place of the fault."""


def read(data: bytes) -> Question:
    """The question in `data` (JSON in UTF-8). Raises BadInput with the place of the first fault."""
    text = _decode(data)
    try:
        given = QuestionGiven.model_validate_json(_parse(text))
    except ValidationError as error:
        raise _bad([_fault(found) for found in error.errors(include_url=False, include_input=False)]) from None
    if faults := list(faults_of(given.today, given.account, given.offer)):
        raise _bad(faults)
    actor = Actor(**{"id": "", "name": "", "role": Role.BUYER, **given.request.actor.values()})
    request = Request(actor, given.request.ask())
    orders = past_orders(given.account.orders)
    return Question(given.account.build(given.today), given.offer.build(), request, given.today, orders)


def schema() -> dict[str, Any]:
    """The format as JSON Schema."""
    return QuestionGiven.model_json_schema()


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise BadInput(f"line {line}, column {column}: this is not UTF-8 (byte 0x{data[error.start]:02x}).") from None
    if not text.strip():
        raise BadInput("The input is empty: expected one JSON object.")
    return text


class _Twice(dict[str, Any]):
    """An object that names a field twice: `name`. The last value would win without a word."""

    name = ""


def _parse(text: str) -> str:
    """The same JSON without its nulls, which mean the same as leaving a field out. Raises BadInput."""
    try:
        tree = json.loads(text, object_pairs_hook=_object, parse_int=_whole)
        return json.dumps(_without_nulls(tree, ()))
    except json.JSONDecodeError as error:
        raise BadInput(f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg}).") from None
    except RecursionError:
        raise _bad([Fault((), TOO_DEEP)]) from None


def _whole(text: str) -> int:
    """A whole number; one beyond all bounds of the format may be any such number."""
    return int(text) if len(text) < 20 else 10**20


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Twice(pairs)
    if len(found) == len(pairs):
        return dict(found)
    names = [name for name, _ in pairs]
    found.name = next(name for name in names if names.count(name) > 1)
    return found


def _without_nulls(value: Any, path: Path) -> Any:
    if isinstance(value, _Twice):
        raise _bad([Fault((*path, value.name), "the field is given twice")])
    if isinstance(value, dict):
        is_answer = path[:2] == ("account", "orders") and len(path) > 3  # what tenor quote wrote is read as it is
        parts = ((_text(name, path), part) for name, part in value.items() if part is not None or is_answer)
        return {name: _without_nulls(part, (*path, name)) for name, part in parts}
    if isinstance(value, list):
        return [_without_nulls(part, (*path, place)) for place, part in enumerate(value)]
    return _text(value, path) if isinstance(value, str) else value


def _text(value: str, path: Path) -> str:
    if _LONE_SURROGATE.search(value):
        raise _bad([Fault(path, "half a character (a lone surrogate) is not text")])
    return value


_SENTENCES = {
    "json_invalid": TOO_DEEP,
    "missing": "the field is missing",
    "extra_forbidden": "the format has no such field",
    "union_tag_not_found": "the field kind is missing",
    "union_tag_invalid": "the kind should be {expected_tags}, not '{tag}'",
    "model_type": "should be an object",
    "model_attributes_type": "should be an object",
    "tuple_type": "should be a list",
    "int_type": "should be a whole number",
    "less_than_equal": "should be at most {le}",
    "greater_than_equal": "should be at least {ge}",
}
_NAME = re.compile("[A-Za-z_]{1,60}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _fault(error: Any) -> Fault:
    path = list(error["loc"])
    if path[:1] == ["request"] and len(path) > 1:
        del path[1]  # the name of the kind of request, which is no field
    return Fault(tuple(path), _sentence(error["type"], error["msg"], error.get("ctx", {})))


def _sentence(code: str, said: str, context: dict[str, Any]) -> str:
    if code == "string_pattern_mismatch":
        is_code = "[A-Z]" in context["pattern"]
        return "should be a code in capital letters" if is_code else "should not hold control characters"
    if code in _SENTENCES:
        return _SENTENCES[code].format(**context)
    return said.removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")


def _bad(faults: list[Fault]) -> BadInput:
    first, more = faults[0], len(faults) - 1
    rest = f" ({more} more fault{'s' if more > 1 else ''} after this one)" if more else ""
    return BadInput(f"{_place(first.path)}: {first.sentence}{rest}.")


def _place(path: Path) -> str:
    """Where it is, as "account.subscriptions[0].seats"."""
    place = ""
    for part in path:
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            name = part if _NAME.fullmatch(part) else json.dumps(part[:60])
            place += f".{name}" if place else name
    return place or "the input"
