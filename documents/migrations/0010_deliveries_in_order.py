"""Every delivery has its sender; the ledger's indexes."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

LEDGER = ["sender", "-queued_at", "-id"]
OPEN = models.Q(("state__in", ["queued", "sent", "arrived"]))


class Migration(migrations.Migration):
    dependencies = [("documents", "0009_fill_deliveries")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="sender",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=LEDGER, name="delivery_ledger"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=OPEN, fields=LEDGER, name="delivery_open"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["rejected", "failed"])),
                fields=LEDGER,
                name="delivery_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=OPEN, fields=["state", "sent_at"], name="delivery_waiting"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["queued_at"], name="delivery_when"
            ),
        ),
        migrations.AddIndex(
            model_name="incoming",
            index=models.Index(
                condition=models.Q(("delivery", None), ("source", "city")),
                fields=["document_ptr"],
                name="incoming_unsent",
            ),
        ),
        migrations.AddIndex(
            model_name="statusreport",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="report_when"
            ),
        ),
    ]
