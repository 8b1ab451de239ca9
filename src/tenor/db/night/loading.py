"""What renewing needs to know of many accounts, in three queries: what is due and no more, as values of the domain."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from tenor.db.arrays import array
from tenor.db.snapshots import read_change
from tenor.domain.account import (
    AccountState,
    Channel,
    ComingTerm,
    CustomerType,
    Mandate,
    MethodKind,
    MethodStatus,
    OpenOrder,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.proportion import LastPrice
from tenor.domain.terms import Term

# What is looked up for each row stands behind LIMIT 1: a bare EXISTS the planner may turn into one pass over the whole
# table, for each batch anew.

_ACCOUNTS = """
SELECT a.id::text, a.name, a.customer_type, a.country, a.region, a.currency, a.time_zone, a.vat_id,
       a.vat_id_checked_on, a.seller_id::text, s.catalog_revision, a.street, a.postal_code, a.city, a.language,
       (SELECT true FROM db_orderline l WHERE l.account_id = a.id AND l.carried AND l.billed_at IS NULL LIMIT 1),
       (SELECT b.after_minor > 0 FROM db_balancemovement b WHERE b.account_id = a.id ORDER BY b.position DESC LIMIT 1)
FROM db_account a JOIN db_seller s ON s.id = a.seller_id
WHERE a.id = ANY(%s::uuid[])
ORDER BY a.id
FOR NO KEY UPDATE OF a SKIP LOCKED
"""

_METHODS = """
SELECT account_id::text, id::text, kind, label, is_default, gateway, gateway_reference, is_backup, expires_on,
       mandate_reference, mandate_signed_on, mandate_used_on
FROM db_paymentmethod WHERE account_id = ANY(%s::uuid[]) AND status = 'active'
"""

_SUBSCRIPTIONS = """
SELECT s.account_id::text, s.id::text, s.number, s.product_code, s.plan_code, s.months, s.seats, s.anchor, s.renews_on,
       s.auto_renew, s.payment_method_id::text, s.channel, s.coming_on, s.coming_months, s.coming_plan_code,
       s.coming_seats,
       (SELECT true FROM db_ordersubscription o
        WHERE o.account_id = s.account_id AND o.subscription_id = s.id AND o.open LIMIT 1),
       (SELECT jsonb_agg(c ORDER BY c.id)::text FROM db_scheduledchange c
        WHERE c.account_id = s.account_id AND c.subscription_id = s.id
          AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL),
       p.unit_price_minor, p.denominator
FROM db_subscription s
LEFT JOIN LATERAL (
    SELECT p.unit_price_minor, p.denominator FROM db_paidperiod p
    WHERE p.account_id = s.account_id AND p.subscription_id = s.id AND p.kind = 'term'
      AND (p.stopped_on IS NULL OR p.stopped_on > p.starts_on)
    ORDER BY p.starts_on DESC LIMIT 1) p ON true
WHERE s.account_id = ANY(%s::uuid[]) AND s.renews_on <= %s
  AND s.status = 'active' AND s.processor = 'tenor' AND s.channel <> 'reseller' AND s.renewal_claimed_at IS NULL
ORDER BY s.account_id, s.id
"""

_HELD = OpenOrder("", "", "")
"""That an order is open on the subscription; which one does not matter here."""

_CHANNELS = {channel.value: channel for channel in Channel}
_CUSTOMERS = {kind.value: kind for kind in CustomerType}
_KINDS = {kind.value: kind for kind in MethodKind}
_TERMS = {months: Term(months) for months in range(1, 121)}


@dataclass(frozen=True, slots=True)
class Charge:
    """How a method is charged: the gateway, and the gateway's name for it."""

    gateway: str
    reference: str


@dataclass(frozen=True, slots=True)
class DueAccount:
    """An account as renewing sees it: of its subscriptions those that are due by date, of its methods the active ones.

    `customer` is its party on an invoice, as JSON; `has_carried`, whether lines wait for its next invoice;
    `has_balance`, whether its balance pays for a part of it.
    """

    state: AccountState
    seller_id: UUID
    catalog_revision: int
    language: str
    customer: bytes
    charges: Mapping[str, Charge]
    last_prices: Mapping[str, LastPrice]
    has_carried: bool
    has_balance: bool

    @property
    def id(self) -> UUID:
        """The account's id, which the domain knows as text."""
        return UUID(self.state.id)


def lock_and_load_due(account_ids: Sequence[UUID], until: date) -> list[DueAccount]:
    """Lock those of the accounts that nobody else holds, and read what is due of them, in the order of their ids.

    Three queries, within the transaction that renews them. Subscriptions that renew after `until` are left out:
    renewing does not look at them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [array(account_ids)])
        accounts = cursor.fetchall()
        locked = array([row[0] for row in accounts])
        cursor.execute(_METHODS, [locked])
        methods = _by_account(cursor.fetchall())
        cursor.execute(_SUBSCRIPTIONS, [locked, until])
        subscriptions = _by_account(cursor.fetchall())
    return [_account(row, methods[row[0]], subscriptions[row[0]]) for row in accounts]


def _by_account(rows: Sequence[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    found: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


_seller = lru_cache(maxsize=64)(UUID)


def _account(
    row: Sequence[Any], methods: Sequence[Sequence[Any]], subscriptions: Sequence[Sequence[Any]]
) -> DueAccount:
    id_, name, customer_type, country, region, currency, zone, vat_id, checked_on, seller, revision = row[:11]
    street, postal_code, city, language, has_carried, has_balance = row[11:]
    state = AccountState(
        id=id_,
        name=name,
        customer_type=_CUSTOMERS[customer_type],
        country=country,
        currency=currency,
        time_zone=zone,
        subscriptions=tuple([_subscription(each) for each in subscriptions]),
        methods=tuple([_method(each) for each in methods]),
        region=region,
        vat_id=vat_id,
        vat_id_checked_on=checked_on,
        postal_code=postal_code,
    )
    party = {"name": name, "street": street, "postal_code": postal_code, "city": city, "region": region}
    return DueAccount(
        state=state,
        seller_id=_seller(seller),
        catalog_revision=revision,
        language=language,
        customer=orjson.dumps({**party, "country": country, "vat_id": vat_id}),
        charges={each[1]: Charge(each[5], each[6]) for each in methods},
        last_prices={each[1]: LastPrice(each[18], each[19]) for each in subscriptions if each[18] is not None},
        has_carried=bool(has_carried),
        has_balance=bool(has_balance),
    )


def _method(row: Sequence[Any]) -> PaymentMethod:
    """With all that decides whether it can be charged (`domain.paying`)."""
    return PaymentMethod(
        id=row[1],
        kind=_KINDS[row[2]],
        label=row[3],
        status=MethodStatus.ACTIVE,
        expires_on=row[8],
        is_default=row[4],
        is_backup=row[7],
        mandate=Mandate(row[9], row[10], row[11]) if row[9] else None,
    )


def _subscription(row: Sequence[Any]) -> Subscription:
    return Subscription(
        id=row[1],
        number=row[2],
        product=row[3],
        plan=row[4],
        term=_TERMS.get(row[5]) or Term(row[5]),
        seats=row[6],
        anchor=row[7],
        renews_on=row[8],
        status=SubscriptionStatus.ACTIVE,
        auto_renew=row[9],
        periods=(),
        method_id=row[10],
        channel=_CHANNELS[row[11]],
        scheduled=tuple(map(read_change, json.loads(row[17]))) if row[17] else (),
        open_order=_HELD if row[16] else None,
        coming=None if row[12] is None else ComingTerm(*row[12:16]),
    )
