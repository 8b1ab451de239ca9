"""What every table shares: an id made in Python, and for a customer's rows the account they belong to."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from tenor.db.ids import new_id


class Reference(models.ForeignKey[Any, Any]):
    """A foreign key to Django, and none to PostgreSQL: the real one is a `CompositeForeignKey` of the model.

    No index of its own either: a composite one that begins with the account covers it. No reverse accessor: what
    belongs to a row is read by a query that says so.
    """

    def __init__(self, to: Any, **options: Any) -> None:
        fixed = {"on_delete": models.DO_NOTHING, "db_constraint": False, "db_index": False, "related_name": "+"}
        super().__init__(to, **{**options, **fixed})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Migrations write it as the plain foreign key that it is."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", arguments, options


class Row(models.Model):
    """A table with an id that is known before the row is written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class AccountRow(Row):
    """A row that belongs to one account. Row-level security shows it to that account alone."""

    account = Reference("db.Account")

    class Meta:
        abstract = True


class Attempt(models.Model):
    """A row that the worker carries out: claimed by a lease of the database's clock, parked when it keeps failing."""

    tries = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        abstract = True
