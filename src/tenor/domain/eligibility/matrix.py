"""The matrix of rules 8: which rule closes which actions. Read it beside docs/domain/eligibility.md."""

from tenor.domain.eligibility import account_rules as account
from tenor.domain.eligibility import method_rules as method
from tenor.domain.eligibility import origin_rules as origin
from tenor.domain.eligibility import owing_rules as owing
from tenor.domain.eligibility import standing_rules as standing
from tenor.domain.eligibility.case import AccountRow, Action, SubscriptionRow
from tenor.domain.refusals import Visibility

A = Action
ALL = frozenset(Action)
SEATS = frozenset({A.SEATS_ADD, A.SEATS_REDUCE})
RENEW = frozenset({A.RENEW_EARLY, A.RENEW_LATE})
CHANGES = frozenset({A.CHANGE_TERM, A.CHANGE_PLAN, A.ALIGN})
CHARGED = frozenset({A.SEATS_ADD, A.CHANGE_PLAN, A.ALIGN}) | RENEW
PAID = CHARGED | {A.BUY_AGAIN}
OWED = frozenset({A.CHANGE_OWED, A.DECLINE_OWED})
METHOD_PAYS = PAID | {A.CHANGE_OWED}
WARNED = frozenset({A.AUTO_RENEW_ON})

ACCOUNT_ROWS: tuple[AccountRow, ...] = (
    AccountRow(
        "country_outside_region",
        CHANGES | RENEW | {A.SEATS_ADD, A.BUY_AGAIN},
        account.country_outside_region,
        Visibility.HIDDEN,
    ),
    AccountRow("role_may_not_buy", ALL, account.role_may_not_buy),
)

SUBSCRIPTION_ROWS: tuple[SubscriptionRow, ...] = (
    SubscriptionRow("bought_from_reseller", ALL, origin.bought_from_reseller),
    SubscriptionRow("legacy_processor", SEATS | CHANGES | RENEW, origin.legacy_processor),
    SubscriptionRow("maintenance_plan", SEATS | CHANGES, origin.maintenance_plan),
    SubscriptionRow(
        "product_discontinued",
        CHANGES | {A.SEATS_ADD, A.RENEW_EARLY, A.BUY_AGAIN},
        origin.product_discontinued,
    ),
    SubscriptionRow("auto_renew_off", frozenset({A.ALIGN, A.SEATS_ADD}), standing.auto_renew_off),
    SubscriptionRow("past_due", CHARGED | {A.CHANGE_TERM}, standing.past_due),
    SubscriptionRow("open_order", CHARGED | {A.RETURN_ORDER}, standing.open_order),
    SubscriptionRow("not_begun", frozenset({A.SEATS_ADD, A.CHANGE_PLAN}), standing.not_begun),
    SubscriptionRow("no_payment_method", METHOD_PAYS, method.no_payment_method, WARNED),
    SubscriptionRow("payment_method_expired", METHOD_PAYS, method.payment_method_expired, WARNED),
    SubscriptionRow("payment_method_invalid", METHOD_PAYS, method.payment_method_invalid, WARNED),
    SubscriptionRow("mandate_pending", METHOD_PAYS, method.mandate_pending, WARNED),
    SubscriptionRow("method_kind_not_allowed", METHOD_PAYS, method.method_kind_not_allowed, WARNED),
    SubscriptionRow("monthly_no_early_renewal", frozenset({A.RENEW_EARLY}), standing.monthly_no_early_renewal),
    SubscriptionRow("next_term_already_renewed", frozenset({A.RENEW_EARLY}), standing.next_term_already_renewed),
    SubscriptionRow("renewal_window_not_open", frozenset({A.RENEW_EARLY}), standing.renewal_window_not_open),
    SubscriptionRow("renewal_window_closed", RENEW, standing.renewal_window_closed),
    SubscriptionRow("not_expired", frozenset({A.RENEW_LATE}), standing.not_expired),
    SubscriptionRow("not_ended", frozenset({A.BUY_AGAIN}), standing.not_ended),
    SubscriptionRow("renewal_due_today", frozenset({A.SEATS_ADD, A.ALIGN, A.RENEW_EARLY}), standing.renewal_due_today),
    SubscriptionRow("renewal_claimed", ALL, standing.renewal_claimed),
    SubscriptionRow("expired", SEATS | CHANGES, standing.expired),
    SubscriptionRow("suspended", ALL - OWED, standing.suspended),
    SubscriptionRow("canceled", ALL - {A.BUY_AGAIN}, standing.canceled),
    SubscriptionRow("nothing_owed", OWED, owing.nothing_owed),
    SubscriptionRow("payment_in_flight", OWED, owing.payment_in_flight),
    SubscriptionRow("owed_not_declinable", frozenset({A.DECLINE_OWED}), owing.owed_not_declinable),
    SubscriptionRow("seats_at_minimum", frozenset({A.SEATS_REDUCE}), standing.seats_at_minimum),
    SubscriptionRow("seats_at_maximum", frozenset({A.SEATS_ADD}), standing.seats_at_maximum),
)
