"""The demo's book: what is in it, and that its invoices, payments and postings agree to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

import pytest

from tenor.cli.demo_book.customers import CUSTOMERS
from tenor.cli.demo_book.player import NOW
from tenor.cli.demo_book.specs import GiveSeats
from tenor.cli.seed import MAILBOX_GOES_BACK
from tenor.domain.reminders import ReminderKind
from tests.support.house import RunningHouse, Template, copy_house


@pytest.fixture(scope="module")
def book(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A copy of the book with the sandbox's books beside it."""
    copied = copy_house(house_template, tmp_path_factory.mktemp("book"))
    copied.start("sandbox")
    yield copied
    copied.stop()


def test_every_invoice_is_the_sum_of_its_lines_and_its_tax(book: RunningHouse) -> None:
    invoices = book.sql(
        """
        SELECT i.net_minor, i.tax_minor, i.total_minor,
               (SELECT sum(net_minor) FROM db_invoiceline l WHERE l.invoice_id = i.id),
               (SELECT sum(net_minor) FROM db_invoicetaxline t WHERE t.invoice_id = i.id),
               (SELECT sum(tax_minor) FROM db_invoicetaxline t WHERE t.invoice_id = i.id)
        FROM db_invoice i
        """
    )
    assert len(invoices) > 150
    for net, tax, total, line_nets, tax_nets, taxes in invoices:
        assert (net, tax, total) == (line_nets, taxes, line_nets + taxes)
        assert net == tax_nets


def test_every_order_is_billed_as_it_was_placed(book: RunningHouse) -> None:
    differing = book.sql(
        """
        SELECT o.number FROM db_order o JOIN db_invoice i ON i.order_id = o.id AND i.kind = 'invoice'
        WHERE (o.net_minor, o.tax_minor, o.total_minor, o.currency) IS DISTINCT FROM
              (i.net_minor, i.tax_minor, i.total_minor, i.currency)
        """
    )
    assert differing == []


def test_invoice_numbers_have_no_gap_and_follow_the_dates(book: RunningHouse) -> None:
    for kind, series in (("invoice", "INV"), ("credit_note", "CN")):
        issued = book.sql(
            "SELECT number, issued_on FROM db_invoice WHERE number IS NOT NULL AND kind = %s ORDER BY number", kind
        )
        assert [number for number, _ in issued] == [f"{series}-{n:06d}" for n in range(1, len(issued) + 1)]
        assert [day for _, day in issued] == sorted(day for _, day in issued)


def test_our_payments_are_the_sandbox_s_charges_to_the_cent(book: RunningHouse) -> None:
    ours = book.sql("SELECT id::text, status, amount_minor, currency FROM db_payment")
    words = {"failed": "declined"}
    booked = {(id_, words.get(status, status), minor, currency) for id_, status, minor, currency in ours}
    charged = {
        (charge["reference"], charge["status"], charge["amount"]["minor"], charge["amount"]["currency"])
        for charge in book.sandbox.charges()
    }
    assert booked == charged
    assert len(ours) == len(book.sandbox.charges())


def test_each_account_s_invoices_payments_and_postings_agree(book: RunningHouse) -> None:
    paid = _sums(
        book,
        "SELECT account_id, currency, sum(total_minor) FROM db_invoice WHERE status = 'paid' AND kind = 'invoice'"
        " GROUP BY 1, 2",
    )
    succeeded = _sums(
        book, "SELECT account_id, currency, sum(amount_minor) FROM db_payment WHERE status = 'succeeded' GROUP BY 1, 2"
    )
    refunded = _sums(
        book, "SELECT account_id, currency, sum(amount_minor) FROM db_refund WHERE status = 'succeeded' GROUP BY 1, 2"
    )
    owed = _sums(
        book, "SELECT account_id, currency, sum(total_minor) FROM db_invoice WHERE status = 'open' GROUP BY 1, 2"
    )
    net = _sums(
        book, "SELECT account_id, currency, sum(net_minor) FROM db_invoice WHERE number IS NOT NULL GROUP BY 1, 2"
    )
    tax = _sums(
        book, "SELECT account_id, currency, sum(tax_minor) FROM db_invoice WHERE number IS NOT NULL GROUP BY 1, 2"
    )
    on_balance = _sums(book, "SELECT account_id, currency, sum(amount_minor) FROM db_balancemovement GROUP BY 1, 2")
    ledger = _ledger(book)
    assert {who: minor + on_balance[who] for who, minor in paid.items()} == succeeded
    for account, balances in ledger.items():  # a renewal's invoice is booked, and may wait for its first payment
        received = succeeded[account]
        assert balances["clearing"] == received - refunded[account]
        assert balances["receivable"] == owed[account]
        assert balances["deferred_revenue"] + balances["revenue"] == -net[account]
        assert balances["tax_payable"] == -tax[account]
        assert balances["customer_balance"] == -on_balance[account]
        assert balances["unapplied"] == 0
    assert set(ledger) >= set(paid)


def test_paid_periods_tile_each_subscription_s_time(book: RunningHouse) -> None:
    rows = book.sql(
        """
        SELECT s.number, s.anchor, s.renews_on, p.starts_on, coalesce(p.stopped_on, p.ends_on)
        FROM db_subscription s JOIN db_paidperiod p ON p.subscription_id = s.id
        WHERE p.stopped_on IS DISTINCT FROM p.starts_on ORDER BY s.number, p.starts_on
        """
    )
    periods = defaultdict(list)
    for number, anchor, renews_on, start, end in rows:
        periods[number, anchor, renews_on].append((start, end))
    assert len(periods) == 116
    for (_, anchor, renews_on), spans in periods.items():
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        assert starts == [anchor, *ends[:-1]]
        assert ends[-1] == renews_on


def test_the_worked_example_of_the_rules_is_alice_s(book: RunningHouse) -> None:
    [(months, seats, renews_on, status)] = book.sql(
        "SELECT months, seats, renews_on::text, s.status FROM db_subscription s JOIN db_membership m USING (account_id)"
        " JOIN db_user u ON u.id = m.user_id WHERE u.email = 'alice@brightwater.example' AND product_code = 'draft'"
    )
    assert (months, seats, renews_on, status) == (12, 3, "2027-03-01", "active")
    [(today,)] = book.sql("SELECT stands_at::text FROM db_clock")
    assert today == "2026-11-21 09:00:00+00"
    prices = book.sql(
        "SELECT months, list_minor, renewal_minor FROM db_priceentry WHERE product_code = 'draft' AND currency = 'USD'"
        " AND plan_code = 'standard' AND price_group = 'us' ORDER BY months"
    )
    assert prices == [(1, 5_800, None), (12, 46_500, 42_000), (36, 131_000, None)]


def test_one_customer_has_forty_subscriptions(book: RunningHouse) -> None:
    owned = Counter(account for (account,) in book.sql("SELECT account_id FROM db_subscription"))
    assert max(owned.values()) == 40


def test_no_mail_or_event_of_the_past_is_still_to_be_sent_but_those_of_the_last_weeks(book: RunningHouse) -> None:
    """The worker sends those when it starts, into the demo's mailbox."""
    first = (NOW - MAILBOX_GOES_BACK).isoformat()
    assert book.sql("SELECT id FROM db_mail WHERE sent_at IS NULL AND created_at < %s", first) == []
    [(recent, unsent)] = book.sql(
        "SELECT count(*), count(*) FILTER (WHERE parked_at IS NOT NULL) FROM db_mail WHERE created_at >= %s", first
    )
    assert recent > 50
    assert unsent == 0
    kinds = {kind for (kind,) in book.sql("SELECT kind FROM db_mail WHERE created_at >= %s", first)}
    assert {str(kind) for kind in ReminderKind} <= kinds
    assert book.sql("SELECT id FROM db_event WHERE delivered_at IS NULL") == []
    assert [event for event in book.sandbox.events() if not event["delivered"]] == []


def test_a_second_seed_changes_nothing(book: RunningHouse) -> None:
    before = book.sql("SELECT count(*), max(number) FROM db_order")
    done = book.tenor("seed")
    assert (done.returncode, done.stdout) == (0, "")
    assert book.sql("SELECT count(*), max(number) FROM db_order") == before


def test_a_seed_refuses_a_database_with_a_seller_of_its_own(
    house_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = copy_house(house_template, tmp_path_factory.mktemp("other"))
    try:
        other.sql("UPDATE db_seller SET code = 'somebody-else'")
        done = other.tenor("seed", check=False)
        assert done.returncode == 1
        assert "seller of its own" in done.stderr
    finally:
        other.stop()


def test_a_seed_that_was_broken_off_is_begun_anew(book: RunningHouse, house_template: Template) -> None:
    """The template's first seed was killed when it had charged something; the book is the second's alone."""
    assert "anew" in house_template.said
    assert book.sql("SELECT count(*), max(number) FROM db_order") == [(205, "ORD-000205")]
    assert len(book.sandbox.charges()) == book.sql("SELECT count(*) FROM db_payment")[0][0]
    assert book.now().isoformat() == "2026-11-21T09:00:00+00:00"


def test_the_people_of_the_book_are_there(book: RunningHouse) -> None:
    written = {person.email for customer in CUSTOMERS for person in customer.people}
    steps = [step for customer in CUSTOMERS for step in customer.story if isinstance(step, GiveSeats)]
    written |= {email for step in steps for email in step.emails}
    assert {email for (email,) in book.sql("SELECT email FROM db_user")} == written
    seated = book.sql("SELECT count(*) FROM db_seatassignment WHERE released_at IS NULL")
    assert seated == [(sum(len(step.emails) for step in steps),)]


def _sums(book: RunningHouse, statement: str) -> dict[tuple[UUID, str], int]:
    sums: dict[tuple[UUID, str], int] = defaultdict(int)
    sums |= {(account, currency): int(amount) for account, currency, amount in book.sql(statement)}
    return sums


def _ledger(book: RunningHouse) -> dict[tuple[UUID, str], Counter[str]]:
    """Debits less credits of each ledger account, by customer."""
    balances: dict[tuple[UUID, str], Counter[str]] = defaultdict(Counter)
    for account, currency, debit, credit, minor in book.sql(
        "SELECT account_id, currency, debit, credit, amount_minor FROM db_posting"
    ):
        balances[account, currency][debit] += minor
        balances[account, currency][credit] -= minor
    return balances
