"""For every named check and unique constraint, the write that it refuses. `test_constraints.py` does each of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tenor.db.models import (
    Account,
    BalanceMovement,
    CalendarFeed,
    Clock,
    Difference,
    Event,
    GatewayEvent,
    Handover,
    Invitation,
    Invoice,
    InvoiceLine,
    InvoiceTaxLine,
    Mail,
    Membership,
    MissedTerm,
    NumberSeries,
    Order,
    OrderLine,
    OrderSubscription,
    PaidPeriod,
    Payment,
    PaymentMethod,
    Plan,
    Posting,
    PriceEntry,
    Product,
    Promotion,
    Quote,
    Refund,
    RenewalClaim,
    Run,
    ScheduledChange,
    SeatAssignment,
    Seller,
    SentMail,
    SetAside,
    Subscription,
    TaxRegistration,
    User,
)
from tests.db.world import World, change, copy, nobody
from tests.support import factories
from tests.support.factories import NOW, TODAY

Write = Callable[[World], None]


def to(model: Any, **values: Any) -> Write:
    """The row of that model, changed to these values."""
    return lambda world: change(world[model], **values)


def twice(model: Any, **values: Any) -> Write:
    """A second row of that model, which differs in these values only."""
    return lambda world: copy(world[model], **values)


YESTERDAY = TODAY - timedelta(days=1)

PEOPLE_AND_SELLERS: dict[str, Write] = {
    "an_address_belongs_to_one_person": twice(User),
    "an_address_is_in_small_letters": to(User, email="Alice@example.com"),
    "a_persons_language_is_a_code": to(User, language="English"),
    "a_seller_code_is_given_once": twice(Seller),
    "a_sellers_country_is_a_code": to(Seller, country="Netherlands"),
    "a_catalog_revision_counts_from_one": to(Seller, catalog_revision=0),
    "a_seller_registers_once_a_place_and_scheme": twice(TaxRegistration),
    "a_registrations_country_is_a_code": to(TaxRegistration, country="se"),
    "a_registrations_scheme_is_known": to(TaxRegistration, scheme="moss"),
    "a_series_exists_once_a_seller": twice(NumberSeries),
    "a_series_counts_from_one": to(NumberSeries, next_number=0),
}

CATALOG: dict[str, Write] = {
    "a_product_code_is_given_once_a_seller": twice(Product),
    "a_renewal_discount_is_a_percentage": to(Product, renewal_discount_percent=101),
    "a_products_seats_have_a_range": to(Product, min_seats=5, max_seats=4),
    "a_product_does_not_succeed_itself": to(Product, successor_code="draft"),
    "a_plan_code_is_given_once_a_product": twice(Plan),
    "a_plan_is_of_a_known_kind": to(Plan, kind="lease"),
    "a_price_is_announced_once": twice(PriceEntry, list_minor=1),
    "a_price_is_for_a_month_or_more": to(PriceEntry, months=0),
    "a_price_is_not_negative": to(PriceEntry, renewal_minor=-1),
    "a_prices_currency_is_a_code": to(PriceEntry, currency="euro"),
    "a_price_is_announced_before_it_holds": to(PriceEntry, announced_on=date(2024, 1, 2)),
    "a_products_names_are_by_language": to(Product, names={"sv": ""}),
    "a_plans_names_are_by_language": to(Plan, names={"Swedish": "Underhåll"}),
    "what_a_plan_contains_is_by_language": to(Plan, contains={"sv": "2D"}),
    "a_promotions_names_are_by_language": to(Promotion, names={"sv": ["Hösterbjudande"]}),
    "a_sellers_language_is_a_code": to(Seller, language="Swedish"),
    "a_promotion_code_is_given_once_a_seller": twice(Promotion),
    "a_promotion_takes_a_percentage_or_an_amount": to(Promotion, amount_minor=5, currency="EUR"),
    "a_promotions_percentage_is_one": to(Promotion, percent=101),
    "a_promotions_amount_is_not_negative": to(Promotion, percent=None, amount_minor=-1, currency="EUR"),
    "a_promotions_amount_has_a_currency": to(Promotion, currency="EUR"),
    "a_promotions_currency_is_a_code": to(Promotion, percent=None, amount_minor=1, currency="e"),
    "a_promotion_ends_after_it_starts": to(Promotion, ends_on=TODAY),
    "a_promotion_is_for_a_month_or_more": to(Promotion, months=0),
    "a_promotion_is_for_a_seat_or_more": to(Promotion, min_seats=0),
}

ACCOUNTS: dict[str, Write] = {
    "an_account_number_is_given_once_a_seller": twice(Account),
    "a_customer_is_of_a_known_type": to(Account, customer_type="charity"),
    "an_accounts_currency_is_a_code": to(Account, currency="kr"),
    "an_accounts_country_is_a_code": to(Account, country="SWE"),
    "an_accounts_language_is_a_code": to(Account, language="svenska"),
    "an_account_has_a_time_zone": to(Account, time_zone=""),
    "a_checked_vat_id_is_there": to(Account, vat_id="", vat_id_checked_on=TODAY),
    "a_person_has_one_role_in_an_account": twice(Membership, role="viewer"),
    "an_account_has_one_buyer": lambda world: copy(world[Membership], user_id=factories.make_user().id),
    "a_role_is_known": to(Membership, role="owner"),
    "an_account_has_one_default_method": twice(PaymentMethod, gateway_reference="pm_x", setup_reference=""),
    "a_method_at_a_gateway_is_stored_once": twice(PaymentMethod, is_default=False, setup_reference=""),
    "a_setup_gives_one_method": twice(PaymentMethod, is_default=False, gateway_reference="pm_y"),
    "a_method_is_of_a_known_kind": to(PaymentMethod, kind="cash"),
    "a_methods_status_is_known": to(PaymentMethod, status="lost"),
    "a_method_keeps_four_digits_at_most": to(PaymentMethod, last4="4242424242424242"),
    "an_account_has_one_backup_method": lambda world: _second_backup(world[PaymentMethod]),
    "a_default_method_is_no_backup": to(PaymentMethod, is_backup=True),
    "a_removed_method_is_no_backup": to(PaymentMethod, is_default=False, is_backup=True, status="removed"),
    "only_a_method_beyond_use_says_why": to(PaymentMethod, invalid_because="stolen_card"),
    "a_mandate_says_when_it_was_signed": to(PaymentMethod, mandate_reference="MD-1"),
    "only_a_mandate_is_signed_and_used": to(PaymentMethod, mandate_used_on=TODAY),
    "a_removed_method_is_no_default": to(PaymentMethod, status="removed"),
    "an_active_method_is_known_at_its_gateway": to(PaymentMethod, gateway_reference=""),
}

OPEN = {"accepted_at": None, "accepted_by_id": None}

PEOPLE: dict[str, Write] = {
    "an_address_is_invited_once_at_a_time": lambda world: _twice(world, Invitation, **OPEN),
    "an_invitation_is_to_a_role_that_can_be_given": to(Invitation, role="buyer"),
    "an_invited_address_is_in_small_letters": to(Invitation, email="Mia@example.com"),
    "an_invitations_language_is_a_code": to(Invitation, language="Dutch"),
    "an_invitations_token_is_kept_as_a_sha256": to(Invitation, token_digest="the token itself"),
    "an_invitation_is_sent_once_or_more": to(Invitation, serial=0),
    "an_invitation_expires_after_it_is_sent": to(Invitation, expires_at=NOW),
    "an_invitation_ends_in_one_way": to(Invitation, revoked_at=NOW),
    "an_invitation_accepted_by_somebody_says_when": to(Invitation, accepted_at=None),
    "a_person_has_one_calendar_of_an_account": twice(CalendarFeed),
    "a_calendars_token_is_kept_as_a_sha256": to(CalendarFeed, token_digest="the token itself"),
    "a_calendar_is_given_out_once_or_more": to(CalendarFeed, serial=0),
    "the_buyers_role_is_offered_to_one_person_at_a_time": lambda world: _twice(world, Handover, withdrawn_at=None),
    "the_buyers_role_is_offered_to_somebody_else": lambda world: change(
        world[Handover], offered_to_id=world[Handover].offered_by_id
    ),
    "an_offer_of_the_buyers_role_ends_in_one_way": to(Handover, declined_at=NOW),
    "a_person_has_one_seat_of_a_subscription": twice(SeatAssignment),
    "a_seat_is_released_after_it_was_assigned": to(SeatAssignment, released_at=NOW - timedelta(days=999)),
}

SUBSCRIPTIONS: dict[str, Write] = {
    "a_renewal_claim_is_of_an_account_or_more": to(RenewalClaim, account_ids=[]),
    "a_claim_of_a_subscription_is_of_one_account": to(
        RenewalClaim, account_ids=[nobody(), nobody()], subscription_id=nobody()
    ),
    "a_step_is_set_aside_once": twice(SetAside),
    "a_step_set_aside_is_of_a_known_duty": to(SetAside, duty="dance"),
    "a_step_set_aside_says_why": to(SetAside, parked_at=NOW),
    "a_term_is_missed_once": twice(MissedTerm),
    "a_missed_term_ends_after_it_starts": to(MissedTerm, ends_on=date(2020, 3, 1)),
    "a_missed_term_has_a_month_or_more": to(MissedTerm, months=0),
    "a_missed_term_has_a_seat_or_more": to(MissedTerm, seats=0),
    "a_forgiven_term_says_by_whom": to(MissedTerm, forgiven_by=""),
    "a_parked_renewal_is_of_one_account": to(RenewalClaim, account_ids=[nobody(), nobody()], parked_at=NOW),
    "a_subscription_number_is_given_once_an_account": twice(Subscription),
    "a_subscriptions_status_is_known": to(Subscription, status="paused"),
    "a_subscriptions_channel_is_known": to(Subscription, channel="fair"),
    "a_subscription_has_a_seat_or_more": to(Subscription, seats=0),
    "a_subscriptions_term_has_a_month_or_more": to(Subscription, months=0),
    "a_subscription_renews_from_its_anchor_on": to(Subscription, anchor=date(2027, 3, 2)),
    "a_reseller_is_named_where_one_sold": to(Subscription, channel="reseller"),
    "a_contracts_seats_have_a_range": to(Subscription, min_seats=5, max_seats=4),
    "an_active_subscription_has_not_lapsed": to(Subscription, lapsed_on=TODAY),
    "a_lapsed_subscription_says_since_when": to(Subscription, status="expired"),
    "a_subscription_is_renewed_once_a_period": twice(PaidPeriod, ends_on=date(2026, 4, 1)),
    "a_coming_term_is_known_whole": to(Subscription, coming_on=None),
    "a_coming_term_has_a_month_or_more": to(Subscription, coming_months=0),
    "a_coming_term_has_a_seat_or_more": to(Subscription, coming_seats=0),
    "a_coming_term_is_paid_to_the_renewal_date": to(Subscription, coming_on=date(2027, 3, 1)),
    "a_label_is_on_one_line": to(Subscription, label="Office\nMalmö"),
    "a_label_is_short": to(Subscription, label="x" * 61),
    "a_cost_center_is_on_one_line": to(Subscription, cost_center="4711\u2028"),
    "a_cost_center_is_short": to(Subscription, cost_center="x" * 41),
    "a_period_is_of_a_known_kind": to(PaidPeriod, kind="gift"),
    "a_periods_price_is_of_a_known_kind": to(PaidPeriod, price_kind="friend"),
    "a_period_stops_within_its_days": to(PaidPeriod, stopped_on=date(2027, 3, 1)),
    "a_period_ends_after_it_starts": to(PaidPeriod, ends_on=date(2026, 3, 1)),
    "a_period_is_no_longer_than_what_its_price_is_for": to(PaidPeriod, denominator=364),
    "an_extension_is_shorter_than_a_term": to(PaidPeriod, kind="extension"),
    "a_periods_price_is_not_negative": to(PaidPeriod, unit_price_minor=-1),
    "a_periods_currency_is_a_code": to(PaidPeriod, currency="eur"),
    "one_change_of_a_kind_is_scheduled_at_a_time": twice(ScheduledChange, value="1"),
    "a_scheduled_change_is_of_a_known_kind": to(ScheduledChange, kind="color"),
    "a_scheduled_change_ends_in_one_way": to(ScheduledChange, undone_at=NOW, claimed_at=NOW),
    "a_scheduled_price_has_a_currency": to(ScheduledChange, unit_price_minor=1),
    "a_scheduled_price_is_not_negative": to(ScheduledChange, unit_price_minor=-1, currency="EUR"),
    "a_scheduled_prices_currency_is_a_code": to(ScheduledChange, unit_price_minor=1, currency="E"),
    "a_scheduled_change_does_not_replace_itself": lambda world: change(
        world[ScheduledChange], replaces_id=world[ScheduledChange].id
    ),
}

ORDERS: dict[str, Write] = {
    "a_quote_is_for_an_action": to(Quote, action=""),
    "a_fingerprint_is_a_sha256": to(Quote, fingerprint="f00"),
    "a_quote_expires_after_it_is_priced": to(Quote, expires_at=NOW),
    "a_quote_does_not_replace_itself": lambda world: change(world[Quote], replaces_id=world[Quote].id),
    "a_quote_becomes_one_order": twice(Order, number="O-x"),
    "an_order_number_is_given_once_an_account": lambda world: copy(world[Order], quote_id=nobody()),
    "an_orders_status_is_known": to(Order, status="lost"),
    "an_orders_currency_is_a_code": to(Order, currency=""),
    "an_orders_net_and_tax_make_its_total": to(Order, total_minor=1),
    "only_a_renewal_has_no_quote": to(Order, quote_id=None, action="add_seats"),
    "only_a_change_of_plan_brings_a_credit": to(Order, net_minor=-1, tax_minor=0, total_minor=-1),
    "the_balance_pays_no_more_than_the_invoice": to(Invoice, from_balance_minor=47_775),
    "a_balance_moves_one_step_at_a_time": twice(BalanceMovement, reason="returned"),
    "a_document_moves_the_balance_once_for_a_reason": twice(BalanceMovement, position=2),
    "a_movement_has_a_known_reason": to(BalanceMovement, reason="gift"),
    "a_movement_has_its_place": to(BalanceMovement, position=0),
    "a_movement_moves_something": to(BalanceMovement, amount_minor=0),
    "a_balance_is_never_below_zero": to(BalanceMovement, after_minor=-1),
    "what_is_used_is_taken_from_the_balance": to(BalanceMovement, reason="used"),
    "a_movement_is_for_a_document_or_a_refund": to(BalanceMovement, reason="paid_out", amount_minor=-1),
    "a_refund_moves_the_balance_once_for_a_reason": lambda world: _pay_out_twice(world),
    "a_movements_currency_is_a_code": to(BalanceMovement, currency="eur"),
    "an_order_expires_after_it_is_placed": to(Order, expires_at=NOW),
    "a_fulfilled_order_says_when": to(Order, status="fulfilled", effects_applied_at=NOW),
    "a_fulfilled_order_has_had_its_effects": to(Order, status="fulfilled", fulfilled_at=NOW),
    "a_returned_order_says_when": to(Order, status="returned", fulfilled_at=NOW),
    "an_order_given_up_says_when": to(Order, status="canceled"),
    "only_an_unpaid_renewal_is_tried_again": to(Order, retry_on=TODAY),
    "an_order_names_a_subscription_once": twice(OrderSubscription, open=False),
    "no_part_of_an_open_order_is_returned": to(OrderSubscription, returned_at=NOW, open=True),
    "one_order_is_open_on_a_subscription_at_a_time": twice(OrderSubscription, order_id=nobody()),
    "an_order_line_has_its_own_place": twice(OrderLine),
    "an_order_line_is_of_a_known_kind": to(OrderLine, kind="fee"),
    "an_order_line_ends_after_it_starts": to(OrderLine, ends_on=TODAY),
    "an_order_line_is_a_share_of_some_days": to(OrderLine, denominator=0),
    "an_order_lines_currency_is_a_code": to(OrderLine, currency="€"),
    "only_a_carried_line_is_billed_later": to(OrderLine, billed_at=NOW),
    "a_line_on_another_invoice_was_billed": lambda world: change(
        world[OrderLine], carried=True, carried_invoice_id=world[Invoice].id
    ),
}

INVOICES: dict[str, Write] = {
    "an_invoice_number_is_given_once_a_seller": twice(Invoice, order_id=None),
    "an_order_has_one_invoice_that_stands": twice(Invoice, number="INV-x"),
    "a_document_is_of_a_known_kind": to(Invoice, kind="receipt"),
    "an_invoices_status_is_known": to(Invoice, status="lost"),
    "an_invoice_has_a_number_once_issued": to(Invoice, status="draft"),
    "an_issued_invoice_is_dated": to(Invoice, due_on=None),
    "an_invoice_is_not_due_before_it_is_issued": to(Invoice, due_on=YESTERDAY),
    "an_invoices_net_and_tax_make_its_total": to(Invoice, tax_minor=0),
    "a_credit_note_names_what_it_corrects": to(Invoice, kind="credit_note"),
    "an_invoice_does_not_correct_itself": lambda world: change(
        world[Invoice], kind="credit_note", corrects_id=world[Invoice].id
    ),
    "an_invoices_currency_is_a_code": to(Invoice, currency="Eur"),
    "an_invoice_line_has_its_own_place": twice(InvoiceLine),
    "an_invoice_line_is_of_a_known_kind": to(InvoiceLine, kind="fee"),
    "an_invoice_lines_tax_category_is_known": to(InvoiceLine, tax_category="Z"),
    "an_invoice_lines_tax_rate_is_a_share": to(InvoiceLine, tax_rate=1),
    "an_invoice_line_ends_after_it_starts": to(InvoiceLine, ends_on=TODAY),
    "an_invoice_line_is_a_share_of_some_days": to(InvoiceLine, denominator=0),
    "an_invoice_lines_currency_is_a_code": to(InvoiceLine, currency="??"),
    "a_tax_line_has_its_own_place": twice(InvoiceTaxLine),
    "a_tax_lines_category_is_known": to(InvoiceTaxLine, category="Z", rate=0, tax_minor=0),
    "a_tax_lines_rate_is_a_share": to(InvoiceTaxLine, rate=-1),
    "only_the_standard_category_is_taxed": to(InvoiceTaxLine, category="AE"),
    "a_tax_lines_currency_is_a_code": to(InvoiceTaxLine, currency="1"),
}

MONEY: dict[str, Write] = {
    "one_payment_of_an_invoice_is_in_flight_at_a_time": twice(Payment, gateway_reference="", status="unknown"),
    "an_invoice_is_paid_once": lambda world: _pay_twice(world),
    "a_charge_at_a_gateway_is_one_payment": twice(Payment, status="failed"),
    "a_payments_status_is_known": to(Payment, status="lost"),
    "a_payment_is_above_zero": to(Payment, amount_minor=0),
    "a_payment_that_succeeded_says_when": to(Payment, status="succeeded"),
    "a_payments_currency_is_a_code": to(Payment, currency="x"),
    "money_without_a_claim_is_given_back_once": twice(Refund),
    "a_credit_note_is_refunded_once": lambda world: _refund_twice(world),
    "a_refunds_status_is_known": to(Refund, status="requires_action"),
    "what_is_paid_out_has_no_credit_note": lambda world: change(
        world[Refund], from_balance=True, credit_note_id=world[Invoice].id
    ),
    "a_refund_is_above_zero": to(Refund, amount_minor=0),
    "a_refund_has_a_reason": to(Refund, reason=""),
    "a_refund_that_succeeded_says_when": to(Refund, status="succeeded"),
    "a_refunds_currency_is_a_code": to(Refund, currency="x"),
    "a_payment_is_booked_once": lambda world: _book_twice(world, payment_id=world[Payment].id, reason="payment"),
    "a_refund_is_booked_once": lambda world: _book_twice(world, refund_id=world[Refund].id, reason="refund"),
    "a_posting_moves_something": to(Posting, amount_minor=0),
    "a_posting_moves_between_two_accounts": to(Posting, credit="receivable"),
    "a_posting_debits_a_known_account": to(Posting, debit="coffee"),
    "a_posting_credits_a_known_account": to(Posting, credit="coffee"),
    "a_posting_has_a_known_reason": to(Posting, reason="mood"),
    "a_posting_has_a_source": to(Posting, invoice_id=None),
    "a_postings_currency_is_a_code": to(Posting, currency="x"),
}

BOOKS: dict[str, Write] = {
    "a_difference_is_open_once": twice(Difference),
    "a_difference_is_of_a_known_kind": to(Difference, kind="odd"),
    "a_difference_names_what_it_is_about": to(Difference, reference=""),
    "a_difference_is_resolved_after_it_was_found": to(Difference, resolved_at=NOW - timedelta(days=1)),
    "a_duty_runs_once_a_day": twice(Run),
    "a_run_is_of_a_duty": to(Run, duty=""),
    "a_run_ends_after_it_started": to(Run, finished_at=NOW - timedelta(days=1)),
}

MESSAGES: dict[str, Write] = {
    "an_event_is_of_a_kind": to(Event, kind=""),
    "a_fact_is_mailed_once": twice(Mail),
    "a_mail_is_of_a_kind": to(Mail, kind=""),
    "a_mail_has_a_receiver": to(Mail, to=""),
    "a_sent_mail_has_a_receiver": to(SentMail, to=""),
    "a_gateways_event_is_stored_once": twice(GatewayEvent),
    "a_gateways_event_has_an_id": to(GatewayEvent, event_id=""),
    "there_is_one_clock": to(Clock, id=2),
    "a_clock_ticks_or_stands": to(Clock, ahead_by=timedelta(days=1), stands_at=NOW),
}

WRITES = {
    **PEOPLE_AND_SELLERS,
    **CATALOG,
    **ACCOUNTS,
    **PEOPLE,
    **SUBSCRIPTIONS,
    **ORDERS,
    **INVOICES,
    **MONEY,
    **BOOKS,
    **MESSAGES,
}


def _second_backup(method: Any) -> None:
    change(method, is_default=False, is_backup=True)
    copy(method, is_default=False, is_backup=True, gateway_reference="pm_z", setup_reference="")


def _book_twice(world: World, **values: Any) -> None:
    copy(world[Posting], **values)
    copy(world[Posting], **values)


def _twice(world: World, model: Any, **values: Any) -> None:
    copy(world[model], **values)
    copy(world[model], **values)


def _refund_twice(world: World) -> None:
    change(world[Refund], credit_note_id=world[Invoice].id)
    copy(world[Refund], credit_note_id=world[Invoice].id)


def _pay_out_twice(world: World) -> None:
    out = {"invoice_id": None, "refund_id": world[Refund].id, "reason": "paid_out", "amount_minor": -1}
    for position in (2, 3):
        copy(world[BalanceMovement], **out, position=position)


def _pay_twice(world: World) -> None:
    change(world[Payment], status="succeeded", settled_at=NOW)
    copy(world[Payment], gateway_reference="", status="succeeded", settled_at=NOW)
