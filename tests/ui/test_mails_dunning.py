"""Mails about an unpaid renewal: what failed, what comes next, how long access goes on."""

from dataclasses import replace

import pytest

from tenor.ui.mail import render
from tests.ui.test_mails import VIEW, plain

OWN = replace(VIEW.dunning, decline="", method="") if VIEW.dunning else None


@pytest.mark.parametrize("kind", ["charge_failed", "charge_retry"])
def test_a_try_is_announced_with_its_reason_and_its_day(kind: str) -> None:
    subject, text, *_ = render(kind, "en", VIEW)
    assert ("again" in subject) == (kind == "charge_retry")
    assert "$382.19 for Northline Draft Standard (S-000007) could not be charged to Visa 0002." in plain(text)
    assert "There was not enough money on the account." in plain(text)
    assert "We try again on March 3, 2027." in plain(text)
    assert "Access goes on until March 16, 2027." in plain(text)
    assert "Total: $382.19" in text


def test_without_a_method_nothing_is_said_to_have_declined() -> None:
    text = plain(render("method_needed", "en", replace(VIEW, dunning=OWN)).text)
    assert "there is no payment method for it" in text
    assert "There is no other automatic try." in text


def test_the_banks_check_leads_to_the_order() -> None:
    _, text, *_ = render("bank_check_needed", "en", VIEW)
    assert "Nothing was charged yet." in text
    assert VIEW.url in text


def test_a_suspension_says_how_to_come_back_and_until_when() -> None:
    text = plain(render("subscription_suspended", "en", VIEW).text)
    assert "The renewal date does not move." in text
    assert "If it is not paid by April 15, 2027, it ends for good." in text
    assert VIEW.dunning is not None
    monthly = replace(VIEW, dunning=replace(VIEW.dunning, starts_anew=VIEW.names))
    text = plain(render("subscription_suspended", "en", monthly).text)
    assert "Your new term begins on the day on which you pay." in text
    assert "does not move" not in text


def test_a_suspension_of_several_says_whose_dates_move() -> None:
    assert VIEW.dunning is not None
    dunning = replace(VIEW.dunning, starts_anew=("Northline Render Standard (S-000008)",))
    both = replace(VIEW, names=(*VIEW.names, *dunning.starts_anew), dunning=dunning)
    text = plain(render("subscription_suspended", "en", both).text)
    assert "The new term of Northline Render Standard (S-000008) begins on the day on which you pay." in text
    assert "The other dates do not move." in text


def test_an_end_says_that_nothing_is_owed() -> None:
    text = plain(render("subscription_canceled", "en", VIEW).text)
    assert "Invoice N-2026-7 is credited." in text
    assert "You owe nothing for it." in text


@pytest.mark.parametrize("kind", ["charge_failed", "method_needed", "bank_check_needed", "subscription_canceled"])
def test_a_mail_of_this_kind_needs_its_facts(kind: str) -> None:
    with pytest.raises(ValueError, match="unpaid renewal"):
        render(kind, "en", replace(VIEW, dunning=None))
