"""The reader of pages, shown to find a lie of each kind: each page here says what is so, and then something else."""

from dataclasses import replace
from datetime import date

import httpx
import pytest

from tests.support.saying import Book, Truth, lies
from tests.support.walking import Page

ID, OTHER, ORDER = (f"0000000{n}-0000-0000-0000-000000000000" for n in (1, 2, 3))
RENEWS = Truth("renews", date(2027, 1, 31), "1260.00 USD", None, None, renews=True, concerned=False)
ENDS = Truth("ends", date(2027, 3, 1), "", None, None, renews=False, concerned=False)
OWED = Truth("owed", date(2026, 11, 12), "900.00 EUR", date(2026, 11, 27), None, renews=True, concerned=False)
BOOK = Book({ID: RENEWS, OTHER: ENDS}, concerned=False, under_way=frozenset({ORDER}))
OWN = f"/subscriptions/{ID}/"


def said(html: str, path: str = OWN, book: Book = BOOK) -> list[str]:
    answer = httpx.Response(200, text=f"<main>{html}</main>", request=httpx.Request("GET", f"http://tenor{path}"))
    return lies(Page(answer), book)


def row(words: str, of: str = OTHER) -> str:
    return f'<table><tr><td><a href="/subscriptions/{of}/">Draft</a></td><td>{words}</td></tr></table>'


def money(amount: str) -> str:
    return f'<data class="money" value="{amount}">x</data>'


def payment(amount: str, on: str = "2027-01-31") -> str:
    """As the list of payments has it: its arithmetic, unfolded, comes before what is charged."""
    what = f'<details><a href="{OWN}">Draft</a> {money("1008.00 USD")} + {money("252.00 USD")}</details>'
    cells = f'<td>{what}</td><td class="is-number coming__sum">{money(amount)}</td>'
    return f'<table><tr class="coming__one"><th><time datetime="{on}">x</time></th>{cells}</tr></table>'


def due(amount: str) -> str:
    """As home has it."""
    day, what = '<time datetime="2027-01-31">x</time>', f'<a href="{OWN}">Draft</a>'
    return f'<ul class="due"><li>{day} {what} <span class="due__sum">{money(amount)}</span></li></ul>'


@pytest.mark.parametrize(
    ("true", "lie"),
    [
        ("<p>Renews on 31 January 2027</p>", "<p>Renews on 30 January 2027</p>"),
        ("<p>Renews on January 31, 2027</p>", "<p>Ends on January 31, 2027</p>"),
        ("<p>Renews on Jan 31, 2027 for $1,260.00 incl. VAT</p>", "<p>Renews on Jan 31, 2027 for $1,008.00</p>"),
        ("<dl><div><dt>Renewal date</dt><dd>31 Jan 2027</dd></div></dl>", "<p>Unpaid since 31 Jan 2027</p>"),
        ("<p>Access</p>", "<p>Access ends on 31 Jan 2027</p>"),
        ("<p>It runs</p>", "<p>It expired on 31 Jan 2027</p>"),
        ("<p>It runs</p>", "<p>It begins on 31 Jan 2027</p>"),
        ('<span class="badge">Active</span>', '<span class="badge">Expired</span>'),
        ('<span class="badge">Automatic renewal on</span>', '<span class="badge">Automatic renewal off</span>'),
        (row("Ends on 1 Mar 2027"), row("Renews on 1 Mar 2027")),
        (row("Ends on 1 Mar 2027"), row("Ends on 31 Jan 2027")),
        (row('<span class="badge">Active</span>'), row('<span class="badge">Canceled</span>')),
    ],
)
def test_what_is_said_of_one_is_held_against_it(true: str, lie: str) -> None:
    assert said(true) == []
    assert len(said(lie)) == 1
    assert len(said(true + lie)) == 1, "beside the truth it is a contradiction"


def test_what_is_said_of_nobody_by_name_must_be_true_of_somebody() -> None:
    assert said("<p>The first renews on 31 January 2027.</p>", "/") == []
    assert said("<p>The first renews on 30 January 2027.</p>", "/") != []
    later = replace(BOOK, coming=frozenset({date(2028, 1, 31)}))
    assert said("<p>Draft renews on 31 January 2028.</p>", "/", later) == []
    assert said("<p>Draft renews on 31 January 2028.</p>", OWN, later) != []


def test_the_same_renewal_costs_the_same_wherever_it_is_told() -> None:
    assert said(payment("1260.00 USD"), "/upcoming/") == []
    assert said(payment("1008.00 USD"), "/upcoming/") != []
    assert said(payment("1008.00 USD", on="2028-01-31"), "/upcoming/") == [], "that is another one"
    assert said(due("1260.00 USD"), "/") == []
    assert said(due("1008.00 USD"), "/") != []


def test_what_follows_once_it_is_paid_is_no_lie() -> None:
    owing = replace(BOOK, subscriptions={ID: OWED})
    assert said("<p>Unpaid since 12 November 2026, access ends on 27 November 2026</p>", book=owing) == []
    assert said("<p>Once paid it renews on 12 November 2027</p>", book=owing) == []
    assert said("<p>It renews on 12 November 2026</p>", book=owing) != []
    assert said("<p>Access ends on 30 November 2026</p>", book=owing) != []


@pytest.mark.parametrize("path", [OWN, "/"])
def test_a_method_is_complained_of_only_where_something_can_t_be_paid(path: str) -> None:
    way = '<a href="/methods/" data-remedy="choose_payment_method">Choose another</a>'
    complaint = f'<div class="alert alert--danger">Visa 4242 has expired. {way}</div>'
    uneasy = replace(BOOK, subscriptions={ID: replace(RENEWS, concerned=True)}, concerned=True)
    assert said(complaint, path, uneasy) == []
    assert said(complaint, path) != []


def test_what_is_under_way_waits_for_nobody() -> None:
    def waits(order: str) -> str:
        return f'<table><tr><td><a href="/orders/{order}/">ORD-1</a></td><td>Waiting for you</td></tr></table>'

    assert said(waits(OTHER), "/orders/") == []
    assert said(waits(ORDER), "/orders/") != []


@pytest.mark.parametrize("behind", ["history", "periods"])
def test_what_was_is_no_lie(behind: str) -> None:
    words = '<p>Ended on 1 Mar 2025</p><span class="badge">Expired</span>'
    assert said(f'<section aria-labelledby="{behind}">{words}</section>') == []
    assert len(said(f"<section>{words}</section>")) == 2


@pytest.mark.parametrize(
    "said_of_an_order",
    ["The time to return this order ended on 1 March 2026.", "The time to do so ended on 1 March 2026."],
)
def test_what_else_ends_is_no_saying_of_the_subscription(said_of_an_order: str) -> None:
    assert said(f"<p>{said_of_an_order}</p>") == []
