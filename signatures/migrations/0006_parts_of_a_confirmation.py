"""What goes with a paper in files of its own is signed by the same confirmation as its seal."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_files_made_of_files"),
        ("signatures", "0005_what_came_back"),
    ]
    operations = [
        migrations.CreateModel(
            "SessionPart",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attributes", models.BinaryField()),
                ("place", models.JSONField(default=dict)),
                ("signature", models.BinaryField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.file"
                    ),
                ),
                (
                    "prepared",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.blob",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="signatures.signingsession",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
