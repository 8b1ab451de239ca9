"""Codes that nobody knows are refused by the database, whoever writes them: by hand, by COPY, by another program."""

from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tenor.db.time_zones import is_time_zone, learn_time_zones
from tenor.domain.codes import COUNTRIES, CURRENCIES, LANGUAGES
from tests.db.world import lift_guards
from tests.support import factories

pytestmark = pytest.mark.django_db

WRONG_ZONES = ["", "Mars/Phobos", "Europe/Stokholm", "+02:00", "UTC+2", "europe/stockholm", "posix/UTC", "localtime",
               "Europe/Stockholm ", "CEST", "'; DROP TABLE db_account; --"]  # fmt: skip

WRITES = [
    ("db_account", "country", "ZZ", "an_accounts_country_is_a_code"),
    ("db_account", "country", "EL", "an_accounts_country_is_a_code"),
    ("db_account", "currency", "XTS", "an_accounts_currency_is_a_code"),
    ("db_account", "currency", "EUX", "an_accounts_currency_is_a_code"),
    ("db_account", "language", "xx", "an_accounts_language_is_a_code"),
    ("db_account", "language", "sv-SE", "an_accounts_language_is_a_code"),
    ("db_seller", "country", "UK", "a_sellers_country_is_a_code"),
    ("db_taxregistration", "country", "EU", "a_registrations_country_is_a_code"),
    ("db_user", "language", "tlh", "a_persons_language_is_a_code"),
    ("db_priceentry", "currency", "BTC", "a_prices_currency_is_a_code"),
]


@pytest.mark.parametrize("zone", WRONG_ZONES)
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    account = factories.make_account()
    with pytest.raises(IntegrityError, match="time_zone"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE db_account SET time_zone = %s WHERE id = %s", [zone, account.id])
    assert not is_time_zone(zone)


@pytest.mark.parametrize(("table", "column", "code", "constraint"), WRITES)
def test_a_code_that_nobody_knows_is_refused(table: str, column: str, code: str, constraint: str) -> None:
    member = factories.make_member(account=factories.make_account())
    assert member.account.seller_id
    lift_guards()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [code])


def test_postgresql_and_python_agree_on_every_zone_that_an_account_may_have() -> None:
    """Whatever is accepted can be converted on both sides: nothing that was let in stops a night."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, (now() AT TIME ZONE name) IS NOT NULL FROM db_timezone")
        zones = cursor.fetchall()
    assert len(zones) > 400
    assert all(converts and ZoneInfo(name) for name, converts in zones)
    assert {"UTC", "Europe/Stockholm", "America/New_York", "Pacific/Kiritimati"} <= {name for name, _ in zones}


def test_zones_that_came_since_are_learned_and_none_is_forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM db_timezone WHERE name = 'Antarctica/Troll'")
    assert not is_time_zone("Antarctica/Troll")
    assert learn_time_zones() == 1
    assert is_time_zone("Antarctica/Troll")
    assert learn_time_zones() == 0


def test_the_lists_are_those_of_the_standards() -> None:
    assert (len(COUNTRIES), len(LANGUAGES)) == (249, 3)
    assert {"SE", "GB", "GR", "AX"} <= COUNTRIES
    assert {"EUR", "JPY", "KWD", "SEK"} <= CURRENCIES
    assert dict(settings.LANGUAGES).keys() >= LANGUAGES
