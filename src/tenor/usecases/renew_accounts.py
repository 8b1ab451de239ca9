"""Renew many claimed accounts at once: lock, load, plan, write, in one transaction; nobody is asked for money here.

What is plain goes by the hundred through COPY; what is not (a line that was carried, no method to charge, an order
open) goes one by one through `renew_account`, which writes the same rows (docs/adr 16).
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenor.db.faults import is_passing
from tenor.db.missed_terms import Missed, write_missed
from tenor.db.models import Seller
from tenor.db.night.loading import DueAccount, lock_and_load_due
from tenor.db.night.queue import Claim, finish, park, put_off, settled
from tenor.db.night.rows import Night, Planned, Sheets
from tenor.db.night.writing import NumberBlocks, write_renewals
from tenor.db.numbers import SeriesMissing
from tenor.domain.account import AccountState
from tenor.domain.missed import catch_up
from tenor.domain.night import NightPlan, plan_night
from tenor.domain.offer import Offer
from tenor.domain.quote import Collection, Quote
from tenor.domain.renewals import waits_for_an_order
from tenor.domain.terms import local_date
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.demand_payment import seller_party
from tenor.usecases.offered import offered
from tenor.usecases.renew_account import renew_what_can_be
from tenor.usecases.settle_before_renewal import settle_before_renewal

log = logging.getLogger(__name__)

SOON, LATER = 0.2, 60.0
"""Seconds until an account is looked at again that a customer holds, and one that waits for an order's answer."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of a batch: terms renewed and the invoices they stand on, accounts done, parked and put off."""

    terms: int = 0
    invoices: int = 0
    done: int = 0
    parked: int = 0
    waiting: int = 0

    def __add__(self, other: "Renewed") -> "Renewed":
        return Renewed(
            self.terms + other.terms,
            self.invoices + other.invoices,
            self.done + other.done,
            self.parked + other.parked,
            self.waiting + other.waiting,
        )


def renew_accounts(claimed: Claim, *, now: datetime, numbers: NumberBlocks, until: date = date.max) -> Renewed:
    """Renew what is due of accounts that were claimed (`db.night.queue`), on dates up to `until`.

    A batch that fails is halved until the account that fails it stands alone: that one is parked with the error, the
    others go on. Raises what is worth trying again as it came (a lost connection): the lease brings them back.
    """
    result, odd = _renew_parts(claimed, claimed.account_ids, now, numbers, until)
    result += sum((_one_by_one(claimed, account_id, now, until) for account_id in odd), Renewed())
    finish(claimed)
    return result


def _renew_parts(
    claimed: Claim, account_ids: Sequence[UUID], now: datetime, numbers: NumberBlocks, until: date
) -> tuple[Renewed, list[UUID]]:
    """In one transaction, or in halves where that fails. Returns also what is left to be done one by one."""
    try:
        return _renew(claimed, account_ids, now, numbers, until)
    except Exception as error:
        if is_passing(error):
            raise
        if len(account_ids) == 1:
            return _parked(claimed, account_ids[0], error), []
    middle = len(account_ids) // 2
    first, odd_of_first = _renew_parts(claimed, account_ids[:middle], now, numbers, until)
    second, odd_of_second = _renew_parts(claimed, account_ids[middle:], now, numbers, until)
    return first + second, odd_of_first + odd_of_second


def _renew(
    claimed: Claim, account_ids: Sequence[UUID], now: datetime, numbers: NumberBlocks, until: date
) -> tuple[Renewed, list[UUID]]:
    _reserve(numbers, at_least=2 * len(account_ids))
    with transaction.atomic():
        accounts = lock_and_load_due(account_ids, min(until, now.date() + timedelta(days=1)))
        batch = _plan_all(accounts, now, until)
        write_missed(batch.missed, now)
        for seller_id, sheets in _packed(batch, now, numbers).items():
            write_renewals(sheets, seller_id, now)
            settled(sheets.claimed)
        busy = _not_among(accounts, account_ids)
        put_off(claimed, busy, SOON)
        result = Renewed(batch.terms, batch.invoices, batch.done, 0, len(busy))
        for account_id, faults in batch.refused:
            result += _parked_terms(claimed, account_id, faults)
        crashpoint("before_committing_renewals")
    crashpoint("after_committing_renewals")
    return result, batch.odd


def _reserve(numbers: NumberBlocks, at_least: int) -> None:
    """A seller without a series of numbers fails later, with its own accounts alone."""
    for seller_id in Seller.objects.values_list("id", flat=True):
        with suppress(SeriesMissing):
            numbers.reserve(seller_id, at_least=at_least)


def _not_among(accounts: Sequence[DueAccount], account_ids: Sequence[UUID]) -> set[UUID]:
    """The accounts that somebody else holds: mostly none."""
    if len(accounts) == len(account_ids):
        return set()
    return set(account_ids).difference(account.id for account in accounts)


@dataclass(slots=True)
class _Batch:
    by_seller: dict[UUID, list[tuple[DueAccount, Quote, date]]]
    done: int
    odd: list[UUID]
    refused: list[tuple[UUID, Mapping[str, Exception]]]
    missed: list[Missed]

    @property
    def terms(self) -> int:
        return sum(len(quote.lines) for planned in self.by_seller.values() for _, quote, _ in planned)

    @property
    def invoices(self) -> int:
        return sum(map(len, self.by_seller.values()))


def _plan_all(accounts: Iterable[DueAccount], now: datetime, until: date) -> _Batch:
    batch = _Batch(defaultdict(list), 0, [], [], [])
    days: dict[str, date] = {}
    for account in accounts:
        zone = account.state.time_zone
        today = days.get(zone) or days.setdefault(zone, local_date(now, zone))
        offer = offered(account.seller_id, account.catalog_revision)
        state, missed = catch_up(account.state, offer, today)
        plan = plan_account(state, offer, min(today, until), account)
        if plan is None:
            batch.odd.append(account.id)
            continue
        batch.missed.extend((account.id, terms) for terms in missed.values())
        batch.by_seller[account.seller_id].extend((account, quote, today) for quote in plan.quotes)
        batch.done += bool(plan.quotes or not plan.faults)
        if plan.faults:
            batch.refused.append((account.id, plan.faults))
    return batch


def plan_account(state: AccountState, offer: Offer, day: date, account: DueAccount) -> NightPlan | None:
    """The renewals of an account up to `day`; None where something about them is not plain."""
    if account.has_carried or account.has_balance or waits_for_an_order(state, day):
        return None
    plan = plan_night(state, offer, day, account.last_prices)
    is_plain = all(
        quote.collection is Collection.GATEWAY and quote.method_id in account.charges for quote in plan.quotes
    )
    return plan if is_plain else None


def pack_renewals(
    account_ids: Sequence[UUID], now: datetime, numbers: NumberBlocks, until: date = date.max
) -> dict[UUID, Sheets]:
    """The rows that renewing these accounts would write, by seller, without writing them: for a measurement."""
    with transaction.atomic():
        accounts = lock_and_load_due(account_ids, until)
    return _packed(_plan_all(accounts, now, until), now, numbers)


def _packed(batch: _Batch, now: datetime, numbers: NumberBlocks) -> dict[UUID, Sheets]:
    return {seller_id: _sheets(seller_id, planned, now, numbers) for seller_id, planned in batch.by_seller.items()}


def _sheets(
    seller_id: UUID, planned: Sequence[tuple[DueAccount, Quote, date]], now: datetime, numbers: NumberBlocks
) -> Sheets:
    seller = Seller.objects.get(id=seller_id)
    night = Night.of(seller_id, seller.name, seller_party(seller), now, settings.ORDER_RETURN_URL)
    sheets = Sheets()
    for (account, quote, today), number in zip(planned, numbers.take(seller_id, len(planned)), strict=True):
        sheets.add(night, Planned(account, quote, today, account.charges[quote.method_id or ""], number))
    return sheets


def _one_by_one(claimed: Claim, account_id: UUID, now: datetime, until: date) -> Renewed:
    try:
        settle_before_renewal(account_id=account_id, now=now, until=until)
        renewed = renew_what_can_be(account_id=account_id, now=now, until=until)
    except Exception as error:
        if is_passing(error):
            raise
        return _parked(claimed, account_id, error)
    if renewed.waits:
        put_off(claimed, [account_id], LATER)
    is_done = not renewed.waits and bool(renewed.orders or not renewed.faults)
    result = Renewed(renewed.terms, len(renewed.orders), int(is_done), 0, int(renewed.waits))
    return result + _parked_terms(claimed, account_id, renewed.faults) if renewed.faults else result


def _parked_terms(claimed: Claim, account_id: UUID, faults: Mapping[str, Exception]) -> Renewed:
    """Each subscription with its own reason; the account counts once."""
    for subscription_id, fault in faults.items():
        log.error("the renewal of subscription %s of account %s is parked: %r", subscription_id, account_id, fault)
        park(claimed, account_id, f"{type(fault).__name__}: {fault}", UUID(subscription_id))
    return Renewed(parked=1)


def _parked(claimed: Claim, account_id: UUID, error: Exception) -> Renewed:
    log.error("the renewals of account %s are parked: %r", account_id, error)
    park(claimed, account_id, f"{type(error).__name__}: {error}")
    return Renewed(parked=1)
