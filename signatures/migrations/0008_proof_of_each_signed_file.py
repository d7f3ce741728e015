"""Attachments and electronic copies are proven in files of their own: a proof belongs to a file, no more to a paper."""

import django.db.models.deletion
from django.db import migrations, models

# The file as the agency signed it; a renewal lies beside it under the same version.
FILL = """
UPDATE signatures_proof AS proof SET original_id = COALESCE((
    SELECT sealed.id FROM documents_file AS held JOIN documents_file AS sealed USING (document_id, version)
    WHERE held.id = proof.file_id AND sealed.part = 'main' AND sealed.stage = 'sealed'), proof.file_id)
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_files_made_of_files"), ("signatures", "0007_lives_of_certificates")]
    operations = [
        migrations.AddField(
            "proof",
            "original",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proof",
                to="documents.file",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
