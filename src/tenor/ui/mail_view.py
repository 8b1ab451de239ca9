"""What mails are made of: what they need to know, and what they say. Worded in mail_*.py, laid out by `ui.mail`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from tenor.domain.line_tax import LineTax, TaxDecision
from tenor.domain.money import Money
from tenor.domain.quote import StillOwed
from tenor.domain.reminders import Reminder
from tenor.ui.mail_changes import MailEnd
from tenor.ui.mail_people import MailPeople
from tenor.ui.words import NO_NAMES, Names


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line of an order. `name` is product and plan as the catalog calls them; days are [starts_on, ends_on).

    `tax` is what it was sold with; `reference` tells the subscription from others of its name: label and number.
    """

    name: str
    seats: int
    starts_on: date
    ends_on: date
    amount: Money
    tax: LineTax | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MailRenewal:
    """The next renewal of a subscription; `amount` as priced, with the tax of `tax` in it or not."""

    name: str
    on: date
    months: int
    seats: int
    amount: Money
    tax: TaxDecision
    tax_included: bool = False


@dataclass(frozen=True, slots=True)
class MailOrder:
    """An order as its mails show it.

    `action` is `Quote.action`; `method` the label of what pays it; `decline` the code of the last decline;
    `expires_at` is given while the order is open; `carried`: too small to be charged by itself. `taxes` are the sums by
    decision, where the order has lines of several. `is_part`: what is returned of it is not all of it;
    `from_balance` is what the account's balance pays of it, `to_balance` what it gets. `arrives_on` is about when the
    money of its debit arrives, `is_done` whether it took effect before that.
    """

    number: str
    action: str
    lines: tuple[MailLine, ...]
    tax: TaxDecision
    tax_total: Money
    total: Money
    method: str = ""
    invoice_number: str = ""
    waiting_for: str = ""
    decline: str = ""
    carried: bool = False
    expires_at: datetime | None = None
    taxes: tuple[tuple[TaxDecision, Money], ...] = ()
    is_part: bool = False
    from_balance: Money | None = None
    to_balance: Money | None = None
    arrives_on: date | None = None
    is_done: bool = False

    @property
    def has_several_taxes(self) -> bool:
        """Whether its lines are of several kinds of tax: then each says its own."""
        return len({line.tax.kind for line in self.lines if line.tax is not None}) > 1

    @property
    def at_gateway(self) -> Money:
        """What a method is charged, or gets back (below zero)."""
        nothing = Money.zero(self.total.currency)
        return self.total - (self.from_balance or nothing) + (self.to_balance or nothing)

    @property
    def tax_included(self) -> bool:
        """Whether the lines are priced with tax in them."""
        return sum(line.amount.minor for line in self.lines) == self.total.minor


@dataclass(frozen=True, slots=True)
class MailReminder:
    """A reminder, with the catalog's names and where its links lead, whole, by what they do.

    `urls`: "see", "term", "seats", "method", "off", "on", "early", "update". One that leads nowhere is left out.
    `creditor` is who collects a debit, `creditor_id` the identifier that banks know it by. `references` tell
    subscriptions of one name apart, by their ids: label and number.
    """

    reminder: Reminder
    names: Names = NO_NAMES
    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    creditor: str = ""
    creditor_id: str = ""
    references: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class MailDunning:
    """An unpaid renewal: the code of the decline ("" where there is none), the label of what was charged, and days.

    `instead` is the label of the default that is charged next in its place, "" where the method itself is. `retry_on`
    is the next automatic try, `access_until` the first day without access, `ends_on` the day on which the subscription
    is canceled: each None where it does not apply. `starts_anew` names those whose
    term begins on the day on which it is paid.
    """

    decline: str = ""
    method: str = ""
    retry_on: date | None = None
    access_until: date | None = None
    ends_on: date | None = None
    starts_anew: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class MailView:
    """All that a mail needs to know. `url` is where its link leads, whole; `zone` the account's billing time zone.

    `person` is "" for an address that belongs to nobody (invoices). `order` is None for changes that cost nothing.
    `method` is the label of a payment method that the mail is about, `because` the code of its decline, `instead` what
    pays in its place from now on ("" for nothing), `names` are those of the subscriptions. `people` is None for what is
    not about people. `ends` are subscriptions that will not renew, `refund` is what is given back with that, `owed`
    what stays owed. `dunning` is given for an unpaid renewal.
    """

    vendor: str
    account: str
    country: str
    url: str
    person: str = ""
    zone: str = "UTC"
    order: MailOrder | None = None
    renewals: tuple[MailRenewal, ...] = ()
    method: str = ""
    because: str = ""
    instead: str = ""
    names: tuple[str, ...] = ()
    people: MailPeople | None = None
    ends: tuple[MailEnd, ...] = ()
    refund: Money | None = None
    owed: tuple[StillOwed, ...] = ()
    reminder: MailReminder | None = None
    unsubscribe: str = ""
    dunning: MailDunning | None = None


class Rendered(NamedTuple):
    """A mail, ready to send; `unsubscribe` is where it can be stopped, "" for one that has to be told."""

    subject: str
    text: str
    html: str
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the mail's table, worded; `label` and `notes` stand under its name."""

    name: str
    amount: str
    label: str = ""
    notes: tuple[str, ...] = ()
    is_total: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Something else that the reader can do: what it says, and where it leads, whole."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, worded; templates/mail/ only lay it out, in this order: `before`, `rows`, `after`, links.

    `link` is the button, to the view's `url`, "" where it leads nowhere; `links` are further ways on; `notes` are small
    print: what has to be said and is not news.
    """

    subject: str
    before: tuple[str, ...]
    link: str
    rows: tuple[Row, ...] = ()
    after: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
