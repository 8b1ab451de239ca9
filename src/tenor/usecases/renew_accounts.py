"""Renew many claimed accounts at once: lock, load, plan, write, in one transaction; nobody is asked for money here.

What is plain goes by the hundred through COPY; what is not (a line that was carried, no method to charge, an order
open) goes one by one through `renew_account`, which writes the same rows (docs/adr 16).
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenor.db.catalog import load_offer
from tenor.db.locks import is_worth_trying_again
from tenor.db.models import Seller
from tenor.db.night.loading import DueAccount, lock_and_load_due
from tenor.db.night.queue import Claim, finish, park, put_off
from tenor.db.night.rows import Night, Planned, Sheets
from tenor.db.night.writing import NumberBlocks, write_renewals
from tenor.domain.account import AccountState
from tenor.domain.offer import Offer
from tenor.domain.proportion import OutOfProportion, demand_proportion
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals, waits_for_an_order
from tenor.domain.terms import local_date
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.demand_payment import seller_party
from tenor.usecases.renew_account import renew_account
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
        if is_worth_trying_again(error):
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
    for seller_id in Seller.objects.values_list("id", flat=True):
        numbers.reserve(seller_id, at_least=2 * len(account_ids))
    with transaction.atomic():
        accounts = lock_and_load_due(account_ids, min(until, now.date() + timedelta(days=1)))
        batch = _plan_all(accounts, now, until)
        for seller_id, sheets in _packed(batch, now, numbers).items():
            write_renewals(sheets, seller_id, now)
        busy = _not_among(accounts, account_ids)
        put_off(claimed, busy, SOON)
        result = Renewed(batch.terms, batch.invoices, batch.done, 0, len(busy))
        for account_id, fault in batch.refused:
            result += _parked(claimed, account_id, fault)
        crashpoint("before_committing_renewals")
    crashpoint("after_committing_renewals")
    return result, batch.odd


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
    refused: list[tuple[UUID, Exception]]

    @property
    def terms(self) -> int:
        return sum(len(quote.lines) for planned in self.by_seller.values() for _, quote, _ in planned)

    @property
    def invoices(self) -> int:
        return sum(map(len, self.by_seller.values()))


def _plan_all(accounts: Iterable[DueAccount], now: datetime, until: date) -> _Batch:
    batch = _Batch(defaultdict(list), 0, [], [])
    days: dict[str, date] = {}
    for account in accounts:
        zone = account.state.time_zone
        today = days.get(zone) or days.setdefault(zone, local_date(now, zone))
        offer = load_offer(account.seller_id, account.catalog_revision)
        try:
            quotes = plan_account(account.state, offer, min(today, until), account)
        except (Refusal, OutOfProportion) as fault:
            batch.refused.append((account.id, fault))
            continue
        if quotes is None:
            batch.odd.append(account.id)
            continue
        batch.by_seller[account.seller_id].extend((account, quote, today) for quote in quotes)
        batch.done += 1
    return batch


def plan_account(state: AccountState, offer: Offer, day: date, account: DueAccount) -> tuple[Quote, ...] | None:
    """The renewals of an account up to `day`; None where something about them is not plain.

    Raises Refusal where one can't be priced, and OutOfProportion.
    """
    if account.has_carried or account.has_balance or waits_for_an_order(state, day):
        return None
    quotes = plan_renewals(state, offer, day)
    for quote in quotes:
        demand_proportion(state, offer.policy, quote, account.last_prices)
        if quote.collection is not Collection.GATEWAY or quote.method_id not in account.charges:
            return None
    return quotes


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
        renewed = renew_account(account_id=account_id, now=now, until=until)
    except Exception as error:
        if is_worth_trying_again(error):
            raise
        return _parked(claimed, account_id, error)
    if renewed.waits:
        put_off(claimed, [account_id], LATER)
    return Renewed(renewed.terms, len(renewed.orders), int(not renewed.waits), 0, int(renewed.waits))


def _parked(claimed: Claim, account_id: UUID, error: Exception) -> Renewed:
    log.error("the renewals of account %s are parked: %r", account_id, error)
    park(claimed, account_id, f"{type(error).__name__}: {error}")
    return Renewed(parked=1)
