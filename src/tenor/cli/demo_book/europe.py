"""Customers in the rest of Europe: debits, PayPal, the bank's check, unpaid, expired, kept by others."""

from datetime import date

from tenor.cli.demo_book.specs import (
    AddMethod,
    Buy,
    Customer,
    MoreSeats,
    PayWith,
    Place,
    RenewAhead,
    TakeOver,
    UseMethod,
    buyer,
    company,
    household,
    member,
)
from tenor.domain.account import MethodKind, Role, SeatLimits

VAN_DIJK = Customer(
    opened_on=date(2025, 1, 6),
    account=company(
        "Van Dijk Ontwerp B.V.",
        Place("Oudegracht 210", "3511 NR", "Utrecht", "NL", "Europe/Amsterdam"),
        "EUR",
        email="facturen@vandijk.example",
        vat_id="NL859114722B01",
        language="nl",
    ),
    people=(
        buyer("Joost van Dijk", "joost@vandijk.example", "nl"),
        member("Saskia Mulder", "saskia@vandijk.example", Role.BILLING_ADMIN, "nl"),
    ),
    story=(
        AddMethod(date(2025, 1, 6), "debit", MethodKind.DIRECT_DEBIT),
        Buy(date(2025, 1, 6), "draft", "draft", 7, method="debit"),
        Buy(date(2025, 2, 28), "model", "model", 2, plan="premium", method="debit"),
        MoreSeats(date(2025, 7, 1), "draft", 1),
        MoreSeats(date(2026, 11, 19), "draft", 2),
    ),
    shows=("open_order",),
)
"""Pays by direct debit, which takes days: two seats are on their way."""

FEMKE = Customer(
    opened_on=date(2026, 2, 16),
    account=household(
        "Femke de Boer",
        Place("Prinsengracht 88", "1015 DZ", "Amsterdam", "NL", "Europe/Amsterdam"),
        "EUR",
        email="femke@deboer.example",
        language="nl",
    ),
    people=(buyer("Femke de Boer", "femke@deboer.example", "nl"),),
    story=(
        AddMethod(date(2026, 2, 16), "card", behaviour="bank_check_once", expiry=(2029, 2)),
        Buy(date(2026, 2, 16), "draft", "draft", 1),
        Buy(date(2026, 3, 2), "light", "light", 2),
        MoreSeats(date(2026, 5, 4), "draft", 1),  # never confirmed at the bank: the order expires
        MoreSeats(date(2026, 11, 21), "draft", 1),
    ),
    shows=("open_order",),
)
"""Her bank wants to see her: one seat waits for that."""

KESSLER = Customer(
    opened_on=date(2025, 3, 17),
    account=company(
        "Kessler Ingenieure GmbH",
        Place("Lindenstraße 14", "50674", "Köln", "DE", "Europe/Berlin"),
        "EUR",
        email="buchhaltung@kessler.example",
        vat_id="DE812345674",
    ),
    people=(buyer("Jürgen Kessler", "juergen@kessler.example"),),
    story=(
        AddMethod(date(2025, 3, 17), "paypal", MethodKind.PAYPAL),
        Buy(date(2025, 3, 17), "model", "model", 4, method="paypal"),
        Buy(date(2025, 10, 6), "draft", "draft", 4, method="paypal"),
    ),
    shows=("method_kind_not_allowed",),
)

LENA = Customer(
    opened_on=date(2026, 2, 10),
    account=household(
        "Lena Vogt",
        Place("Gärtnerstraße 5", "04109", "Leipzig", "DE", "Europe/Berlin"),
        "EUR",
        email="lena@vogt.example",
    ),
    people=(buyer("Lena Vogt", "lena@vogt.example"),),
    story=(
        AddMethod(date(2026, 2, 10), "card", expiry=(2028, 6)),
        Buy(date(2026, 2, 10), "draft", "draft", 2, auto_renew=False),
    ),
    shows=("auto_renew_off",),
)

BAUHUETTE = Customer(
    opened_on=date(2025, 6, 2),
    account=company(
        "Bauhütte Nord eG",
        Place("Deichstraße 27", "20459", "Hamburg", "DE", "Europe/Berlin"),
        "EUR",
        email="kasse@bauhuette.example",
    ),
    people=(buyer("Wiebke Petersen", "wiebke@bauhuette.example"),),
    story=(
        AddMethod(date(2025, 6, 2), "card", expiry=(2029, 1)),
        Buy(date(2025, 6, 2), "sheets", "sheets", 6, plan="maintenance"),
    ),
    shows=("maintenance_plan",),
)

THORNBURY = Customer(
    opened_on=date(2025, 11, 12),
    account=company(
        "Thornbury Design Ltd",
        Place("22 Whiteladies Road", "BS8 2LG", "Bristol", "GB", "Europe/London"),
        "GBP",
        email="accounts@thornbury.example",
        vat_id="GB284719365",
    ),
    people=(buyer("Harriet Thorne", "harriet@thornbury.example"),),
    story=(
        AddMethod(date(2025, 11, 12), "card", expiry=(2026, 6)),
        Buy(date(2025, 11, 12), "model", "model", 3),
        AddMethod(date(2026, 11, 13), "new card", expiry=(2030, 2), is_default=False),
    ),
    shows=("past_due", "payment_method_expired"),
)
"""The renewal of 12 November was declined; a new card is there to pay with."""

ASHDOWN = Customer(
    opened_on=date(2025, 10, 15),
    account=company(
        "Ashdown Surveyors Ltd",
        Place("9 Castle Street", "BN7 1YX", "Lewes", "GB", "Europe/London"),
        "GBP",
        email="ledger@ashdown.example",
        vat_id="GB391726458",
    ),
    people=(buyer("Rupert Ashdown", "rupert@ashdown.example"),),
    story=(
        AddMethod(date(2025, 10, 15), "card", expiry=(2026, 9)),
        Buy(date(2025, 10, 15), "survey", "survey", 5),
    ),
    shows=("suspended",),
)

OLIVER = Customer(
    opened_on=date(2025, 11, 3),
    account=household(
        "Oliver Pratt",
        Place("4 Rose Crescent", "CB2 3LL", "Cambridge", "GB", "Europe/London"),
        "GBP",
        email="oliver@pratt.example",
    ),
    people=(buyer("Oliver Pratt", "oliver@pratt.example"),),
    story=(
        AddMethod(date(2025, 11, 3), "card", expiry=(2028, 12)),
        Buy(date(2025, 11, 3), "render", "render", 1, auto_renew=False),
    ),
    shows=("expired", "renewal_window_closed"),
)

ALPENWERK = Customer(
    opened_on=date(2026, 3, 9),
    account=company(
        "Alpenwerk AG",
        Place("Seestrasse 60", "8002", "Zürich", "CH", "Europe/Zurich"),
        "EUR",
        email="kreditoren@alpenwerk.example",
    ),
    people=(buyer("Reto Zgraggen", "reto@alpenwerk.example"),),
    story=(
        TakeOver(date(2026, 3, 9), "model", "model", 3, date(2026, 3, 9), 55_000),
        AddMethod(date(2026, 11, 18), "debit", MethodKind.DIRECT_DEBIT, mandate_confirmed=False),
    ),
    shows=("mandate_pending",),
)

RIVOLI = Customer(
    opened_on=date(2026, 2, 20),
    account=company(
        "Atelier Rivoli SARL",
        Place("118 rue de Rivoli", "75001", "Paris", "FR", "Europe/Paris"),
        "EUR",
        email="compta@rivoli.example",
        vat_id="FR40303265045",
    ),
    people=(buyer("Camille Laurent", "camille@rivoli.example"),),
    story=(TakeOver(date(2026, 2, 20), "draft", "draft", 3, date(2026, 2, 20), 43_500),),
    shows=("no_payment_method",),
)
"""The first year was paid by bank transfer, before Northline used Tenor."""

CLONMORE = Customer(
    opened_on=date(2026, 1, 15),
    account=company(
        "Clonmore Detailing Ltd",
        Place("31 South Mall", "T12 DX53", "Cork", "IE", "Europe/Dublin"),
        "EUR",
        email="office@clonmore.example",
        vat_id="IE6433435F",
    ),
    people=(buyer("Aoife Brennan", "aoife@clonmore.example"),),
    story=(
        AddMethod(date(2026, 1, 15), "card", expiry=(2029, 7)),
        TakeOver(date(2026, 1, 15), "draft", "draft", 4, date(2026, 1, 15), 39_500, terms=2),
        Buy(date(2026, 1, 20), "sheets", "sheets", 2),
        RenewAhead(date(2026, 11, 5), "sheets"),
    ),
    shows=("next_term_already_renewed",),
)
"""Two years were paid at once, before Northline used Tenor. The other is renewed early, in the portal."""

MARES = Customer(
    opened_on=date(2025, 9, 22),
    account=company(
        "Estudio Marés S.L.",
        Place("Carrer de Mallorca 250", "08008", "Barcelona", "ES", "Europe/Madrid"),
        "EUR",
        email="facturas@mares.example",
        vat_id="ESB64717838",
    ),
    people=(buyer("Núria Marés", "nuria@mares.example"),),
    story=(
        AddMethod(date(2025, 9, 22), "card", expiry=(2028, 8)),
        Buy(date(2025, 9, 22), "light", "light", 5),
        TakeOver(
            date(2025, 9, 22), "site", "site", 10, date(2026, 9, 1), 21_000, limits=SeatLimits(minimum=10, maximum=40)
        ),
    ),
    shows=("seats_at_maximum", "seats_at_minimum"),
)

BELLINI = Customer(
    opened_on=date(2024, 12, 9),
    account=company(
        "Studio Bellini S.r.l.",
        Place("Via Garibaldi 7", "16124", "Genova", "IT", "Europe/Rome"),
        "EUR",
        email="amministrazione@bellini.example",
        vat_id="IT00743110157",
    ),
    people=(buyer("Chiara Bellini", "chiara@bellini.example"),),
    story=(
        AddMethod(date(2024, 12, 9), "card", expiry=(2025, 11)),
        Buy(date(2024, 12, 9), "model", "model", 5),
        AddMethod(date(2025, 12, 11), "new card", expiry=(2029, 11)),
        PayWith(date(2025, 12, 11), "model", "new card"),
    ),
)
"""The renewal of December 2025 was declined, and paid two days later by a new card, which pays since then."""

BRENNER = Customer(
    opened_on=date(2026, 2, 10),
    account=company(
        "Planwerk Brenner GmbH",
        Place("Maria-Theresien-Straße 18", "6020", "Innsbruck", "AT", "Europe/Vienna"),
        "EUR",
        email="rechnung@brenner.example",
        vat_id="ATU57477929",
    ),
    people=(buyer("Katharina Brenner", "katharina@brenner.example"),),
    story=(
        AddMethod(date(2026, 2, 10), "card", expiry=(2029, 2)),
        Buy(date(2026, 2, 10), "model", "model", 3),
        AddMethod(date(2026, 11, 18), "stolen card", behaviour="declined_final", expiry=(2030, 1)),
        UseMethod(date(2026, 11, 18), "model", "stolen card"),
        MoreSeats(date(2026, 11, 18), "model", 1),
    ),
    shows=("payment_method_invalid",),
)
"""The card of November was refused for good when a seat was added; the one from February is stored still."""

EUROPE: tuple[Customer, ...] = (
    VAN_DIJK,
    FEMKE,
    KESSLER,
    LENA,
    BAUHUETTE,
    THORNBURY,
    ASHDOWN,
    OLIVER,
    ALPENWERK,
    RIVOLI,
    CLONMORE,
    MARES,
    BELLINI,
    BRENNER,
)
