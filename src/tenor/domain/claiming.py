"""What of the list "at your next renewal", of the flag and of the method stands after a term starts, and after it ends.

The one place that decides it: values (`domain.carrying_out`), rows (`db.effects`) and forecasts ask here. Renewals that
are settled in bulk are those for which there is nothing to decide: see `usecases.record_answers`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tenor.domain.account import ChangeKind, ScheduledChange

Entries = tuple[ScheduledChange, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a customer has chosen for the renewals to come: the list, the flag, and the method (None: the default)."""

    scheduled: Entries
    auto_renew: bool
    method_id: str | None


def is_same_entry(one: ScheduledChange, other: ScheduledChange) -> bool:
    """Whether two values tell of one entry: who made it is no part of that."""
    return _identity(one) == _identity(other)


def claimed(now: Choices, seen: Iterable[ScheduledChange]) -> Entries:
    """The entries that a term takes when it starts: those that its order saw, as far as they are on the list still."""
    known = {_identity(entry) for entry in seen}
    return tuple(entry for entry in now.scheduled if _identity(entry) in known)


def after_start(now: Choices, seen: Iterable[ScheduledChange], method_was: str | None) -> Choices:
    """What stands once a term has started whose order saw the entries `seen`, and the method `method_was` (rules 6).

    Exactly those entries leave the list. Whatever was chosen after the order was made is for the renewal after it. Flag
    and method are never written back from the order's day: only a claimed entry sets them, the method unless it was
    changed since.
    """
    taken = claimed(now, seen)
    values = {entry.kind: entry.value for entry in taken}
    flag, method = values.get(ChangeKind.AUTO_RENEW), values.get(ChangeKind.METHOD)
    return Choices(
        scheduled=tuple(entry for entry in now.scheduled if entry not in taken),
        auto_renew=now.auto_renew if flag is None else flag == "on",
        method_id=method if method is not None and now.method_id == method_was else now.method_id,
    )


def after_end(now: Choices, taken: Entries, was: Choices) -> Choices:
    """What stands once a started term was taken back that had claimed `taken`; `was` stood before it (rules 9).

    Its entries are on the list again, save where there is a newer one of the kind. What they had set is as it was
    before, unless it was chosen otherwise since.
    """
    newer = {entry.kind for entry in now.scheduled}
    values = {entry.kind: entry.value for entry in taken}
    flag, method = values.get(ChangeKind.AUTO_RENEW), values.get(ChangeKind.METHOD)
    is_own_flag = flag is not None and now.auto_renew == (flag == "on")
    return Choices(
        scheduled=(*(entry for entry in taken if entry.kind not in newer), *now.scheduled),
        auto_renew=was.auto_renew if is_own_flag else now.auto_renew,
        method_id=was.method_id if method is not None and now.method_id == method else now.method_id,
    )


def _identity(entry: ScheduledChange) -> tuple[object, ...]:
    return entry.kind, entry.value, entry.scheduled_on, entry.unit_price
