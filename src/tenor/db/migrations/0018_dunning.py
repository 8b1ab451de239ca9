"""When an unpaid renewal is charged again by itself."""

from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0017_reminders"),
    ]

    operations = [
        migrations.AddField(model_name="order", name="retry_on", field=models.DateField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="order",
            constraint=tenor.db.constraints.Check(
                name="only_an_unpaid_renewal_is_tried_again",
                sql="retry_on IS NULL OR (action = 'renew' AND status = 'requires_action')",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("retry_on__isnull", False)), fields=["retry_on"], name="orders_to_try_again"
            ),
        ),
    ]
