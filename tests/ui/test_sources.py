"""What the Content-Security-Policy and the translators need, read from the sources of all templates."""

import re
from pathlib import Path

import pytest

import tenor

PACKAGE = Path(tenor.__file__).parent
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
TEXTS = sorted(PACKAGE.glob("*/templates/**/*.txt"))
STYLES = sorted(PACKAGE.glob("ui/static/**/*.css"))
SPRITES = {path.stem: path.read_text() for path in PACKAGE.glob("ui/static/ui/*.svg")}

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx's inline handlers": re.compile(r"\shx-on|\shx-vals\s*=\s*['\"]js:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


def without_comments(path: Path) -> str:
    """A mail's own styles are left out, too: mail programs fetch no style sheet, and the page's policy isn't theirs."""
    text = re.sub(r"{% comment.*?endcomment %}", "", path.read_text(), flags=re.DOTALL)
    if path.parent.name == "mail":
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        text = re.sub(r'\sstyle="[^"]*"', "", text)
    return text


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 30
    assert len(STYLES) >= 6


@pytest.mark.parametrize("what", INLINE)
def test_no_template_carries(what: str) -> None:
    assert [str(path) for path in TEMPLATES if INLINE[what].search(without_comments(path))] == []


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("a style attribute", '<p class="a" style="color:red">'),
        ("a script without src", "<script>alert(1)</script>"),
        ("an event handler", '<button onclick="go()">'),
        ("something from elsewhere", '<img src="https://example.com/a.png">'),
    ],
)
def test_the_scan_finds_a_fault(what: str, fault: str) -> None:
    assert INLINE[what].search(fault)


def test_styles_load_nothing_from_elsewhere() -> None:
    assert [path.name for path in STYLES if re.search(r"url\(|@import", path.read_text())] == []


def test_every_component_says_what_it_shows() -> None:
    components = (PACKAGE / "ui/templates/components").glob("*.html")
    assert [path.name for path in components if not path.read_text().startswith("{% comment %}")] == []


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    asked |= {name for path in TEMPLATES for name in re.findall(r'icon_name="([^"]+)"', path.read_text())}
    assert asked
    assert {name for name in asked if f'<symbol id="{name}"' not in SPRITES["icons"]} == set()


def test_words_stand_inside_translation_tags() -> None:
    """Outside the gallery (its samples are data), no template of the house holds a bare word."""
    bare = {}
    for path in [*TEMPLATES, *TEXTS]:
        if path.name == "gallery.html":
            continue
        text = re.sub(r"{% blocktrans.*?{% endblocktrans(?:late)? %}", "", without_comments(path), flags=re.DOTALL)
        text = re.sub(r"<[^>]*translate=\"no\"[^>]*>[^<{]*<", "<", text)
        text = re.sub(r"{% block body_class %}.*?{% endblock %}", "", text)
        text = re.sub(r"{[%{#].*?[%}#]}", "", text, flags=re.DOTALL)
        text = re.sub(r"<!--.*?-->|<[^>]*>", " ", text, flags=re.DOTALL)
        if words := re.findall(r"[^\W\d_]{2,}", text):
            bare[path.name] = words
    assert bare == {}
