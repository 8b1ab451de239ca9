"""Paying out a balance: the customer's money goes back to the payments that it may have come from (docs/adr 29)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tenor.domain.account import AccountState
from tenor.domain.money import Money, total
from tenor.domain.offer import Policy
from tenor.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """A payment that can take money back: `left` is what of it no refund gave back; `method` what people see of it."""

    payment_id: str
    method: str
    left: Money


@dataclass(frozen=True, slots=True)
class PayOut:
    """What goes where. `stays` is what no payment of ours covers, and so stays on the balance."""

    parts: tuple[PaidBefore, ...]
    goes: Money
    stays: Money

    @property
    def by_method(self) -> tuple[tuple[str, Money], ...]:
        """The same by method, in the order of the parts: what the customer reads."""
        sums: dict[str, Money] = {}
        for part in self.parts:
            sums[part.method] = sums.get(part.method, Money.zero(part.left.currency)) + part.left
        return tuple(sums.items())

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what is paid out and what stays: a submit carries that of what was shown."""
        told = [f"{part.payment_id} {part.left.minor} {part.left.currency}" for part in self.parts]
        return hashlib.sha256("\n".join([*told, f"{self.stays.minor}"]).encode()).hexdigest()


def pay_out(balance: Money, payments: Iterable[PaidBefore]) -> PayOut:
    """Fill the payments in their order, each up to what is left of it; those of another currency are passed over."""
    parts = list[PaidBefore]()
    stays = balance
    for one in payments:
        if one.left.currency != balance.currency or one.left.minor <= 0:
            continue
        if stays.minor <= 0:
            break
        part = PaidBefore(one.payment_id, one.method, min(stays, one.left))
        parts.append(part)
        stays -= part.left
    return PayOut(tuple(parts), total((part.left for part in parts), balance.currency), stays)


def plan_pay_out(state: AccountState, policy: Policy, payments: Iterable[PaidBefore], *, owes: bool) -> PayOut:
    """What paying out the account's balance does now. `owes`: an invoice of the account is unpaid.

    Raises Refusal: `balance_not_paid_out` (policy), `balance_pays_what_is_owed`, `nothing_to_pay_out`.
    """
    if not policy.balance_may_be_paid_out:
        raise Refusal("balance_not_paid_out", {})
    if owes:
        raise Refusal("balance_pays_what_is_owed", {})
    found = pay_out(state.balance or Money.zero(state.currency), payments)
    if not found.parts:
        raise Refusal("nothing_to_pay_out", {})
    return found
