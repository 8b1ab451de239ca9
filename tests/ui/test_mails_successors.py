"""Mails that say what will be charged in place of a method that can't pay, before it is."""

from dataclasses import replace

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.reminders import ReminderMethod
from tenor.ui.mail import render
from tenor.ui.mail_view import MailView
from tests.ui import reminding
from tests.ui.test_mails import VIEW, plain

OTHER = ReminderMethod("m9", MethodKind.CARD, "Visa 9999")


def dunned(kind: str, language: str = "en", **changes: object) -> tuple[str, str]:
    assert VIEW.dunning is not None
    view = replace(VIEW, dunning=replace(VIEW.dunning, **changes))  # type: ignore[arg-type]
    subject, text, *_ = render(kind, language, view)
    return plain(subject), plain(text)


def test_a_decline_says_that_the_default_will_be_charged_and_when() -> None:
    subject, text = dunned("charge_moves", instead="Visa 4242", decline="stolen_card")
    assert subject == "The payment for your renewal failed: Visa 4242 will be charged"
    assert "could not be charged to Visa 0002." in text
    assert "On March 3, 2027 we charge Visa 4242 instead, your default payment method." in text
    assert "Access goes on until March 16, 2027." in text
    assert VIEW.url in text


def test_a_day_that_nobody_knew_of_is_told() -> None:
    subject, text = dunned("charge_planned", method="Visa 4242")
    assert subject == "Your renewal will be charged on March 3, 2027"
    assert "is still open. On March 3, 2027 we charge it to Visa 4242." in text


def test_asked_again_it_says_that_nothing_can_be_charged() -> None:
    subject, text = dunned("method_still_needed", retry_on=None, method="")
    assert subject == "Your renewal is still not paid"
    assert "none of your payment methods can be charged for it" in text
    assert "Access goes on until March 16, 2027." in text


@pytest.mark.parametrize("kind", ["charge_moves", "charge_planned", "method_still_needed"])
@pytest.mark.parametrize("language", ["sv", "nl"])
def test_in_other_languages_nothing_stays_english(kind: str, language: str) -> None:
    subject, text = dunned(kind, language, instead="Visa 4242")
    english_subject, english = dunned(kind, instead="Visa 4242")
    assert subject != english_subject
    sentences = {line for line in english.splitlines() if line.endswith(".")}
    assert sentences
    assert not sentences & set(text.splitlines())


@pytest.mark.parametrize(
    ("instead", "sentence"), [("Visa 4242", "Visa 4242 is charged instead"), ("", "Nothing is lost")]
)
def test_a_method_refused_for_good_names_what_pays_now(instead: str, sentence: str) -> None:
    text = plain(render("method_invalid", "en", replace(VIEW, instead=instead)).text)
    assert sentence in text


def reminder(kind: str, **changes: object) -> str:
    view: MailView = reminding.view(kind)
    assert view.reminder is not None
    told = view.reminder.reminder
    payments = tuple(replace(each, instead_of=(OTHER,)) for each in told.payments)
    about = replace(view.reminder, reminder=replace(told, payments=payments, **changes))  # type: ignore[arg-type]
    return plain(render(kind, "en", replace(view, reminder=about)).text)


@pytest.mark.parametrize(
    ("kind", "label"),
    [("renewal_reminder", "Visa 4242"), ("price_change", "Visa 4242"), ("debit_notice", "SEPA 3000")],
)
def test_a_reminder_says_which_method_pays_in_place_of_which(kind: str, label: str) -> None:
    assert f"Visa 9999 can't be charged on 1 March 2027: {label} pays in its place." in reminder(kind)


def test_a_card_that_runs_out_says_what_is_charged_if_nothing_is_done() -> None:
    assert "If you do nothing, Visa 9999 is charged in its place." in reminder("method_expires", instead=OTHER)
    assert "If you do nothing" not in reminder("method_expires")
