"""Events, mail, and what gateways tell."""

import django.db.models.deletion
from django.db import migrations, models

import tenor.db.constraints
import tenor.db.ids


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0005_money"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("kind", models.TextField()),
                ("actor", models.TextField(blank=True, default="")),
                ("actor_name", models.TextField(blank=True, default="")),
                ("staff", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.subscription",
                    ),
                ),
                (
                    "quote",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.quote",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.order",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.payment",
                    ),
                ),
                ("before", models.JSONField(blank=True, default=dict)),
                ("after", models.JSONField(blank=True, default=dict)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "subscription", "-at"], name="events_of_a_subscription"),
                    models.Index(fields=["account", "order", "at"], name="events_of_an_order"),
                    models.Index(
                        condition=models.Q(("delivered_at", None), ("parked_at", None)),
                        fields=["next_try_at"],
                        name="events_to_deliver",
                    ),
                ],
                "constraints": [tenor.db.constraints.Check(name="an_event_is_of_a_kind", sql="kind <> ''")],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="db.account",
                    ),
                ),
                ("to", models.EmailField(max_length=254)),
                ("kind", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("state", models.TextField(blank=True, default="")),
                ("language", models.TextField(default="en")),
                ("context", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parked_at", None), ("sent_at", None)),
                        fields=["next_try_at"],
                        name="mails_to_send",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "kind", "subject_id", "state", "to"),
                        name="a_fact_is_mailed_once",
                        nulls_distinct=False,
                    ),
                    tenor.db.constraints.Check(name="a_mail_is_of_a_kind", sql="kind <> ''"),
                    tenor.db.constraints.Check(name="a_mail_has_a_receiver", sql="\"to\" <> ''"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SentMail",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("to", models.TextField()),
                ("sender", models.TextField(blank=True, default="")),
                ("subject", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                ("html", models.TextField(blank=True, default="")),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-sent_at"], name="mailbox_newest_first")],
                "constraints": [tenor.db.constraints.Check(name="a_sent_mail_has_a_receiver", sql="\"to\" <> ''")],
            },
        ),
        migrations.CreateModel(
            name="GatewayEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenor.db.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("tries", models.IntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("gateway", models.TextField()),
                ("event_id", models.TextField()),
                ("kind", models.TextField(blank=True, default="")),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parked_at", None), ("processed_at", None)),
                        fields=["received_at"],
                        name="gateway_events_to_process",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "event_id"), name="a_gateways_event_is_stored_once"),
                    tenor.db.constraints.Check(
                        name="a_gateways_event_has_an_id", sql="gateway <> '' AND event_id <> ''"
                    ),
                ],
            },
        ),
    ]
