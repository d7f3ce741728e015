"""The day of a slip may be put off, and a room may speak by its head. Small tables: the day is filled from the round that was
sent last, and in what was reminded of from the round itself; nothing else is touched."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE documents_slip SET due_on = r.due_on FROM documents_slipround r
  WHERE r.slip_id = documents_slip.id AND r.number = documents_slip.round;
ALTER TABLE documents_slipreminder DISABLE TRIGGER documents_slipreminder_no_change;
UPDATE documents_slipreminder SET due_on = r.due_on FROM documents_slipround r WHERE r.id = round_id;
ALTER TABLE documents_slipreminder ENABLE TRIGGER documents_slipreminder_no_change;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0036_scan_batches"), ("orgs", "0016_help")]

    operations = [
        migrations.AddField(
            "slip", "due_on", models.DateField(editable=False, null=True, verbose_name="hạn cho ý kiến")
        ),
        migrations.AddField("slipreminder", "due_on", models.DateField(null=True, verbose_name="hạn")),
        migrations.AddField(
            "slipplace",
            "unit",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.unit",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("slipreminder", "due_on", models.DateField(verbose_name="hạn")),
        migrations.RemoveConstraint("slipreminder", "slip_reminder_once"),
        migrations.AddConstraint(
            "slipreminder",
            models.UniqueConstraint(fields=("round", "rule", "due_on"), name="slip_reminder_once"),
        ),
        migrations.RemoveIndex("slipround", "slip_round_due"),
        migrations.AddIndex(
            "slip",
            models.Index(
                condition=models.Q(("due_on__isnull", False), ("state", "open")),
                fields=["due_on"],
                name="slip_due",
            ),
        ),
    ]
