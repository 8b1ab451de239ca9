"""What a seller calls things, and what its plans contain, by language."""

from django.db import migrations, models

import tenor.db.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("db", "0028_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="contains",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="plan",
            name="names",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="product",
            name="names",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="promotion",
            name="names",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="seller",
            name="language",
            field=models.TextField(db_default="en", default="en"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=tenor.db.constraints.Check(
                name="a_plans_names_are_by_language",
                sql="jsonb_typeof(names) = 'object' AND NOT jsonb_path_exists(names, '$.keyvalue() ? (!(@.key like_regex \"^[a-z]{2}$\"))', '{}', true) AND NOT jsonb_path_exists(names, 'strict $.* ? (@.type() != \"string\" || @ == \"\")', '{}', true)",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=tenor.db.constraints.Check(
                name="what_a_plan_contains_is_by_language",
                sql="jsonb_typeof(contains) = 'object' AND NOT jsonb_path_exists(contains, '$.keyvalue() ? (!(@.key like_regex \"^[a-z]{2}$\"))', '{}', true) AND NOT jsonb_path_exists(contains, 'strict $.* ? (@.type() != \"array\" || @.size() == 0)', '{}', true) AND NOT jsonb_path_exists(contains, 'lax $.*[*] ? (@.type() != \"string\" || @ == \"\")', '{}', true)",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=tenor.db.constraints.Check(
                name="a_products_names_are_by_language",
                sql="jsonb_typeof(names) = 'object' AND NOT jsonb_path_exists(names, '$.keyvalue() ? (!(@.key like_regex \"^[a-z]{2}$\"))', '{}', true) AND NOT jsonb_path_exists(names, 'strict $.* ? (@.type() != \"string\" || @ == \"\")', '{}', true)",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=tenor.db.constraints.Check(
                name="a_promotions_names_are_by_language",
                sql="jsonb_typeof(names) = 'object' AND NOT jsonb_path_exists(names, '$.keyvalue() ? (!(@.key like_regex \"^[a-z]{2}$\"))', '{}', true) AND NOT jsonb_path_exists(names, 'strict $.* ? (@.type() != \"string\" || @ == \"\")', '{}', true)",
            ),
        ),
        migrations.AddConstraint(
            model_name="seller",
            constraint=tenor.db.constraints.Check(name="a_sellers_language_is_a_code", sql="language ~ '^[a-z]{2}$'"),
        ),
    ]
