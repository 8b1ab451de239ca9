"""Customers whose renewal was not paid: tried again soon, suspended for a month, taken back by the bank (rules 7)."""

from datetime import date

from tenor.cli.demo_book.specs import AddMethod, Buy, Customer, Place, UseMethod, buyer, company
from tenor.domain.account import MethodKind

GLENMORE = Customer(
    opened_on=date(2025, 11, 18),
    account=company(
        "Glenmore Structures Ltd",
        Place("18 Queen Street", "G1 3DX", "Glasgow", "GB", "Europe/London"),
        "GBP",
        email="accounts@glenmore.example",
        vat_id="GB563820174",
    ),
    people=(buyer("Ailsa Drummond", "ailsa@glenmore.example"),),
    story=(
        AddMethod(date(2025, 11, 18), "card", expiry=(2028, 9)),
        Buy(date(2025, 11, 18), "draft", "draft", 4),
        AddMethod(date(2026, 10, 2), "new card", behaviour="insufficient_funds", expiry=(2030, 3)),
        UseMethod(date(2026, 10, 2), "draft", "new card"),
    ),
)
"""The renewal of 18 November was declined, and so was the second try; the next one is on the 25th."""

KIELDER = Customer(
    opened_on=date(2026, 8, 5),
    account=company(
        "Kielder Landscape Ltd",
        Place("4 Grey Street", "NE1 6EE", "Newcastle upon Tyne", "GB", "Europe/London"),
        "GBP",
        email="invoices@kielder.example",
        vat_id="GB902417635",
    ),
    people=(buyer("Owen Fairless", "owen@kielder.example"),),
    story=(
        AddMethod(date(2026, 8, 5), "card", expiry=(2029, 6)),
        Buy(date(2026, 8, 5), "site", "site", 2, months=1),
        AddMethod(date(2026, 10, 20), "new card", behaviour="insufficient_funds", expiry=(2030, 8)),
        UseMethod(date(2026, 10, 20), "site", "new card"),
    ),
)
"""A monthly term, unpaid since 5 November: suspended since the 20th. Paid now, it starts anew."""

HALLSTATT = Customer(
    opened_on=date(2025, 11, 2),
    account=company(
        "Hallstatt Vermessung GmbH",
        Place("Landstraße 12", "4020", "Linz", "AT", "Europe/Vienna"),
        "EUR",
        email="buchhaltung@hallstatt.example",
        vat_id="ATU47281936",
    ),
    people=(buyer("Jakob Steiner", "jakob@hallstatt.example"),),
    story=(
        AddMethod(date(2025, 11, 2), "card", expiry=(2028, 2)),
        Buy(date(2025, 11, 2), "survey", "survey", 3),
        AddMethod(date(2026, 9, 14), "debit", MethodKind.DIRECT_DEBIT, behaviour="reversed"),
        UseMethod(date(2026, 9, 14), "survey", "debit"),
    ),
)
"""The debit for the renewal of 2 November had settled, and the bank took it back on the 12th: owed again."""

UNPAID: tuple[Customer, ...] = (GLENMORE, KIELDER, HALLSTATT)
