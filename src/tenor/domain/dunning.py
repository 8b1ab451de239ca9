"""What follows when the charge of a renewal fails: another try, another method, or nothing by itself (rules 7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tenor.domain.account import MethodKind
from tenor.domain.offer import Policy


class Decline(StrEnum):
    """How a charge failed. `final`: the bank forbids to try again. `hard`: this method will not do, whoever tries.

    `soft`: it may work another day; a bank's check that nobody passed counts as one.
    """

    FINAL = "final"
    HARD = "hard"
    SOFT = "soft"


TERMINAL = frozenset({Decline.FINAL, Decline.HARD})
"""After these the method is not charged again by itself."""

HARD_CODES = frozenset(
    "card_not_supported currency_not_supported incorrect_number invalid_account no_account not_permitted"
    " restricted_card service_not_allowed transaction_not_allowed".split()
)
"""Codes of gateways that may be tried again by the schemes' rules, and never work (https://docs.stripe.com/declines/codes)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A charge that took no money: when that became known, on the account's calendar, by which method, and how.

    `by_customer`: tried by the customer, who saw the answer. All others are Tenor's own tries.
    """

    on: date
    method_id: str
    decline: Decline
    by_customer: bool = False


@dataclass(frozen=True, slots=True)
class Chargeable:
    """A method that can be charged today."""

    id: str
    kind: MethodKind


@dataclass(frozen=True, slots=True)
class Failure:
    """An unpaid renewal after a charge that failed.

    `attempts` are all charges that failed since the term is owed, the latest last. `method` is what the next try
    would be charged to: the subscription's method as it stands now; `backup` the account's backup. None where there is
    none, or none that can be charged. `is_disputed`: the money was there, and the bank took it back.
    """

    attempts: tuple[Attempt, ...]
    method: Chargeable | None
    backup: Chargeable | None = None
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class RetryOn:
    """Charge the subscription's method again on that day."""

    on: date


@dataclass(frozen=True, slots=True)
class TryBackup:
    """Charge the backup method now."""

    method_id: str


@dataclass(frozen=True, slots=True)
class AskForMethod:
    """Nothing is charged by itself any more: the customer is asked for another method, or to pay."""


Step = RetryOn | TryBackup | AskForMethod


def decline_of(code: str, *, is_final: bool) -> Decline:
    """How a gateway's decline counts. A code that is not known may work another day."""
    if is_final:
        return Decline.FINAL
    return Decline.HARD if code in HARD_CODES else Decline.SOFT


def retry_days(policy: Policy, kind: MethodKind) -> tuple[int, ...]:
    """The days after the first failure on which a method of that kind is tried again."""
    return policy.debit_retry_days if kind is MethodKind.DIRECT_DEBIT else policy.card_retry_days


def after_failure(policy: Policy, failure: Failure, today: date) -> Step:
    """What is done next about a renewal whose charge failed. The payment is over: while one may still take money,
    nothing is decided.

    The next day of the policy after the first failure, as long as the method is not barred by a terminal decline. Then
    the backup method, once, unless the customer was there and saw the decline. Money that was taken back is never
    charged again by itself.
    """
    if failure.is_disputed:
        return AskForMethod()
    if (day := _next_day(policy, failure, today)) is not None:
        return RetryOn(day)
    if (backup := _backup(failure)) is None or _has_seen(failure):
        return AskForMethod()
    return AskForMethod() if _was_tried(failure, backup) else TryBackup(backup.id)


def may_retry(policy: Policy, failure: Failure) -> bool:
    """Whether the method may be charged again now that the day of a try has come."""
    method = failure.method
    return method is not None and not failure.is_disputed and _tries_left(policy, failure, method)


def _next_day(policy: Policy, failure: Failure, today: date) -> date | None:
    method = failure.method
    if method is None or not _tries_left(policy, failure, method):
        return None
    first = min((attempt.on for attempt in failure.attempts), default=today)
    days = (first + timedelta(days=after) for after in retry_days(policy, method.kind))
    return min((day for day in days if day > today), default=None)


def _tries_left(policy: Policy, failure: Failure, method: Chargeable) -> bool:
    """The first charge is none of the tries, and neither is what the customer tried, nor the backup."""
    if any(attempt.method_id == method.id and attempt.decline in TERMINAL for attempt in failure.attempts):
        return False
    backup = _backup(failure)
    own = [one for one in failure.attempts if not one.by_customer and (backup is None or one.method_id != backup.id)]
    return len(own) <= len(retry_days(policy, method.kind))


def _backup(failure: Failure) -> Chargeable | None:
    """The backup, where it is not what is charged anyway."""
    return None if failure.backup == failure.method else failure.backup


def _was_tried(failure: Failure, method: Chargeable) -> bool:
    return any(attempt.method_id == method.id for attempt in failure.attempts)


def _has_seen(failure: Failure) -> bool:
    """Whether the last charge was the customer's own."""
    return any(attempt.by_customer for attempt in failure.attempts[-1:])
