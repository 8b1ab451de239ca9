"""The catalogs: whole, in step with the sources, the same placeholders and tags, no churn."""

import gettext
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.account.forms import LoginForm as SignInForm
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.meta.rules import ROOT
from tests.support import pseudo_locale

LANGUAGES = ["sv", "nl"]
LOCALE = ROOT / "src/tenor/ui/locale"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SHARED_WORDS = set(
    "Status Standard Demo Menu Help Account Contract Contact Product Code Chat E-mail Mailbox Seats".split()
) | {
    *("Plan", "%(count)s seat", "%(seats_shown)s seat", "Seats %(before)s → %(after)s", "sales tax", "Maltese"),
    *("excl. %(tax)s", "incl. %(tax)s", "incl. %(rate)s %(tax)s", "plus %(rate)s %(tax)s"),
    "%(kind)s (SEPA)",
}
"""Words that one of our languages shares with English."""


def catalog(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


CATALOGS = {language: catalog(language) for language in LANGUAGES}


def messages(language: str) -> Iterator[Message]:
    return (message for message in CATALOGS[language] if message.id)


def forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def key(message: Message) -> tuple[str, str]:
    return message.context or "", forms(message.id)[0]


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources say now, collected by the very command of the Makefile."""
    template = tmp_path_factory.mktemp("catalog") / "django.pot"
    command = MAKEFILE.split("pybabel --quiet extract")[1].split("\n\t$(BIN)")[0].replace("\\\n", " ")
    command = command.replace(".make/django.pot", str(template)).replace('"', "'")
    arguments = [part.strip("'") for part in re.findall(r"'[^']*'|\S+", command)]
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    subprocess.run([*babel, *arguments], cwd=ROOT, check=True, capture_output=True)
    with template.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_sources_is_in_the_catalog_and_nothing_else(language: str, sources: Catalog) -> None:
    said = {key(message) for message in sources if message.id}
    known = {key(message) for message in messages(language)}
    assert len(said) > 500
    assert (sorted(said - known), sorted(known - said)) == ([], []), "run: make translations, then translate"
    assert not CATALOGS[language].obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    empty = [message.id for message in messages(language) if not all(forms(message.string)) or message.fuzzy]
    assert empty == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_kept(language: str) -> None:
    pattern = re.compile(r"%\(\w+\)[sd]|%d|%%|</?\w[^>]*>")
    broken = []
    for message in messages(language):
        asked = sorted(pattern.findall(forms(message.id)[-1]))
        for i, text in enumerate(forms(message.string)):
            found = sorted(pattern.findall(text))
            # "one renewal" may leave out the number that "%(count)s renewals" shows
            is_one = i == 0 and len(forms(message.string)) > 1
            if found != asked and not (is_one and set(found) <= set(asked)):
                broken.append((message.id, text))
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    plural = [message for message in messages(language) if message.pluralizable]
    assert len(plural) >= 5
    assert {len(forms(message.string)) for message in plural} == {CATALOGS[language].num_plurals} == {2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english(language: str) -> None:
    same = [
        message.id
        for message in messages(language)
        if forms(message.id)[0] == forms(message.string)[0]
        and re.search(r"[^\W\d_]", re.sub(r"%\(\w+\)s", "", forms(message.id)[0]))
        and forms(message.id)[0] not in SHARED_WORDS
    ]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_as_the_english_ones_do(language: str) -> None:
    """A sentence that lost its full stop, or a label that got one, looks like a mistake beside its neighbours."""
    ends = (".", "!", "?", ":")
    wrong = [
        (source, text)
        for message in messages(language)
        for source, text in zip(forms(message.id)[-1:], forms(message.string)[-1:], strict=True)
        if source.endswith(ends) != text.endswith(ends)
    ]
    assert [pair for pair in wrong if not pair[0].startswith("Hello")] == []


def test_the_reader_is_addressed_in_one_way() -> None:
    """Swedish says du, Dutch says u."""
    swedish = [text for message in messages("sv") for text in forms(message.string)]
    dutch = [text for message in messages("nl") for text in forms(message.string)]
    assert [text for text in swedish if re.search(r"\b(Ni|ni|Er|er|ert|era|Ert|Era)\b", text)] == []
    assert [text for text in dutch if re.search(r"\b(je|jij|jou|jouw|jullie|Je|Jij|Jouw)\b", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalog_holds_nothing_that_changes_by_itself(language: str) -> None:
    text = (LOCALE / language / "LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert "POT-Creation-Date: 2026-11-22 00:00+0000" in text, "the template's date is not news: keep it as it is"
    places = re.findall(r"^#: (.*)$", text, flags=re.MULTILINE)
    assert places
    assert [place for line in places for place in line.split() if not re.fullmatch(r"src/tenor/[\w./-]+", place)] == []
    assert Path(ROOT).as_posix() not in text
    assert "#~" not in text


# --- words of others on our pages ---------------------------------------------------------------------------------


def borrowed() -> dict[str, str]:
    """What the sign-in forms and the checks of passwords say in the language in use."""
    made = [SignInForm(), RequestLoginCodeForm(), ConfirmLoginCodeForm(code="1"), ChangePasswordForm(user=None)]
    made += [SetPasswordForm(user=None), ResetPasswordForm(), ResetPasswordKeyForm(), ReauthenticateForm(user=None)]
    said = {f"{type(form).__name__} {name}": str(field.label) for form in made for name, field in form.fields.items()}
    said |= {code: str(text) for code, text in DefaultAccountAdapter.error_messages.items()}
    for password in ("short", "password12"):
        with pytest.raises(ValidationError) as refused:
            validate_password(password)
        said[password] = " ".join(refused.value.messages)
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_speaks_the_language(language: str) -> None:
    with translation.override("en"):
        english = borrowed()
    with translation.override(language):
        shown = borrowed()
    assert len(shown) > 20
    assert {name: text for name, text in shown.items() if text == english[name] and text != "Code"} == {}


# --- the made-up language of the pseudo-locale run ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Seats", "⟦Šéàtš⟧"),
        ("\n  Hello %(name)s,\n", "\n  ⟦Héllö %(name)s,⟧\n"),
        ('<span translate="no">%(a)s</span> &amp; co', '⟦<span translate="no">%(a)s</span> &amp; çö⟧'),
        ("", ""),
    ],
)
def test_the_made_up_language_keeps_placeholders_and_tags(text: str, shown: str) -> None:
    assert pseudo_locale.pseudo(text) == shown


def test_the_made_up_language_speaks_every_text(tmp_path: Path) -> None:
    folder = pseudo_locale.make(tmp_path)
    with (folder / "eo/LC_MESSAGES/django.mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Save changes") == "⟦Šàvé çhàñgéš⟧"
    assert spoken.pgettext("order", "Paid") == "⟦Pàîd⟧"
    assert spoken.ngettext("%(count)s seat", "%(count)s seats", 1) == "⟦%(count)s šéàt⟧"
    assert spoken.ngettext("%(count)s seat", "%(count)s seats", 2) == "⟦%(count)s šéàtš⟧"
    with (LOCALE / "sv/LC_MESSAGES/django.po").open("rb") as file:
        asked = [(m.context, m.id) for m in read_po(file) if m.id and isinstance(m.id, str)]
    said = [spoken.pgettext(context, text) if context else spoken.gettext(text) for context, text in asked]
    assert [text for text in said if not text.strip().startswith("⟦")] == []
