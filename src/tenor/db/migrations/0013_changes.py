"""Terms paid ahead, periods that stop, orders that are returned; several refunds of one payment, one a credit note."""

from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0012_methods"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invoiceline",
            name="an_invoice_line_is_of_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="an_orders_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="a_fulfilled_order_says_when",
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="an_order_line_is_of_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="paidperiod",
            name="a_subscription_is_renewed_once_a_period",
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="one_refund_of_a_payment_is_in_flight_at_a_time",
        ),
        migrations.AddField(
            model_name="order",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="paidperiod",
            name="stopped_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="coming_months",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="coming_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="coming_plan_code",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="coming_seats",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=tenor.db.constraints.Check(
                name="an_invoice_line_is_of_a_known_kind",
                sql="kind IN ('seats', 'term', 'carried', 'extension', 'plan', 'credit')",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="an_orders_status_is_known",
                sql="status IN ('submitted', 'requires_action', 'processing', 'paid', 'fulfilled', 'returned', 'failed', 'canceled', 'expired')",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="a_fulfilled_order_says_when",
                sql="(status IN ('fulfilled', 'returned')) = (fulfilled_at IS NOT NULL)",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="a_returned_order_says_when", sql="(status = 'returned') = (returned_at IS NOT NULL)"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=tenor.db.constraints.Check(
                name="an_order_line_is_of_a_known_kind",
                sql="kind IN ('seats', 'term', 'carried', 'extension', 'plan', 'credit')",
            ),
        ),
        migrations.AddConstraint(
            model_name="paidperiod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_on", None), ("stopped_on__gt", models.F("starts_on")), _connector="OR"),
                fields=("account", "subscription", "starts_on"),
                name="a_subscription_is_renewed_once_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="paidperiod",
            constraint=tenor.db.constraints.Check(
                name="a_period_stops_within_its_days", sql="stopped_on >= starts_on AND stopped_on < ends_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credit_note", None)),
                fields=("account", "payment"),
                name="money_without_a_claim_is_given_back_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credit_note__isnull", False)),
                fields=("account", "credit_note"),
                name="a_credit_note_is_refunded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(
                name="a_coming_term_is_known_whole",
                sql="num_nonnulls(coming_on, coming_months, coming_plan_code, coming_seats) IN (0, 4)",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(name="a_coming_term_has_a_month_or_more", sql="coming_months >= 1"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(name="a_coming_term_has_a_seat_or_more", sql="coming_seats >= 1"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(
                name="a_coming_term_is_paid_to_the_renewal_date", sql="coming_on < renews_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.CompositeForeignKey(
                fields=("seller", "product_code", "coming_plan_code"),
                name="a_coming_term_is_of_a_plan",
                to="db.Plan",
                to_fields=("seller", "product_code", "code"),
            ),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (stopped_on) ON db_paidperiod TO tenor_app, tenor_staff",
            "REVOKE UPDATE (stopped_on) ON db_paidperiod FROM tenor_app, tenor_staff",
        ),
    ]
