"""Tags and components, rendered by Django's engine with our builtins, without a database."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines
from django.template.backends.django import Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tenor.domain.money import Money
from tenor.ui import components as c
from tenor.ui import gallery, statuses
from tenor.ui.context import AccountChoice, Chrome, chrome
from tenor.ui.templatetags import tenor as tags

SEATS = '{% include "components/seats.html" with field_id="s" name="seats" label="Seats" value=3 %}'


def draw(source: str, **context: Any) -> str:
    template = engines["django"].from_string(source)
    assert isinstance(template, Template)
    return re.sub(r"[ \n]+", " ", template.render(context)).strip()


def request(path: str = "/gallery/", **known: Any) -> HttpRequest:
    made = RequestFactory().get(path)
    made.chrome = Chrome(**known)  # type: ignore[attr-defined]
    return made


def page(language: str = "en", **known: Any) -> str:
    with translation.override(language):
        return gallery.view(request(**known)).content.decode()


# --- formats as tags ----------------------------------------------------------------------------------------------


def test_money_is_data_with_its_value() -> None:
    html = draw("{% money amount %}", amount=Money(-38219, "USD"), locale="en_US")
    assert html == '<data class="money" value="-382.19 USD">−$382.19</data>'


def test_without_a_locale_the_language_decides() -> None:
    with translation.override("sv"):
        assert "382,19\xa0US$" in tags.money({}, Money(38219, "USD"))  # type: ignore[arg-type]


def test_dates_are_times() -> None:
    html = draw("{% day d %} {% day d 'medium' %} {% month d %}", d=date(2026, 3, 1), locale="en_GB")
    assert re.findall(r'datetime="([^"]+)"[^>]*>([^<]+)<', html) == [
        ("2026-03-01", "1 March 2026"),
        ("2026-03-01", "1 Mar 2026"),
        ("2026-03", "Mar"),
    ]


def test_numbers_shares_days_and_instants() -> None:
    context = {"share": Fraction(81, 1260), "at": datetime(2026, 11, 21, 12, tzinfo=UTC), "zone": "Europe/Stockholm"}
    html = draw("{% percent share %}{% number 1234 %}{% days 1 %}{% moment at %}", locale="en_US", **context)
    assert re.findall(r">([^<]+)<", html) == ["6.4%", "1,234", "1\xa0day", "Nov 21, 2026, 1:00\xa0PM"]


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "plus" %}')
    named = draw('{% icon "plus" label %}', label="One <more")
    assert 'role="img" aria-label="One &lt;more"' in named
    assert "aria-hidden" not in named


def test_a_product_keeps_its_glyph_and_colour() -> None:
    assert "products.svg#draft" in draw('{% product_mark "northline-draft" %}')
    assert "products.svg#generic" in draw('{% product_mark "NL_77" %}')
    assert draw('{% product_mark "NL_77" %}') == draw('{% product_mark "NL_77" %}')


# --- components ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, looks in statuses.LOOKS.items() for code in looks])
def test_every_state_has_a_badge(kind: str, code: str) -> None:
    html = draw(f'{{% status "{kind}" "{code}" %}}')
    assert f"badge--{statuses.look(kind, code).tone}" in html
    assert str(statuses.look(kind, code).label) in html


def test_an_unknown_state_is_not_drawn_over() -> None:
    with pytest.raises(KeyError):
        statuses.look("order", "lost")


def test_an_action_that_cannot_be_done_says_why_and_what_helps() -> None:
    action = c.Action("align", "Align", reasons=[c.Reason("Paid by PayPal.", [c.Remedy("Choose a card", "/cards/")])])
    html = draw('{% include "components/action.html" %}', action=action)
    assert 'aria-disabled="true" aria-describedby="align-reasons"' in html
    assert '<div id="align-reasons">' in html
    assert "Paid by PayPal." in html
    assert re.search(r'<a [^>]*href="/cards/"[^>]*>Choose a card', html)


def test_an_action_that_can_be_done_is_a_link() -> None:
    html = draw('{% include "components/action.html" %}', action=c.Action("add", "Add seats", "/add/", kind="primary"))
    assert html.startswith('<a class="button button--primary" href="/add/">')


def test_an_explanation_lists_its_steps_in_order() -> None:
    steps = [c.Step("A seat costs this.", Money(46500, "USD")), c.Step("100 of 365 days are left.")]
    html = draw("{% explanation steps %}", steps=steps, locale="en_US")
    assert re.findall(r"<li><span>([^<]+)</span>(?:<data[^>]+>([^<]+))?", html) == [
        ("A seat costs this.", "$465.00"),
        ("100 of 365 days are left.", ""),
    ]


def test_the_term_comparison_shows_the_worked_example() -> None:
    html = draw(
        '{% include "components/terms.html" with name="term" legend="Term" %}',
        choices=gallery._choices(),
        locale="en_US",
    )
    three = html.split('value="36"')[1].split('value="60"')[0]
    for shown in ("$1,179.00", "$393.00", "$81.00", "6.4%", "$1,310.00", "11.1%"):
        assert shown in three
    assert "checked" in three[:40]
    month = html.split('value="1"')[1].split('value="12"')[0]
    assert "More than on today" in month
    assert "$276.00" in month
    assert "disabled" in html.split('value="60"')[1]


def test_seats_work_as_plain_submit_buttons() -> None:
    html = draw(SEATS.replace("%}", 'min=1 max=9 error="Too many" %}'))
    assert '<button type="submit" name="step" value="-1"' in html
    assert 'min="1" max="9"' in html
    assert 'aria-invalid="true" aria-describedby=" s_error"' in html
    assert "hx-get" not in html
    first = re.search(r"<button[^>]*>", html)
    assert first is not None
    assert "name=" not in first[0], "Enter presses the first button: it must not be the one that takes a seat off"


def test_seats_ask_for_the_live_price_where_there_is_one() -> None:
    html = draw(SEATS.replace("%}", 'live_url="/p/" live_target="#price" %}'))
    assert 'hx-get="/p/"' in html
    assert 'hx-target="#price"' in html


def test_the_price_summary_adds_lines_tax_and_total() -> None:
    html = draw('{% include "components/summary.html" %}', summary=gallery._summary(), locale="en_US")
    assert re.findall(r'<data class="money" value="[^"]+">([^<]+)', html)[-2:] == ["$28.98", "$391.17"]
    assert '<span translate="no">Northline Draft</span>' in html


def test_steps_mark_where_one_is() -> None:
    html = draw(
        '{% include "components/steps.html" with steps=steps current=2 %}', steps=["Adjust", "Review", "Receipt"]
    )
    assert html.count('aria-current="step"') == 1
    assert html.index("Adjust") < html.index('aria-current="step"') < html.index("Review")


def test_bars_are_drawn_to_scale_beside_their_amounts() -> None:
    amounts = [Money(50, "USD"), Money(200, "USD"), Money(-30, "USD")]
    items = [c.Bar(date(2026, month, 1), amount) for month, amount in enumerate(amounts, start=1)]
    html = draw("{% bars items 'Spend' %}", items=items, locale="en_US")
    assert re.findall(r'<rect width="(\d+)"', html) == ["25", "100", "0"]
    assert html.count('class="money"') == 3


def test_bars_of_nothing_are_flat() -> None:
    html = draw("{% bars items 'Spend' %}", items=[c.Bar(date(2026, 1, 1), Money(0, "USD"))], locale="en_US")
    assert '<rect width="0"' in html


class Sample(forms.Form):
    seats = forms.IntegerField(help_text="At most 9.", widget=forms.NumberInput(attrs={"placeholder": "3"}))
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_help_and_error_to_its_control() -> None:
    html = draw("{% field form.seats %}{% field form.secret %}", form=Sample({"seats": "x"}))
    assert 'aria-describedby="id_seats_help id_seats_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_seats_error"' in html
    assert "placeholder" not in html
    assert 'type="hidden"' in html


def test_a_field_without_fault_says_nothing_of_one() -> None:
    html = draw("{% field form.seats %}", form=Sample({"seats": "3"}))
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_seats_help"' in html


@pytest.mark.parametrize(
    ("given", "tone"),
    [("error", "danger"), ("success", "success"), ("extra info", "info"), ("", "info"), ("debug", "info")],
)
def test_messages_have_a_tone(given: str, tone: str) -> None:
    assert tags.message_tone(given) == tone


def test_blocks_keep_their_content_and_escape_their_title() -> None:
    assert "<b>now</b>" in draw('{% alert "danger" "A <title" %}<b>now</b>{% endalert %}')
    assert "A &lt;title" in draw('{% alert "danger" title %}x{% endalert %}', title="A <title")
    assert draw('{% card "Seats" "flush" %}<i>x</i>{% endcard %}').startswith('<section class="card card--flush">')


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sv", "nl"])
def test_the_gallery_draws_everything_in_every_language(language: str) -> None:
    html = page(language)
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1
    assert html.count("<main ") == 1


def test_ids_are_unique_in_the_gallery() -> None:
    ids = re.findall(r'\sid="([^"]+)"', page())
    assert len(ids) == len(set(ids))


def test_the_frame_knows_the_person_and_the_accounts_locale() -> None:
    account = AccountChoice("1", "Fjord AB", "GB")
    html = page(person_name="Alice Andersson", account=account)
    assert '<span translate="no">Alice Andersson</span>' in html
    assert "Fjord AB" in html
    assert "1 March 2027" in html or "1 Mar 2027" in html


def test_the_frame_of_nobody() -> None:
    made = RequestFactory().get("/")
    assert chrome(made)["chrome"] == Chrome()
    assert chrome(made)["locale"] == "en_US"


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_error_pages_need_no_request(code: int) -> None:
    html = render_to_string(f"{code}.html")
    assert html.count("<h1>") == 1
    assert "<form" not in html


def test_htmx_may_neither_style_nor_evaluate() -> None:
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", page())
    assert config is not None
    assert '"includeIndicatorStyles":false' in config[1]
    assert '"allowEval":false' in config[1]
