"""What mends or replaces an answer names the paper that was answered, also where it was drafted before this."""

import django.db.models.deletion
from django.db import migrations, models

# The few papers that mend others; again for what mends those.
FILL = """
    UPDATE documents_outgoing newer
    SET mends_answer_to_id = coalesce(older.in_reply_to_id, older.mends_answer_to_id)
    FROM (
        SELECT from_document_id AS newer, to_document_id AS older FROM documents_document_replaces
        UNION ALL
        SELECT paper_id, of_id FROM documents_correction
    ) link JOIN documents_outgoing older ON older.document_ptr_id = link.older
    WHERE newer.document_ptr_id = link.newer AND newer.mends_answer_to_id IS NULL
      AND coalesce(older.in_reply_to_id, older.mends_answer_to_id) IS NOT NULL
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL)
        while cursor.rowcount:
            cursor.execute(FILL)


class Migration(migrations.Migration):
    dependencies = [("documents", "0048_muted_rules")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="mends_answer_to",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.incoming",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
