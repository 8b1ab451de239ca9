"""What `tenor quote` writes: a quote with its explanations, or a refusal with every reason, as plain JSON."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from tenor.domain.later_fields import told_fields
from tenor.domain.money import Money
from tenor.domain.quote import Quote, canonical
from tenor.domain.refusals import Refusal


def quote_as_json(quote: Quote) -> dict[str, Any]:
    """The quote: everything its fingerprint is made of, and the fingerprint."""
    return {"quote": {"fingerprint": quote.fingerprint, **plain(quote)}}


def refusal_as_json(refusal: Refusal) -> dict[str, Any]:
    """The refusal with its facts and every reason, each with its remedy."""
    return {"refusal": {"code": refusal.code, "facts": plain(refusal.facts), "reasons": plain(refusal.reasons)}}


def plain(value: object) -> Any:
    """A value of the domain in the words of the format: money as "465.00 USD", the rest as its canonical form."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(entry) for entry in value]
    if is_dataclass(value):
        return {name: plain(found) for name, found in told_fields(value)}
    return canonical(value)
