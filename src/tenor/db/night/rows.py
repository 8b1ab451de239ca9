"""A planned renewal as rows, packed for COPY: the same rows that `usecases.place_order` writes one by one.

Order, lines, invoice with its number still to come, tax, payment, postings, one event. Values that are the same in
every row of the night are packed once, as constants.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import orjson

from tenor.db.copying import (
    FALSE,
    NULL,
    TRUE,
    Field,
    Rows,
    day,
    instant,
    int2,
    int4,
    int8,
    json,
    json_bytes,
    text,
    uuid,
    word,
)
from tenor.db.copying import numeric as packed_numeric
from tenor.db.ids import endless_raw_ids
from tenor.db.night.loading import Charge, DueAccount
from tenor.domain.ledger import amounts_invoiced
from tenor.domain.quote import Quote, QuoteLine

RENEWALS_STAY_OPEN = timedelta(days=366)
"""A renewal order does not expire by the hour: it follows its subscription's course (docs/adr 6)."""

EMPTY, NO_JSON, ZERO, FIRST = word(""), json_bytes(b"{}"), int4(0), int2(1)

ORDER = (
    "id account_id number quote_id action status net_minor tax_minor total_minor currency method_id placed_by "
    "placed_by_name placed_by_staff placed_at expires_at effects waiting_for"
).split()
ORDER_SUBSCRIPTION = "id account_id order_id subscription_id open".split()
ORDER_LINE = (
    "id account_id order_id position kind subscription_id product_code plan_code seats starts_on ends_on "
    "unit_price_minor denominator currency amount_minor net_minor explanation tax tax_included carried"
).split()
INVOICE = (
    "id account_id kind number seller_id order_id status issued_on due_on currency net_minor tax_minor total_minor "
    "parties tax created_at"
).split()
INVOICE_LINE = (
    "id account_id invoice_id position kind order_line_id subscription_id product_code plan_code seats starts_on "
    "ends_on unit_price_minor denominator currency amount_minor net_minor tax_category tax_rate "
    "tax_position tax_included explanation"
).split()
TAX_LINE = "id account_id invoice_id position category rate currency net_minor tax_minor tax tax_included".split()
PAYMENT = (
    "id account_id invoice_id method_id gateway request status amount_minor currency gateway_reference action_url "
    "decline_code attempts created_at tries error"
).split()
POSTING = "id account_id debit credit amount_minor currency reason invoice_id booked_on".split()
EVENT = ("id account_id kind actor actor_name staff at order_id before after tries error").split()

RENEW, SUBMITTED, OPEN, PENDING = word("renew"), word("submitted"), word("open"), word("pending")
BY, INVOICE_KIND, ORDER_PLACED = word("Tenor"), word("invoice"), word("order_placed")


@dataclass(frozen=True, slots=True)
class Night:
    """What all rows of a batch share: the seller, its party as JSON, and the instant of the batch.

    `return_url` holds "{order}" where the order's id belongs.
    """

    seller: Field
    seller_name: str
    seller_party: bytes
    now: Field
    expires_at: Field
    return_url: str

    @classmethod
    def of(cls, seller_id: UUID, name: str, party: object, now: datetime, return_url: str) -> "Night":
        """The night of one seller at one instant."""
        expires_at = instant(now + RENEWALS_STAY_OPEN)
        return cls(uuid(seller_id.bytes), name, orjson.dumps(party), instant(now), expires_at, return_url)


@dataclass(slots=True)
class Planned:
    """One renewal quote with whose it is, on which local day, how it is charged, and the number of its order."""

    account: DueAccount
    quote: Quote
    today: date
    charge: Charge
    order_number: str


@dataclass(slots=True)
class Sheets:
    """The rows of a batch, a table each, and the subscriptions that they claim."""

    orders: Rows = field(default_factory=lambda: Rows("db_order", ORDER))
    order_subscriptions: Rows = field(default_factory=lambda: Rows("db_ordersubscription", ORDER_SUBSCRIPTION))
    order_lines: Rows = field(default_factory=lambda: Rows("db_orderline", ORDER_LINE))
    invoices: Rows = field(default_factory=lambda: Rows("db_invoice", INVOICE))
    invoice_lines: Rows = field(default_factory=lambda: Rows("db_invoiceline", INVOICE_LINE))
    tax_lines: Rows = field(default_factory=lambda: Rows("db_invoicetaxline", TAX_LINE))
    payments: Rows = field(default_factory=lambda: Rows("db_payment", PAYMENT))
    postings: Rows = field(default_factory=lambda: Rows("db_posting", POSTING))
    events: Rows = field(default_factory=lambda: Rows("db_event", EVENT))
    claimed: list[str] = field(default_factory=list[str])
    accounts: list[str] = field(default_factory=list[str])
    _fresh: Iterator[Field] = field(default_factory=lambda: map(uuid, endless_raw_ids()))

    def add(self, night: Night, planned: Planned) -> None:
        """The rows of one renewal. Its invoice waits for its number: see `number_invoices`.

        Raises ValueError where its total is not the sum of its lines.
        """
        planned.quote.demand_sums()
        fresh = self._fresh
        ids = _Ids(_id(planned.account.state.id), next(fresh), next(fresh), fresh)
        self._add_order(night, planned, ids)
        self._add_invoice(night, planned, ids)
        self._add_lines(planned, ids)
        self._add_payment(night, planned, ids)
        self._add_postings(planned, ids)
        self.events.add(
            next(fresh), ids.account, ORDER_PLACED, EMPTY, BY, EMPTY, night.now, ids.order, NO_JSON, NO_JSON, ZERO,
            EMPTY,
        )  # fmt: skip

    def before_the_invoices(self) -> tuple[Rows, ...]:
        """What does not refer to an invoice, in the order of its keys."""
        return self.orders, self.order_subscriptions, self.order_lines

    def invoices_and_after(self) -> tuple[Rows, ...]:
        """The invoices, and what refers to them."""
        return self.invoices, self.invoice_lines, self.tax_lines, self.payments, self.postings, self.events

    def in_order(self) -> tuple[Rows, ...]:
        """Every table, in the order of its keys."""
        return *self.before_the_invoices(), *self.invoices_and_after()

    def number_invoices(self, numbers: Sequence[str]) -> None:
        """Give the invoices their numbers, in the order in which they were added."""
        self.invoices.fill(INVOICE.index("number"), [text(number) for number in numbers])

    def _add_order(self, night: Night, planned: Planned, ids: "_Ids") -> None:
        quote = planned.quote
        self.orders.add(
            ids.order, ids.account, text(planned.order_number), NULL, RENEW, SUBMITTED, int8(quote.net.minor),
            int8(quote.tax_total.minor), int8(quote.total.minor), word(quote.total.currency),
            _id(quote.method_id or ""), EMPTY, BY, EMPTY, night.now, night.expires_at, json(quote.effects), EMPTY,
        )  # fmt: skip

    def _add_invoice(self, night: Night, planned: Planned, ids: "_Ids") -> None:
        quote, today = planned.quote, day(planned.today)
        parties = b'{"seller":%b,"customer":%b}' % (night.seller_party, planned.account.customer)
        self.invoices.add(
            ids.invoice, ids.account, INVOICE_KIND, NULL, night.seller, ids.order, OPEN, today, today,
            word(quote.total.currency), int8(quote.net.minor), int8(quote.tax_total.minor), int8(quote.total.minor),
            json_bytes(parties), json(quote.tax), night.now,
        )  # fmt: skip
        [line] = quote.tax_lines  # all of it is sold on this day, and priced alike: see `domain.renewals`
        self.tax_lines.add(
            next(ids.fresh), ids.account, ids.invoice, FIRST, word(line.category),
            _rate(line.rate.numerator, line.rate.denominator), word(line.tax.currency), int8(line.net.minor),
            int8(line.tax.minor), NULL, TRUE if line.included else FALSE,
        )  # fmt: skip

    def _add_lines(self, planned: Planned, ids: "_Ids") -> None:
        quote, fresh, account = planned.quote, ids.fresh, ids.account
        included = TRUE if quote.taxes[0].included else FALSE
        rate = _rate(quote.tax.rate.numerator, quote.tax.rate.denominator)
        taxed = word(quote.tax.category), rate, FIRST, included
        for position, line in enumerate(quote.lines, start=1):
            place, kind = int2(position), word(line.kind)
            subscription, order_line = _id(line.subscription_id), next(fresh)
            sold, explanation = _sold(line), json(line.explanation)
            self.order_subscriptions.add(next(fresh), account, ids.order, subscription, TRUE)
            self.order_lines.add(
                order_line, account, ids.order, place, kind, subscription, *sold, explanation, NULL, included, FALSE
            )
            self.invoice_lines.add(
                next(fresh), account, ids.invoice, place, kind, order_line, subscription, *sold, *taxed, explanation
            )
            self.claimed.append(line.subscription_id)
            self.accounts.append(planned.account.state.id)

    def _add_payment(self, night: Night, planned: Planned, ids: "_Ids") -> None:
        quote, charge = planned.quote, planned.charge
        request = {
            "method": charge.reference,
            "description": f"{night.seller_name} {planned.order_number}",
            "return_url": night.return_url.replace("{order}", str(UUID(bytes=ids.order[4:]))),
            "on_session": False,
            "locale": planned.account.language,
        }
        self.payments.add(
            next(ids.fresh), ids.account, ids.invoice, _id(quote.method_id or ""), word(charge.gateway), json(request),
            PENDING, int8(quote.total.minor), word(quote.total.currency), EMPTY, EMPTY, EMPTY, ZERO, night.now, ZERO,
            EMPTY,
        )  # fmt: skip

    def _add_postings(self, planned: Planned, ids: "_Ids") -> None:
        postings = amounts_invoiced(planned.quote.net, planned.quote.tax_total, planned.today)
        for posting in postings:
            self.postings.add(
                next(ids.fresh), ids.account, word(posting.debit), word(posting.credit), int8(posting.amount.minor),
                word(posting.amount.currency), word(posting.reason), ids.invoice, day(posting.on),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ids:
    account: Field
    order: Field
    invoice: Field
    fresh: Iterator[Field]


def _id(value: str) -> Field:
    """An id of the domain, which knows them as texts."""
    return uuid(bytes.fromhex(value.replace("-", "")))


def _sold(line: QuoteLine) -> tuple[Field, ...]:
    """What a line says of what is sold, the same on order and invoice: from the product to the net."""
    return (
        word(line.product), word(line.plan), int4(line.seats), day(line.span.start), day(line.span.end),
        int8(line.unit_price.minor), int4(line.denominator), word(line.amount.currency), int8(line.amount.minor),
        int8(line.net.minor),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _rate(numerator: int, denominator: int) -> Field:
    return packed_numeric(Decimal(numerator) / Decimal(denominator))
