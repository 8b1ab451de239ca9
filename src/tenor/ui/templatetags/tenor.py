"""The portal's template tags: formats, icons and small components. Loaded everywhere as a builtin."""

import re
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tenor.domain.money import Money
from tenor.domain.terms import local_date
from tenor.ui import formats, statuses
from tenor.ui import timeline as timelines
from tenor.ui.components import Bar, Step, Text, Timeline
from tenor.ui.step_chart import StepChart, draw

register = template.Library()

PRODUCT_SYMBOLS = frozenset({"draft", "model", "render", "survey", "sheets", "flow", "vault", "site", "frame", "light"})
PRODUCT_HUES = 8
ALERT_ICONS = {"info": "info", "success": "check-circle", "warning": "warning", "danger": "danger"}


def _locale(context: Context) -> str:
    return context.get("locale") or formats.locale_for(get_language() or settings.LANGUAGE_CODE)


# --- formats ------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Money) -> SafeString:
    """`{% money amount %}`: a Money in the reader's locale."""
    return format_html('<data class="money" value="{}">{}</data>', amount, formats.money(amount, _locale(context)))


@register.simple_tag(takes_context=True)
def percent(context: Context, ratio: Fraction) -> SafeString:
    """`{% percent ratio %}`: a share (Fraction) as percent."""
    return format_html('<data class="number" value="{}">{}</data>', ratio, formats.percent(ratio, _locale(context)))


@register.simple_tag(takes_context=True)
def number(context: Context, value: int) -> SafeString:
    """`{% number value %}`: a whole number."""
    return format_html('<data class="number" value="{}">{}</data>', value, formats.number(value, _locale(context)))


@register.simple_tag(takes_context=True)
def days(context: Context, count: int) -> SafeString:
    """`{% days count %}`: a number of days with its unit."""
    return format_html('<data class="number" value="{}">{}</data>', count, formats.days(count, _locale(context)))


@register.simple_tag(takes_context=True)
def day(context: Context, value: date, style: formats.DateStyle = "long") -> SafeString:
    """`{% day value %}` or `{% day value "medium" %}`: a calendar date."""
    shown = formats.day(value, _locale(context), style)
    return format_html('<time class="nowrap" datetime="{}">{}</time>', value.isoformat(), shown)


@register.simple_tag(takes_context=True)
def month(context: Context, value: date) -> SafeString:
    """`{% month value %}`: the short name of a date's month."""
    return format_html('<time datetime="{}">{}</time>', value.strftime("%Y-%m"), formats.month(value, _locale(context)))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime) -> SafeString:
    """`{% moment value %}`: an instant (aware) in the account's time zone."""
    shown = formats.moment(value, context.get("zone") or "UTC", _locale(context))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown)


_DOCUMENT_NUMBER = re.compile(r"\b\w+-\d{6,}\b")


@register.filter
def unbroken(text: Text) -> SafeString:
    """`{{ name|unbroken }}`: text in which no number such as SUB-000107 is broken at its hyphen."""
    wrapped = _DOCUMENT_NUMBER.sub(lambda found: f'<span class="nowrap">{found[0]}</span>', format_html("{}", text))
    return SafeString(wrapped)


@register.simple_tag(takes_context=True)
def localday(context: Context, value: datetime) -> SafeString:
    """`{% localday value %}`: the day of an instant (aware) in the account's time zone."""
    return day(context, local_date(value, context.get("zone") or "UTC"), "medium")


# --- pictures -----------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: Text = "", *, turn: bool = False) -> SafeString:
    """`{% icon "plus" %}`: decoration; with a label it is read aloud. `turn` flips it in an open disclosure."""
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" focusable="false" {}><use href="{}#{}"></use></svg>',
        " icon--turn" if turn else "",
        named,
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def product_mark(code: str, size: str = "") -> SafeString:
    """`{% product_mark "northline-draft" "small" %}`: a coloured glyph from a product code. Decoration only."""
    words = code.lower().replace("_", "-").split("-")
    symbol = next((word for word in words if word in PRODUCT_SYMBOLS), "generic")
    hue = _hue(symbol if symbol != "generic" else code)
    return format_html(
        '<span class="mark mark--{}{}" aria-hidden="true"><svg focusable="false"><use href="{}#{}"></use></svg></span>',
        hue,
        f" mark--{size}" if size else "",
        static("ui/products.svg"),
        symbol,
    )


def _hue(name: str) -> int:
    """Known products have a colour each; others one that follows from their code."""
    known = ["draft", "model", "render", "survey", "sheets", "flow", "vault", "site"]
    return (known.index(name) if name in known else zlib.crc32(name.encode()) % PRODUCT_HUES) + 1


@register.inclusion_tag("components/bars.html", takes_context=True)
def bars(context: Context, items: Sequence[Bar], label: Text) -> dict[str, Any]:
    """`{% bars items label %}`: an amount a month, each with its bar, readable as a list."""
    highest = max((bar.amount.minor for bar in items), default=0) or 1
    drawn = [{"bar": bar, "width": max(0, bar.amount.minor) * 100 // highest} for bar in items]
    return {"drawn": drawn, "label": label, "locale": _locale(context)}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: Context, value: Timeline) -> dict[str, Any]:
    """`{% timeline value %}`: days of several things over months, readable as a table."""
    locale = _locale(context)
    return {"drawn": timelines.draw(value, locale), "locale": locale}


@register.inclusion_tag("components/step_chart.html", takes_context=True)
def step_chart(context: Context, chart: StepChart) -> dict[str, Any]:
    """`{% step_chart chart %}`: sums that grow in steps, a line a choice, readable as a table."""
    locale = _locale(context)
    marks = [day for day in chart.marks if day > chart.span.start]
    rows = [(line, [(day, line.before(day)) for day in marks]) for line in chart.lines]
    return {"chart": chart, "drawing": draw(chart, locale), "marks": marks, "rows": rows, "locale": locale}


# --- small components ---------------------------------------------------------------------------------------------


@register.inclusion_tag("components/badge.html")
def badge(label: Text, tone: str = "neutral", icon_name: str = "") -> dict[str, Any]:
    """`{% badge label "success" "check" %}`: a word with a tone."""
    return {"label": label, "tone": tone, "icon_name": icon_name}


@register.inclusion_tag("components/badge.html")
def status(kind: str, code: str) -> dict[str, Any]:
    """`{% status "order" order.state %}`: the badge of a state (see `ui.statuses`)."""
    look = statuses.look(kind, str(code))
    return {"label": look.label, "tone": look.tone, "icon_name": look.icon}


@register.inclusion_tag("components/explanation.html", takes_context=True)
def explanation(context: Context, steps: Sequence[Step], subject: Text = "") -> dict[str, Any]:
    """`{% explanation steps subject %}`: "How is this worked out?". `subject` tells two apart when read aloud."""
    return {"steps": steps, "subject": subject, "locale": _locale(context)}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, help_text: Text = "", label: Text = "") -> dict[str, Any]:
    """`{% field form.seats %}`: label, control, help and error of a form field, tied together for screen readers."""
    help_shown = help_text or bound.help_text
    described = [f"{bound.auto_id}_help"] if help_shown else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    # Hints that vanish while one types are no help: the label says it.
    attrs: dict[str, str | bool] = {"placeholder": False}
    attrs["aria-describedby"] = " ".join(described) or False
    attrs["aria-invalid"] = "true" if bound.errors else False
    return {
        "field": bound,
        "label": label or bound.label,
        "control": bound.as_widget(attrs=attrs),
        "help_text": help_shown,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
    }


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: Text = "") -> SafeString:
    """`{% alert "warning" title %} ... {% endalert %}`: a callout."""
    return render_to_string(
        "components/alert.html", {"tone": tone, "title": title, "content": content, "icon_name": ALERT_ICONS[tone]}
    )


@register.simple_block_tag
def card(content: str, title: Text = "", kind: str = "") -> SafeString:
    """`{% card title "flush" %} ... {% endcard %}`: a box with an optional heading (kind: flush, quiet)."""
    return render_to_string("components/card.html", {"title": title, "kind": kind, "content": content})


@register.filter
def message_tone(tags: str) -> str:
    """Django's message tags as an alert's tone."""
    level = tags.split()[-1] if tags else "info"
    return {"error": "danger", "debug": "info"}.get(level, level)
