"""What every payment gateway must do for Tenor, shown against a running sandbox."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.money import Money
from tenor.gateways.payments.errors import (
    GatewayRefused,
    GatewayUnavailable,
    GatewayUnknown,
    KeyReused,
)
from tenor.gateways.payments.port import (
    ChargeRequest,
    ChargeStatus,
    Decline,
    MethodUpdate,
    PaymentGateway,
    RefundRequest,
    RefundStatus,
    SetupRequest,
    SetupStatus,
)
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tests.gateways.payments.conftest import NOON, RETURN_URL, Ask
from tests.support import plain_http
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.slow


def refund_of(charge: ChargeRequest, minor: int, suffix: str = "") -> RefundRequest:
    """A request to give back `minor` of a charge."""
    reference = f"refund of {charge.reference}{suffix}"
    return RefundRequest(
        idempotency_key=f"key of {reference}",
        reference=reference,
        charge_reference=charge.reference,
        amount=Money(minor, charge.amount.currency),
    )


def test_a_good_card_pays_at_once(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    answer = gateway.charge(asked)
    assert answer.status is ChargeStatus.SUCCEEDED
    assert answer.amount == Money(12_50, "EUR")
    assert answer.created_at == NOON
    assert gateway.find_charge(asked.reference) == answer


@pytest.mark.parametrize(
    ("behaviour", "decline"),
    [
        ("declined_soft", Decline(code="generic_decline", final=False)),
        ("insufficient_funds", Decline(code="insufficient_funds", final=False)),
        ("declined_final", Decline(code="stolen_card", final=True)),
        ("expired_card", Decline(code="expired_card", final=True)),
    ],
)
def test_a_decline_says_why_and_whether_for_good(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask, behaviour: str, decline: Decline
) -> None:
    answer = gateway.charge(ask(sandbox.method(behaviour)))
    assert (answer.status, answer.decline) == (ChargeStatus.DECLINED, decline)


def test_a_card_past_its_month_is_declined_for_good(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("paid", expiry_year=2030, expiry_month=3)
    assert gateway.charge(ask(card)).status is ChargeStatus.SUCCEEDED
    sandbox.set_clock(NOON.replace(month=4, day=1))
    assert gateway.charge(ask(card, suffix=" later")).decline == Decline(code="expired_card", final=True)


@pytest.mark.parametrize(("answer", "status"), [("approve", ChargeStatus.SUCCEEDED), ("refuse", ChargeStatus.DECLINED)])
def test_the_banks_check_decides(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask, answer: str, status: ChargeStatus
) -> None:
    asked = replace(ask(sandbox.method("bank_check")), locale="sv")
    waiting = gateway.charge(asked)
    assert waiting.status is ChargeStatus.REQUIRES_ACTION
    page = plain_http.get(waiting.action_url)
    assert '<html lang="sv">' in page.text
    assert "12,50" in page.text
    back = plain_http.post(waiting.action_url, data={"answer": answer})
    assert (back.status_code, back.headers["location"]) == (303, RETURN_URL)
    found = gateway.find_charge(asked.reference)
    assert found is not None
    assert found.status is status
    plain_http.post(waiting.action_url, data={"answer": "refuse" if answer == "approve" else "approve"})
    assert gateway.find_charge(asked.reference) == found, "a second answer must change nothing"


def test_a_check_once_card_pays_renewals_alone(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("bank_check_once")
    assert gateway.charge(ask(card)).status is ChargeStatus.REQUIRES_ACTION
    assert gateway.charge(ask(card, on_session=False, suffix=" alone")).status is ChargeStatus.SUCCEEDED


def test_a_lost_answer_is_unknown_and_charged_once(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("answer_lost"))
    with pytest.raises(GatewayUnknown):
        gateway.charge(asked)
    found = gateway.find_charge(asked.reference)
    assert found is not None
    assert found.status is ChargeStatus.SUCCEEDED
    assert gateway.charge(asked) == found, "the same key again gives the answer that was lost"
    assert len(booked(sandbox, asked.reference)) == 1


def test_the_next_answer_is_lost_on_demand(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    sandbox.faults(lose_answers=1)
    asked = ask(sandbox.method("paid"))
    with pytest.raises(GatewayUnknown):
        gateway.charge(asked)
    assert len(booked(sandbox, asked.reference)) == 1
    sandbox.faults(lose_answers=1)
    with pytest.raises(GatewayUnknown):
        gateway.refund(refund_of(asked, 100))
    assert gateway.refund(refund_of(asked, 100)).status is RefundStatus.SUCCEEDED
    found = gateway.find_charge(asked.reference)
    assert found is not None
    assert found.refunded == Money(100, "EUR")


def test_a_passing_error_charges_nothing_and_the_next_try_pays(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    asked = ask(sandbox.method("error_once"))
    with pytest.raises(GatewayUnknown, match="temporary_error"):
        gateway.charge(asked)
    assert gateway.find_charge(asked.reference) is None
    assert gateway.charge(asked).status is ChargeStatus.SUCCEEDED


def test_the_next_request_fails_on_demand(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    sandbox.faults(fail_next=1)
    asked = ask(sandbox.method("paid"))
    with pytest.raises(GatewayUnknown):
        gateway.charge(asked)
    assert gateway.find_charge(asked.reference) is None
    assert gateway.charge(asked).status is ChargeStatus.SUCCEEDED


def test_an_answer_that_takes_too_long_is_unknown(sandbox: SandboxProcess, gateway: PaymentGateway, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    sandbox.faults(hold=True)
    impatient = sandbox.gateway(timeout_seconds=0.2)
    with pytest.raises(GatewayUnknown):
        impatient.charge(asked)
    impatient.close()


def test_nobody_there_means_certainly_not_sent(ask: Ask) -> None:
    gateway = SandboxGateway("http://127.0.0.1:9", "key", "secret")
    with pytest.raises(GatewayUnavailable):
        gateway.charge(ask("pm"))
    gateway.close()


def test_a_wrong_key_is_refused(sandbox: SandboxProcess) -> None:
    gateway = SandboxGateway(sandbox.url, "another key", "secret")
    with pytest.raises(GatewayRefused, match="unauthorized"):
        gateway.find_charge("anything")
    gateway.close()


def test_an_unknown_method_is_refused_and_nothing_is_booked(gateway: PaymentGateway, ask: Ask) -> None:
    asked = ask("pm_nobody")
    with pytest.raises(GatewayRefused, match="no_such_method") as refusal:
        gateway.charge(asked)
    assert refusal.value.code == "no_such_method"
    assert gateway.find_charge(asked.reference) is None


def test_paypal_pays_and_declines(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    assert gateway.charge(ask(sandbox.method("paid", "paypal"))).status is ChargeStatus.SUCCEEDED
    declined = gateway.charge(ask(sandbox.method("declined_soft", "paypal"), suffix=" no"))
    assert declined.status is ChargeStatus.DECLINED


@pytest.mark.parametrize(
    ("behaviour", "thursday", "later"),
    [
        ("paid", ChargeStatus.SUCCEEDED, ChargeStatus.SUCCEEDED),
        ("insufficient_funds", ChargeStatus.DECLINED, ChargeStatus.DECLINED),
        ("account_closed", ChargeStatus.DECLINED, ChargeStatus.DECLINED),
        ("reversed", ChargeStatus.SUCCEEDED, ChargeStatus.REVERSED),
    ],
)
def test_a_direct_debit_settles_days_later(
    *,
    gateway: PaymentGateway,
    sandbox: SandboxProcess,
    ask: Ask,
    behaviour: str,
    thursday: ChargeStatus,
    later: ChargeStatus,
) -> None:
    asked = ask(sandbox.method(behaviour, "direct_debit"))
    assert gateway.charge(asked).status is ChargeStatus.PROCESSING
    states = []
    for days in (2, 3, 9, 10):  # Monday noon: settles on Thursday noon, is reversed on the Thursday after
        sandbox.set_clock(NOON + timedelta(days=days))
        found = gateway.find_charge(asked.reference)
        assert found is not None
        states.append(found.status)
        if found.decline is not None:
            assert found.decline == Decline(code=behaviour, final=behaviour == "account_closed")
    assert states == [ChargeStatus.PROCESSING, thursday, thursday, later]


def test_a_debit_does_not_settle_on_a_weekend(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    friday = NOON + timedelta(days=4)
    sandbox.set_clock(friday)
    asked = ask(sandbox.method("paid", "direct_debit"))
    gateway.charge(asked)
    for days, status in ((4, ChargeStatus.PROCESSING), (5, ChargeStatus.SUCCEEDED)):  # Tuesday, Wednesday
        sandbox.set_clock(friday + timedelta(days=days))
        found = gateway.find_charge(asked.reference)
        assert found is not None
        assert found.status is status


def test_one_leap_of_the_clock_takes_every_step_at_its_own_instant(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    asked = ask(sandbox.method("reversed", "direct_debit"))
    gateway.charge(asked)
    sandbox.set_clock(NOON + timedelta(days=400))
    told = [(e["kind"], e["occurred_at"][:10]) for e in sandbox.events() if e["reference"] == asked.reference]
    assert told == [
        ("charge.processing", "2030-03-04"),
        ("charge.succeeded", "2030-03-07"),
        ("charge.reversed", "2030-03-14"),
    ]


@pytest.mark.parametrize(("kind", "behaviour"), [("card", "bank_check"), ("direct_debit", "paid")])
def test_what_is_not_paid_yet_can_be_canceled(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask, kind: str, behaviour: str
) -> None:
    asked = ask(sandbox.method(behaviour, kind))
    gateway.charge(asked)
    canceled = gateway.cancel_charge(asked.reference)
    assert canceled.status is ChargeStatus.CANCELED
    sandbox.set_clock(NOON + timedelta(days=30))
    assert gateway.find_charge(asked.reference) == canceled
    assert gateway.cancel_charge(asked.reference) == canceled


def test_what_is_paid_is_not_canceled(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    paid = gateway.charge(asked)
    assert gateway.cancel_charge(asked.reference) == paid
    with pytest.raises(GatewayRefused, match="no_such_charge"):
        gateway.cancel_charge("never heard of")


def test_refunds_never_exceed_the_charge(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    gateway.charge(asked)
    first = gateway.refund(refund_of(asked, 5_00, " 1"))
    assert (first.status, first.amount) == (RefundStatus.SUCCEEDED, Money(5_00, "EUR"))
    assert gateway.refund(refund_of(asked, 5_00, " 1")) == first, "the same key gives money back once"
    with pytest.raises(GatewayRefused, match="more_than_is_left"):
        gateway.refund(refund_of(asked, 7_51, " 2"))
    second = gateway.refund(refund_of(asked, 7_50, " 2"))
    found = gateway.find_charge(asked.reference)
    assert found is not None
    assert (found.refunds, found.refunded) == ((first, second), asked.amount)


def test_only_a_paid_charge_is_refunded(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("declined_soft"))
    gateway.charge(asked)
    with pytest.raises(GatewayRefused, match="not_paid"):
        gateway.refund(refund_of(asked, 1))
    with pytest.raises(GatewayRefused, match="no_such_charge"):
        gateway.refund(refund_of(replace(asked, reference="nobody's"), 1))


def test_the_same_key_with_another_body_is_an_error(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    asked = ask(sandbox.method("paid"))
    first = gateway.charge(asked)
    with pytest.raises(KeyReused):
        gateway.charge(replace(asked, amount=Money(1, "EUR")))
    assert gateway.charge(asked) == first


def test_the_books_can_be_listed_from_an_instant(tmp_path: Path, ask: Ask) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        gateway, card = sandbox.gateway(), sandbox.method("paid")
        sandbox.set_clock(NOON - timedelta(seconds=1))
        gateway.charge(ask(card, suffix=" before"))
        sandbox.set_clock(NOON)
        answers = tuple(gateway.charge(ask(card, suffix=f" {n}")) for n in range(510))  # over one page of 500
        assert gateway.list_charges(NOON) == answers
        assert gateway.list_charges(NOON + timedelta(seconds=1)) == ()
        gateway.close()


def test_a_setup_waits_and_is_repeatable(gateway: PaymentGateway) -> None:
    asked = SetupRequest(
        reference="a setup", kind=MethodKind.CARD, holder="Alice Ek", return_url=RETURN_URL, locale="nl"
    )
    url = gateway.start_setup(asked)
    assert gateway.start_setup(asked) == url
    assert gateway.read_setup("a setup").status is SetupStatus.PENDING
    with pytest.raises(KeyReused):
        gateway.start_setup(replace(asked, kind=MethodKind.PAYPAL))
    with pytest.raises(GatewayRefused, match="no_such_setup"):
        gateway.read_setup("another")


def test_a_stored_method_is_read_and_changed_as_often_as_asked(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    card = sandbox.method("paid", expiry_year=2030, expiry_month=3)
    before = gateway.read_method(card)
    assert (before.reference, before.kind, before.last4, before.expiry_year) == (card, MethodKind.CARD, "4242", 2030)
    assert (before.holder, before.invalid_because) == ("", "")
    update = MethodUpdate(reference=card, holder="Alice Ek", expiry_year=2034, expiry_month=5)
    for _ in range(2):
        after = gateway.update_method(update)
        assert after == replace(before, holder="Alice Ek", expiry_year=2034, expiry_month=5)
    assert gateway.read_method(card) == after
    assert gateway.update_method(MethodUpdate(reference=card, holder="Bob")) == replace(after, holder="Bob")
    sandbox.set_clock(NOON.replace(year=2033))
    assert gateway.charge(ask(card)).status is ChargeStatus.SUCCEEDED


def test_what_cannot_be_changed_is_refused(gateway: PaymentGateway, sandbox: SandboxProcess) -> None:
    with pytest.raises(GatewayRefused, match="no_such_method"):
        gateway.read_method("pm_nobody")
    with pytest.raises(GatewayRefused, match="no_such_method"):
        gateway.update_method(MethodUpdate(reference="pm_nobody", holder=""))
    card, debit = sandbox.method("paid"), sandbox.method("paid", "direct_debit")
    with pytest.raises(GatewayRefused, match="expiry_passed"):
        gateway.update_method(MethodUpdate(reference=card, holder="", expiry_year=2030, expiry_month=2))
    with pytest.raises(GatewayRefused, match="not_a_card"):
        gateway.update_method(MethodUpdate(reference=debit, holder="", expiry_year=2031, expiry_month=2))
    with pytest.raises(ValueError, match="a year and a month"):
        MethodUpdate(reference=card, holder="", expiry_year=2031)


def test_a_removed_method_is_charged_no_more(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card = sandbox.method("paid")
    paid = gateway.charge(ask(card))
    for _ in range(2):
        gateway.remove_method(card)
    gateway.remove_method("pm_nobody")
    with pytest.raises(GatewayRefused, match="no_such_method"):
        gateway.charge(ask(card, suffix=" again"))
    with pytest.raises(GatewayRefused, match="no_such_method"):
        gateway.read_method(card)
    assert gateway.refund(refund_of(ask(card), 1)).status is RefundStatus.SUCCEEDED, "what it paid can go back"
    assert gateway.find_charge(paid.reference) is not None


def test_a_bank_may_refuse_a_method_for_good_later(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    debit = sandbox.method("paid", "direct_debit")
    sandbox.post(f"/test/methods/{debit}/invalidate", code="account_closed")
    assert gateway.read_method(debit).invalid_because == "account_closed"
    assert gateway.charge(ask(debit)).decline == Decline(code="account_closed", final=True)
    card = sandbox.method("paid")
    sandbox.post(f"/test/methods/{card}/invalidate", code="expired_card")
    renewed = gateway.update_method(MethodUpdate(reference=card, holder="", expiry_year=2035, expiry_month=1))
    assert (renewed.expiry_year, renewed.invalid_because) == (2035, "")
    sandbox.post(f"/test/methods/{card}/renew", expiry_year=2036, expiry_month=1)
    assert gateway.read_method(card).expiry_year == 2036
    told = [(event["kind"], event["subject"], event["reference"]) for event in sandbox.events()]
    assert ("method.invalidated", "method", debit) in told
    assert ("method.updated", "method", card) in told


def test_a_mandate_is_in_the_name_that_signed_it(gateway: PaymentGateway) -> None:
    asked = SetupRequest(
        reference="a mandate", kind=MethodKind.DIRECT_DEBIT, holder="Ek AB", return_url=RETURN_URL, locale="en"
    )
    form = {"iban": "NL39RABO0300065264", "holder": "Alice Ek", "agree": "yes", "answer": "save"}
    assert plain_http.post(gateway.start_setup(asked), data=form).status_code == 303
    stored = gateway.read_setup("a mandate").method
    assert stored is not None
    assert (stored.holder, stored.last4, bool(stored.mandate_reference)) == ("Alice Ek", "5264", True)


def booked(sandbox: SandboxProcess, reference: str) -> list[object]:
    """The sandbox's own charges by that reference."""
    return [charge for charge in sandbox.charges() if charge["reference"] == reference]
