"""Where our books and a gateway's disagree, from when it was found until a later look no longer finds it."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, one_of
from tenor.db.models.base import Row
from tenor.domain.reconciling import DifferenceKind


class Difference(Row):
    """One disagreement. `reference` is the payment's or refund's, or the gateway's own for what we don't know.

    `about_at` is when the charge was made: a look that began later says nothing about it. Global, like the gateway's
    books: a charge that nobody here knows is no account's. `look` is the comparison that saw it last.
    """

    kind = models.TextField()
    gateway = models.TextField()
    reference = models.TextField()
    facts = models.JSONField(default=dict)
    look = models.UUIDField()
    about_at = models.DateTimeField()
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "gateway", "reference"],
                condition=Q(resolved_at=None),
                name="a_difference_is_open_once",
            ),
            one_of("a_difference_is_of_a_known_kind", "kind", DifferenceKind),
            Check(name="a_difference_names_what_it_is_about", sql="gateway <> '' AND reference <> ''"),
            Check(name="a_difference_is_resolved_after_it_was_found", sql="resolved_at >= found_at"),
        ]
