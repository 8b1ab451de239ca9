"""What each test card, test IBAN and PayPal account does. Only the behaviour's name is stored, never the number."""

from dataclasses import dataclass

from tenor.gateways.payments.sandbox.server.errors import Refused


@dataclass(frozen=True, slots=True)
class SandboxCard:
    """A card number of the sandbox and what it does."""

    behaviour: str
    number: str
    brand: str

    @property
    def spaced(self) -> str:
        """The number as printed on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


@dataclass(frozen=True, slots=True)
class SandboxIban:
    """An account number of the sandbox and what it does."""

    behaviour: str
    number: str

    @property
    def spaced(self) -> str:
        """The number as printed on a statement."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a charge: its status, and the decline's code and finality."""

    status: str
    code: str = ""
    final: bool = False


CARDS = (
    SandboxCard("paid", "4242424242424242", "visa"),
    SandboxCard("paid", "5555555555554444", "mastercard"),
    SandboxCard("declined_soft", "4000000000000002", "visa"),
    SandboxCard("insufficient_funds", "4000000000009995", "visa"),
    SandboxCard("declined_final", "4000000000009979", "visa"),
    SandboxCard("expired_card", "4000000000000069", "visa"),
    SandboxCard("bank_check", "4000002760003184", "visa"),
    SandboxCard("bank_check_once", "4000002500003155", "visa"),
    SandboxCard("answer_lost", "4000000000005001", "visa"),
    SandboxCard("error_once", "4000000000000119", "visa"),
)

IBANS = (
    SandboxIban("paid", "NL39RABO0300065264"),
    SandboxIban("paid", "DE89370400440532013000"),
    SandboxIban("paid", "SE7550000000054910267003"),
    SandboxIban("insufficient_funds", "DE62370400440532013001"),
    SandboxIban("account_closed", "DE35370400440532013002"),
    SandboxIban("reversed", "NL12RABO0300065265"),
)

PAYPAL = ("paid", "declined_soft")

BEHAVIOURS = {
    "card": tuple(dict.fromkeys(card.behaviour for card in CARDS)),
    "paypal": PAYPAL,
    "direct_debit": tuple(dict.fromkeys(iban.behaviour for iban in IBANS)),
}

PAID = Outcome("succeeded")
BANK_REFUSED = Outcome("declined", "authentication_refused")
CARD_EXPIRED = Outcome("declined", "expired_card", final=True)

# Cards and PayPal answer at once. What is not named here pays.
AT_ONCE = {
    "declined_soft": Outcome("declined", "generic_decline"),
    "insufficient_funds": Outcome("declined", "insufficient_funds"),
    "declined_final": Outcome("declined", "stolen_card", final=True),
    "expired_card": CARD_EXPIRED,
    "bank_check": Outcome("requires_action"),
}

# Direct debits answer when they settle.
AT_SETTLEMENT = {
    "paid": PAID,
    "reversed": PAID,
    "insufficient_funds": Outcome("declined", "insufficient_funds"),
    "account_closed": Outcome("declined", "account_closed", final=True),
}

SETTLES_AFTER_BUSINESS_DAYS = 3
REVERSED_AFTER_BUSINESS_DAYS = 5


def at_once(kind: str, behaviour: str, *, on_session: bool) -> Outcome:
    """What a charge answers right away."""
    if kind == "direct_debit":
        return Outcome("processing")
    if behaviour == "bank_check_once":
        return Outcome("requires_action") if on_session else PAID
    return AT_ONCE.get(behaviour, PAID)


def check(kind: str, behaviour: str) -> None:
    """Raise Refused unless a method of that kind can behave so."""
    if kind not in BEHAVIOURS:
        raise Refused("no_such_kind", f"kind is one of {', '.join(BEHAVIOURS)}, not {kind!r}")
    if behaviour not in BEHAVIOURS[kind]:
        raise Refused("no_such_behaviour", f"a {kind} can be: {', '.join(BEHAVIOURS[kind])}; not {behaviour!r}")


def card_by_number(typed: str) -> SandboxCard | None:
    """The test card of that number, however it is spaced; None for any other number, real ones above all."""
    number = "".join(typed.split()).replace("-", "")
    return next((card for card in CARDS if card.number == number), None)


def iban_by_number(typed: str) -> SandboxIban | None:
    """The test account of that IBAN, however it is spaced; None for any other, real ones above all."""
    number = "".join(typed.split()).upper()
    return next((iban for iban in IBANS if iban.number == number), None)
