"""What a queued reminder has to say, and where it leads: from the queue's row, with the catalog's names."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from tenor.db.codec import decode_reminder
from tenor.db.models import Mail, Seller
from tenor.domain.account import MethodKind
from tenor.domain.reminders import Reminder, ReminderKind
from tenor.ui.mail_view import MailReminder
from tenor.ui.words import Names, subscription_reference
from tenor.usecases.load import Loaded


def about_reminder(mail: Mail, loaded: Loaded) -> MailReminder:
    """The reminder as it was decided: what the account is now may be told by the next one."""
    reminder = decode_reminder(mail.context)
    urls = {does: _whole(path, loaded) for does, path in _paths(reminder, loaded).items()}
    references = {one.id: subscription_reference(one) for one in loaded.state.subscriptions}
    told = MailReminder(reminder, Names.of(loaded.offer, mail.language), urls, references=references)
    if reminder.kind is not ReminderKind.DEBIT:
        return told
    creditor = Seller.objects.values_list("legal_name", flat=True).get(id=loaded.offer.seller.id)
    return replace(told, creditor=creditor, creditor_id=loaded.offer.policy.creditor_id)


def address(about: MailReminder) -> str:
    """Where the button leads: to what the reader is most likely to want."""
    first = {ReminderKind.ENDS: "on", ReminderKind.METHOD: "update"}.get(about.reminder.kind, "see")
    return about.urls[first]


def for_account(url: str, account_id: object) -> str:
    """The address with the account that it is about: whoever belongs to several gets to the right one."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'account': str(account_id)})}"


def _paths(reminder: Reminder, loaded: Loaded) -> Mapping[str, str]:
    """Where each thing is done: all of them only show a page, and ask before anything is changed."""
    ids = list(dict.fromkeys(line.subscription_id for line in reminder.lines if line.subscription_id))
    method = reminder.method
    paths = {"see": reverse("portal:upcoming"), "method": reverse("portal:methods")}
    paths["update"] = paths["method"]
    if method is not None and method.kind is MethodKind.CARD:
        paths["update"] = reverse("portal:edit_method", args=[method.id])
    if len(ids) == 1:
        one = {
            "see": "subscription",
            "term": "change_term",
            "seats": "reduce_seats",
            "method": "choose_method",
            "on": "auto_renew",
            "off": "auto_renew",
        }
        paths |= {does: reverse(f"portal:{name}", args=ids) for does, name in one.items()}
        several = {"early": reverse("portal:renew", args=ids)}
    else:
        named = f"?{urlencode([('s', each) for each in ids])}"
        several = {"on": reverse("portal:auto_renew_many") + named, "early": reverse("portal:renew_many") + named}
        if len(ids) > loaded.offer.policy.most_at_once:
            several = {"on": reverse("portal:subscriptions"), "early": reverse("portal:subscriptions")}
        several["off"] = several["on"]
    if any(line.price_change and line.price_change.early for line in reminder.lines):
        paths["early"] = several["early"]
    return {**{does: path for does, path in several.items() if does != "early"}, **paths}


def _whole(path: str, loaded: Loaded) -> str:
    return for_account(f"{settings.PUBLIC_URL}{path}", loaded.state.id)
