"""Whatever stands between the provider and Tenor may answer in its place: such an answer says nothing of the money."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import GatewayError, GatewayRefused, GatewayUnavailable, GatewayUnknown
from tenor.gateways.payments.port import ChargeStatus, MethodUpdate, RefundRequest, SetupRequest
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tenor.gateways.payments.sandbox.refusals import STATUSES, error_of
from tests.gateways.payments.conftest import RETURN_URL, Ask
from tests.support.sandbox import SandboxProcess
from tests.support.spoiling import SPOILT, Answer, Spoil, SpoilingProxy

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy(sandbox: SandboxProcess) -> Iterator[SpoilingProxy]:
    with SpoilingProxy(sandbox.url, "/v1/") as running:
        yield running


@pytest.fixture
def through(proxy: SpoilingProxy, sandbox: SandboxProcess) -> Iterator[SandboxGateway]:
    """The client, with the proxy in between."""
    client = SandboxGateway(proxy.url, sandbox.key, sandbox.webhook_secret, httpx.Timeout(20.0))
    yield client
    client.close()


@pytest.mark.parametrize("name", list(SPOILT))
def test_a_charge_whose_answer_is_spoilt_is_unknown_to_both_verbs(
    proxy: SpoilingProxy, through: SandboxGateway, sandbox: SandboxProcess, ask: Ask, name: str
) -> None:
    asked = ask(sandbox.method("paid"))
    proxy.spoil = SPOILT[name]
    with pytest.raises(GatewayUnknown):
        through.charge(asked)
    [(_, outcome)] = through.charge_many([asked], 1)
    assert type(outcome) is GatewayUnknown
    proxy.spoil = None
    found = through.find_charge(asked.reference)
    assert found is not None
    assert found.status is ChargeStatus.SUCCEEDED, "the money had moved"
    assert through.charge(asked) == found


@pytest.mark.parametrize("name", list(SPOILT))
def test_a_refund_whose_answer_is_spoilt_is_unknown(
    proxy: SpoilingProxy, through: SandboxGateway, sandbox: SandboxProcess, ask: Ask, name: str
) -> None:
    asked = ask(sandbox.method("paid"))
    through.charge(asked)
    refund = RefundRequest(
        idempotency_key=f"back {name}", reference=f"back {name}", charge_reference=asked.reference, amount=asked.amount
    )
    proxy.spoil = SPOILT[name]
    with pytest.raises(GatewayUnknown):
        through.refund(refund)
    proxy.spoil = None
    assert through.refund(refund).amount == asked.amount, "the same key gives the answer that was spoilt"


Verb = Callable[[SandboxGateway, str], object]
VERBS: dict[str, Verb] = {
    "cancel_charge": lambda gateway, reference: gateway.cancel_charge(reference),
    "start_setup": lambda gateway, reference: gateway.start_setup(
        SetupRequest(
            reference=f"setup {reference}", kind=MethodKind.CARD, holder="Alice", return_url=RETURN_URL, locale="en"
        )
    ),
    "update_method": lambda gateway, _: gateway.update_method(
        MethodUpdate(reference=_method_of(gateway), holder="Alice")
    ),
    "remove_method": lambda gateway, _: gateway.remove_method(_method_of(gateway)),
}
_methods: dict[int, str] = {}


def _method_of(gateway: SandboxGateway) -> str:
    return _methods[id(gateway)]


OF_ANY_VERB = ["404_of_a_balancer", "302_to_maintenance", "400_in_another_shape", "403_of_html", "truncated", "500"]
"""What is no answer to any verb; the others are about charges."""


@pytest.mark.parametrize("verb", list(VERBS))
@pytest.mark.parametrize("name", OF_ANY_VERB)
def test_every_other_verb_is_as_careful(
    *, proxy: SpoilingProxy, through: SandboxGateway, sandbox: SandboxProcess, ask: Ask, name: str, verb: str
) -> None:
    card = sandbox.method("paid")
    _methods[id(through)] = card
    asked = ask(card)
    through.charge(asked)
    proxy.spoil = SPOILT[name]
    with pytest.raises(GatewayUnknown):
        VERBS[verb](through, asked.reference)


def test_an_answer_about_another_charge_is_none(
    proxy: SpoilingProxy, through: SandboxGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    """Everything of it is right, but for whose it is: it must not be taken for ours."""
    card = sandbox.method("paid")
    other, asked = ask(card, suffix=" other"), ask(card)
    theirs = through.charge(other)
    assert theirs.status is ChargeStatus.SUCCEEDED
    with SpoilingProxy(sandbox.url) as between:
        client = SandboxGateway(between.url, sandbox.key, "", httpx.Timeout(20.0))
        between.spoil = _as_first_seen()
        client.charge(other)
        with pytest.raises(GatewayUnknown, match="is about"):
            client.charge(asked)
        client.close()


def _as_first_seen() -> Spoil:
    """Gives everybody the first answer that came by, as a cache would that knows nothing of POST."""
    kept: list[Answer] = []

    def spoil(answer: Answer) -> Answer:
        kept.append(answer)
        return kept[0]

    return spoil


def test_what_the_provider_itself_refuses_is_refused_still(
    proxy: SpoilingProxy, through: SandboxGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    with pytest.raises(GatewayRefused, match="no_such_method"):
        through.charge(ask("pm_nobody"))
    paid = ask(sandbox.method("paid"))
    through.charge(paid)
    too_much = replace(paid.amount, minor=paid.amount.minor + 1)
    assert isinstance(too_much, Money)
    with pytest.raises(GatewayRefused, match="more_than_is_left"):
        through.refund(
            RefundRequest(idempotency_key="k", reference="r", charge_reference=paid.reference, amount=too_much)
        )


@pytest.mark.parametrize("code", sorted(STATUSES))
def test_a_code_counts_with_its_own_status_only(code: str) -> None:
    body = b'{"error":{"code":"%s","message":"no"}}' % code.encode()
    for status in (301, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 422, 451, 500, 502, 503, 504):
        told: GatewayError = error_of(status, body)
        assert (type(told) is not GatewayUnknown) == (status in STATUSES[code]), (code, status)
    assert type(error_of(429, body)) is GatewayUnavailable


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"no_such_method"',
        b'{"error":null}',
        b'{"error":["no_such_method"]}',
        b'{"error":{"code":"no_such_method"}}',
        b'{"error":{"code":404,"message":"no"}}',
        b'{"error":{"code":"no_such_method","message":null}}',
        b'{"error":{"code":"no_such_method","message":"no","trace":"x"}}',
        b'{"error":{"code":"no_such_method","message":"no"},"status":404}',
        b'{"error":{"code":"no_such_method","message":"no"}',
        b"\xff\xfe",
    ],
)
def test_only_a_whole_error_object_is_one(body: bytes) -> None:
    assert type(error_of(404, body)) is GatewayUnknown
