"""Codes of the domain as sentences: the one place that words data, in the language in use.

Every function takes the reader's Babel locale (`ui.formats.locale_for`) for amounts and dates where it needs one; the
language is Django's active one. What is returned is plain text: templates escape it.
"""

from tenor.ui.words.calendar import calendar_title
from tenor.ui.words.debits import debit_arrival, debit_notice, debit_promise, short_notice
from tenor.ui.words.eligibility import reason, remedy, shown
from tenor.ui.words.explanations import explain, explain_tax
from tenor.ui.words.order_changes import order_about, order_change
from tenor.ui.words.orders import (
    action,
    collection,
    decline,
    effect,
    event,
    movement,
    order_action,
    scheduled_change,
    waiting_for,
    waiting_title,
)
from tenor.ui.words.owing import owed, still_open
from tenor.ui.words.refusals import refusal
from tenor.ui.words.seat_lists import seat_fault
from tenor.ui.words.situation import Brief, elsewhere, situation_brief, situation_line
from tenor.ui.words.subscriptions import subscription_name, subscription_reference
from tenor.ui.words.tax import (
    TaxWords,
    invoice_text,
    kept_tax_reason,
    line_tax,
    tax_label,
    tax_question,
    tax_reason,
)
from tenor.ui.words.upcoming import difference, pays_instead
from tenor.ui.words.values import (
    NO_NAMES,
    Names,
    capital,
    country,
    every,
    method_kind,
    plan_kind,
    rights,
    role,
    role_with_rights,
    seats,
    term,
)

__all__ = [
    "NO_NAMES",
    "Brief",
    "Names",
    "TaxWords",
    "action",
    "calendar_title",
    "capital",
    "collection",
    "country",
    "debit_arrival",
    "debit_notice",
    "debit_promise",
    "decline",
    "difference",
    "effect",
    "elsewhere",
    "event",
    "every",
    "explain",
    "explain_tax",
    "invoice_text",
    "kept_tax_reason",
    "line_tax",
    "method_kind",
    "movement",
    "order_about",
    "order_action",
    "order_change",
    "owed",
    "pays_instead",
    "plan_kind",
    "reason",
    "refusal",
    "remedy",
    "rights",
    "role",
    "role_with_rights",
    "scheduled_change",
    "seat_fault",
    "seats",
    "short_notice",
    "shown",
    "situation_brief",
    "situation_line",
    "still_open",
    "subscription_name",
    "subscription_reference",
    "tax_label",
    "tax_question",
    "tax_reason",
    "term",
    "waiting_for",
    "waiting_title",
]
