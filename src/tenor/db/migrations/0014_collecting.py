"""Payments to collect have an index of their own: a night leaves a million of them, and who reconciles skips them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("db", "0013_changes")]

    operations = [
        migrations.RemoveIndex(model_name="payment", name="payments_to_work_on"),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("parked_at", None), ("status", "pending")),
                fields=["gateway", "id"],
                name="payments_to_collect",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("parked_at", None), ("status__in", ["processing", "requires_action", "sending", "unknown"])
                ),
                fields=["next_try_at"],
                name="payments_to_work_on",
            ),
        ),
    ]
