"""Pictures can be seen: what is drawn stands out from what it is drawn on by 3:1, light and dark (WCAG 1.4.11)."""

import re
from pathlib import Path

import pytest

import tenor

CSS = Path(tenor.__file__).parent / "ui/static/ui/css"
Color = tuple[float, float, float]
NAMED = {"white": "#ffffff", "black": "#000000"}


def tokens(scheme: str) -> dict[str, str]:
    """The custom properties of a scheme; the dark one replaces some of the light ones."""
    light, dark = (CSS / "tokens.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"(--[\w-]+): ([^;]+);", light))
    return found | dict(re.findall(r"(--[\w-]+): ([^;]+);", dark)) if scheme == "dark" else found


def color(value: str, known: dict[str, str]) -> Color:
    """A color as the stylesheets write one: a name, #rrggbb, var(), or color-mix() of two with a share of the first."""
    if mixed := re.fullmatch(r"color-mix\(in srgb, (.+) (\d+)%, (.+)\)", value):
        share, one, other = int(mixed[2]) / 100, color(mixed[1], known), color(mixed[3], known)
        red, green, blue = (a * share + b * (1 - share) for a, b in zip(one, other, strict=True))
        return red, green, blue
    if named := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return color(known[named[1]], known)
    red, green, blue = (int(NAMED.get(value, value)[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(value: Color) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in value)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, scheme: str) -> float:
    known = tokens(scheme)
    darker, lighter = sorted(luminance(color(value, known)) for value in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def fill_of(selector: str) -> str:
    rules = (CSS / "components.css").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(selector)} {{[^}}]*fill: ([^;]+);", rules)
    assert found is not None, selector
    return found[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bars_of_a_picture_stand_out_from_the_card(scheme: str) -> None:
    assert contrast(fill_of(".bars rect"), "var(--surface)", scheme) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pale_bar_would_be_found(scheme: str) -> None:
    assert contrast("var(--accent-line)", "var(--surface)", scheme) < 3
