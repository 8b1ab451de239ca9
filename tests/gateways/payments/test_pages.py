"""The provider's pages: cards, PayPal and debits are stored by what is typed there, and no number is kept."""

import re

import httpx
import pytest

from tenor.domain.account import MethodKind
from tenor.gateways.payments.port import PaymentGateway, SetupAnswer, SetupRequest, SetupStatus
from tenor.gateways.payments.sandbox.server.behaviours import CARDS, IBANS
from tenor.gateways.payments.sandbox.server.words import LOCALES, WORDS
from tests.gateways.payments.conftest import NOON, RETURN_URL, Ask
from tests.support import plain_http
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.slow

GOOD_CARD = {"number": "4242 4242 4242 4242", "expiry": "04/31", "code": "123", "answer": "save"}
GOOD_DEBIT = {"holder": "Alice Ek", "iban": "nl39 rabo 0300 0652 64", "agree": "yes", "answer": "save"}


def start(gateway: PaymentGateway, kind: MethodKind, reference: str, locale: str = "en") -> str:
    """The address of a fresh setup's page."""
    return gateway.start_setup(
        SetupRequest(reference=reference, kind=kind, holder="Alice Ek", return_url=RETURN_URL, locale=locale)
    )


def submit(url: str, form: dict[str, str]) -> httpx.Response:
    """Send the form, as a browser would without following."""
    return plain_http.post(url, data=form)


def stored(gateway: PaymentGateway, reference: str) -> SetupAnswer:
    """The setup, which must have succeeded."""
    answer = gateway.read_setup(reference)
    assert answer.status is SetupStatus.SUCCEEDED
    return answer


def test_a_typed_card_is_stored_without_its_number(gateway: PaymentGateway, ask: Ask) -> None:
    url = start(gateway, MethodKind.CARD, "typed card")
    back = submit(url, GOOD_CARD)
    assert (back.status_code, back.headers["location"]) == (303, RETURN_URL)
    method = stored(gateway, "typed card").method
    assert method is not None
    assert (method.kind, method.brand, method.last4) == (MethodKind.CARD, "visa", "4242")
    assert (method.expiry_year, method.expiry_month) == (2031, 4)
    assert gateway.charge(ask(method.reference)).status == "succeeded"
    submit(url, GOOD_CARD | {"number": "4000 0000 0000 0002"})
    assert stored(gateway, "typed card").method == method, "a finished setup must stay as it is"


def test_a_paypal_page_is_approved_or_refused(gateway: PaymentGateway) -> None:
    submit(start(gateway, MethodKind.PAYPAL, "paypal yes"), {"answer": "approve"})
    method = stored(gateway, "paypal yes").method
    assert method is not None
    assert method.kind is MethodKind.PAYPAL
    refused = submit(start(gateway, MethodKind.PAYPAL, "paypal no"), {"answer": "cancel"})
    assert refused.headers["location"] == RETURN_URL
    assert gateway.read_setup("paypal no") == SetupAnswer(reference="paypal no", status=SetupStatus.CANCELED)


def test_a_debit_gets_a_mandate(gateway: PaymentGateway) -> None:
    url = start(gateway, MethodKind.DIRECT_DEBIT, "debit")
    assert "14 days" in plain_http.get(url).text
    submit(url, GOOD_DEBIT)
    method = stored(gateway, "debit").method
    assert method is not None
    assert (method.kind, method.last4) == (MethodKind.DIRECT_DEBIT, "5264")
    assert re.fullmatch(r"MD-[A-Z]{12}", method.mandate_reference)


@pytest.mark.parametrize(
    ("kind", "good", "wrong", "word"),
    [
        (MethodKind.CARD, GOOD_CARD, {"number": "4111 1111 1111 1111"}, "fault_number"),
        (MethodKind.CARD, GOOD_CARD, {"number": ""}, "fault_number"),
        (MethodKind.CARD, GOOD_CARD, {"expiry": "13/31"}, "fault_expiry"),
        (MethodKind.CARD, GOOD_CARD, {"expiry": "02/30"}, "fault_expired"),
        (MethodKind.CARD, GOOD_CARD, {"code": "12"}, "fault_code"),
        (MethodKind.DIRECT_DEBIT, GOOD_DEBIT, {"iban": "NL91ABNA0417164300"}, "fault_iban"),
        (MethodKind.DIRECT_DEBIT, GOOD_DEBIT, {"holder": " "}, "fault_holder"),
        (MethodKind.DIRECT_DEBIT, GOOD_DEBIT, {"agree": ""}, "fault_agree"),
    ],
)
def test_a_faulty_form_says_what_is_wrong_and_stores_nothing(
    *,
    gateway: PaymentGateway,
    request: pytest.FixtureRequest,
    kind: MethodKind,
    good: dict[str, str],
    wrong: dict[str, str],
    word: str,
) -> None:
    reference = request.node.name
    answer = submit(start(gateway, kind, reference), good | wrong)
    assert answer.status_code == 422
    assert WORDS["en"][word] in answer.text
    assert "4111" not in answer.text, "what was typed must not come back"
    assert gateway.read_setup(reference).status is SetupStatus.PENDING


def test_a_sample_fills_the_form_in(gateway: PaymentGateway) -> None:
    url = start(gateway, MethodKind.CARD, "sample")
    page = plain_http.get(f"{url}&use=9979").text
    assert 'value="4000 0000 0000 9979"' in page
    for card in CARDS:
        assert card.spaced in page


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", list(MethodKind))
def test_pages_speak_the_language_asked_for(gateway: PaymentGateway, kind: MethodKind, locale: str) -> None:
    url = start(gateway, kind, f"{kind} {locale}", locale)
    page = plain_http.get(url)
    words = WORDS[locale]
    assert f'<html lang="{locale}">' in page.text
    title = {MethodKind.CARD: "card_title", MethodKind.PAYPAL: "paypal_title", MethodKind.DIRECT_DEBIT: "debit_title"}
    assert f"<h1>{words[title[kind]]}</h1>" in page.text


def test_pages_run_nothing_and_may_go_back_to_the_shop(gateway: PaymentGateway, sandbox: SandboxProcess) -> None:
    page = plain_http.get(start(gateway, MethodKind.CARD, "headers"))
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert policy.endswith("form-action 'self' http://127.0.0.1:9")
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script|\sstyle=|\son\w+=", page.text)
    assert plain_http.get(f"{sandbox.url}/static/sandbox.css").status_code == 200


def test_an_address_that_leads_nowhere_says_so(sandbox: SandboxProcess) -> None:
    for path in ("/setup/su_nothing", "/bank/ch_nothing"):
        page = plain_http.get(f"{sandbox.url}{path}?locale=sv")
        assert (page.status_code, WORDS["sv"]["not_found_title"] in page.text) == (404, True)


def test_the_books_page_lists_charges(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"), minor=1234_56)
    gateway.charge(asked)
    sandbox.set_clock(NOON)
    page = plain_http.get(f"{sandbox.url}/books?locale=en").text
    assert asked.reference in page
    assert "€1,234.56" in page


def test_every_language_has_every_word() -> None:
    for locale in LOCALES:
        assert WORDS[locale].keys() == WORDS["en"].keys()
        assert all(WORDS[locale].values())
    for behaviour in {f"card_{card.behaviour}" for card in CARDS} | {f"debit_{iban.behaviour}" for iban in IBANS}:
        assert behaviour in WORDS["en"]
