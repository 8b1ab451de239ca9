"""Every named constraint refuses what it is there to refuse, and PostgreSQL has every one of them, at once."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, UniqueConstraint

from tenor.db.constraints import CompositeForeignKey
from tenor.db.models import Account, BalanceMovement, Posting
from tests.db.breaking import WRITES
from tests.db.world import World, change, copy, lift_guards, make_world, nobody

pytestmark = pytest.mark.django_db

OURS = [model for model in apps.get_app_config("db").get_models()]
CONSTRAINTS = {constraint.name: (model, constraint) for model in OURS for constraint in model._meta.constraints}
KEYS = {name: entry for name, entry in CONSTRAINTS.items() if isinstance(entry[1], CompositeForeignKey)}

IMPLIED = {
    name
    for name, (_, constraint) in CONSTRAINTS.items()
    if isinstance(constraint, UniqueConstraint) and "id" in constraint.fields
}
"""Uniques that contain the primary key: composite keys point to them, and no row can break them by itself."""


@pytest.fixture
def world() -> World:
    made = make_world()
    lift_guards()
    return made


def refused_by(error: pytest.ExceptionInfo[IntegrityError]) -> str | None:
    cause: Any = error.value.__cause__
    name = cause.diag.constraint_name
    return None if name is None else str(name)


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_constraint_refuses(name: str, world: World) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        WRITES[name](world)
    assert refused_by(error) == name


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_key_refuses_a_row_of_another_account_and_one_that_is_not_there(name: str, world: World) -> None:
    model, key = KEYS[name]
    assert isinstance(key, CompositeForeignKey)
    stranger = make_world()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        _point(world[model], key, stranger)
    assert refused_by(error) == name


def _point(row: Model, key: CompositeForeignKey, stranger: World) -> None:
    """Point the key's last field elsewhere: to another account's row, or where a global one is meant to nowhere."""
    field = row._meta.get_field(key.fields[-1])
    assert hasattr(field, "attname")
    target = apps.get_model(key.to)
    if len(key.fields) == 1:
        unique = {"code": "fresh"} if hasattr(row, "code") else {"role": "viewer"} if hasattr(row, "role") else {}
        unique = unique or ({"number": "fresh"} if isinstance(row, Account) else {})
        copy(row, **{**_loose(row), **unique, field.attname: nobody()})
    elif field.is_relation:
        change(row, **{field.attname: stranger[target].pk, **_allowed(row, key)})
    elif hasattr(row, "code"):  # prices point to this row: a new one, to break one key only
        copy(row, code="fresh", **{field.attname: "nowhere"})
    else:
        change(row, **{field.attname: "nowhere"})


def _loose(row: Model) -> dict[str, Any]:
    """The row without its references, so that it breaks one key only."""
    kept = {"invoice_id"} if isinstance(row, Posting | BalanceMovement) else set()  # each needs a source
    nullable = {field.attname for field in row._meta.concrete_fields if field.is_relation and field.null}
    return dict.fromkeys(nullable - kept)


def _allowed(row: Model, key: CompositeForeignKey) -> dict[str, Any]:
    """What else a check asks for where that reference is set."""
    if key.fields[-1] == "carried_invoice":
        return {"carried": True, "billed_at": getattr(row, "billed_at", None) or "2026-11-21T12:00:00Z"}
    if key.fields[-1] == "refund" and isinstance(row, BalanceMovement):
        return {"invoice_id": None, "reason": "paid_out", "amount_minor": -1}
    return {"kind": "credit_note"} if key.fields[-1] == "corrects" else {}


def test_every_constraint_is_broken_by_a_test() -> None:
    assert set(CONSTRAINTS) == set(WRITES) | set(KEYS) | IMPLIED


def test_every_account_owned_table_but_for_named_ones_has_its_account_first_in_its_uniques() -> None:
    spanning = {"an_invoice_number_is_given_once_a_seller"}
    for name, (model, constraint) in CONSTRAINTS.items():
        owned = any(field.name == "account" for field in model._meta.concrete_fields)
        if owned and isinstance(constraint, UniqueConstraint) and name not in spanning:
            assert constraint.fields[0] == "account", name


def test_postgresql_has_every_constraint_and_none_without_a_name_of_ours() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'db\\_%%' AND contype IN ('c', 'f', 'u')"
            " UNION SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " WHERE x.indrelid::regclass::text LIKE 'db\\_%%' AND x.indisunique AND NOT x.indisprimary"
        )
        assert {name for (name,) in cursor.fetchall()} == set(CONSTRAINTS)


def test_every_reference_has_a_key_and_every_key_is_immediate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, condeferrable FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'db\\_%%' AND contype = 'f'"
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(KEYS, False)
    kept = {
        (model, field) for model, key in KEYS.values() if isinstance(key, CompositeForeignKey) for field in key.fields
    }
    for model in OURS:
        for field in model._meta.concrete_fields:
            assert not field.is_relation or (model, field.name) in kept, f"{model.__name__}.{field.name}"
