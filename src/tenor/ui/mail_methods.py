"""Mails about payment methods: what was done with one, lest somebody else did it. Laid out by `ui.mail`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

METHODS: dict[str, tuple[Promise, Promise]] = {
    "method_added": (gettext_lazy("A payment method was added"), gettext_lazy("%(method)s was added to your account.")),
    "method_updated": (gettext_lazy("A payment method was edited"), gettext_lazy("%(method)s was edited.")),
    "method_removed": (
        gettext_lazy("A payment method was removed"),
        gettext_lazy("%(method)s was removed from your account."),
    ),
    "default_method": (
        gettext_lazy("Your default payment method has changed"),
        gettext_lazy("%(method)s pays from now on for whatever names no other payment method."),
    ),
    "backup_method": (
        gettext_lazy("Your backup payment method has changed"),
        gettext_lazy("%(method)s is kept in reserve from now on."),
    ),
}
"""Subject and sentence, by the kind of mail."""
