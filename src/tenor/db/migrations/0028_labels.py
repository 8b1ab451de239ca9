"""A customer's own words about a subscription: its label, and its cost center."""

from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0027_paid_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="cost_center",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="subscription",
            name="label",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(
                name="a_label_is_on_one_line", sql="label !~ '[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029]'"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(name="a_label_is_short", sql="char_length(label) <= 60"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(
                name="a_cost_center_is_on_one_line",
                sql="cost_center !~ '[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029]'",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=tenor.db.constraints.Check(name="a_cost_center_is_short", sql="char_length(cost_center) <= 40"),
        ),
    ]
