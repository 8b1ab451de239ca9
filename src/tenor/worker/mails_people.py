"""What the mails about people have to say, and where they lead: from the queue's rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from tenor.db.models import Mail
from tenor.ui.mail_people import MailPeople
from tenor.ui.words import Names
from tenor.usecases.invitation_token import token_of
from tenor.usecases.load import Loaded

HANDOVER = "handover_offered"
INVITATION = "invitation"
ADDRESSES = {HANDOVER: "portal:handover", "role_changed": "portal:home", "handover_withdrawn": "portal:home"}
"""Where mails lead that don't lead to the users' page."""


def about_people(mail: Mail, loaded: Loaded) -> MailPeople:
    """The facts that the use case left in the queue, with names for codes and ids."""
    known: Mapping[str, Any] = mail.context
    until = known.get("until")
    return MailPeople(
        by=known.get("by", ""),
        person=known.get("person", ""),
        role=known.get("role", ""),
        product=_product(mail, loaded, known["subscription"]) if "subscription" in known else "",
        until=datetime.fromisoformat(until) if until else None,
    )


def address(mail: Mail) -> str:
    """Where the mail leads, whole. An invitation's token is worked out here, and kept nowhere."""
    if mail.kind == INVITATION:
        path = reverse("portal:invitation", args=[token_of(UUID(str(mail.subject_id)), mail.context["serial"])])
    else:
        path = reverse(ADDRESSES.get(mail.kind, "portal:users"))
    return f"{settings.PUBLIC_URL}{path}"


def _product(mail: Mail, loaded: Loaded, subscription_id: str) -> str:
    one = loaded.state.subscription(subscription_id)
    return Names.of(loaded.offer, mail.language).item(one.product, one.plan)
