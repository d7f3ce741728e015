"""Files with a report of progress, tasks found by their words, a later day asked of the organisation that gave a task.

What goes with a report is added and never changed, as the report. Tasks of before get their words in 0041, while people work.
"""

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER documents_reportfile_no_change BEFORE UPDATE OR DELETE ON documents_reportfile
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0037_slips_put_off"),
        ("orgs", "0016_help"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="tên tệp")),
            ],
            options={
                "verbose_name": "tệp của báo cáo tiến độ",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="extension",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extensions",
                to="documents.order",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="told",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="order",
            name="extended",
            field=models.SmallIntegerField(db_default=0, default=0, verbose_name="số lần được gia hạn"),
        ),
        migrations.AddField(
            model_name="task",
            name="search_key",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.AlterField(
            model_name="extension",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extensions",
                to="documents.assignment",
            ),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(
                condition=models.Q(("order", None), _negated=True),
                fields=["order", "id"],
                name="extension_of_order",
            ),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(
                condition=models.Q(
                    models.Q(("order", None), _negated=True),
                    models.Q(("told", models.F("state")), _negated=True),
                ),
                fields=["id"],
                name="extension_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("order",), name="one_open_extension_of_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assignment", None), ("order__isnull", False)),
                    models.Q(("assignment__isnull", False), ("order", None)),
                    _connector="OR",
                ),
                name="extension_of_one",
            ),
        ),
        migrations.AddField(
            model_name="reportfile",
            name="blob",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.blob"
            ),
        ),
        migrations.AddField(
            model_name="reportfile",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="documents.progressreport",
            ),
        ),
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
    ]
