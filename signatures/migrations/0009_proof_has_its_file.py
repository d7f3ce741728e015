"""Every proof has its file now; a paper has several."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signatures", "0008_proof_of_each_signed_file")]
    operations = [
        migrations.AlterField(
            "proof",
            "original",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="proof", to="documents.file"
            ),
        ),
        migrations.AlterField(
            "proof",
            "document",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="documents.document"
            ),
        ),
    ]
