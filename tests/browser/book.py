"""Things of the demo's book that pages are about: found once a house, by whose they are and what state they are in."""

from dataclasses import dataclass
from secrets import token_urlsafe
from uuid import UUID

from django.test import override_settings

from tenor.usecases.invitation_token import digest_of
from tenor.usecases.reminder_token import reminder_token
from tests.browser.buying import ALICE, subscription_of
from tests.support.house import RunningHouse


@dataclass(frozen=True)
class Things:
    """Ids of one account's things, for addresses."""

    subscription: str
    order: str
    method: str
    quote: str
    mail: str
    person: str
    token: str
    reader: str

    def argument(self, name: str) -> str:
        """The value of an address's argument."""
        known = {
            "subscription_id": self.subscription,
            "order_id": self.order,
            "method_id": self.method,
            "quote_id": self.quote,
            "mail_id": self.mail,
            "person_id": self.person,
            "invitation_id": self.person,
            "token": self.token,
            "reader": self.reader,
            "feed": "none",
            "kind": "term",
            "reference": "unknown",
            "name": "sandbox",
            "uidb36": "zz",
            "key": "nothing",
        }
        return known[name]


def alices(house: RunningHouse) -> Things:
    """What belongs to Alice's account: her Draft, the newest order, a method, a quote."""
    return things_of(house, ALICE, "draft")


def things_of(house: RunningHouse, email: str, product: str) -> Things:
    """What belongs to the person's account."""
    [(account,)] = house.sql(
        "SELECT m.account_id FROM db_membership m JOIN db_user u ON u.id = m.user_id WHERE u.email = %s", email
    )

    def newest(table: str) -> str:
        return str(house.sql(f"SELECT id FROM {table} WHERE account_id = %s ORDER BY id DESC LIMIT 1", account)[0][0])

    person = str(house.sql("SELECT user_id FROM db_membership WHERE account_id = %s LIMIT 1", account)[0][0])
    return Things(
        subscription=subscription_of(house, email, product),
        order=newest("db_order"),
        method=newest("db_paymentmethod"),
        quote=newest("db_quote"),
        mail=a_mail(house),
        person=person,
        token=a_token(house, str(account)),
        reader=a_reader(house, person),
    )


def a_reader(house: RunningHouse, person: str) -> str:
    """The person's token in a mail's way to stop reminders, as the house signs it."""
    with override_settings(SECRET_KEY=house.house.settings()["TENOR_SECRET_KEY"]):
        return reminder_token(UUID(person))


def a_token(house: RunningHouse, account: str) -> str:
    """The token of a new invitation into the account."""
    token = token_urlsafe()
    house.sql(
        "INSERT INTO db_invitation (id, account_id, email, role, language, token_digest, serial, invited_by_id,"
        " invited_at, expires_at) SELECT gen_random_uuid(), account_id, %s, 'viewer', 'en', %s, 1, user_id, now(),"
        " '2100-01-01' FROM db_membership WHERE account_id = %s AND role = 'buyer'",
        f"guest-{token[:8].lower()}@example.com",
        digest_of(token),
        account,
    )
    return token


def a_mail(house: RunningHouse) -> str:
    """A mail in the demo's mailbox that is also laid out; the worker puts the book's own there in its own time."""
    found = house.sql("SELECT id FROM db_sentmail WHERE html <> '' LIMIT 1") or house.sql(
        'INSERT INTO db_sentmail (id, "to", sender, subject, text, html, sent_at)'
        " VALUES (gen_random_uuid(), 'alice@brightwater.example', 'Northline <no-reply@localhost>', 'A letter',"
        " 'Dear Alice, this is all.', '<p>Dear Alice, this is all.</p>', '2026-01-01') RETURNING id"
    )
    return str(found[0][0])


def order_in(house: RunningHouse, email: str, *states: str) -> str:
    """The newest order of the person's account in one of the states."""
    rows = house.sql(
        "SELECT o.id FROM db_order o JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND o.status = ANY(%s) ORDER BY o.number DESC",
        email,
        list(states),
    )
    assert rows, f"{email} has no order in {states}"
    return str(rows[0][0])
