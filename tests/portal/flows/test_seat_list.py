"""All seats in one file: down, changed, up, looked at, confirmed; in whatever form a spreadsheet saved it."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from tenor.db import models
from tenor.domain.account import Role
from tenor.domain.refusals import Refusal
from tenor.portal import seat_file
from tests.portal.flows.conftest import Answer, Counter, text
from tests.support import factories, people

URL = "/users/seats/"
HEAD = "Subscription,E-mail address\n"


def sent(counter: Counter, content: str | bytes, browser: Any = None) -> Answer:
    body = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile("seats.csv", body, content_type="text/csv")
    answer: Answer = (browser or counter.browser).post(URL, {"file": file})
    return answer


def confirmed(counter: Counter, preview: Answer, **more: str) -> Answer:
    fields = dict(re.findall(r'type="hidden" name="(lines|changes)" value="([^"]*)"', preview.content.decode()))
    fields = {name: unescape(value) for name, value in fields.items()}
    answer: Answer = counter.browser.post(URL, {"confirm": "1", **fields, **more})
    return answer


def seated() -> set[str]:
    return set(models.SeatAssignment.objects.filter(released_at=None).values_list("user__email", flat=True))


def test_the_file_of_today_changes_nothing(counter: Counter) -> None:
    models.Subscription.objects.filter(id=counter.subscription.id).update(label="=Office")
    people.make_seat(subscription=counter.subscription, user=factories.make_user(email="mia@example.com"))
    factories.make_subscription(account=counter.customer.account)
    file = counter.browser.get("/users/seats.csv")
    assert "'=Office" in file.content.decode()
    page = text(sent(counter, file.content))
    assert "1 seat stays as it is." in page
    assert "gets a seat" not in page
    assert "left out" not in page


def test_it_does_what_it_showed_and_tells_it(counter: Counter) -> None:
    number = counter.subscription.number
    people.make_seat(subscription=counter.subscription, user=factories.make_user(email="mia@example.com"))
    preview = sent(counter, f"{HEAD}{number},Ann@example.com\nSUB-nothing,bo@example.com\n")
    page = text(preview)
    assert "ann@example.com S" in page
    assert "gets a seat New here" in page
    assert "mia@example.com" in page
    assert "loses the seat" in page
    assert "3 SUB-NOTHING bo@example.com There is no subscription of that number." in page
    assert seated() == {"mia@example.com"}
    done = confirmed(counter, preview)
    assert done.headers["Location"] == "/users/"
    assert "1 seat assigned, 1 taken back." in text(counter.browser.get("/users/"))
    assert seated() == {"ann@example.com"}
    assert set(models.Event.objects.values_list("kind", flat=True)) >= {"seat_assigned", "seat_released"}
    assert not models.Invitation.objects.exists()


def test_who_is_new_is_invited_if_that_is_wished(counter: Counter) -> None:
    preview = sent(counter, f"{HEAD}{counter.subscription.number},ann@example.com\n")
    confirmed(counter, preview, invite="1")
    assert models.Invitation.objects.get().email == "ann@example.com"


def test_what_changed_meanwhile_is_shown_anew_and_nothing_is_lost(counter: Counter) -> None:
    preview = sent(counter, f"{HEAD}{counter.subscription.number},ann@example.com\n")
    people.make_seat(subscription=counter.subscription, user=factories.make_user(email="mia@example.com"))
    again = confirmed(counter, preview)
    assert again.status_code == 409
    assert "Somebody changed seats meanwhile." in text(again)
    assert seated() == {"mia@example.com"}
    confirmed(counter, again)
    assert seated() == {"ann@example.com"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_it_is_read_however_it_was_saved(separator: str, encoding: str) -> None:
    rows = [["Prenumeration", "Namn", "E-postadress"], ["sub-1", "Åsa Öberg", "asa@example.com"], ["", "", ""]]
    with override("sv"):
        rows[0] = [seat_file.header()[0], seat_file.header()[3], seat_file.header()[2]]
    content = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    (line,) = seat_file.read(content)
    assert (line.line, line.number, line.email, line.is_address) == (2, "SUB-1", "asa@example.com", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0\1\2", "file_unreadable"),
        (b"", "file_without_columns"),
        (b"Subscription,Whatever\n", "file_without_columns"),
        (b'Subscription,E-mail address\n"' + b"x" * 140_000, "file_unreadable"),
        (b"x" * (seat_file.LARGEST + 1), "file_too_large"),
        (HEAD.encode() + b"1,a\n" * (seat_file.MOST_LINES + 1), "file_too_large"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        seat_file.read(content)
    assert refused.value.code == code


@pytest.mark.parametrize("text_", ["", "nonsense", "[1]", '[["x", 1, 2]]', "{}x"])
def test_what_a_form_brings_back_may_be_anything(text_: str) -> None:
    with pytest.raises(Refusal):
        seat_file.brought_back(text_)


@pytest.mark.parametrize("changes", ["nonsense", "[1]", "7"])
def test_a_confirmation_of_something_else_does_nothing(counter: Counter, changes: str) -> None:
    preview = sent(counter, f"{HEAD}{counter.subscription.number},ann@example.com\n")
    assert confirmed(counter, preview, changes=changes).status_code == 409
    assert seated() == set()


def test_a_mark_against_formulas_is_taken_off_again() -> None:
    (line,) = seat_file.read(f"{HEAD}SUB-1,'+ann@example.com".encode())
    assert line.email == "+ann@example.com"


def test_without_a_file_or_without_the_role_nothing_is_read(counter: Counter) -> None:
    assert "Choose a file." in text(counter.browser.post(URL, {}))
    viewer = counter.as_role(Role.VIEWER)
    assert "does not include managing users" in text(viewer.get(URL))
    assert sent(counter, HEAD, viewer).status_code == 403


def test_an_address_is_read_as_it_is_kept(counter: Counter) -> None:
    people.make_seat(subscription=counter.subscription, user=factories.make_user(email="mia@straße.example"))
    page = text(sent(counter, counter.browser.get("/users/seats.csv").content))
    assert "1 seat stays as it is." in page
    assert "gets a seat" not in page
