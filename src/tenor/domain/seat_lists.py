"""Who is to have which seats, as one list: what it changes, and which of its lines can't be carried out.

A subscription that the list names has, afterwards, the users that the list gives it and no others; what it does not
name stays as it is. A list that is carried out twice changes nothing the second time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenor.domain.account import Subscription, SubscriptionStatus
from tenor.domain.seats import SeatUser

WITH_ACCESS = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
"""Seats are of use while there is access (rules 7)."""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A line of the list: the subscription's number, and the address of somebody who is to have a seat of it.

    Without an address it only names the subscription. `is_address`: whether what stands there is one.
    """

    line: int
    number: str
    email: str
    is_address: bool = True


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that is left out, and why."""

    line: int
    code: str
    number: str
    email: str


@dataclass(frozen=True, slots=True)
class SeatGiven:
    """Somebody gets a seat; `is_known`: has a role or a seat in the account already."""

    line: int
    subscription_id: str
    number: str
    email: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """Somebody of a named subscription is not in the list."""

    subscription_id: str
    number: str
    user: SeatUser


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """What the list changes, in its order; `kept` seats stay with whoever has them."""

    given: tuple[SeatGiven, ...] = ()
    taken: tuple[SeatTaken, ...] = ()
    faults: tuple[LineFault, ...] = ()
    kept: int = 0

    @property
    def changes(self) -> tuple[tuple[str, ...], ...]:
        """What it does to whom, to be compared with what was shown."""
        given = (("+", one.subscription_id, one.email) for one in self.given)
        return (*given, *(("-", one.subscription_id, one.user.email) for one in self.taken))


Seated = Mapping[str, Sequence[SeatUser]]
"""Who has a seat, by the subscription's id."""


def plan_seats(
    lines: Iterable[SeatLine], subscriptions: Iterable[Subscription], seated: Seated, known: frozenset[str]
) -> SeatPlan:
    """What the list means. `known` are the addresses of whoever has a role or a seat in the account.

    Nobody loses a seat of a subscription one of whose lines is left out: who is meant by it is not known.
    """
    by_number = {one.number: one for one in subscriptions}
    named: dict[str, list[SeatLine]] = defaultdict(list)
    faults = list[LineFault]()
    for line in lines:
        if line.number in by_number:
            named[line.number].append(line)
        elif line.number or line.email:
            faults.append(_fault(line, "unknown_number" if line.number else "no_number"))
    plans = [_of_one(by_number[number], of_it, seated, known) for number, of_it in named.items()]
    return SeatPlan(
        given=tuple(sorted((one for plan in plans for one in plan.given), key=lambda one: one.line)),
        taken=tuple(one for plan in plans for one in plan.taken),
        faults=tuple(sorted((*faults, *(one for plan in plans for one in plan.faults)), key=lambda one: one.line)),
        kept=sum(plan.kept for plan in plans),
    )


def _of_one(one: Subscription, lines: list[SeatLine], seated: Seated, known: frozenset[str]) -> SeatPlan:
    users = seated.get(one.id, ())
    if one.status not in WITH_ACCESS:
        return SeatPlan(faults=tuple(_fault(line, "seats_without_access") for line in lines))
    sitting, wanted, faults = {user.email for user in users}, dict[str, SeatLine](), list[LineFault]()
    for line in lines:
        if line.email and not line.is_address:
            faults.append(_fault(line, "no_address"))
        elif line.email in wanted:
            faults.append(_fault(line, "named_twice"))
        elif line.email:
            wanted[line.email] = line
    hides_somebody = any(fault.code == "no_address" for fault in faults)
    taken = () if hides_somebody else tuple(user for user in users if user.email not in wanted)
    free = max(0, one.seats - len(users) + len(taken))
    new = [line for email, line in wanted.items() if email not in sitting]
    faults += [_fault(line, "no_seat_free") for line in new[free:]]
    return SeatPlan(
        given=tuple(SeatGiven(line.line, one.id, one.number, line.email, line.email in known) for line in new[:free]),
        taken=tuple(SeatTaken(one.id, one.number, user) for user in taken),
        faults=tuple(faults),
        kept=len(users) - len(taken),
    )


def _fault(line: SeatLine, code: str) -> LineFault:
    return LineFault(line.line, code, line.number, line.email)
