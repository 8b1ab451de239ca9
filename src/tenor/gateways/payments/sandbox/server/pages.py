"""The provider's own pages: add a card, approve PayPal, sign a direct debit mandate, the bank's check, the books."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_precision
from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from tenor.gateways.payments.sandbox.server import behaviours, charges, clock, fields, methods, setups
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.methods import NewMethod
from tenor.gateways.payments.sandbox.server.policy import policy
from tenor.gateways.payments.sandbox.server.provider import provider
from tenor.gateways.payments.sandbox.server.words import LOCALES, WORDS

pages = Blueprint("pages", __name__)

FAR_FUTURE = "12/49"
SAMPLE_CODE = "123"


@dataclass(frozen=True, slots=True)
class Faulty:
    """A form as it came back: word codes of what is wrong, by field."""

    faults: dict[str, str]


def _locale(wish: str = "") -> str:
    """The language asked for in the address, else `wish`, else the browser's, else English."""
    asked = request.args.get("locale") or wish
    return asked if asked in LOCALES else request.accept_languages.best_match(LOCALES, "en") or "en"


def money(minor: int, currency: str, locale: str) -> str:
    """An amount as people write it."""
    return format_currency(Decimal(minor).scaleb(-get_currency_precision(currency)), currency, locale=locale)


def _page(template: str, *, locale: str, back_to: str = "", status: int = 200, **values: object) -> Response:
    text = render_template(
        template,
        t=WORDS[locale],
        locale=locale,
        locales=LOCALES,
        words_of=WORDS,
        here=request.path,
        portal_url=provider().portal_url,
        money=lambda minor, currency: money(minor, currency, locale),
        instant=lambda text: format_datetime(datetime.fromisoformat(text), "medium", locale=locale),
        **values,
    )
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = policy(back_to)
    return response


@pages.errorhandler(Refused)
def gone(_fault: Refused) -> Response:
    """A page for an address that leads nowhere."""
    return _page("message.html", locale=_locale(), status=404, title="not_found_title", text="not_found_text")


@pages.get("/setup/<setup_id>")
def show_setup(setup_id: str) -> Response:
    """The page to add a way to pay."""
    with provider().store.transaction() as db:
        return _setup_page(setups.row_of(db, setup_id), {})


def _setup_page(setup: sqlite3.Row, faults: dict[str, str]) -> Response:
    locale = _locale(setup["locale"])
    if setup["status"] != "pending":
        return _page("message.html", locale=locale, title="done_title", text="done_text", back=setup["return_url"])
    used = next((card for card in behaviours.CARDS if card.number[-4:] == request.args.get("use")), None)
    iban = next((iban for iban in behaviours.IBANS if iban.number[-4:] == request.args.get("use")), None)
    return _page(
        f"{setup['kind']}.html",
        locale=locale,
        back_to=setup["return_url"],
        status=422 if faults else 200,
        setup=setup,
        faults=faults,
        cards=behaviours.CARDS,
        ibans=behaviours.IBANS,
        filled=used or iban,
        far_future=FAR_FUTURE,
        sample_code=SAMPLE_CODE,
    )


@pages.post("/setup/<setup_id>")
def answer_setup(setup_id: str) -> BaseResponse:
    """The payer sends the form, or turns back."""
    with provider().store.transaction() as db:
        setup = setups.row_of(db, setup_id)
        found = None if request.form.get("answer") == "cancel" else _typed(db, setup)
        if isinstance(found, Faulty):
            return _setup_page(setup, found.faults)
        setups.finish(db, setup, found)
        return redirect(setup["return_url"], 303)


def _typed(db: sqlite3.Connection, setup: sqlite3.Row) -> NewMethod | Faulty:
    if setup["kind"] == "card":
        return _typed_card(db)
    if setup["kind"] == "direct_debit":
        return _typed_iban()
    return methods.sample("paypal", "paid")


def _typed_card(db: sqlite3.Connection) -> NewMethod | Faulty:
    faults = {}
    card = behaviours.card_by_number(request.form.get("number", ""))
    if card is None:
        faults["number"] = "fault_number"
    expiry = _expiry(request.form.get("expiry", ""))
    now = clock.now(db)
    if expiry is None:
        faults["expiry"] = "fault_expiry"
    elif expiry < (now.year, now.month):
        faults["expiry"] = "fault_expired"
    code = request.form.get("code", "").strip()
    if not (code.isascii() and code.isdigit() and len(code) in (3, 4)):
        faults["code"] = "fault_code"
    if faults or card is None or expiry is None:
        return Faulty(faults)
    return methods.of_card(card, expiry)


def _expiry(typed: str) -> tuple[int, int] | None:
    """ "03/29" or "0329" as (2029, 3)."""
    numbers = "".join(typed.split()).replace("/", "")
    if not (numbers.isascii() and numbers.isdigit() and len(numbers) == 4 and 1 <= int(numbers[:2]) <= 12):
        return None
    return 2000 + int(numbers[2:]), int(numbers[:2])


def _typed_iban() -> NewMethod | Faulty:
    faults = {}
    iban = behaviours.iban_by_number(request.form.get("iban", ""))
    if iban is None:
        faults["iban"] = "fault_iban"
    if not request.form.get("holder", "").strip():
        faults["holder"] = "fault_holder"
    if not request.form.get("agree"):
        faults["agree"] = "fault_agree"
    if faults or iban is None:
        return Faulty(faults)
    return methods.of_iban(iban, request.form["holder"].strip()[: fields.LONGEST_TEXT])


@pages.get("/bank/<charge_id>")
def show_bank(charge_id: str) -> Response:
    """The bank's check of one charge."""
    with provider().store.transaction() as db:
        charge = charges.row_of(db, charge_id)
    locale = _locale(charge["locale"])
    if charge["status"] != "requires_action":
        return _page("message.html", locale=locale, title="done_title", text="done_text", back=charge["return_url"])
    return _page("bank.html", locale=locale, back_to=charge["return_url"], charge=charge)


@pages.post("/bank/<charge_id>")
def answer_bank(charge_id: str) -> BaseResponse:
    """The payer approves or refuses at the bank."""
    with provider().store.transaction() as db:
        charge = charges.answer_bank(db, charge_id, approved=request.form.get("answer") == "approve")
    if charge["return_url"]:
        return redirect(charge["return_url"], 303)
    return _page("message.html", locale=_locale(charge["locale"]), title="done_title", text="done_text")


@pages.get("/")
def home() -> BaseResponse:
    """The books are what there is to see."""
    return redirect("/books", 303)


@pages.get("/books")
def show_books() -> Response:
    """The latest charges with their refunds, and when debits move next."""
    with provider().store.transaction() as db:
        rows = db.execute(
            "SELECT c.*, m.kind, m.brand, m.last4 FROM charges c JOIN methods m ON m.id = c.method"
            " ORDER BY c.seq DESC LIMIT 200"
        ).fetchall()
        shown = charges.shown(db, rows, provider().public_url)
        now = clock.text(clock.now(db))
        total = db.execute("SELECT count(*) AS n FROM charges").fetchone()["n"]
    return _page("books.html", locale=_locale(), rows=list(zip(rows, shown, strict=True)), now=now, total=total)
