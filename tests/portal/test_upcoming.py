"""Upcoming payments: what the page says is what the night will charge, with what changes, what is owed, and why not."""

import csv
from datetime import date
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.account import Role
from tenor.domain.money import Money
from tenor.domain.renewals import plan_renewals
from tenor.portal.csv_file import csv_response
from tenor.usecases.load import load
from tests.portal.conftest import House
from tests.portal.flows.conftest import text as words_of
from tests.portal.questions import MOST, questions
from tests.support import documents, factories


def page(client: Client) -> str:
    response = client.get("/upcoming/")
    assert response.status_code == 200
    return unescape(response.content.decode())


def said(house: House) -> str:
    return words_of(house.as_(house.alice).get("/upcoming/"))


def rows(house: House) -> list[dict[str, str]]:
    response = house.as_(house.alice).get("/upcoming.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="upcoming-payments-2026-11-21.csv"'
    return list(csv.DictReader(StringIO(response.content.decode())))


def make_monthly(house: House, **fields: Any) -> models.Subscription:
    fields = {"months": 1, "seats": 2, "anchor": date(2026, 10, 31), "renews_on": date(2026, 11, 30), **fields}
    monthly = factories.make_subscription(account=house.account, period=False, **fields)
    factories.make_period(subscription=monthly, unit_price_minor=4_900)
    return monthly


def test_what_is_said_is_what_the_night_will_charge(house: House) -> None:
    loaded = load(house.account.id, factories.NOW)
    (planned,) = plan_renewals(loaded.state, loaded.offer, date(2027, 3, 1))
    shown = page(house.as_(house.alice))
    assert f'value="{planned.total}"' in shown
    assert planned.total == Money(157_500, "EUR")
    assert "€1,575.00" in shown
    assert "1 March 2027" in shown or "March 1, 2027" in shown
    assert house.subscription.number in shown
    assert "Special renewal price of one seat of Draft Standard for 1 year" in shown


def test_the_months_and_the_year_add_up(house: House) -> None:
    make_monthly(house)
    shown = said(house)
    assert "€3,045.00 13 payments" in shown  # 12 x 122.50 + 1,575.00
    assert "€1,470.00 12 × €122.50" in shown
    assert "November 2026 of which monthly: €122.50 €122.50" in shown
    assert "March 2027 of which monthly: €122.50 €1,697.50" in shown
    assert shown.count("€122.50 a seat") == 0


def test_payments_that_are_alike_are_one_line_and_what_changes_stands_out(house: House) -> None:
    models.Subscription.objects.update(status="canceled")
    monthly = make_monthly(house)
    factories.make_change(subscription=monthly, kind="seats", value="1")
    page_ = page(house.as_(house.alice))
    assert page_.count('class="coming__one"') == 2  # the first, which is for fewer seats, and what follows
    shown = said(house)
    assert "11 × " in shown
    assert "Renews with 1 seat instead of 2 seats" in shown


def test_the_amounts_say_that_the_tax_is_in_them(house: House) -> None:
    for path in ("/upcoming/", "/"):
        shown = words_of(house.as_(house.alice).get(path))
        assert "Amount incl. VAT" in shown
        assert "€1,575.00" in shown
        assert "before tax" not in shown


def test_the_renewals_after_what_is_owed_say_that_it_has_to_be_paid(house: House) -> None:
    assert "if you pay what is owed" not in said(house)
    models.Subscription.objects.update(
        status="suspended", lapsed_on=date(2026, 10, 20), renews_on=date(2026, 10, 20), anchor=date(2025, 10, 20)
    )
    shown = said(house)
    assert "2 payments, if you pay what is owed" in shown
    assert shown.index("To be paid now €1,575.00") < shown.index("October 2027 €1,575.00")
    assert shown.count("if you pay what is owed") == 2


def test_what_changes_stands_beside_the_amount(house: House) -> None:
    factories.make_change(subscription=house.subscription, kind="seats", value="2")
    factories.make_price(
        seller=house.account.seller,
        list_minor=50_000,
        renewal_minor=45_000,
        valid_from=date(2027, 2, 1),
        announced_on=date(2026, 11, 1),
    )
    shown = said(house)
    assert "Renews with 2 seats instead of 3 seats. Scheduled by Alice Admin on" in shown
    assert "The price of a seat rises from €420.00 to €450.00. Announced on" in shown
    assert "€1,125.00" in shown  # 2 x 450.00 and 25 % tax


def test_the_picture_reads_as_a_table(house: House) -> None:
    shown = page(house.as_(house.alice))
    assert shown.count('<th scope="col"') == 13 + 4  # the months, and the heads of the table below
    assert f'<th scope="row"><a href="/subscriptions/{house.subscription.id}/"' in shown
    assert '<span class="visually-hidden" translate="no">1 March 2027: €1,575.00</span>' in shown


def test_a_card_that_does_not_last_says_so_with_its_remedy(house: House) -> None:
    models.PaymentMethod.objects.update(expires_on=date(2027, 1, 31))
    shown = said(house)
    assert "Visa 4242 cannot be charged after" in shown
    assert "Choose another payment method" in shown or "Add payment method" in shown
    assert "valid until" not in shown
    assert rows(house)[0]["Problems"].startswith("Visa 4242 cannot be charged after 31 January 2027")
    assert "payment_method_expired" in house.as_(house.alice).get("/upcoming.csv?form=plain").content.decode()


def test_what_ends_is_on_the_list_without_an_amount(house: House) -> None:
    models.Subscription.objects.update(auto_renew=False)
    shown = said(house)
    assert "Automatic renewal is off: the subscription ends on" in shown
    assert "Turn on automatic renewal" in shown
    assert "payments to come" not in shown
    (row,) = rows(house)
    assert (row["Kind"], row["Date"], row["Payment total"]) == ("ends", "2027-03-01", "")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER_ADMIN])
def test_whoever_may_not_buy_reads_why_and_is_offered_nothing_that_is_closed(house: House, role: Role) -> None:
    models.Membership.objects.filter(user=house.bob).update(role=role)
    models.Subscription.objects.update(auto_renew=False)
    shown = words_of(house.as_(house.bob).get("/upcoming/"))
    assert "Automatic renewal is off: the subscription ends on" in shown
    assert "Turn on automatic renewal" not in shown

    models.Subscription.objects.update(auto_renew=True)
    models.PaymentMethod.objects.update(expires_on=date(2027, 1, 31))
    shown = words_of(house.as_(house.bob).get("/upcoming/"))
    assert "Visa 4242 cannot be charged after" in shown
    assert "payment method" not in shown.split("cannot be charged after")[1].split("Draft")[0]


def test_what_is_owed_comes_first_with_the_order_that_pays_it(house: House) -> None:
    models.Subscription.objects.update(
        status="past_due", lapsed_on=date(2026, 11, 20), renews_on=date(2026, 11, 20), anchor=date(2025, 11, 20)
    )
    order = documents.make_order(
        account=house.account,
        subscriptions=(house.subscription,),
        action="renew",
        status="requires_action",
        net_minor=126_000,
        tax_minor=31_500,
        total_minor=157_500,
    )
    shown = page(house.as_(house.alice))
    assert shown.index('id="owed"') < shown.index('id="month-1"')
    assert f'href="/orders/{order.id}/">Pay now' in shown
    assert [(row["Kind"], row["Date"], row["Order"]) for row in rows(house)] == [
        ("due", "2026-11-21", order.number),
        ("payment", "2027-11-20", ""),
    ]


def test_an_order_for_something_else_is_owed_and_the_renewal_still_comes(house: House) -> None:
    order = documents.make_order(account=house.account, subscriptions=(house.subscription,), status="processing")
    shown = said(house)
    assert "€477.74" in shown
    assert "Look at the order" in shown
    assert "Under way" in shown
    assert "To be paid now" not in shown
    due, renewal = rows(house)
    assert due["Kind"] == "under way"
    assert (due["Payment total"], due["Net"], due["Order"]) == ("477.74", "", order.number)
    assert renewal["Payment total"] == "1575.00"


def test_what_others_charge_for_is_named_apart(house: House) -> None:
    assert "Not in this list" not in said(house)
    sold = factories.make_subscription(account=house.account, channel="reseller", reseller_name="Byggdata")
    shown = said(house)
    assert f"keeps them. Draft {sold.number}" in shown
    assert [row["Subscription"] for row in rows(house)] == [house.subscription.number]


def test_an_account_without_payments_is_told_what_to_do(house: House) -> None:
    assert "Ask how to buy" in page(house.as_(house.charlie))
    assert house.as_(house.charlie).get("/upcoming.csv").content.decode().count("\r\n") == 1
    models.Subscription.objects.update(status="canceled")
    assert 'href="/subscriptions/?status=all"' in page(house.as_(house.alice))


# --- the file -----------------------------------------------------------------------------------------------------


def test_a_payment_for_several_is_a_row_each_with_its_totals(house: House) -> None:
    other = factories.make_subscription(account=house.account, seats=1)
    first, second = rows(house)
    assert [row["Subscription"] for row in (first, second)] == [house.subscription.number, other.number]
    assert [row["Net"] for row in (first, second)] == ["1260.00", "420.00"]
    assert {row["Payment total"] for row in (first, second)} == {"2100.00"}
    assert {key: first[key] for key in ("Date", "From", "Until", "Unit price", "Currency", "Payment method")} == {
        "Date": "2027-03-01",
        "From": "2027-03-01",
        "Until": "2028-03-01",
        "Unit price": "420.00",
        "Currency": "EUR",
        "Payment method": "Visa 4242",
    }


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_it_is_taken_for_a_formula(house: House, sign: str) -> None:
    models.PaymentMethod.objects.update(label=f'{sign}cmd|"x", y')
    assert rows(house)[0]["Payment method"] == f'\'{sign}cmd|"x", y'


@pytest.mark.parametrize(
    ("language", "asked", "net", "other"),
    [
        ("en", "", "1260.00", "semicolon"),
        ("sv", "", "1260,00", "comma"),
        ("nl", "", "1260,00", "comma"),
        ("en", "semicolon", "1260,00", "semicolon"),
        ("sv", "comma", "1260.00", "comma"),
    ],
)
def test_the_file_is_for_the_readers_spreadsheet_or_the_other_one(
    house: House, language: str, asked: str, net: str, other: str
) -> None:
    client = house.as_(house.alice)
    client.cookies["django_language"] = language
    text = client.get("/upcoming.csv", {"form": asked}).content.decode()
    is_decimal_comma = "," in net
    heads, kind = {"en": ("Net", "payment"), "sv": ("Netto", "betalning"), "nl": ("Netto", "betaling")}[language]
    assert text.startswith("\ufeff") == (is_decimal_comma or not text.isascii())
    read = list(csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";" if is_decimal_comma else ","))
    assert [(row[heads], kind in row.values()) for row in read] == [(net, True)]
    assert f'href="/upcoming.csv?form={other}"' in page(client)


def test_numbers_and_dates_stay_what_they_are() -> None:
    row = (Money(-1_234, "USD"), date(2027, 3, 1), None, 3, 'Å "quoted", text', "two\nlines")
    body = csv_response("x.csv", ("a",), [row]).content.decode()
    assert body == 'a\r\n-12.34,2027-03-01,,3,"Å ""quoted"", text","two\nlines"\r\n'


# --- for whom, and how fast ---------------------------------------------------------------------------------------


def test_strangers_see_their_own_payments_only(house: House) -> None:
    assert house.subscription.number not in page(house.as_(house.charlie))
    assert house.subscription.number not in house.as_(house.charlie).get("/upcoming.csv").content.decode()
    assert Client().get("/upcoming.csv").status_code == 302


@pytest.mark.parametrize("path", ["/upcoming/", "/upcoming.csv", "/"])
def test_forty_monthly_subscriptions_ask_no_more_than_eight_questions(house: House, path: str) -> None:
    for number in range(39):
        anchor = date(2026, 10, 1 + number % 28)
        renews_on = anchor.replace(month=11) if anchor.day >= factories.TODAY.day else anchor.replace(month=12)
        factories.make_subscription(account=house.account, months=1, anchor=anchor, renews_on=renews_on)
    assert len(rows(house)) == 39 * 12 + 1
    asked = questions(house.as_(house.alice), path)
    # a test's own transaction makes the account's scope an inner one, which puts the setting back at its end
    assert len([sql for sql in asked if "set_config" not in sql]) + 1 <= MOST, asked
