"""Immediate keys between rows of one account. They come last, for they need the uniques of the tables before."""

from django.db import migrations

from tenor.db.constraints import CompositeForeignKey

# table, what the key says, its fields, the table it points to, the fields there
REFERENCES = [
    ("taxregistration", "a_registration_is_of_a_seller", "seller", "Seller", "id"),
    ("numberseries", "a_series_is_of_a_seller", "seller", "Seller", "id"),
    ("product", "a_product_is_of_a_seller", "seller", "Seller", "id"),
    ("product", "a_successor_is_a_product_of_the_seller", "seller successor_code", "Product", "seller code"),
    ("plan", "a_plan_is_of_a_product", "seller product_code", "Product", "seller code"),
    ("priceentry", "a_price_is_of_a_plan", "seller product_code plan_code", "Plan", "seller product_code code"),
    ("promotion", "a_promotion_is_of_a_product", "seller product_code", "Product", "seller code"),
    (
        "promotion",
        "a_promotions_plan_is_of_its_product",
        "seller product_code plan_code",
        "Plan",
        "seller product_code code",
    ),
    ("account", "an_account_is_of_a_seller", "seller", "Seller", "id"),
    ("membership", "a_membership_is_in_an_account", "account", "Account", "id"),
    ("membership", "a_member_is_a_person", "user", "User", "id"),
    ("paymentmethod", "a_payment_method_is_of_an_account", "account", "Account", "id"),
    ("subscription", "a_subscription_is_bought_from_the_accounts_seller", "account seller", "Account", "id seller"),
    (
        "subscription",
        "a_subscription_is_of_a_plan",
        "seller product_code plan_code",
        "Plan",
        "seller product_code code",
    ),
    (
        "subscription",
        "a_subscription_is_paid_by_its_own_account",
        "account payment_method",
        "PaymentMethod",
        "account id",
    ),
    (
        "scheduledchange",
        "a_scheduled_change_is_of_the_accounts_subscription",
        "account subscription",
        "Subscription",
        "account id",
    ),
    (
        "scheduledchange",
        "a_scheduled_change_replaces_one_of_its_account",
        "account replaces",
        "ScheduledChange",
        "account id",
    ),
    ("quote", "a_quote_is_for_an_account", "account", "Account", "id"),
    ("quote", "a_quote_replaces_one_of_its_account", "account replaces", "Quote", "account id"),
    ("order", "an_order_is_of_an_account", "account", "Account", "id"),
    ("order", "an_order_accepts_its_accounts_quote", "account quote", "Quote", "account id"),
    ("order", "an_order_is_paid_by_its_own_account", "account method", "PaymentMethod", "account id"),
    ("ordersubscription", "an_orders_subscription_has_the_orders_account", "account order", "Order", "account id"),
    (
        "ordersubscription",
        "an_order_is_about_its_accounts_subscription",
        "account subscription",
        "Subscription",
        "account id",
    ),
    ("invoice", "an_invoice_is_from_the_accounts_seller", "account seller", "Account", "id seller"),
    ("invoice", "an_invoice_bills_its_accounts_order", "account order", "Order", "account id"),
    ("invoice", "a_credit_note_corrects_its_accounts_invoice", "account corrects", "Invoice", "account id"),
    ("orderline", "an_order_line_is_of_the_accounts_order", "account order", "Order", "account id"),
    (
        "orderline",
        "an_order_line_is_about_the_accounts_subscription",
        "account subscription",
        "Subscription",
        "account id",
    ),
    ("orderline", "a_carried_line_is_billed_to_its_account", "account carried_invoice", "Invoice", "account id"),
    ("invoiceline", "an_invoice_line_is_of_the_accounts_invoice", "account invoice", "Invoice", "account id"),
    ("invoiceline", "an_invoice_line_bills_its_accounts_order_line", "account order_line", "OrderLine", "account id"),
    (
        "invoiceline",
        "an_invoice_line_is_about_the_accounts_subscription",
        "account subscription",
        "Subscription",
        "account id",
    ),
    ("invoicetaxline", "a_tax_line_is_of_the_accounts_invoice", "account invoice", "Invoice", "account id"),
    ("paidperiod", "a_period_is_of_the_accounts_subscription", "account subscription", "Subscription", "account id"),
    ("paidperiod", "a_period_is_paid_by_the_accounts_invoice", "account invoice_line", "InvoiceLine", "account id"),
    ("payment", "a_payment_is_for_its_accounts_invoice", "account invoice", "Invoice", "account id"),
    ("payment", "a_payment_uses_its_accounts_method", "account method", "PaymentMethod", "account id"),
    ("refund", "a_refund_is_of_its_accounts_payment", "account payment", "Payment", "account id"),
    ("refund", "a_refund_carries_its_accounts_credit_note", "account credit_note", "Invoice", "account id"),
    ("posting", "a_posting_is_of_an_account", "account", "Account", "id"),
    ("posting", "a_posting_is_about_its_accounts_invoice", "account invoice", "Invoice", "account id"),
    ("posting", "a_posting_is_about_its_accounts_payment", "account payment", "Payment", "account id"),
    ("posting", "a_posting_is_about_its_accounts_refund", "account refund", "Refund", "account id"),
    ("event", "an_event_is_of_an_account", "account", "Account", "id"),
    ("event", "an_event_is_about_its_accounts_subscription", "account subscription", "Subscription", "account id"),
    ("event", "an_event_is_about_its_accounts_quote", "account quote", "Quote", "account id"),
    ("event", "an_event_is_about_its_accounts_order", "account order", "Order", "account id"),
    ("event", "an_event_is_about_its_accounts_invoice", "account invoice", "Invoice", "account id"),
    ("event", "an_event_is_about_its_accounts_payment", "account payment", "Payment", "account id"),
    ("mail", "a_mail_is_of_an_account", "account", "Account", "id"),
]


class Migration(migrations.Migration):
    dependencies = [("db", "0006_messages")]

    operations = [
        migrations.AddConstraint(
            table,
            CompositeForeignKey(name=name, fields=fields.split(), to=f"db.{target}", to_fields=to_fields.split()),
        )
        for table, name, fields, target, to_fields in REFERENCES
    ]
