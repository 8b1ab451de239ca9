"""Two kinds of constraint that Django has not: a check said in SQL, and a foreign key of several columns."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model, UniqueConstraint


class _NamedConstraint(BaseConstraint):
    """What both kinds share. Forms don't check these constraints: PostgreSQL does, for every way to write a row."""

    def _definition(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        raise NotImplementedError

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """The constraint as part of CREATE TABLE."""
        assert model is not None
        assert schema_editor is not None
        return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._definition(model, schema_editor)}"

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """The constraint added to a table that is there."""
        assert model is not None
        assert schema_editor is not None
        return self._alter(model, schema_editor, f"ADD {self.constraint_sql(model, schema_editor)}")

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """The constraint taken away."""
        assert model is not None
        assert schema_editor is not None
        return self._alter(model, schema_editor, f"DROP CONSTRAINT {schema_editor.quote_name(self.name)}")

    def validate(self, *args: object, **kwargs: object) -> None:
        """Nothing: see the class."""

    def _alter(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor, action: str) -> str:
        return f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} {action}"

    def _arguments(self) -> dict[str, Any]:
        raise NotImplementedError

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """How a migration writes this constraint down."""
        return f"tenor.db.constraints.{type(self).__name__}", (), {"name": self.name, **self._arguments()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _NamedConstraint) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class Check(_NamedConstraint):
    """A named check, written in SQL."""

    def __init__(self, *, name: str, sql: str) -> None:
        super().__init__(name=name)
        self.sql = sql

    def _definition(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f"CHECK ({self.sql})"

    def _arguments(self) -> dict[str, Any]:
        return {"sql": self.sql}


class CompositeForeignKey(_NamedConstraint):
    """An immediate foreign key over several fields, so that no row can point to another account's row (docs/adr).

    `to` is a model ("db.Order"). The fields pointed to need a unique constraint of their own, in the same order;
    therefore these constraints come last in a migration. No action on delete or update: nothing cascades.
    """

    def __init__(self, *, name: str, fields: Sequence[str], to: str, to_fields: Sequence[str]) -> None:
        super().__init__(name=name)
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)

    def _definition(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        target = model._meta.apps.get_model(self.to)
        here, there = _columns(model, self.fields, schema_editor), _columns(target, self.to_fields, schema_editor)
        return f"FOREIGN KEY ({here}) REFERENCES {schema_editor.quote_name(target._meta.db_table)} ({there})"

    def _arguments(self) -> dict[str, Any]:
        return {"fields": self.fields, "to": self.to, "to_fields": self.to_fields}


def _columns(model: type[Model], fields: Iterable[str], schema_editor: BaseDatabaseSchemaEditor) -> str:
    columns = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
    return ", ".join(schema_editor.quote_name(columns[field]) for field in fields)


def one_of(name: str, column: str, values: Iterable[StrEnum]) -> Check:
    """The column holds one of the domain's values: the list is taken from there and nowhere else."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return Check(name=name, sql=f"{column} IN ({listed})")


def a_currency(name: str, column: str = "currency") -> Check:
    """The column holds a currency code, or nothing where it may be null."""
    return Check(name=name, sql=f"{column} ~ '^[A-Z]{{3}}$'")


def a_known(name: str, column: str, codes: Iterable[str]) -> Check:
    """The column holds one of these codes, which a list outside Tenor gives (ISO 3166, ISO 4217), or nothing."""
    listed = ", ".join(f"'{code}'" for code in sorted(codes))
    return Check(name=name, sql=f"{column} IN ({listed})")


def by_language(name: str, column: str) -> Check:
    """The column holds texts by language, as JSON: {"sv": "Underhåll"}. A text that is given says something."""
    # Strict paths, and silent ones: a lax one would look into a list for the texts that stand there in its place.
    texts = f"jsonb_path_exists({column}, 'strict $.* ? (@.type() != \"string\" || @ == \"\")', '{{}}', true)"
    return Check(name=name, sql=f"{_of_languages(column)} AND NOT {texts}")


def lists_by_language(name: str, column: str) -> Check:
    """The column holds lists of texts by language, as JSON: {"sv": ["2D", "3D"]}. None is empty."""
    lists = f"jsonb_path_exists({column}, 'strict $.* ? (@.type() != \"array\" || @.size() == 0)', '{{}}', true)"
    texts = f"jsonb_path_exists({column}, 'lax $.*[*] ? (@.type() != \"string\" || @ == \"\")', '{{}}', true)"
    return Check(name=name, sql=f"{_of_languages(column)} AND NOT {lists} AND NOT {texts}")


def _of_languages(column: str) -> str:
    keys = f"jsonb_path_exists({column}, '$.keyvalue() ? (!(@.key like_regex \"^[a-z]{{2}}$\"))', '{{}}', true)"
    return f"jsonb_typeof({column}) = 'object' AND NOT {keys}"


def one_line(name: str, column: str) -> Check:
    """The column's text is on one line: no control character, and no other line break (`domain.texts.one_line`)."""
    return Check(name=name, sql=rf"{column} !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'")


def no_longer_than(name: str, column: str, characters: int) -> Check:
    """The column's text has that many characters at most."""
    return Check(name=name, sql=f"char_length({column}) <= {characters}")


def own_ids(name: str) -> UniqueConstraint:
    """What composite foreign keys point to. `id` alone is unique, too; a key of two columns needs this one."""
    return UniqueConstraint(fields=["account", "id"], name=name)


def of_account(name: str) -> CompositeForeignKey:
    """The row belongs to an account that exists."""
    return CompositeForeignKey(name=name, fields=["account"], to="db.Account", to_fields=["id"])


def same_account(name: str, field: str, to: str) -> CompositeForeignKey:
    """The row that `field` names belongs to the same account."""
    return CompositeForeignKey(name=name, fields=["account", field], to=to, to_fields=["account", "id"])
