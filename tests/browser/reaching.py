"""How each page is reached: every route with what it answers to whom, and people whose pages look otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.lifecycle import OrderStatus
from tests.browser.book import Things, order_in
from tests.browser.buying import ALICE
from tests.support.house import RunningHouse
from tests.support.routes import Route

ROLES = {
    "anonymous": "",
    "buyer": ALICE,
    "billing admin": "dana@brightwater.example",
    "user admin": "eli@brightwater.example",
    "viewer": "bob@brightwater.example",
}


@dataclass(frozen=True)
class Reach:
    """How a route answers a GET of who is signed in, and of nobody; `moves_to` is where it then leads instead."""

    signed_in: int = 200
    anonymous: int = 200
    moves_to: str = ""
    anonymous_moves_to: str = ""
    is_page: bool = True


INSIDE = Reach(anonymous_moves_to="account_login")
POSTED = Reach(signed_in=302, anonymous=302, is_page=False)
MACHINES = Reach(is_page=False)
SIGN_IN = Reach(moves_to="portal:home")
TO_SIGN_IN = "account_login"

TABLE = {
    "portal:home": INSIDE,
    "portal:subscriptions": INSIDE,
    "portal:subscription": INSIDE,
    "portal:compare": INSIDE,
    "portal:align": INSIDE,
    "portal:upcoming": INSIDE,
    "portal:upcoming_file": Reach(anonymous=302, is_page=False),
    "portal:calendar": POSTED,
    "portal:calendar_file": Reach(signed_in=404, anonymous=404, is_page=False),
    "portal:orders": INSIDE,
    "portal:order": INSIDE,
    "portal:help": INSIDE,
    "portal:methods": INSIDE,
    "portal:pay_out": INSIDE,
    "portal:add_seats": INSIDE,
    "portal:reduce_seats": INSIDE,
    "portal:change_term": INSIDE,
    "portal:change_owed": INSIDE,
    "portal:decline_owed": INSIDE,
    "portal:return_order": INSIDE,
    "portal:change_plan": INSIDE,
    "portal:auto_renew": INSIDE,
    "portal:auto_renew_many": Reach(moves_to="portal:subscriptions", anonymous_moves_to=TO_SIGN_IN),
    "portal:renew": INSIDE,
    "portal:renew_many": INSIDE,
    "portal:buy_again": INSIDE,
    "portal:review": INSIDE,
    "portal:order_return": Reach(moves_to="portal:order", anonymous_moves_to=TO_SIGN_IN),
    "portal:method_return": Reach(signed_in=404, anonymous_moves_to=TO_SIGN_IN),
    "portal:users": INSIDE,
    "portal:person": INSIDE,
    "portal:assign_users": INSIDE,
    "portal:offer_handover": INSIDE,
    "portal:handover": INSIDE,
    "portal:invitation": Reach(),
    "portal:remove_person": POSTED,
    "portal:resend_invitation": POSTED,
    "portal:revoke_invitation": POSTED,
    "portal:switch_account": POSTED,
    "portal:demo_sign_in": POSTED,
    "portal:undo_scheduled": POSTED,
    "portal:resume_order": POSTED,
    "portal:cancel_order": POSTED,
    "portal:add_method": POSTED,
    "portal:make_default": POSTED,
    "portal:make_backup": POSTED,
    "portal:use_method": INSIDE,
    "portal:edit_method": INSIDE,
    "portal:remove_method": INSIDE,
    "portal:replace_method": INSIDE,
    "portal:choose_method": INSIDE,
    "portal:mailbox": Reach(),
    "portal:mail": Reach(),
    "portal:mail_html": Reach(is_page=False),
    "portal:my_mail": INSIDE,
    "portal:stop_reminders": Reach(),
    "portal:gallery": Reach(),
    "set_language": POSTED,
    "account_login": SIGN_IN,
    "account_request_login_code": SIGN_IN,
    "account_confirm_login_code": Reach(moves_to="portal:home", anonymous_moves_to="account_request_login_code"),
    "account_logout": Reach(anonymous_moves_to=TO_SIGN_IN),
    "account_inactive": Reach(),
    "account_signup": Reach(moves_to="portal:home"),
    "account_reauthenticate": INSIDE,
    "account_change_password": INSIDE,
    "account_set_password": Reach(moves_to="account_change_password", anonymous_moves_to=TO_SIGN_IN),
    "account_reset_password": Reach(),
    "account_reset_password_done": Reach(),
    "account_reset_password_from_key_done": Reach(),
    "account_reset_password_from_key": Reach(),
    "healthz": MACHINES,
    "readyz": MACHINES,
    "webhook": Reach(signed_in=405, anonymous=405, is_page=False),
}
"""Every route of the resolver. Who adds one says here how it is reached."""

OTHERS = {
    "harriet@thornbury.example": ("/", "past_due"),
    "rupert@ashdown.example": ("/", "suspended"),
    "oliver@pratt.example": ("/", "expired"),
    "mia@tran.example": ("/", "canceled"),
    "femke@deboer.example": ("/", "requires_action"),
    "joost@vandijk.example": ("/", "processing"),
    "haruka@aoyama.example": ("/", "hidden"),
    "grace@harborvale.example": ("/subscriptions/", "forty"),
    "isabel@mesaridge.example": ("/", "reseller"),
}
"""People whose pages look otherwise, because of what they have or owe."""


def address(route: Route, things: Things) -> str:
    """The address of a route, about Alice's things."""
    return reverse(route.name, kwargs={name: things.argument(name) for name in route.arguments})


def first_things(house: RunningHouse, email: str) -> Iterator[str]:
    """The newest subscription's page, the forms of its flows, and the newest order."""
    [(found, status)] = house.sql(
        "SELECT s.id, s.status FROM db_subscription s JOIN db_membership m USING (account_id)"
        " JOIN db_user u ON u.id = m.user_id WHERE u.email = %s ORDER BY s.number DESC LIMIT 1",
        email,
    )
    yield f"/subscriptions/{found}/"
    yield f"/subscriptions/{found}/seats/"
    if status in ("expired", "canceled"):
        yield f"/subscriptions/{found}/renew/"
        yield f"/subscriptions/{found}/buy-again/"
    yield f"/orders/{order_in(house, email, *OrderStatus)}/" if _has_orders(house, email) else "/orders/"


def _has_orders(house: RunningHouse, email: str) -> bool:
    found = house.sql(
        "SELECT 1 FROM db_order o JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s",
        email,
    )
    return bool(found)
