"""A file may stand in the place of another: an attachment or a scan, signed by the agency."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_renewed_files")]
    operations = [
        migrations.AddField(
            "file",
            "made_from",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="made",
                to="documents.file",
            ),
        ),
        migrations.AlterField(
            "file",
            "stage",
            models.CharField(
                choices=[
                    ("received", "Bản nhận được"),
                    ("draft", "Dự thảo"),
                    ("signed", "Đã ký"),
                    ("sealed", "Đã cấp số, đóng dấu"),
                    ("renewed", "Gia hạn dấu thời gian"),
                    ("copy", "Bản sao điện tử"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "file", models.UniqueConstraint(fields=("made_from", "stage"), name="made_from_once")
        ),
    ]
