"""Customers who may choose otherwise: what is owed together, a credit that is left, a part that went back, a tax."""

from datetime import date

from tenor.cli.demo_book.specs import (
    AddMethod,
    Buy,
    Customer,
    GiveBack,
    Place,
    TakeOver,
    UpgradeNow,
    UseMethod,
    buyer,
    company,
)

HOLM = Customer(
    opened_on=date(2025, 11, 17),
    account=company(
        "Holm & Dahl Landskap AB",
        Place("Storgatan 31", "903 26", "Umeå", "SE", "Europe/Stockholm"),
        "SEK",
        email="faktura@holmdahl.example",
        vat_id="SE556703948201",
        language="sv",
    ),
    people=(buyer("Astrid Holm", "astrid@holmdahl.example", "sv"),),
    story=(
        AddMethod(date(2025, 11, 17), "card", expiry=(2028, 4)),
        Buy(date(2025, 11, 17), "draft", "draft", 3),
        Buy(date(2025, 11, 17), "sheets", "sheets", 3),
        AddMethod(date(2026, 9, 8), "new card", behaviour="insufficient_funds", expiry=(2030, 2)),
        UseMethod(date(2026, 9, 8), "draft", "new card"),
        UseMethod(date(2026, 9, 8), "sheets", "new card"),
    ),
)
"""Two renewals of 17 November, owed on one invoice: the next try is on the 24th. One can be paid without the other."""

WATERLIJN = Customer(
    opened_on=date(2026, 6, 1),
    account=company(
        "Waterlijn Advies B.V.",
        Place("Oudegracht 208", "3511 NR", "Utrecht", "NL", "Europe/Amsterdam"),
        "EUR",
        email="administratie@waterlijn.example",
        vat_id="NL810433941B01",
        language="nl",
    ),
    people=(buyer("Hanneke Bos", "hanneke@waterlijn.example", "nl"),),
    story=(
        AddMethod(date(2026, 6, 1), "card", expiry=(2029, 2)),
        Buy(date(2026, 6, 1), "vault", "vault", 4),
        TakeOver(date(2026, 6, 1), "model", "model", 4, date(2026, 6, 1), 99_000),
        UpgradeNow(date(2026, 11, 12), "model", "premium"),
    ),
)
"""Model was taken over from a dearer contract: what its upgrade credited above the charge is on the balance."""

ARDMORE = Customer(
    opened_on=date(2025, 11, 5),
    account=company(
        "Ardmore Planning Ltd",
        Place("27 South Mall", "T12 KX26", "Cork", "IE", "Europe/Dublin"),
        "EUR",
        email="accounts@ardmore.example",
        vat_id="IE6388047V",
    ),
    people=(buyer("Niamh Brennan", "niamh@ardmore.example"),),
    story=(
        AddMethod(date(2025, 11, 5), "card", expiry=(2028, 10)),
        Buy(date(2025, 11, 5), "draft", "draft", 3),
        Buy(date(2025, 11, 5), "vault", "vault", 5),
        Buy(date(2025, 11, 5), "site", "site", 2),
        GiveBack(date(2026, 11, 13), "site"),
    ),
)
"""Three renewed on 5 November on one invoice: Site went back on the 13th, the others can until 4 December."""

SENNE = Customer(
    opened_on=date(2026, 4, 20),
    account=company(
        "Atelier Senne SRL",
        Place("Rue Haute 64", "1000", "Bruxelles", "BE", "Europe/Brussels"),
        "EUR",
        email="factures@senne.example",
        vat_id="FR83404833048",
    ),
    people=(buyer("Luc Moreau", "luc@senne.example"),),
    story=(
        AddMethod(date(2026, 4, 20), "card", expiry=(2029, 11)),
        Buy(date(2026, 4, 20), "survey", "survey", 2),
    ),
)
"""The VAT id is French, the address Belgian: tax is charged, and the pages ask."""

SECOND_THOUGHTS: tuple[Customer, ...] = (HOLM, WATERLIJN, ARDMORE, SENNE)
