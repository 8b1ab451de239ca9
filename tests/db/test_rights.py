"""Row-level security and rights: what the portal's and the staff's role may see and do, and what nobody may."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model

from tenor.db import models
from tenor.db.access import account_scope, scoped_account
from tests.db.world import World, change, copy, make_world, nobody
from tests.support import documents, factories

pytestmark = pytest.mark.django_db

ActingAs = Callable[[str], AbstractContextManager[None]]

OWNED: list[type[Model]] = [
    model
    for model in apps.get_app_config("db").get_models()
    if model is models.Account or any(field.name == "account" for field in model._meta.concrete_fields)
]


def owner_of(row: Model) -> UUID:
    found: UUID = row.pk if isinstance(row, models.Account) else row.account_id  # type: ignore[attr-defined]
    return found


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_account_owned_table_has_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        assert {table for (table,) in cursor.fetchall()} == {model._meta.db_table for model in OWNED}


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_the_portal_sees_the_rows_of_its_account_and_none_without_one(
    model: type[Model], world: World, acting_as: ActingAs
) -> None:
    stranger, row = make_world(), world[model]
    rows = model._default_manager
    with acting_as("tenor_app"):
        assert rows.count() == 0
        with account_scope(owner_of(row)):
            seen = set(rows.values_list("pk", flat=True))
    assert row.pk in seen
    assert stranger[model].pk not in seen

    with acting_as("tenor_staff"):
        assert {row.pk, stranger[model].pk} <= set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("model", [model for model in OWNED if model is not models.Account], ids=lambda m: m.__name__)
def test_the_portal_can_not_add_a_row_to_another_account(model: type[Model], world: World, acting_as: ActingAs) -> None:
    stranger = make_world()
    account_id = owner_of(stranger[models.Account])
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_as("tenor_app"), refused, account_scope(account_id):
        copy(world[model])


def test_the_portal_can_not_move_a_row_to_another_account(world: World, acting_as: ActingAs) -> None:
    stranger, row = make_world(), world[models.Subscription]
    account_id = row.account_id
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_as("tenor_app"), refused, account_scope(account_id):
        change(row, account_id=stranger[models.Account].pk)


def test_the_portal_can_not_change_a_row_of_another_account(world: World, acting_as: ActingAs) -> None:
    stranger, row = make_world(), world[models.Subscription]
    with acting_as("tenor_app"), account_scope(stranger[models.Account].pk):
        change(row, seats=99)
    row.refresh_from_db()
    assert row.seats == 3


def test_a_scope_inside_a_scope_gives_its_account_back(world: World) -> None:
    first, second = world[models.Account].pk, make_world()[models.Account].pk
    with account_scope(first):
        with account_scope(second):
            assert scoped_account() == second
        assert scoped_account() == first
        with pytest.raises(ZeroDivisionError), account_scope(second):
            raise ZeroDivisionError
        assert scoped_account() == first
    assert scoped_account() is None


def test_a_scope_takes_an_id_and_nothing_else() -> None:
    with pytest.raises(ValueError), account_scope("' OR true --"):
        pass


@pytest.mark.django_db(transaction=True)
def test_the_setting_does_not_leak_into_the_next_transaction(role_url: Callable[[str], str]) -> None:
    account = factories.make_account()
    with psycopg.connect(role_url("tenor_app")) as portal:
        portal.execute("SELECT set_config('tenor.account_id', %s, true)", [str(account.id)])
        assert portal.execute("SELECT count(*) FROM db_account").fetchone() == (1,)
        portal.commit()
        assert portal.execute("SELECT count(*) FROM db_account").fetchone() == (0,)
        portal.rollback()
        portal.execute("SELECT set_config('tenor.account_id', '', true)")
        assert portal.execute("SELECT count(*) FROM db_account").fetchone() == (0,)


def test_a_person_learns_which_accounts_are_theirs(acting_as: ActingAs) -> None:
    alice, bob = factories.make_user(), factories.make_user()
    mine, ours = factories.make_account(name="Mine"), factories.make_account(name="Ours", country="NL")
    for account in (mine, ours):
        factories.make_member(account=account, user=alice)
    with acting_as("tenor_app"), connection.cursor() as cursor:
        cursor.execute("SELECT account_id, name, country, role FROM account_access(%s)", [alice.id])
        assert cursor.fetchall() == [(mine.id, "Mine", "SE", "buyer"), (ours.id, "Ours", "NL", "buyer")]
        cursor.execute("SELECT count(*) FROM account_access(%s)", [bob.id])
        assert cursor.fetchone() == (0,)


FORBIDDEN_TO_THE_PORTAL = [
    "DELETE FROM db_subscription",
    "DELETE FROM db_order",
    "TRUNCATE db_posting",
    "UPDATE db_account SET number = 'A-1'",
    "UPDATE db_account SET seller_id = id",
    "UPDATE db_membership SET user_id = user_id",
    "DELETE FROM db_seatassignment",
    "UPDATE db_seatassignment SET user_id = user_id",
    "DELETE FROM db_invitation",
    "UPDATE db_invitation SET email = ''",
    "UPDATE db_handover SET offered_to_id = offered_by_id",
    "UPDATE db_seller SET policy = '{}'",
    "UPDATE db_priceentry SET list_minor = 1",
    "INSERT INTO db_priceentry SELECT * FROM db_priceentry",
    "UPDATE db_numberseries SET prefix = ''",
    "UPDATE db_quote SET outcome = '{}'",
    "UPDATE db_invoice SET total_minor = 0",
    "UPDATE db_invoiceline SET net_minor = 0",
    "DELETE FROM db_invoice",
    "UPDATE db_posting SET amount_minor = 1",
    "UPDATE db_event SET actor = ''",
    "DELETE FROM db_event",
    "SELECT body FROM db_gatewayevent",
    "UPDATE db_clock SET stands_at = NULL",
    "INSERT INTO db_user SELECT * FROM db_user",
    "ALTER TABLE db_account DISABLE ROW LEVEL SECURITY",
    "DROP POLICY the_account_of_the_transaction ON db_account",
    "ALTER TABLE db_posting DISABLE TRIGGER ALL",
]


@pytest.mark.parametrize("statement", FORBIDDEN_TO_THE_PORTAL)
def test_the_portal_may_not(statement: str, acting_as: ActingAs) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with acting_as("tenor_app"), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["db_priceentry", "db_posting", "db_event", "db_invoiceline"])
def test_the_staff_may_not_change_what_never_changes(table: str, acting_as: ActingAs) -> None:
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting_as("tenor_staff"), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"DELETE FROM {table}")


def guarded(world: World) -> dict[str, Callable[[], object]]:
    """For every guard, what even the owner of the tables is refused."""
    invoice, event = world[models.Invoice], world[models.Event]
    return {
        "a_price_is_never_edited": lambda: change(world[models.PriceEntry], list_minor=1),
        "a_quote_stays_as_it_was_shown": lambda: change(world[models.Quote], outcome={"total": 0}),
        "an_issued_invoice_never_changes": lambda: change(invoice, parties={"seller": "another"}),
        "an_issued_invoice_is_never_deleted": lambda: models.Invoice.objects.filter(id=invoice.id).delete(),
        "an_invoice_line_never_changes": lambda: change(world[models.InvoiceLine], net_minor=1),
        "a_tax_line_never_changes": lambda: change(world[models.InvoiceTaxLine], net_minor=1),
        "a_movement_never_changes": lambda: change(world[models.BalanceMovement], amount_minor=1),
        "a_posting_never_changes": lambda: change(world[models.Posting], amount_minor=1),
        "an_event_never_changes": lambda: change(event, actor="somebody else"),
        "an_event_is_never_deleted": lambda: models.Event.objects.filter(id=event.id).delete(),
    }


def guard_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def test_every_guard_refuses_even_the_owner(world: World) -> None:
    refused = set()
    for name, attempt in guarded(world).items():
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            attempt()
        cause = error.value.__cause__
        assert isinstance(cause, psycopg.Error)
        assert cause.diag.constraint_name == name
        refused.add(name)
    assert refused == guard_names()


def test_the_guard_of_invoices_knows_every_column() -> None:
    """A new column is guarded, too: the condition names each of them but the status and what is generated from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'an_issued_invoice_never_changes'")
        (definition,) = cursor.fetchone() or ("",)
    columns = {field.column for field in models.Invoice._meta.concrete_fields if not field.generated}
    guarded = set(re.findall(r"old\.(\w+)", definition))
    assert (guarded, set(re.findall(r"new\.(\w+)", definition))) == (columns, columns - {"status"})


def test_guards_let_pass_what_may_change(world: World) -> None:
    change(world[models.Invoice], status="credited")
    change(world[models.Event], delivered_at=factories.NOW, tries=1, error="")
    change(world[models.Quote], accepted_at=factories.NOW)
    draft = documents.make_invoice(account=world[models.Account], status="draft")
    change(draft, status="open", number="INV-x", issued_on=factories.TODAY, due_on=factories.TODAY)
    assert models.Invoice.objects.get(id=draft.id).number == "INV-x"


@pytest.mark.parametrize("function", ["account_access", "invitation_by_token", "person_with_address"])
def test_nobody_but_the_two_roles_may_ask_the_owners_functions(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grantee FROM information_schema.routine_privileges WHERE routine_name = %s"
            " AND grantee <> current_user",
            [function],
        )
        assert {grantee for (grantee,) in cursor.fetchall()} == {"tenor_app", "tenor_staff"}


def test_an_invitation_is_found_by_what_its_token_digests_to_and_in_no_other_way(
    world: World, acting_as: ActingAs
) -> None:
    invitation = world[models.Invitation]
    with acting_as("tenor_app"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM db_invitation")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT id, email FROM invitation_by_token(%s)", [invitation.token_digest])
        assert cursor.fetchall() == [(invitation.id, invitation.email)]
        cursor.execute("SELECT count(*) FROM invitation_by_token(%s)", ["0" * 64])
        assert cursor.fetchone() == (0,)


def test_the_portal_adds_people_without_a_password_and_without_power(acting_as: ActingAs) -> None:
    known = factories.make_user(email="known@example.com", name="Known")
    with acting_as("tenor_app"), connection.cursor() as cursor:
        for address, new_id in (("New@example.com", nobody()), ("known@example.com", nobody())):
            cursor.execute("SELECT person_with_address(%s, %s, 'Somebody', 'sv')", [new_id, address])
    added = models.User.objects.get(email="new@example.com")
    assert (added.name, added.language, added.is_staff, added.has_usable_password()) == ("Somebody", "sv", False, False)
    known.refresh_from_db()
    assert known.name == "Known", "who is known keeps what is known"
