"""Rows -> AccountState: two queries, for one account or for thousands."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.codec import decode_effects, decode_tax
from tenor.db.locks import AccountGone
from tenor.domain.account import (
    AccountState,
    CarriedLine,
    ChangeKind,
    Channel,
    ComingTerm,
    CustomerType,
    Mandate,
    MethodKind,
    MethodStatus,
    OpenOrder,
    OwedTerm,
    PaidPeriod,
    PaymentMethod,
    PeriodKind,
    Person,
    PriceKind,
    Reseller,
    Role,
    ScheduledChange,
    SeatLimits,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.lifecycle import IN_FLIGHT, OPEN_ORDER, PaymentStatus
from tenor.domain.line_tax import LineTax
from tenor.domain.methods import told_apart
from tenor.domain.money import Money
from tenor.domain.offer import Policy
from tenor.domain.terms import Period, Term, weekdays_later

_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN_ORDER))
_IN_FLIGHT = ", ".join(f"'{status}'" for status in sorted(IN_FLIGHT))

# Lines that an open order already bills are left out: they come back if that order is given up.
_ACCOUNTS = f"""
SELECT a.id, a.name, a.customer_type, a.country, a.region, a.currency, a.time_zone, a.vat_id, a.vat_id_checked_on,
       a.seller_id, s.catalog_revision, a.postal_code,
       (SELECT jsonb_agg(jsonb_build_array(m.user_id, u.name, m.role) ORDER BY m.id)
        FROM db_membership m JOIN db_user u ON u.id = m.user_id WHERE m.account_id = a.id),
       (SELECT jsonb_agg(p ORDER BY p.id)
        FROM db_paymentmethod p WHERE p.account_id = a.id),
       (SELECT jsonb_agg(to_jsonb(l) || jsonb_build_object('number', o.number) ORDER BY l.id)
        FROM db_orderline l JOIN db_order o ON o.account_id = l.account_id AND o.id = l.order_id
        WHERE l.account_id = a.id AND l.carried AND l.billed_at IS NULL AND o.status = 'fulfilled'
          AND NOT EXISTS (
            SELECT FROM db_order pending, jsonb_array_elements(pending.effects) effect
            WHERE pending.account_id = a.id AND pending.status IN ({_OPEN})
              AND effect ->> 'kind' = 'bill_carried' AND effect -> 'line_ids' ? l.id::text)),
       (SELECT jsonb_build_array(b.after_minor, b.currency) FROM db_balancemovement b
        WHERE b.account_id = a.id ORDER BY b.position DESC LIMIT 1)
FROM db_account a JOIN db_seller s ON s.id = a.seller_id
WHERE a.id = ANY(%s)
"""  # noqa: S608 - the statuses are the domain's

# What a bank took back is owed by the order that it had paid, until that is paid again. An order's total is what is
# left to pay of it: not what the account's balance pays, or credit notes gave back.
_SUBSCRIPTIONS = f"""
SELECT s.account_id, to_jsonb(s),
       (SELECT jsonb_agg(c ORDER BY c.id) FROM db_scheduledchange c
        WHERE c.account_id = s.account_id AND c.subscription_id = s.id
          AND c.undone_at IS NULL AND c.replaced_at IS NULL AND c.claimed_at IS NULL),
       (SELECT jsonb_build_array(o.id, o.number, o.status, o.action, coalesce((
                 SELECT greatest(0, i.total_minor - i.from_balance_minor + coalesce((
                     SELECT sum(n.total_minor) FROM db_invoice n
                     WHERE n.account_id = i.account_id AND n.order_id = i.order_id AND n.corrects_id = i.id), 0))
                 FROM db_invoice i
                 WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.stands), o.total_minor),
               o.currency, o.retry_on,
               (SELECT p.status
                FROM db_payment p JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
                WHERE i.account_id = o.account_id AND i.order_id = o.id AND p.status IN ({_IN_FLIGHT}) LIMIT 1),
               (SELECT i.from_balance_minor FROM db_invoice i
                WHERE i.account_id = o.account_id AND i.order_id = o.id AND i.stands),
               (SELECT jsonb_build_array((p.created_at AT TIME ZONE a.time_zone)::date,
                                         seller.policy -> 'debit_arrival_days')
                FROM db_payment p JOIN db_invoice i ON i.account_id = p.account_id AND i.id = p.invoice_id
                JOIN db_account a ON a.id = p.account_id JOIN db_seller seller ON seller.id = a.seller_id
                WHERE i.account_id = o.account_id AND i.order_id = o.id AND p.status = 'processing'
                ORDER BY p.created_at DESC LIMIT 1),
               (SELECT e FROM jsonb_array_elements(o.effects) e
                WHERE o.effects_applied_at IS NULL AND e ->> 'kind' = 'start_term'
                  AND e ->> 'subscription_id' = s.id::text LIMIT 1),
               CASE WHEN o.effects_applied_at IS NULL THEN o.effects END)
        FROM db_ordersubscription os JOIN db_order o ON o.account_id = os.account_id AND o.id = os.order_id
        WHERE os.account_id = s.account_id AND os.subscription_id = s.id
          AND (os.open OR s.status IN ('past_due', 'suspended') AND EXISTS (
            SELECT FROM db_invoice i WHERE i.account_id = o.account_id AND i.order_id = o.id
              AND i.kind = 'invoice' AND i.status = 'open'))
        ORDER BY os.open DESC, o.placed_at DESC LIMIT 1),
       (SELECT jsonb_agg(jsonb_build_array(p.kind, p.starts_on, coalesce(p.stopped_on, p.ends_on), p.unit_price_minor,
                                           p.currency, p.denominator, p.price_kind, p.tax_included)
                         ORDER BY p.starts_on)
        FROM db_paidperiod p
        WHERE p.account_id = s.account_id AND p.subscription_id = s.id
          AND coalesce(p.stopped_on, p.ends_on) > %s AND p.stopped_on IS DISTINCT FROM p.starts_on)
FROM db_subscription s
WHERE s.account_id = ANY(%s)
ORDER BY s.account_id, s.id
"""  # noqa: S608 - the statuses are the domain's


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One account at one instant, with what finds the offer made to it (`db.catalog.load_offer`)."""

    state: AccountState
    seller_id: UUID
    catalog_revision: int


def load_account(account_id: UUID, *, since: date = date.min) -> Snapshot:
    """The account as it stands. Raises AccountGone where it is not, or may not be seen by this transaction."""
    found = load_accounts([account_id], since=since)
    if not found:
        raise AccountGone(str(account_id))
    return next(iter(found.values()))


def load_accounts(account_ids: Iterable[UUID], *, since: date = date.min) -> dict[UUID, Snapshot]:
    """The accounts that there are, by id, in two queries. Paid periods that ended by the day `since` are left out.

    Read them with their accounts locked, or in one transaction of level REPEATABLE READ, to decide on a write.
    """
    ids = list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [ids])
        accounts = cursor.fetchall()
        cursor.execute(_SUBSCRIPTIONS, [since, ids])
        subscriptions = cursor.fetchall()
    owned: dict[UUID, list[Subscription]] = defaultdict(list)
    for account_id, row, *lists in subscriptions:
        owned[account_id].append(_subscription(json.loads(row), *map(_list, lists)))
    return {row[0]: _snapshot(row, tuple(owned[row[0]])) for row in accounts}


def _snapshot(row: Sequence[Any], subscriptions: tuple[Subscription, ...]) -> Snapshot:
    people, methods, carried = (_list(column) for column in row[12:15])
    state = AccountState(
        id=str(row[0]),
        name=row[1],
        customer_type=CustomerType(row[2]),
        country=row[3],
        currency=row[5],
        time_zone=row[6],
        subscriptions=subscriptions,
        methods=told_apart(tuple(map(_method, methods))),
        people=tuple(Person(person, name, Role(role)) for person, name, role in people),
        region=row[4],
        vat_id=row[7],
        vat_id_checked_on=row[8],
        carried=tuple(map(_carried, carried)),
        postal_code=row[11],
        balance=Money(*_list(row[15])) if row[15] else None,
    )
    return Snapshot(state, seller_id=row[9], catalog_revision=row[10])


def _method(row: Mapping[str, Any]) -> PaymentMethod:
    return PaymentMethod(
        id=row["id"],
        kind=MethodKind(row["kind"]),
        label=row["label"],
        status=MethodStatus(row["status"]),
        expires_on=_day(row["expires_on"]),
        is_default=row["is_default"],
        is_backup=row["is_backup"],
        mandate=_mandate(row),
        billing_name=row["billing_name"],
        invalid_because=row["invalid_because"],
    )


def _mandate(row: Mapping[str, Any]) -> Mandate | None:
    if not row["mandate_reference"]:
        return None
    signed_on = date.fromisoformat(row["mandate_signed_on"])
    return Mandate(row["mandate_reference"], signed_on, _day(row["mandate_used_on"]))


def _subscription(
    row: Mapping[str, Any],
    scheduled: Sequence[Mapping[str, Any]],
    order: Sequence[Any],
    periods: Sequence[Sequence[Any]],
) -> Subscription:
    return Subscription(
        id=row["id"],
        number=row["number"],
        product=row["product_code"],
        plan=row["plan_code"],
        term=Term(row["months"]),
        seats=row["seats"],
        anchor=date.fromisoformat(row["anchor"]),
        renews_on=date.fromisoformat(row["renews_on"]),
        status=SubscriptionStatus(row["status"]),
        auto_renew=row["auto_renew"],
        periods=tuple(map(_period, periods)),
        method_id=row["payment_method_id"],
        channel=Channel(row["channel"]),
        processor=row["processor"],
        reseller=_reseller(row),
        scheduled=tuple(map(read_change, scheduled)),
        open_order=_open_order(order) if order else None,
        lapsed_on=_day(row["lapsed_on"]),
        renewal_claimed=row["renewal_claimed_at"] is not None,
        seat_limits=SeatLimits(row["min_seats"], row["max_seats"]),
        coming=_coming(row),
        owed=_owed(order[10]) if order and order[10] else None,
        label=row["label"],
        cost_center=row["cost_center"],
    )


def _open_order(row: Sequence[Any]) -> OpenOrder:
    id_, number, status, action, total_minor, currency, retry_on, in_flight, reserved, debit, _term, effects = row
    return OpenOrder(
        id=id_,
        number=number,
        status=status,
        action=action,
        total=Money(total_minor, currency),
        retry_on=_day(retry_on),
        is_in_flight=in_flight is not None,
        needs_customer=in_flight == PaymentStatus.REQUIRES_ACTION,
        from_balance=Money(reserved, currency) if reserved else None,
        arrives_on=_arrival(*debit) if debit else None,
        effects=decode_effects(effects or ()),
    )


def _arrival(sent_on: str, bank_days: int | None) -> date:
    """About when the money of a debit arrives, by the seller's own setting or the rules' one."""
    days = Policy().debit_arrival_days if bank_days is None else bank_days
    return weekdays_later(date.fromisoformat(sent_on), days)


def _owed(effect: Mapping[str, Any]) -> OwedTerm:
    """The start of a term as its order has it."""
    period, was = effect["paid"]["period"], effect["was"]
    return OwedTerm(
        starts_on=date.fromisoformat(period["start"]),
        ends_on=date.fromisoformat(period["end"]),
        months=effect["months"],
        plan=effect["plan"],
        seats=effect["seats"],
        method_was=was["method_id"],
        seen=tuple(map(_seen, was["scheduled"])),
    )


def _seen(entry: Mapping[str, Any]) -> ScheduledChange:
    price = entry["unit_price"]
    return ScheduledChange(
        kind=ChangeKind(entry["kind"]),
        value=entry["value"],
        scheduled_on=date.fromisoformat(entry["scheduled_on"]),
        by=entry["by"],
        unit_price=None if price is None else Money(price["minor"], price["currency"]),
    )


def _coming(row: Mapping[str, Any]) -> ComingTerm | None:
    if row["coming_on"] is None:
        return None
    starts_on = date.fromisoformat(row["coming_on"])
    return ComingTerm(starts_on, row["coming_months"], row["coming_plan_code"], row["coming_seats"])


def _reseller(row: Mapping[str, Any]) -> Reseller | None:
    if not row["reseller_name"]:
        return None
    return Reseller(row["reseller_name"], row["reseller_contact"], row["reseller_allows_auto_renew_off"])


def read_change(row: Mapping[str, Any]) -> ScheduledChange:
    price = row["unit_price_minor"]
    return ScheduledChange(
        kind=ChangeKind(row["kind"]),
        value=row["value"],
        scheduled_on=date.fromisoformat(row["scheduled_on"]),
        by=row["scheduled_by_name"],
        unit_price=None if price is None else Money(price, row["currency"]),
    )


def _period(row: Sequence[Any]) -> PaidPeriod:
    kind, start, end, minor, currency, denominator, price_kind, included = row
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    return PaidPeriod(PeriodKind(kind), period, Money(minor, currency), denominator, PriceKind(price_kind), included)


def _carried(row: Mapping[str, Any]) -> CarriedLine:
    return CarriedLine(
        id=row["id"],
        order_number=row["number"],
        subscription_id=row["subscription_id"] or "",
        product=row["product_code"],
        plan=row["plan_code"],
        seats=row["seats"],
        span=Period(date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])),
        unit_price=Money(row["unit_price_minor"], row["currency"]),
        denominator=row["denominator"],
        amount=Money(row["amount_minor"], row["currency"]),
        tax=LineTax(decode_tax(row["tax"]), row["tax_included"]) if row["tax"] else None,
    )


def _list(column: str | None) -> list[Any]:
    """A JSON column; Django hands it over as text."""
    return [] if column is None else list(json.loads(column))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
