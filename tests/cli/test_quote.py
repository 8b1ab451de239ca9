"""`tenor quote`: the examples of its page, every fault with its place, and no need of a database or of settings."""

import copy
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from tenor.cli.quote import app
from tenor.domain.requests import Ask
from tests.support import tables

PAGE = (Path(__file__).parents[2] / "docs" / "quote-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL)
QUESTION: dict[str, Any] = json.loads(next(text for kind, text in BLOCKS if kind == "question"))
RETURNED: dict[str, Any] = json.loads(next(text for kind, text in BLOCKS if kind == "returned"))
PAIRS = [block for block in BLOCKS if block[0] != "returned"]
EXAMPLES = [
    (json.loads(asked[1]), json.loads(answer[1])) for asked, answer in zip(PAIRS[::2], PAIRS[1::2], strict=True)
]
FAULTS = tables.rows("../quote-format", "Faults")


def asked(question: object) -> Result:
    return CliRunner().invoke(app, input=json.dumps(question))


def answered(question: object) -> dict[str, Any]:
    result = asked(question)
    assert (result.exit_code, result.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def fault(data: bytes | object) -> str:
    result = CliRunner().invoke(app, input=data if isinstance(data, bytes) else json.dumps(data))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.removesuffix("\n")


def merged(base: Any, change: Any) -> Any:
    """The base with the change laid over it, object by object (RFC 7396, but null stays)."""
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    return {**base, **{name: merged(base.get(name), value) for name, value in change.items()}}


def with_value(place: str, value: object) -> Any:
    """The question of the page with one field set: "account.subscriptions[0].seats"."""
    changed = copy.deepcopy(QUESTION)
    *path, last = [int(part) if part.isdigit() else part for part in re.findall(r"\w+", place)]
    target: Any = changed
    for part in path:
        target = target.setdefault(part, {}) if isinstance(target, dict) else target[part]
    target[last] = value
    return changed


def subscription_with(**fields: object) -> Any:
    changed = copy.deepcopy(QUESTION)
    changed["account"]["subscriptions"][0].update(fields)
    return changed


def assert_within(part: Any, whole: Any) -> None:
    if isinstance(part, dict):
        for name, value in part.items():
            assert_within(value, whole[name])
    elif isinstance(part, list):
        assert len(part) == len(whole)
        for one, other in zip(part, whole, strict=True):
            assert_within(one, other)
    else:
        assert part == whole


NAMES = "question term undo method align early late anew plan off owed owed-change fewer tax ahead refusal".split()


@pytest.mark.parametrize(("change", "answer"), EXAMPLES, ids=NAMES)
def test_examples_of_the_page(change: dict[str, Any], answer: dict[str, Any]) -> None:
    assert_within(answer, answered(merged(QUESTION, change)))


@pytest.mark.parametrize("row", FAULTS, ids=tables.ids(FAULTS, "field", "becomes"))
def test_faults_of_the_page(row: dict[str, str]) -> None:
    assert fault(with_value(row["field"], json.loads(row["becomes"]))) == row["said"]


def test_the_fingerprint_is_that_of_the_planner() -> None:
    first = answered(QUESTION)["quote"]["fingerprint"]
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert answered(with_value("account.name", "Ström & Söner 🎉"))["quote"]["fingerprint"] == first
    assert answered(with_value("request.seats", 4))["quote"]["fingerprint"] != first


UNREADABLE = {
    "nothing": (b"", "The input is empty: expected one JSON object."),
    "blank": (b" \n\t", "The input is empty: expected one JSON object."),
    "a NUL byte": (b"\0", "line 1, column 1: this is not JSON (Expecting value)."),
    "a NUL byte in text": (b'{"today":\n "\0"}', "line 2, column 3: this is not JSON (Invalid control character at)."),
    "UTF-16": ("{}".encode("utf-16-le") + b"\xff", "line 1, column 5: this is not UTF-8 (byte 0xff)."),
    "Latin-1": ('{\n"today": "å"}'.encode("latin-1"), "line 2, column 11: this is not UTF-8 (byte 0xe5)."),
    "cut off": (b'{"today":', "line 1, column 10: this is not JSON (Expecting value)."),
    "a list": (b"[]", "the input: should be an object."),
    "too deep": (b"[" * 100_000, "the input: the lists and objects are nested too deeply."),
    "deep": (b'{"today":' + b"[" * 400 + b"]" * 400 + b"}", "the input: the lists and objects are nested too deeply."),
    "twice": (b'{"account": {"methods": [{"id": 1, "id": 2}]}}', "account.methods[0].id: the field is given twice."),
    "half a character": (rb'{"today": "\ud800"}', "today: half a character (a lone surrogate) is not text."),
    "half a name": (rb'{"\udc00": 1}', "the input: half a character (a lone surrogate) is not text."),
}


@pytest.mark.parametrize(("data", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_question_at_all(data: bytes, said: str) -> None:
    assert fault(data) == said


PERIOD = {"start": "2026-03-01", "end": "2027-03-01", "unit_price": "465.00 USD"}
S0 = "account.subscriptions[0]"
WRONG: dict[str, tuple[Any, str]] = {
    "NaN": (with_value(f"{S0}.seats", float("nan")), f"{S0}.seats: should be a whole number."),
    "infinity": (with_value(f"{S0}.seats", float("inf")), f"{S0}.seats: should be a whole number."),
    "a fraction": (with_value(f"{S0}.seats", 3.5), f"{S0}.seats: should be a whole number."),
    "true": (with_value(f"{S0}.seats", True), f"{S0}.seats: should be a whole number."),
    "a huge number": (with_value(f"{S0}.seats", 10**4000), f"{S0}.seats: should be at most 1000000."),
    "a huge amount": (
        with_value("offer.prices[0].list_price", "9" * 5000 + " USD"),
        'offer.prices[0].list_price: should be an amount and its currency, such as "465.00 USD".',
    ),
    "a NUL character": (with_value(f"{S0}.product", "a\0b"), f"{S0}.product: should not hold control characters."),
    "empty text": (with_value(f"{S0}.product", ""), f"{S0}.product: should have at least 1 character."),
    "after the calendar": (
        with_value("today", "9999-12-31"),
        "today: should be a day of the years 1900 to 2999, not 9999-12-31.",
    ),
    "an instant": (with_value("today", "1763683200"), 'today: should be a day, such as "2026-11-21".'),
    "a strange name": (
        {"a\0b\n": 1, **QUESTION},
        r'"a\u0000b\n": the format has no such field.',
    ),
    "a small letter": (with_value("account.country", "us"), "account.country: should be a code in capital letters."),
    "a list of nothing": (with_value("account.subscriptions", [None]), f"{S0}: should be an object."),
    "an object for a list": (with_value("account.methods", {}), "account.methods: should be a list."),
    "no kind": (with_value("request.kind", None), "request: the field kind is missing."),
    "a field of another kind": (with_value("request.months", 36), "request.months: the format has no such field."),
    "the same id": (
        with_value("account.subscriptions", QUESTION["account"]["subscriptions"] * 2),
        "account.subscriptions[1].id: the same as at place [0].",
    ),
    "the same method": (
        with_value("account.methods", [{"id": "m", "kind": "card", "label": "Visa"}] * 2),
        "account.methods[1].id: the same as at place [0].",
    ),
    "two backups": (
        with_value("account.methods", [{"id": i, "kind": "card", "label": i, "is_backup": True} for i in "ab"]),
        "account.methods[1].is_backup: another method is the backup already.",
    ),
    "a default that is the backup": (
        with_value(
            "account.methods", [{"id": "a", "kind": "card", "label": "a", "is_default": True, "is_backup": True}]
        ),
        "account.methods[0].is_backup: the default method can't be the backup too.",
    ),
    "two defaults": (
        with_value("account.methods", [{"id": i, "kind": "card", "label": i, "is_default": True} for i in "ab"]),
        "account.methods[1].is_default: another method is the default already.",
    ),
    "the same product": (
        with_value("offer.products", [{"code": "studio"}] * 2),
        "offer.products[1].code: the same as at place [0].",
    ),
    "no such successor": (
        with_value("offer.products[0].successor", "atelier"),
        'offer.products[0].successor: the offer has no product "atelier".',
    ),
    "no such plan": (subscription_with(plan="gold"), f'{S0}.plan: the offer has no plan "gold" of "studio".'),
    "no such method": (subscription_with(method_id="x"), f'{S0}.method_id: the account has no method "x".'),
    "a period that ends first": (
        subscription_with(periods=[{**PERIOD, "end": "2026-03-01"}]),
        f"{S0}.periods[0].end: should be later than the start, 2026-03-01.",
    ),
    "a gap": (
        subscription_with(periods=[{**PERIOD, "end": "2026-06-01"}, {**PERIOD, "start": "2026-07-01"}]),
        f"{S0}.periods[1].start: should be 2026-06-01, the end of the period before it.",
    ),
    "an extension of nothing": (
        subscription_with(periods=[{**PERIOD, "kind": "extension"}]),
        f"{S0}.periods[0].denominator: an extension needs the days of the period that it was priced by.",
    ),
    "another end": (
        subscription_with(renews_on="2028-03-01"),
        f"{S0}.renews_on: should be 2027-03-01, the end of the last paid period.",
    ),
    "the same kind twice": (
        subscription_with(scheduled=[{"kind": "term", "value": 1}, {"kind": "term", "value": 36}]),
        f"{S0}.scheduled[1].kind: the same as at place [0].",
    ),
    "another currency of a promise": (
        subscription_with(scheduled=[{"kind": "term", "value": 1, "unit_price": "1.00 SEK"}]),
        f"{S0}.scheduled[0].unit_price: should be in the account's currency, USD, not in SEK.",
    ),
    "a negative price": (
        with_value("offer.prices[0].list_price", "-1.00 USD"),
        "offer.prices[0].list_price: should not be negative.",
    ),
    "two currencies in a price": (
        with_value("offer.prices[0].renewal_price", "420.00 EUR"),
        "offer.prices[0].renewal_price: should be in USD, like the list price.",
    ),
    "a plan of nothing": (
        with_value("offer.plans", [{"product": "studio", "code": "standard"}, {"product": "x", "code": "y"}]),
        'offer.plans[1].product: the offer has no product "x".',
    ),
    "a price of nothing": (
        with_value("offer.prices[1].plan", "gold"),
        'offer.prices[1].plan: the offer has no plan "gold" of "studio".',
    ),
    "a promotion without a discount": (
        with_value(
            "offer.promotions",
            [{"code": "p", "product": "studio", "starts_on": "2026-01-01", "ends_on": "2027-01-01"}],
        ),
        "offer.promotions[0]: needs either percent or amount.",
    ),
    "a rate that divides by nothing": (
        with_value("offer.tax_rates", [{"country": "SE", "rate": "1/0", "valid_from": "2020-01-01"}]),
        'offer.tax_rates[0].rate: should be a number in quotes, such as "0.25" or "1/4".',
    ),
    "several": (
        subscription_with(seats=0, months=0, plan=7),
        f"{S0}.plan: should be a valid string (2 more faults after this one).",
    ),
}


@pytest.mark.parametrize(("question", "said"), WRONG.values(), ids=WRONG)
def test_a_fault_is_named_with_its_place(question: object, said: str) -> None:
    assert fault(question) == said


SCHEDULED = {
    "term": ("x", "should be a number of months, 1 to 120"),
    "seats": (0, "should be a number of seats, 1 or more"),
    "plan": ("gold", 'the offer has no plan "gold" of this product'),
    "method": ("none", 'the account has no method "none"'),
    "auto_renew": ("perhaps", "should be true or false"),
}


@pytest.mark.parametrize(("kind", "value", "said"), [(k, *v) for k, v in SCHEDULED.items()], ids=SCHEDULED)
def test_a_scheduled_value_fits_its_kind(kind: str, value: object, said: str) -> None:
    question = subscription_with(scheduled=[{"kind": kind, "value": value}])
    assert fault(question) == f"{S0}.scheduled[0].value: {said}."


def test_everything_that_may_be_given_is_understood() -> None:
    """Every optional part at once: what would be a refusal shows that it was read."""
    question = subscription_with(
        number="SUB-7",
        status="past_due",
        channel="reseller",
        processor="oldshop",
        reseller={"name": "Nordsoft", "contact": "help@nordsoft.example", "allows_auto_renew_off": True},
        scheduled=[{"kind": "auto_renew", "value": False}, {"kind": "seats", "value": 2, "by": "Alice"}],
        open_order={"id": "o1", "number": "O-1", "status": "requires_action"},
        lapsed_on="2026-11-01",
        renewal_claimed=True,
        seat_limits={"minimum": 1, "maximum": 3},
        method_id="card",
    )
    question["account"]["methods"][0] |= {"status": "invalid", "expires_on": "2026-10-31"}
    question["offer"]["policy"] = {
        "self_service_countries": ["SE"],
        "paying_methods": ["paypal"],
        "seats_while_not_renewing": False,
        "gateway_minimum": ["0.50 USD"],
        "price_groups": [{"code": "nordic", "countries": ["SE"], "customer_type": "consumer"}],
    }
    question["offer"]["products"][0] |= {"discontinued_on": "2026-01-01", "successor": "studio"}
    codes = {reason["code"] for reason in answered(question)["refusal"]["reasons"]}
    assert codes >= {
        "country_outside_region",
        "bought_from_reseller",
        "legacy_processor",
        "product_discontinued",
        "auto_renew_off",
        "past_due",
        "open_order",
        "renewal_claimed",
        "seats_at_maximum",
    }


def test_what_waited_and_a_promotion_are_understood() -> None:
    question = copy.deepcopy(QUESTION)
    question["account"]["carried"] = [
        {
            "id": "c1", "order_number": "O-1", "subscription_id": "s1", "product": "studio", "plan": "standard",
            "seats": 1, "start": "2026-11-01", "end": "2027-03-01", "unit_price": "1.00 USD", "denominator": 365,
            "amount": "0.33 USD",
        }
    ]  # fmt: skip
    question["offer"]["promotions"] = [
        {"code": "p", "product": "studio", "starts_on": "2026-01-01", "ends_on": "2027-01-01", "amount": "65.00 USD"}
    ]
    quote = answered(question)["quote"]
    assert [line["kind"] for line in quote["lines"]] == ["seats", "carried"]
    assert quote["total"] == "329.10 USD"


@pytest.mark.parametrize("field", ["account", "offer", "request", "today"])
def test_every_part_must_be_given(field: str) -> None:
    assert fault(with_value(field, None)).startswith(f"{field}: the field is missing")


def test_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "change.json"
    path.write_text("\ufeff" + json.dumps(QUESTION), encoding="utf-8")
    result = CliRunner().invoke(app, [str(path)])
    assert (result.exit_code, json.loads(result.stdout)["quote"]["total"]) == (0, "382.19 USD")


@pytest.mark.parametrize("name", ["missing.json", ""])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / name)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the file can't be read" in result.stderr


def test_every_request_of_the_domain_can_be_asked() -> None:
    schema = json.loads(CliRunner().invoke(app, ["--schema"]).stdout)
    known = schema["properties"]["request"]["discriminator"]["mapping"]
    assert set(known) == {part.default for verb in get_args(Ask) for part in fields(verb) if part.name == "kind"}


def test_the_schema_describes_the_question() -> None:
    schema = json.loads(CliRunner().invoke(app, ["--schema"]).stdout)
    assert set(schema["required"]) == QUESTION.keys()
    assert schema["additionalProperties"] is False


@pytest.mark.slow
def test_needs_no_settings_no_database_and_no_environment() -> None:
    """With an empty environment; neither Django's settings nor a database driver is even imported."""
    code = (
        "import sys\n"
        "from tenor.cli.main import run\n"
        "try:\n    run(['quote'])\n"
        "finally:\n"
        "    loaded = {'django.conf', 'django.apps', 'psycopg', 'tenor.db', 'tenor.project'} & set(sys.modules)\n"
        "    assert not loaded, loaded\n"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(QUESTION), capture_output=True, text=True, env={}, check=False
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["quote"]["total"] == "382.19 USD"


def places(value: Any, place: str = "") -> list[str]:
    """Every field and list place of a JSON value."""
    if isinstance(value, dict):
        inner = [(f"{place}.{name}" if place else name, part) for name, part in value.items()]
    else:
        inner = [(f"{place}[{i}]", part) for i, part in enumerate(value)] if isinstance(value, list) else []
    return [found for name, part in inner for found in (name, *places(part, name))]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2027-03-01", "1.00 USD"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(place=st.sampled_from(places(QUESTION)), value=anything)
def test_any_value_in_any_place_is_an_answer_or_a_fault(place: str, value: object) -> None:
    result = asked(with_value(place, value))
    assert result.exit_code in (0, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert bool(result.stdout) == (result.exit_code == 0)
    assert result.stderr.count("\n") == (1 if result.exit_code else 0)
