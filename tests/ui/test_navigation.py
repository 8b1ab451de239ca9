"""The navigation shows pages that exist and marks where one is."""

from tenor.ui import navigation
from tenor.ui.context import Chrome

ADDRESSES = {"portal:home": "/", "portal:subscriptions": "/subscriptions/", "portal:help": "/help/"}


def marks(path: str, only: set[str] | None = None) -> dict[str, str]:
    found = navigation.sections(path, only=only, find=ADDRESSES.get)
    return {link.url: link.current for section in found for link in section.links}


def test_only_pages_that_exist_are_shown() -> None:
    assert list(marks("/")) == ["/", "/subscriptions/", "/help/"]


def test_a_face_may_show_fewer() -> None:
    assert list(marks("/", {"portal:help"})) == ["/help/"]


def test_the_page_itself_and_what_lies_above_it_are_marked() -> None:
    assert marks("/")["/"] == "page"
    assert marks("/subscriptions/") == {"/": "", "/subscriptions/": "page", "/help/": ""}
    assert marks("/subscriptions/7/seats/")["/subscriptions/"] == "true"


def test_a_page_without_an_address_is_not_there() -> None:
    assert navigation.address("portal:no-such-page") is None


def test_initials_come_from_the_first_and_last_name() -> None:
    assert Chrome(person_name="Alice Maria Andersson").initials == "AA"
    assert Chrome(person_name="Bob").initials == "B"
    assert Chrome().initials == ""
