"""Whoever reads a page: amounts name the tax of the account, also where it is not known yet."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tenor.domain.account import Actor, Role
from tenor.domain.offer import TaxRegistration
from tenor.portal.flows.shared import reader
from tenor.portal.visit import Visit
from tenor.usecases.load import Loaded
from tests.domain.builders import TODAY, account
from tests.domain.test_tax import NORDIC, seller


@pytest.mark.parametrize(
    ("country", "beside"),
    [("SE", "incl. VAT"), ("US", ""), ("JP", "incl. tax"), ("CA", "incl. GST/HST")],
)
def test_a_reader_knows_what_the_tax_of_the_account_is_called(country: str, beside: str) -> None:
    unknown = (TaxRegistration("JP", "1"), TaxRegistration("CA", "2"))
    offered = replace(seller("SE", *NORDIC), registrations=(*NORDIC, *unknown))
    loaded = Loaded(account(country=country), offered, datetime(2026, 11, 21, 12, tzinfo=UTC))
    visit = Visit(uuid4(), Actor("", "", Role.BUYER), loaded.now, TODAY, "en", country, "UTC", ())
    assert reader(visit, loaded).tax.included == beside
