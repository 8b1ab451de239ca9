"""Guards: named triggers that refuse to change or delete what must stay as it was written, whoever asks."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION tenor_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
$$
"""

ANY_CHANGE = "UPDATE OR DELETE"


def changed_but_for(*columns: str) -> str:
    """The condition of a guard: something else than these columns changes."""
    kept = ", ".join(f"'{column}'" for column in columns)
    return f"to_jsonb(OLD) - ARRAY[{kept}] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{kept}]"


DELIVERY = ("tries", "lease_until", "next_try_at", "delivered_at", "parked_at", "error")

# name, table, what is refused, on which condition, the sentence that the refused one reads
GUARDS = [
    (
        "a_price_is_never_edited",
        "db_priceentry",
        ANY_CHANGE,
        "true",
        "a published price is never edited: announce a new one (rules 3)",
    ),
    (
        "a_quote_stays_as_it_was_shown",
        "db_quote",
        "UPDATE",
        changed_but_for("accepted_at"),
        "a quote stays as it was shown: price a new one (rules 9)",
    ),
    (
        "an_issued_invoice_never_changes",
        "db_invoice",
        "UPDATE",
        f"OLD.status <> 'draft' AND ({changed_but_for('status')})",
        "an issued invoice never changes: correct it by a credit note (rules 10)",
    ),
    (
        "an_issued_invoice_is_never_deleted",
        "db_invoice",
        "DELETE",
        "OLD.status <> 'draft'",
        "an issued invoice is never deleted: its number would be missing (rules 10)",
    ),
    (
        "an_invoice_line_never_changes",
        "db_invoiceline",
        ANY_CHANGE,
        "true",
        "lines of invoices never change: give the invoice up, or credit it (rules 10)",
    ),
    (
        "a_tax_line_never_changes",
        "db_invoicetaxline",
        ANY_CHANGE,
        "true",
        "the tax of an invoice never changes: give the invoice up, or credit it (rules 10)",
    ),
    (
        "a_posting_never_changes",
        "db_posting",
        ANY_CHANGE,
        "true",
        "the books are added to, never changed: post the opposite (rules 10)",
    ),
    (
        "an_event_never_changes",
        "db_event",
        "UPDATE",
        changed_but_for(*DELIVERY),
        "the audit trail is added to, never changed; only its delivery is (rules 12)",
    ),
    (
        "an_event_is_never_deleted",
        "db_event",
        "DELETE",
        "true",
        "the audit trail is added to, nothing is taken away (rules 12)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("db", "0007_references")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION tenor_refuse()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE {refused} ON {table} FOR EACH ROW WHEN ({condition}) "
                f"EXECUTE FUNCTION tenor_refuse('{sentence}')",
                f"DROP TRIGGER {name} ON {table}",
            )
            for name, table, refused, condition, sentence in GUARDS
        ),
    ]
