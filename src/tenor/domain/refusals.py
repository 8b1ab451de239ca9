"""The one expected error: what can't be done, as data. Sentences are made of it in `ui.words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tenor.domain.explanation import Fact, Facts


class Scope(StrEnum):
    """Whom a reason concerns."""

    SUBSCRIPTION = "subscription"
    ACCOUNT = "account"


class Visibility(StrEnum):
    """How a closed action is shown: left out of the list of actions, or disabled with its reason beside it."""

    HIDDEN = "hidden"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would open the action again: a code, and the facts a link or sentence needs."""

    code: str
    facts: Facts = field(default_factory=dict[str, Fact])


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why an action is closed (rules 8)."""

    code: str
    scope: Scope
    visibility: Visibility = Visibility.DISABLED
    facts: Facts = field(default_factory=dict[str, Fact])
    remedy: Remedy | None = None


class Refusal(Exception):
    """A request that can't be carried out. Carries every reason, not the first.

    `code` names the refusal ("not_eligible", "quote_stale", "seats_out_of_range", ...); `facts` are its operands.
    """

    def __init__(self, code: str, facts: Mapping[str, Fact] | None = None, reasons: tuple[Reason, ...] = ()) -> None:
        self.code = code
        self.facts: Facts = dict(facts or {})
        self.reasons = reasons
        super().__init__(code, self.facts, reasons)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        reasons = ", ".join(reason.code for reason in self.reasons)
        return " ".join(part for part in (self.code, details and f"({details})", reasons and f"[{reasons}]") if part)
