"""Which subscriptions' parts of an order were given back."""

from django.db import migrations, models

import tenor.db.constraints

RIGHTS = "GRANT UPDATE (returned_at) ON db_ordersubscription TO tenor_app, tenor_staff"


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0021_tax_of_each_line"),
    ]

    operations = [
        migrations.AddField(
            model_name="ordersubscription", name="returned_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="ordersubscription",
            constraint=tenor.db.constraints.Check(
                name="no_part_of_an_open_order_is_returned", sql="returned_at IS NULL OR NOT open"
            ),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
