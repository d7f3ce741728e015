"""Files that are held back, and what a virus scanner says of bytes. Adds with defaults: no row is rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0017_events_of_no_paper")]

    operations = [
        migrations.AddField(
            model_name="blob",
            name="scan",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Không quét"),
                    ("waiting", "Chưa quét được"),
                    ("clean", "Không thấy vi-rút"),
                    ("infected", "Có vi-rút"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="quét vi-rút",
            ),
        ),
        migrations.AddField(
            model_name="blob",
            name="scan_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(model_name="blob", name="scanned_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="file",
            name="held",
            field=models.BooleanField(db_default=False, default=False, verbose_name="bị giữ lại"),
        ),
        migrations.AddField(
            model_name="file",
            name="seen",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="điều thấy trong tệp"
            ),
        ),
        migrations.AddIndex(
            model_name="blob",
            index=models.Index(
                condition=models.Q(("scan", "waiting")), fields=["created_at"], name="blob_to_be_scanned"
            ),
        ),
    ]
