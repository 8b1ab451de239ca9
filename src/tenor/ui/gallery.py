"""The gallery: every component in every state, on one page, with data made here."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenor.domain.money import Money
from tenor.domain.terms import Period, boundary
from tenor.ui import components as c
from tenor.ui.statuses import LOOKS
from tenor.ui.step_chart import StepChart, StepLine

SEATS_STEPS = (
    c.Step("A seat costs 465.00 USD for the year from March 1, 2026 to March 1, 2027.", Money(46500, "USD")),
    c.Step("Three seats for the whole year.", Money(139500, "USD")),
    c.Step("100 of 365 days are left: 100/365 of that, rounded to whole cents.", Money(38219, "USD")),
)
PAYPAL = c.Reason("This subscription is paid by PayPal.", (c.Remedy("Choose a card", "#card"),))
RENEWAL_OFF = c.Reason(
    "Automatic renewal is off.", (c.Remedy("Turn it on", "#renew"), c.Remedy("Ask support", "#support"))
)


class SampleForm(forms.Form):
    """Shows a field with help, one with an error, a choice and a box to tick."""

    reference = forms.CharField(label="Your reference", required=False, help_text="Printed on the invoice.")
    email = forms.EmailField(label="Invoice address", help_text="Where invoices are sent.")
    plan = forms.ChoiceField(label="Plan", choices=[("pro", "Professional"), ("team", "Team")])
    agree = forms.BooleanField(label="Send a copy to me")


def view(request: HttpRequest) -> HttpResponse:
    """The gallery page. Reads nothing and changes nothing."""
    return render(request, "gallery.html", _samples())


def _samples() -> dict[str, Any]:
    form = SampleForm({"email": "invoices at example", "plan": "pro"})
    form.is_valid()
    return {
        "looks": [(kind, list(codes)) for kind, codes in LOOKS.items()],
        "tones": ["neutral", "info", "success", "warning", "danger", "accent"],
        "alerts": ["info", "success", "warning", "danger"],
        "products": ["draft", "model", "render", "survey", "sheets", "flow", "vault", "site", "another"],
        "amounts": [Money(38219, "USD"), Money(-125700, "EUR"), Money(382200, "SEK"), Money(1310, "JPY")],
        "today": date(2026, 11, 21),
        "instant": datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
        "share": Fraction(81, 1260),
        "steps": SEATS_STEPS,
        "flow": ["Adjust", "Review", "Receipt"],
        "actions": _actions(),
        "choices": _choices(),
        "summary": _summary(),
        "bars_sample": _bars(),
        "timeline_sample": _timeline(),
        "chart": _chart(),
        "rows": _rows(),
        "page": Paginator(range(57), 20).get_page(2),
        "form": form,
        "facts": [("Renewal date", "March 1, 2027"), ("Seats", "3"), ("Paid by", "Visa ending in 4242")],
        "mail": _mail(),
        "person": c.DemoPerson("alice", "Alice Andersson", "Fjord Arkitekter AB", "SE", "Forty subscriptions"),
    }


def _actions() -> list[c.Action]:
    return [
        c.Action("add", "Add seats", "#add", "plus", "primary"),
        c.Action("term", "Change term", "#term", "calendar"),
        c.Action("align", "Align payment dates", icon="balance", reasons=(PAYPAL, RENEWAL_OFF)),
    ]


def _choices() -> list[c.TermChoice]:
    start = date(2027, 3, 1)
    return [
        c.TermChoice(
            "1", "1 month", Money(5800, "USD"), "every month", Money(69600, "USD"), start,
            saving=(Money(-27600, "USD"), Fraction(-276, 420)),
        ),
        c.TermChoice("12", "1 year", Money(42000, "USD"), "every year", Money(42000, "USD"), start, current=True,
                     lapsing=(Money(46500, "USD"), Fraction(45, 420))),
        c.TermChoice(
            "36", "3 years", Money(117900, "USD"), "every third year", Money(39300, "USD"), start,
            saving=(Money(8100, "USD"), Fraction(81, 1260)), lapsing=(Money(131000, "USD"), Fraction(131, 1179)),
            selected=True, steps=SEATS_STEPS,
        ),
        c.TermChoice("60", "5 years", Money(190000, "USD"), "every fifth year", Money(38000, "USD"), start,
                     reasons=(c.Reason("This plan is not sold for five years."),)),
    ]  # fmt: skip


def _summary() -> c.PriceSummary:
    line = c.PriceLine(Money(38219, "USD"), "3 more seats", "Northline Draft", "until March 1, 2027", SEATS_STEPS)
    return c.PriceSummary(
        lines=[line, c.PriceLine(Money(-2000, "USD"), "Autumn promotion")],
        taxes=[c.PriceLine(Money(2898, "USD"), "Sales tax 8 %")],
        total=Money(39117, "USD"),
        note="The next renewal on March 1, 2027 will cost 2,520.00 USD for 6 seats.",
    )


def _bars() -> list[c.Bar]:
    spent = [0, 46500, 0, 131000, 21000, 0, 42000, 42000, 0, 8700, 39117, 0]
    return [c.Bar(date(2026, i + 1, 1), Money(minor, "USD"), now=i == 10) for i, minor in enumerate(spent)]


def _timeline() -> c.Timeline:
    """The worked example of an alignment, before and after; below, what else a row may show."""
    until, then = date(2027, 3, 1), date(2027, 6, 1)
    price = "$4,200.00"
    before = [
        c.TimelineRow("Northline Draft", [c.Mark(until, price)], detail="Professional, 1 year", url="#draft"),
        c.TimelineRow("Northline Model", [c.Mark(then, "$1,260.00")], detail="Team, 1 year", url="#model"),
    ]
    after = [
        c.TimelineRow("Northline Draft", [c.Mark(then, price)], [c.Span(until, then, "Added time")]),
        c.TimelineRow("Northline Model", [c.Mark(then, "$1,260.00")]),
    ]
    others = [
        c.TimelineRow("Northline Sheets", [c.Mark(date(2027, i, 14), "$9.00") for i in range(1, 12)]),
        c.TimelineRow(
            "Northline Vault",
            [c.Mark(date(2026, 11, 14), "$99.00", "due"), c.Mark(date(2026, 11, 24), "$9.00", "under_way")],
        ),
        c.TimelineRow("Northline Site", [c.Mark(date(2027, 2, 28), "Ends", "ends")]),
    ]
    groups = [c.TimelineGroup(before, "Before"), c.TimelineGroup(after, "After"), c.TimelineGroup(others, "Others")]
    return c.Timeline("Payments by month", date(2026, 11, 21), date(2026, 11, 21), groups)  # fmt: skip


def _chart() -> StepChart:
    """One seat over three years: by the month, by the year, for three years, lapsed and bought anew."""
    years = [date(2027 + n, 3, 1) for n in range(4)]
    months = [boundary(years[0], n) for n in range(36)]
    sums = {"1 year": [42000, 84000, 126000], "3 years": [117900], "1 year, bought anew": [46500, 88500, 130500]}
    monthly = StepLine("1 month", [(day, Money(5800 * n, "USD")) for n, day in enumerate(months, start=1)])
    lines = [
        StepLine(name, [(day, Money(minor, "USD")) for day, minor in zip(years, paid, strict=False)])
        for name, paid in sums.items()
    ]
    return StepChart("What is paid in all, from March 1, 2027", Period(years[0], years[-1]), years, [monthly, *lines])


def _rows() -> list[dict[str, Any]]:
    return [
        {"code": "draft", "name": "Northline Draft", "plan": "Professional, 1 year", "seats": 3,
         "state": "active", "renews": date(2027, 3, 1), "price": Money(126000, "USD")},
        {"code": "model", "name": "Northline Model", "plan": "Team, 3 years", "seats": 12,
         "state": "past_due", "renews": date(2026, 11, 14), "price": Money(1414800, "USD")},
        {"code": "sheets", "name": "Northline Sheets", "plan": "Basic, 1 month", "seats": 1,
         "state": "expired", "renews": date(2026, 11, 2), "price": Money(900, "USD")},
    ]  # fmt: skip


def _mail() -> dict[str, Any]:
    return {
        "to": "alice@fjord.example", "sender": "Northline", "subject": "Your order 10042",
        "sent": datetime(2026, 11, 21, 13, 5, tzinfo=UTC), "language": "en",
        "body": "Hello Alice,\n\nthank you: three seats were added.\n\nhttp://127.0.0.1:8000/orders/10042/",
    }  # fmt: skip
