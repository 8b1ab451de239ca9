"""The secret address at which somebody's calendar program reads an account's renewals."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, of_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.user import User


class CalendarFeed(AccountRow):
    """One person's feed of one account. Of its token only the SHA-256 is kept; renewed, it has another `serial`."""

    user = Reference(User)
    token_digest = models.TextField()
    serial = models.IntegerField(default=1)
    turned_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="a_person_has_one_calendar_of_an_account"),
            Check(name="a_calendars_token_is_kept_as_a_sha256", sql="token_digest ~ '^[0-9a-f]{64}$'"),
            Check(name="a_calendar_is_given_out_once_or_more", sql="serial >= 1"),
            of_account("a_calendar_is_of_an_account"),
            CompositeForeignKey(name="a_calendar_is_a_persons", fields=["user"], to="db.User", to_fields=["id"]),
        ]
        indexes = [models.Index(fields=["token_digest"], name="calendars_by_token")]
