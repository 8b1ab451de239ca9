"""The index of what renews on a day leaves out what has ended: a book grows old, a night does not."""

from django.db import migrations, models

NAME = "renewals_by_day"


class Migration(migrations.Migration):
    dependencies = [("db", "0019_differences")]

    operations = [
        migrations.RemoveIndex(model_name="subscription", name=NAME),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(condition=models.Q(("status", "active")), fields=["renews_on", "account"], name=NAME),
        ),
    ]
