"""Canonical JSON (`domain.quote.canonical`) back to values of the domain: quotes, effects, requests, policies.

What was stored reads back with the same canonical form, and so with the same fingerprint.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from tenor.domain.effects import Effect
from tenor.domain.explanation import Explanation
from tenor.domain.line_tax import TaxDecision
from tenor.domain.offer import Policy
from tenor.domain.quote import Quote, canonical
from tenor.domain.reminders import Reminder
from tenor.domain.requests import Request

FACTS = frozenset({"facts", "evidence"})
"""Members that hold operands. JSON tells money and whole numbers apart; dates and shares it knows only as text."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHARE = re.compile(r"-?\d+/\d+")

_QUOTE = TypeAdapter(Quote)
_EFFECTS: TypeAdapter[tuple[Effect, ...]] = TypeAdapter(tuple[Effect, ...])
_REQUEST = TypeAdapter(Request)
_POLICY = TypeAdapter(Policy)
_EXPLANATION = TypeAdapter(Explanation)
_TAX = TypeAdapter(TaxDecision)
_REMINDER = TypeAdapter(Reminder)


def decode_quote(data: object) -> Quote:
    """A stored outcome. This and the others raise ValueError (pydantic's ValidationError) for anything else."""
    return _QUOTE.validate_python(_with_typed_facts(data))


def decode_effects(data: object) -> tuple[Effect, ...]:
    """Stored effects, in their order."""
    return _EFFECTS.validate_python(data)


def decode_request(data: object) -> Request:
    """A stored request."""
    return _REQUEST.validate_python(data)


def decode_tax(data: object) -> TaxDecision:
    """The stored decision about the tax of a line or a document."""
    return _TAX.validate_python(_with_typed_facts(data))


def decode_explanation(data: object) -> Explanation:
    """The stored explanation of a line."""
    return _EXPLANATION.validate_python(_with_typed_facts(data))


def decode_reminder(data: object) -> Reminder:
    """What a queued mail says that is to be told before it happens."""
    return _REMINDER.validate_python(_with_typed_facts(data))


def decode_policy(data: Mapping[str, Any]) -> Policy:
    """A seller's settings; what is not said has the default of the rules. Raises ValueError for an unknown setting."""
    known = {field.name for field in fields(Policy)}
    if unknown := sorted(set(data) - known):
        raise ValueError(f"unknown settings of a seller: {', '.join(unknown)}")
    return _POLICY.validate_python(data)


def encode_policy(policy: Policy) -> dict[str, Any]:
    """A seller's settings, all of them, as JSON."""
    encoded = canonical(policy)
    assert isinstance(encoded, dict)
    return encoded


def _with_typed_facts(data: object) -> object:
    """The same JSON, with dates and shares among the operands as such."""
    if isinstance(data, Mapping):
        return {
            key: _typed(value) if key in FACTS and isinstance(value, Mapping) else _with_typed_facts(value)
            for key, value in data.items()
        }
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [_with_typed_facts(entry) for entry in data]
    return data


def _typed(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _fact(value) if isinstance(value, str) else value for name, value in facts.items()}


def _fact(text: str) -> date | Fraction | str:
    """A date or a share where the text is exactly how one is written; else the text."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _SHARE.fullmatch(text) and str(Fraction(text)) == text:
            return Fraction(text)
    except (ValueError, ZeroDivisionError):
        pass
    return text
