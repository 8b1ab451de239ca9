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
    """A method that can be charged today, and until when; `last_day` None where none is known."""

    id: str
    kind: MethodKind
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An unpaid renewal after a charge that failed.

    `attempts` are all charges that failed since the term is owed, the latest last. `method` is what the next try
    would be charged to: the subscription's method as it stands now; `backup` the account's backup, `default` its
    default. None where there is none, or none that can be charged. `is_disputed`: the money was there, and the bank
    took it back.
    """

    attempts: tuple[Attempt, ...]
    method: Chargeable | None
    backup: Chargeable | None = None
    is_disputed: bool = False
    default: Chargeable | None = None


@dataclass(frozen=True, slots=True)
class RetryOn:
    """The subscription's method is charged on that day."""

    on: date


@dataclass(frozen=True, slots=True)
class TryBackup:
    """The account's backup method now."""

    method_id: str


@dataclass(frozen=True, slots=True)
class ChargeDefault:
    """The subscription's method can't pay any more: the account's default is charged in its place on that day."""

    method_id: str
    on: date


@dataclass(frozen=True, slots=True)
class AskForMethod:
    """Nothing is charged by itself any more: the customer is asked for another method, or to pay."""


Step = RetryOn | TryBackup | ChargeDefault | AskForMethod


def day_of(step: Step) -> date | None:
    """The day on which something is charged by itself; None where that is today, or never."""
    return step.on if isinstance(step, RetryOn | ChargeDefault) else None


def charged_next(step: Step, failure: Failure) -> str:
    """The id of the method that is charged next; "" where none is."""
    match step:
        case TryBackup(method_id) | ChargeDefault(method_id):
            return method_id
        case RetryOn() if failure.method is not None:
            return failure.method.id
        case _:
            return ""


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
    the backup method, once, unless the customer was there and saw the decline. Then, where the method can't pay any
    more, the account's default on the next day of the policy: told before it is charged. Money that was taken back is
    never charged again by itself.
    """
    if failure.is_disputed:
        return AskForMethod()
    if failure.method is not None and (day := _next_day(policy, failure, failure.method, today)) is not None:
        return RetryOn(day)
    if (backup := _waiting_backup(failure)) is not None:
        return TryBackup(backup.id)
    default = _standing_in(policy, failure, today)
    if default is not None and (day := _next_day(policy, failure, default, today)) is not None:
        return ChargeDefault(default.id, day)
    return AskForMethod()


def asked_again(policy: Policy, failure: Failure, since: date, today: date) -> int:
    """How many days after it was first owed (`since`) the account is to be asked again for a method; 0 for not yet.

    On the days on which a card would have been tried, and as long as nothing can be: nobody loses a subscription in
    silence. The latest of several, so that a day that was missed is made up for once.
    """
    last = max((attempt.on for attempt in failure.attempts), default=since)
    first = min((attempt.on for attempt in failure.attempts), default=since)
    return max((after for after in policy.card_retry_days if last < first + timedelta(days=after) <= today), default=0)


def due_method(policy: Policy, failure: Failure, today: date) -> Chargeable | None:
    """What is charged now that the day of a try has come: the method, or the default that was announced in its place.

    None where neither may be: then `after_failure` decides anew.
    """
    if may_retry(policy, failure):
        return failure.method
    if failure.is_disputed or _waiting_backup(failure) is not None:
        return None
    default = _standing_in(policy, failure, today)
    return default if default is not None and _tries_left(policy, failure, default) else None


def may_retry(policy: Policy, failure: Failure) -> bool:
    """Whether the method may be charged again now that the day of a try has come."""
    method = failure.method
    return method is not None and not failure.is_disputed and _tries_left(policy, failure, method)


def _next_day(policy: Policy, failure: Failure, method: Chargeable, today: date) -> date | None:
    """The next day on which the method may be tried, and still is valid.

    One that was never tried has a day of its own where those of the policy are over: as long after today as the first
    try waits. A debit that nobody knows of yet is announced as early as any other.
    """
    if not _tries_left(policy, failure, method):
        return None
    days, first = retry_days(policy, method.kind), min((attempt.on for attempt in failure.attempts), default=today)
    is_new = not _was_tried(failure, method)
    notice = policy.pre_notice_days if is_new and method.kind is MethodKind.DIRECT_DEBIT else 1
    earliest = today + timedelta(days=notice)
    found = min((day for after in days if (day := first + timedelta(days=after)) >= earliest), default=None)
    if found is None and is_new:
        found = today + timedelta(days=max(min(days, default=1), notice))
    return found if found is None or method.last_day is None or found <= method.last_day else None


def _tries_left(policy: Policy, failure: Failure, method: Chargeable) -> bool:
    """The first charge is none of the tries, and neither is what the customer tried, nor the backup."""
    if _is_barred(failure, method):
        return False
    if not _was_tried(failure, method):
        return True
    backup = _backup(failure)
    own = [one for one in failure.attempts if not one.by_customer and (backup is None or one.method_id != backup.id)]
    return len(own) <= len(retry_days(policy, method.kind))


def _is_barred(failure: Failure, method: Chargeable) -> bool:
    """Whether a terminal decline forbids to charge it again."""
    return any(one.method_id == method.id and one.decline in TERMINAL for one in failure.attempts)


def _standing_in(policy: Policy, failure: Failure, today: date) -> Chargeable | None:
    """The account's default, where it takes the place of a method that can't pay any more; not of one that may."""
    method, default = failure.method, failure.default
    if default is None or default == method:
        return None
    if method is None or _is_barred(failure, method):
        return default
    expires = method.last_day is not None and _tries_left(policy, failure, method)
    return default if expires and _next_day(policy, failure, method, today) is None else None


def _backup(failure: Failure) -> Chargeable | None:
    """The backup, where it is not what is charged anyway."""
    return None if failure.backup == failure.method else failure.backup


def _waiting_backup(failure: Failure) -> Chargeable | None:
    """The backup, where it was not tried yet, and nobody saw the last decline who could choose for themselves."""
    backup = _backup(failure)
    return None if backup is None or _has_seen(failure) or _was_tried(failure, backup) else backup


def _was_tried(failure: Failure, method: Chargeable) -> bool:
    return any(attempt.method_id == method.id for attempt in failure.attempts)


def _has_seen(failure: Failure) -> bool:
    """Whether the last charge was the customer's own."""
    return any(attempt.by_customer for attempt in failure.attempts[-1:])
