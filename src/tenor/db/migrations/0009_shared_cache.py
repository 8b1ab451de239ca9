"""The cache that all processes share (Django's DatabaseCache): attempts to sign in are counted in it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("db", "0008_guards")]

    operations = [
        migrations.RunSQL(
            [
                "CREATE TABLE shared_cache ("
                "cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL)",
                "CREATE INDEX shared_cache_expires ON shared_cache (expires)",
            ],
            "DROP TABLE shared_cache",
        )
    ]
