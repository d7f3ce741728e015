"""More time asked for, progress told, urging and reminding of a task. Columns with a default of the database: no row is rewritten.

What was told is added and never changed; the application's role cannot do it anyway, the triggers are for an
installation with one role."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER documents_progressreport_no_change BEFORE UPDATE OR DELETE ON documents_progressreport
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
CREATE TRIGGER documents_reminder_no_change BEFORE UPDATE OR DELETE ON documents_reminder
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
CREATE TRIGGER documents_deadlinereminder_no_change BEFORE UPDATE OR DELETE ON documents_deadlinereminder
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0023_answers_of_before"),
        ("orgs", "0013_extension_limit"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadlineReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("soon", "Sắp đến hạn"),
                            ("late_1", "Quá hạn 1 ngày làm việc"),
                            ("late_3", "Quá hạn 3 ngày làm việc"),
                            ("late_7", "Quá hạn 7 ngày làm việc"),
                            ("escalated", "Báo cấp trên"),
                        ],
                        max_length=10,
                        verbose_name="quy tắc",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="thời hạn")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "nhắc theo thời hạn",
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        default="asked", editable=False, max_length=10, verbose_name="trạng thái"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="xin lúc")),
                ("reason", models.TextField(max_length=1000, verbose_name="lý do")),
                ("due_before", models.DateField(verbose_name="hạn cũ")),
                ("due_asked", models.DateField(verbose_name="xin đến")),
                ("due_granted", models.DateField(null=True, verbose_name="hạn mới")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "refusal_reason",
                    models.TextField(
                        blank=True, db_default="", max_length=1000, verbose_name="lý do từ chối"
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị gia hạn",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)], verbose_name="phần trăm"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="nội dung")),
            ],
            options={
                "verbose_name": "báo cáo tiến độ",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần")),
                (
                    "kind",
                    models.CharField(
                        choices=[("remind", "Nhắc nhở"), ("criticise", "Phê bình"), ("review", "Kiểm điểm")],
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField(max_length=1000, verbose_name="nội dung")),
            ],
            options={
                "verbose_name": "đôn đốc",
                "ordering": ["assignment", "number"],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="extended",
            field=models.SmallIntegerField(db_default=0, default=0, verbose_name="số lần được gia hạn"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="percent",
            field=models.SmallIntegerField(null=True, verbose_name="tiến độ"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reminded",
            field=models.SmallIntegerField(db_default=0, default=0, verbose_name="số lần bị đôn đốc"),
        ),
        migrations.AddField(
            model_name="deadlinereminder",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="by_deadline",
                to="documents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="deadlinereminder",
            name="to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extensions",
                to="documents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="decided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="to",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="progress",
                to="documents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reminders",
                to="documents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlinereminder",
            constraint=models.UniqueConstraint(
                fields=("assignment", "rule", "due_on"), name="deadline_reminder_once"
            ),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(fields=["assignment", "id"], name="extension_of_task"),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(
                condition=models.Q(("state", "asked")), fields=["to"], name="extension_to_decide"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "granted", "refused", "withdrawn"])),
                name="extension_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("assignment",), name="one_open_extension"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_asked__gt", models.F("due_before"))), name="extension_is_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "granted"), _negated=True),
                    models.Q(
                        ("due_granted__gt", models.F("due_before")),
                        ("due_granted__lte", models.F("due_asked")),
                    ),
                    _connector="OR",
                ),
                name="extension_granted_between",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="extension_decided_when",
            ),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(fields=["assignment", "id"], name="progress_of_task"),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__lte", 100)), name="progress_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("assignment", "number"), name="reminder_number_once"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="reminder_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["remind", "criticise", "review"])), name="reminder_kind"
            ),
        ),
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
    ]
