"""Money that a second payment took for an invoice that is paid: recorded, and given back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0025_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment", name="surplus", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RemoveConstraint(model_name="payment", name="an_invoice_is_paid_once"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "succeeded"), ("surplus", False)),
                fields=("account", "invoice"),
                name="an_invoice_is_paid_once",
            ),
        ),
    ]
