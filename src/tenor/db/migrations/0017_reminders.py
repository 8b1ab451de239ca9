"""When an account was last told what is about to happen, and who may do without some of it; indexes by dates."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0016_room_for_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="reminded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="optional_reminders",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name="paymentmethod",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["expires_on"], name="cards_by_their_last_day"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentmethod",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("mandate_used_on", "mandate_signed_on"),
                condition=models.Q(("status", "active"), models.Q(("mandate_reference", ""), _negated=True)),
                name="mandates_by_their_last_debit",
            ),
        ),
    ]
