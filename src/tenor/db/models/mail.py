"""Mail to send, one a fact; and the demo's mailbox of what was sent."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, of_account
from tenor.db.models.base import Attempt, Reference, Row


class Mail(Row, Attempt):
    """A mail about one state of one object: the same fact is never told twice. `account` null: to staff."""

    account = Reference("db.Account", null=True, blank=True)
    to = models.EmailField()
    kind = models.TextField()
    subject_id = models.UUIDField()
    state = models.TextField(default="", blank=True)
    language = models.TextField(default="en")
    context = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject_id", "state", "to"],
                nulls_distinct=False,
                name="a_fact_is_mailed_once",
            ),
            Check(name="a_mail_is_of_a_kind", sql="kind <> ''"),
            Check(name="a_mail_has_a_receiver", sql="\"to\" <> ''"),
            of_account("a_mail_is_of_an_account"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None, parked_at=None), name="mails_to_send")
        ]


class SentMail(Row):
    """What the demo's mail gateway would have sent. Empty wherever real mail is sent."""

    to = models.TextField()
    sender = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [Check(name="a_sent_mail_has_a_receiver", sql="\"to\" <> ''")]
        indexes = [models.Index(fields=["-sent_at"], name="mailbox_newest_first")]
