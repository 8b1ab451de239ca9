"""What every page's frame needs: the vendor, the person, the navigation, the reader's locale."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from tenor.ui import formats, navigation


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """One of the accounts that a person may switch to. `country` is ISO 3166 ("US")."""

    id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Chrome:
    """What a face tells the frame about the person who is signed in: set it as `request.chrome`.

    `pages` limits the navigation to those url names (None: every page that exists). `business_date` is today by the
    test clock, shown in the demo's banner. `zone` is the account's billing time zone (IANA name).
    """

    person_name: str = ""
    person_email: str = ""
    role: str = ""
    account: AccountChoice | None = None
    accounts: tuple[AccountChoice, ...] = ()
    pages: frozenset[str] | None = None
    business_date: date | None = None
    zone: str = "UTC"

    @property
    def initials(self) -> str:
        """First letters of the first and last name, for the round picture beside it."""
        words = self.person_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


NOBODY = Chrome()


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Django context processor: the keys `vendor`, `chrome`, `navigation`, `locale`, `zone`, `demo`, `languages`."""
    known: Chrome = getattr(request, "chrome", NOBODY)
    country = known.account.country if known.account else None
    return {
        "vendor": getattr(settings, "VENDOR_NAME", "Northline"),
        "chrome": known,
        "navigation": navigation.sections(request.path, only=known.pages),
        "locale": formats.locale_for(get_language() or settings.LANGUAGE_CODE, country),
        "zone": known.zone,
        "demo": getattr(settings, "DEMO", False),
        "languages": settings.LANGUAGES,
    }
