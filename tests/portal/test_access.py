"""The access matrix: every route of the resolver, looked at and sent to, by everybody who may come to the door.

A new route needs its line in `MATRIX`. What is asked of every line: the statuses are those of the line; who is refused
has changed nothing and is told nothing of the account; ids of another company's things, in addresses, forms and
filters, are answered as ids that never were.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import customer, sandbox, sandbox_process
from tests.support.access import VISITORS, Companies, Things, make_companies
from tests.support.customer import Customer
from tests.support.routes import Route, all_routes

__all__ = ["customer", "sandbox", "sandbox_process"]

#        anonymous, viewer, user admin, billing admin, buyer, colleague, stranger, staff
ALL = "200 200 200 200 200 200 200 200"
PAGE = "302 200 200 200 200 403 200 403"
"""A page of one's own account."""
OWN = "302 200 200 200 200 403 404 403"
"""A page about something of the account."""
NO = "405 405 405 405 405 405 405 405"
"""Not a way to ask for this address."""
BUTTON = "302 302 302 302 302 302 302 302"
"""What a button does: looked at, its address leads to the button's page."""


MINE = "302 200 200 200 200 200 200 200"
"""For whoever is signed in."""
GUEST = "200 302 302 302 302 302 302 302"
"""For who is not signed in yet."""


def all_get(status: int) -> str:
    """Everybody the same."""
    return " ".join([str(status)] * len(VISITORS))


def buys(done: int, *, stranger: int = 404) -> str:
    """For who may buy; a stranger has it done in their own account, where the address names nothing."""
    return f"302 403 403 {done} {done} 403 {stranger} 403"


def manages(done: int, *, stranger: int = 404) -> str:
    """For who manages users."""
    return f"302 403 {done} 403 {done} 403 {stranger} 403"


HELP = {"subject": "Why?", "text": "Because", "request_id": "00000000-0000-4000-8000-000000000007"}
HELP |= {"subscription": "{subscription_id}"}
INVITE = {"email": "new@example.com", "role": "viewer", "language": "en"}


@dataclass(frozen=True)
class Row:
    """The statuses of a GET and of a POST, in the order of VISITORS; what is posted, and asked for in the address.

    Names in braces are ids of things. `foreign` is the status that the buyer gets with another company's ids in `body`;
    `told` that with them in `query`.
    """

    get: str
    post: str
    body: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    foreign: int = 404
    told: int = 200


MATRIX = {
    "account_change_password": Row(MINE, MINE),
    "account_confirm_login_code": Row(all_get(302), all_get(302)),
    "account_inactive": Row(ALL, NO),
    "account_login": Row(GUEST, GUEST),
    "account_logout": Row(MINE, all_get(302)),
    "account_reauthenticate": Row(MINE, MINE),
    "account_request_login_code": Row(GUEST, GUEST),
    "account_reset_password": Row(ALL, ALL),
    "account_reset_password_done": Row(ALL, NO),
    "account_reset_password_from_key": Row(ALL, ALL),
    "account_reset_password_from_key_done": Row(ALL, NO),
    "account_set_password": Row(all_get(302), all_get(302)),
    "account_signup": Row(GUEST, GUEST),
    "healthz": Row(ALL, NO),
    "portal:add_method": Row(BUTTON, buys(302, stranger=302), {"kind": "card"}),
    "portal:add_seats": Row(OWN, buys(302), {"seats": "2", "renew": "all"}),
    "portal:align": Row(PAGE, buys(409), {"s": "{subscription_id}"}, {"s": "{subscription_id}"}),
    "portal:assign_users": Row(OWN, manages(302), {"assign": "{person_id}"}),
    "portal:auto_renew": Row(OWN, buys(302), {"on": "0"}),
    "portal:auto_renew_many": Row(
        "302 302 302 302 302 403 302 403",
        buys(302),
        {"on": "0", "s": "{subscription_id}"},
        {"s": "{subscription_id}"},
        told=404,
    ),
    "portal:buy_again": Row(OWN, buys(409), {"seats": "1", "months": "12"}),
    "portal:calendar": Row(BUTTON, "302 302 302 302 302 403 302 403", {"do": "on"}),
    "portal:calendar_file": Row(ALL, NO),
    "portal:cancel_order": Row(BUTTON, buys(302)),
    "portal:change_owed": Row(OWN, buys(409)),
    "portal:change_plan": Row(OWN, buys(302), {"plan": "premium", "when": "now"}),
    "portal:change_term": Row(OWN, buys(302), {"months": "1", "price_1": "4900"}),
    "portal:compare": Row(OWN, NO),
    "portal:decline_owed": Row(OWN, buys(409), {"do": "end", "s": "{subscription_id}"}, foreign=409),
    "portal:demo_sign_in": Row(BUTTON, all_get(404), {"person": "nobody@example.com"}),
    "portal:gallery": Row(ALL, NO),
    "portal:handover": Row(PAGE, "302 302 302 302 302 403 302 403", {"answer": "accept"}),
    "portal:help": Row(
        PAGE, "302 302 302 302 302 403 400 403", HELP, {"subscription": "{subscription_id}"}, foreign=400
    ),
    "portal:home": Row(PAGE, NO),
    "portal:invitation": Row(ALL, "302 409 409 409 409 409 409 409", {"name": "Mia Moe"}),
    "portal:mail": Row(ALL, NO),
    "portal:mail_html": Row(ALL, NO),
    "portal:mailbox": Row(ALL, NO),
    "portal:choose_method": Row(OWN, buys(302), {"method": "{other_method}"}, foreign=409),
    "portal:edit_method": Row(OWN, buys(302), {"billing_name": "Ek AB", "month": "1", "year": "2031"}),
    "portal:make_backup": Row(BUTTON, buys(302)),
    "portal:make_default": Row(BUTTON, buys(302)),
    "portal:method_return": Row("302 302 302 404 404 403 404 403", NO),
    "portal:methods": Row(PAGE, NO),
    "portal:offer_handover": Row(OWN, "302 403 403 403 302 403 404 403"),
    "portal:order": Row(OWN, NO),
    "portal:order_return": Row("302 302 302 302 302 403 404 403", NO),
    "portal:orders": Row(PAGE, NO),
    "portal:pay_out": Row(PAGE, buys(409, stranger=409)),
    "portal:person": Row(OWN, manages(302), {"role": "user_admin"}),
    "portal:reduce_seats": Row(OWN, buys(302), {"seats": "1"}),
    "portal:remove_person": Row(BUTTON, manages(302)),
    "portal:my_mail": Row(MINE, all_get(302), {"optional": "0"}),
    "portal:stop_reminders": Row(ALL, ALL, {"List-Unsubscribe": "One-Click"}),
    "portal:remove_method": Row(OWN, buys(302)),
    "portal:replace_method": Row(OWN, buys(409)),
    "portal:renew": Row(OWN, buys(409)),
    "portal:renew_many": Row(
        PAGE, buys(409), {"s": "{subscription_id}"}, {"s": "{subscription_id}"}, foreign=404, told=404
    ),
    "portal:resend_invitation": Row(BUTTON, manages(302)),
    "portal:resume_order": Row(BUTTON, buys(302), {"method": "{other_method}"}, foreign=302),
    "portal:return_order": Row(OWN, buys(409)),
    "portal:review": Row(OWN, buys(302)),
    "portal:revoke_invitation": Row(BUTTON, manages(302)),
    "portal:subscription": Row(OWN, NO),
    "portal:subscriptions": Row(PAGE, NO, query={"q": "{subscription_id}"}),
    "portal:switch_account": Row(BUTTON, "302 302 302 302 302 403 302 403", {"account": "{account_id}"}, foreign=302),
    "portal:undo_scheduled": Row(BUTTON, buys(302)),
    "portal:upcoming": Row(PAGE, NO),
    "portal:upcoming_file": Row(PAGE, NO),
    "portal:use_method": Row(OWN, buys(302), {"subscription": "{subscription_id}"}, foreign=409),
    "portal:users": Row(PAGE, manages(302, stranger=302), INVITE),
    "readyz": Row(ALL, NO),
    "set_language": Row(BUTTON, all_get(302), {"language": "sv"}),
    "webhook": Row(NO, all_get(400)),
}
"""Every route, by name: who adds one adds its line."""
ACTS_WHEN_LOOKED_AT = {"portal:order_return", "portal:method_return"}
"""Where a payment provider sends the customer back to: what became of it is asked there and written down."""
NOT_OF_AN_ACCOUNT = re.compile(r"account_|healthz|readyz|set_language|webhook|portal:(demo|gallery|mail)")
REFUSED = {400, 403, 404, 405, 409}
WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?db_')


@pytest.fixture
def companies(customer: Customer) -> Companies:
    """Two of them, and everybody at the door."""
    cache.clear()
    models.Clock.objects.create(stands_at=customer.now)
    return make_companies(customer)


def address(route: Route, things: Things) -> str:
    """The route's address, about those things."""
    return reverse(route.name, kwargs={name: things.values[name] for name in route.arguments})


@contextmanager
def watched() -> Iterator[list[str]]:
    """Whatever is done is undone; the statements that wrote to a table of ours are in the list afterwards."""
    written: list[str] = []
    before = transaction.savepoint()
    with CaptureQueriesContext(connection) as captured:
        yield written
    written += [query["sql"] for query in captured.captured_queries if WRITES.match(query["sql"])]
    transaction.savepoint_rollback(before)


def told(content: bytes, things: Things) -> list[str]:
    """What of the things an answer gives away."""
    text = content.decode()
    return [secret for secret in things.secrets if secret in text]


ROUTES = {route.name: route for route in all_routes()}


def test_the_matrix_has_every_route_and_no_other() -> None:
    assert sorted(MATRIX) == sorted(ROUTES)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_who_gets_in_and_who_may_send(companies: Companies, name: str) -> None:
    path, body = address(ROUTES[name], companies.ours), companies.ours.filled(MATRIX[name].body)
    got = [ask(companies, visitor, name, lambda browser: browser.get(path)) for visitor in VISITORS]
    sent = [ask(companies, visitor, name, lambda browser: browser.post(path, body)) for visitor in VISITORS]
    assert " ".join(got) == MATRIX[name].get
    assert " ".join(sent) == MATRIX[name].post


def ask(companies: Companies, visitor: str, name: str, asking: Callable[[Client], Any]) -> str:
    """The status that the visitor gets. Who is refused, or only looks, changes nothing and learns nothing."""
    with watched() as written:
        answer = asking(companies.browsers[visitor])
    if NOT_OF_AN_ACCOUNT.match(name):
        return str(answer.status_code)
    to_sign_in = answer.headers.get("Location", "").startswith("/accounts/login/")
    is_look = str(answer.wsgi_request.method) == "GET" and name not in ACTS_WHEN_LOOKED_AT
    if answer.status_code in REFUSED or to_sign_in or is_look:
        assert written == [], visitor
    if visitor in ("colleague", "stranger", "staff") and name != "portal:invitation":
        assert told(answer.content, companies.ours) == [], visitor
    return str(answer.status_code)


@pytest.mark.parametrize(
    "name", sorted(name for name, row in MATRIX.items() if any("{" in value for value in row.body.values()))
)
def test_ids_of_others_in_forms_are_answered_as_ids_that_never_were(companies: Companies, name: str) -> None:
    route, row = ROUTES[name], MATRIX[name]
    buyer, path = companies.browsers["buyer"], address(route, companies.ours)
    with watched() as written:
        answer = buyer.post(path, companies.theirs.filled(row.body))
    assert answer.status_code == row.foreign
    assert told(answer.content, companies.theirs) == []
    assert written == []


@pytest.mark.parametrize("name", sorted(name for name, row in MATRIX.items() if row.query))
def test_ids_of_others_in_filters_find_nothing(companies: Companies, name: str) -> None:
    route, row = ROUTES[name], MATRIX[name]
    buyer, path = companies.browsers["buyer"], address(route, companies.ours)
    assert buyer.get(path, companies.ours.filled(row.query)).status_code == 200
    answer = buyer.get(path, companies.theirs.filled(row.query))
    assert answer.status_code == row.told
    assert told(answer.content, companies.theirs) == []


def test_the_check_finds_an_open_door(companies: Companies, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: a table that gives everybody everything is noticed, because viewers get in and change something."""
    monkeypatch.setattr("tenor.portal.visit.may", lambda role, permission: True)
    monkeypatch.setattr("tenor.usecases.remove_person.demand", lambda actor, permission: None)
    monkeypatch.setattr("tenor.usecases.remove_person.demand_role_to_give", lambda actor, role: None)
    path = address(ROUTES["portal:remove_person"], companies.ours)
    with watched() as written:
        answer = companies.browsers["viewer"].post(path)
    assert answer.status_code == 302
    assert any("db_membership" in sql for sql in written)
