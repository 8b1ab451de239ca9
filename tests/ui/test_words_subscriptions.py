"""How lines name a subscription: by product, plan, the customer's own label, and a number that is never broken."""

import pytest

from tenor.ui import words
from tenor.ui.templatetags.tenor import unbroken
from tenor.ui.words import Names
from tests.domain.builders import subscription

NAMES = Names({"studio": "Draft"}, {("studio", "standard"): "Standard"})


@pytest.mark.parametrize(
    ("label", "name"),
    [("", "Draft Standard · SUB-000107"), ("Office Malmö", "Draft Standard · Office Malmö · SUB-000107")],
)
def test_a_name_has_the_label_where_there_is_one_and_always_the_number(label: str, name: str) -> None:
    one = subscription(number="SUB-000107", label=label)
    assert words.subscription_name(one, NAMES) == name
    assert name.endswith(words.subscription_reference(one))


def test_a_number_is_not_broken_at_its_hyphen_and_the_rest_is_escaped() -> None:
    shown = unbroken("Draft · <b> well-known · SUB-000107")
    assert shown == 'Draft · &lt;b&gt; well-known · <span class="nowrap">SUB-000107</span>'


def test_history_says_what_a_subscription_is_called_from_then_on() -> None:
    assert words.event("subscription_labeled", {"label": "Office Malmö", "cost_center": "4711"}).endswith(
        ": Office Malmö · 4711"
    )
    assert words.event("subscription_labeled", {"label": "", "cost_center": ""}).endswith(": –")
