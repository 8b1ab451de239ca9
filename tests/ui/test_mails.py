"""Mails of every kind in every language: complete, honest, and safe in HTML."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tenor.domain.money import Money
from tenor.domain.tax import NOT_KNOWN, TaxCategory, TaxDecision
from tenor.ui import mail, mail_methods, mail_people
from tenor.ui.mail import KINDS, render
from tenor.ui.mail_changes import SCHEDULED, MailEnd
from tenor.ui.mail_dunning import DUNNING
from tenor.ui.mail_reminders import REMINDERS
from tenor.ui.mail_view import MailDunning, MailLine, MailOrder, MailRenewal, MailView
from tenor.ui.words import orders
from tests.ui import codes, reminding
from tests.ui.test_words import STATES

SEATS = MailLine(
    "Northline Draft Standard",
    3,
    date(2026, 11, 21),
    date(2027, 3, 1),
    Money(38_219, "USD"),
    reference="Office Malmö · S-000007",
)
ORDER = MailOrder(
    number="10042",
    action="add_seats",
    lines=(SEATS,),
    tax=TaxDecision(TaxCategory.OUT_OF_SCOPE, Fraction(0), "US", "us_not_collected"),
    tax_total=Money(0, "USD"),
    total=Money(38_219, "USD"),
    method="Visa 4242",
    invoice_number="N-2026-7",
    waiting_for="bank_check",
    expires_at=datetime(2026, 11, 22, 13, 5, tzinfo=UTC),
)
NO_TAX = TaxDecision(TaxCategory.OUT_OF_SCOPE, Fraction(0), "US", "us_not_collected")
RENEWAL = MailRenewal("Northline Draft Standard", date(2027, 3, 1), 12, 6, Money(252_000, "USD"), NO_TAX)
VIEW = MailView(
    vendor="Northline",
    account="Lakeside <Architects>",
    country="US",
    url="http://127.0.0.1:8000/orders/1/?a=1&b=2",
    person="Alice Ames",
    zone="America/New_York",
    order=ORDER,
    renewals=(RENEWAL,),
    method="Visa 9979",
    because="stolen_card",
    names=("Northline Draft Standard (S-000007)",),
    people=mail_people.MailPeople(
        by="Alice Ames",
        person="Bob Berg",
        role="viewer",
        product="Northline Draft Standard",
        until=datetime(2026, 11, 28, 13, 5, tzinfo=UTC),
    ),
    dunning=MailDunning("insufficient_funds", "Visa 0002", date(2027, 3, 3), date(2027, 3, 16), date(2027, 4, 15)),
)
NOT_ABOUT_ORDERS = {
    *SCHEDULED,
    *("set_auto_renew", "undo_scheduled", "set_payment_method", "align_dates", "method_invalid"),
    "decline_owed",
    *mail_methods.METHODS,
    *mail_people.KINDS,
    *REMINDERS,
    *DUNNING,
}
LEADS_NOWHERE = {"invitation_revoked", "person_removed", "seat_assigned", "seat_released"}
"""To people who may have no business in the account (any more)."""


def of_kind(kind: str) -> MailView:
    """The view of a mail of that kind; a reminder's brings what it reminds of."""
    return reminding.view(kind) if kind in REMINDERS else VIEW


def about(**changes: object) -> MailView:
    return replace(VIEW, order=replace(ORDER, **changes))  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_every_mail_that_is_queued_can_be_rendered() -> None:
    queued = {kind for found in codes.told("Letter", place=0) for kind in STATES.get(found, {found})}
    assert len(queued) >= 6
    assert queued <= KINDS
    assert {"change_term", "undo_scheduled"} <= KINDS, "changes that cost nothing are mailed under their action's name"


@pytest.mark.parametrize("language", ["en", "sv", "nl"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_mail_is_complete(kind: str, language: str) -> None:
    view = of_kind(kind)
    subject, text, html, _ = render(kind, language, view)
    assert subject
    assert "\n" not in subject
    for part in (subject, text, html):
        assert "%(" not in part
        assert "None" not in part
    assert (VIEW.url in text) is (kind not in LEADS_NOWHERE)
    assert ('href="http://127.0.0.1:8000/orders/1/?a=1&amp;b=2"' in html) is (kind not in LEADS_NOWHERE)
    assert f'<html lang="{language}">' in html
    assert "Lakeside <Architects>" in text
    assert "Lakeside &lt;Architects&gt;" in html
    assert not re.search(r"\n{3,}", text)


@pytest.mark.parametrize("kind", sorted(KINDS - NOT_ABOUT_ORDERS))
def test_mails_about_orders_name_the_order_and_add_up(kind: str) -> None:
    rendered = render(kind, "en", VIEW)
    assert "10042" in rendered.subject
    assert "3 seats, November 21, 2026 to March 1, 2027" in plain(rendered.text)
    assert "Total: $382.19" in rendered.text


def test_a_receipt_says_what_was_paid_and_what_renews_next() -> None:
    text = plain(render("order_fulfilled", "en", VIEW).text)
    assert "Paid by Visa 4242." in text
    assert "Invoice number: N-2026-7." in text
    assert "No sales tax: $0.00" in text
    assert "Northline Draft Standard renews on March 1, 2027: 6 seats for 1 year, $2,520.00." in text


def test_a_receipt_in_swedish_and_dutch() -> None:
    assert "6 användarplatser" in plain(render("order_fulfilled", "sv", VIEW).text)
    assert "US$ 382,19" in plain(render("order_fulfilled", "nl", VIEW).text)


def test_a_renewal_is_thanked_for_as_one() -> None:
    subject, text, *_ = render("order_fulfilled", "en", about(action="renew"))
    assert subject == "Receipt for your renewal, order 10042"
    assert "Northline Draft Standard is renewed until March 1, 2027." in plain(text)
    vault = replace(SEATS, name="Northline Vault Standard")
    both = render("order_fulfilled", "en", about(action="renew", lines=(SEATS, vault)))
    assert "Your subscriptions are renewed until March 1, 2027." in plain(both.text)
    later = replace(vault, ends_on=date(2027, 12, 1))
    apart = render("order_fulfilled", "en", about(action="renew", lines=(SEATS, later)))
    assert "Your subscriptions are renewed.\n" in apart.text


def test_prices_with_tax_in_them_say_of_which() -> None:
    vat = TaxDecision(TaxCategory.STANDARD, Fraction(1, 4), "SE", "own_country")
    included = about(tax=vat, tax_total=Money(7_644, "USD"))
    assert "of which VAT 25%: $76.44" in plain(render("order_fulfilled", "en", included).text)
    added = about(tax=vat, tax_total=Money(9_555, "USD"), total=Money(47_774, "USD"))
    assert "\nVAT 25%: $95.55" in plain(render("order_fulfilled", "en", added).text)


def test_a_renewal_to_come_is_told_as_it_will_be_charged() -> None:
    vat = TaxDecision(TaxCategory.STANDARD, Fraction(1, 4), "SE", "own_country")
    told = [
        (vat, False, "$3,150.00 incl. VAT."),
        (vat, True, "$2,520.00 incl. VAT."),
        (replace(vat, rate=Fraction(0), rule="reverse_charge"), False, "$2,520.00 excl. VAT."),
        (replace(vat, rate=Fraction(0), rule=NOT_KNOWN), False, "$2,520.00 excl. VAT."),
        (NO_TAX, False, "$2,520.00."),
    ]
    for tax, included, said in told:
        view = replace(VIEW, renewals=(replace(RENEWAL, tax=tax, tax_included=included),))
        assert f"for 1 year, {said}" in plain(render("order_fulfilled", "en", view).text)


def test_an_amount_too_small_is_said_to_wait() -> None:
    text = render("order_fulfilled", "en", about(carried=True)).text
    assert "it comes with your next invoice" in text
    assert "Paid by" not in text


@pytest.mark.parametrize("code", sorted(orders.WAITING))
def test_an_order_that_waits_says_for_what(code: str) -> None:
    subject, text, *_ = render("order_waiting", "en", about(waiting_for=code))
    title, sentence = map(str, orders.WAITING[code])
    assert subject == f"Order 10042: {title[0].lower()}{title[1:]}"
    assert sentence in text
    waits_for_the_reader = code not in ("direct_debit", "gateway_answer", "provider_away")
    assert ("Go on with the order" in text) is waits_for_the_reader
    assert ("until Nov 22, 2026, 8:05 AM" in plain(text)) is waits_for_the_reader


@pytest.mark.parametrize(
    ("is_done", "said"),
    [
        (False, "It takes effect as soon as the money has arrived, about November 26, 2026."),
        (True, "The money arrives about November 26, 2026. We write to you then."),
    ],
)
def test_a_debit_under_way_says_when_its_money_arrives_and_what_happens_then(is_done: bool, said: str) -> None:
    view = about(waiting_for="direct_debit", arrives_on=date(2026, 11, 26), is_done=is_done)
    text = plain(render("order_waiting", "en", view).text)
    assert said in text
    assert "a few bank days" not in text


def test_a_decline_says_why() -> None:
    view = about(waiting_for="declined", decline="insufficient_funds")
    assert "There was not enough money on the account." in render("order_waiting", "en", view).text


def test_a_renewal_that_waits_is_no_order_that_expires() -> None:
    text = render("order_waiting", "en", about(action="renew", waiting_for="declined")).text
    assert "Your subscriptions go on for now." in text
    assert "keeps its place" not in text


def test_a_change_of_term_says_what_renews_and_that_it_can_be_undone() -> None:
    text = plain(render("change_term", "en", replace(VIEW, order=None)).text)
    assert "renews on March 1, 2027" in text
    assert "undo" in text


def test_mails_about_people_say_who_did_it_and_what_it_means() -> None:
    invitation = plain(render("invitation", "en", VIEW).text)
    assert "Alice Ames invites you to the account of Lakeside <Architects> with Northline." in invitation
    assert "Your role: viewer." in invitation
    assert "until Nov 28, 2026, 8:05 AM" in invitation
    by_itself = replace(VIEW, people=replace(VIEW.people, by=""))  # type: ignore[type-var]
    assert "has fewer seats of Northline Draft Standard now" in render("seat_released", "en", by_itself).text
    with pytest.raises(ValueError, match="about people"):
        render("invitation", "en", replace(VIEW, people=None))


@pytest.mark.parametrize("kind", sorted(SCHEDULED))
def test_what_is_scheduled_says_what_and_that_it_can_be_undone(kind: str) -> None:
    text = plain(render(kind, "en", replace(VIEW, order=None)).text)
    assert str(SCHEDULED[kind]) in text
    assert "renews on March 1, 2027" in text
    assert "Until the renewal you can undo" in text


def test_renewal_turned_off_says_until_when_and_what_goes_back_and_on_what_renews() -> None:
    off = replace(VIEW, order=None, ends=(MailEnd("Draft (S-1)", date(2027, 3, 1)),), refund=Money(105_574, "USD"))
    subject, text, *_ = render("set_auto_renew", "en", off)
    assert subject == "Automatic renewal is off"
    assert "Draft (S-1): access ends on March 1, 2027, and nothing is charged then." in plain(text)
    assert "$1,055.74 for the extension" in plain(text)
    on = render("set_auto_renew", "en", replace(VIEW, order=None))
    assert on.subject == "Automatic renewal is on"
    assert "renews on March 1, 2027" in plain(on.text)


def test_a_reversal_names_amount_and_invoice() -> None:
    text = render("payment_reversed", "en", VIEW).text
    assert "The bank took back the payment of $382.19." in text
    assert "Invoice N-2026-7 is therefore still to be paid." in text


def test_nobody_is_greeted_by_no_name() -> None:
    assert render("order_fulfilled", "en", replace(VIEW, person="")).text.startswith("Hello,\n")


def test_a_kind_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        render("birthday", "en", VIEW)
    with pytest.raises(ValueError, match="about an order"):
        mail.render("order_waiting", "en", replace(VIEW, order=None))


def test_a_method_that_is_no_longer_accepted_says_why_what_it_was_to_pay_and_what_to_do() -> None:
    subject, text, *_ = render("method_invalid", "en", VIEW)
    assert subject == "Visa 9979 is no longer accepted"
    assert "The bank does not allow payments with this card. Use another one." in text
    assert "It was to pay for: Northline Draft Standard (S-000007)." in text
    assert "choose or add another payment method" in text


@pytest.mark.parametrize("kind", sorted(mail_methods.METHODS))
def test_whatever_is_done_with_a_method_is_told_by_its_name(kind: str) -> None:
    text = render(kind, "en", VIEW).text
    assert "Visa 9979" in text
    assert "If you know nothing of it" in text
