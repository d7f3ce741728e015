"""Tasks without a paper, and assignments, directions and events that speak of one. New columns are empty: no row is read.

An event names its task in the payload too, which is what its hash holds; the database keeps the column the same.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

SAME_TASK = """
ALTER TABLE documents_event ADD CONSTRAINT event_names_its_task
  CHECK (task_id IS NULL OR document_id IS NULL AND payload->>'of_task' IS NOT DISTINCT FROM task_id::text) NOT VALID;
"""
NOT_THE_SAME = "ALTER TABLE documents_event DROP CONSTRAINT event_names_its_task;"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0027_opinions_stay"),
        ("orgs", "0014_notices_of_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
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
                        choices=[
                            ("arrived", "Chờ tiếp nhận"),
                            ("waiting", "Chờ giao"),
                            ("assigned", "Đã giao"),
                            ("processing", "Đang thực hiện"),
                            ("reported", "Đã báo cáo, chờ nơi giao duyệt"),
                            ("completed", "Đã hoàn thành"),
                            ("refused", "Đã trả lại nơi giao"),
                            ("called_off", "Đã thu hồi"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("held_since", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("title", models.CharField(max_length=300, verbose_name="tên nhiệm vụ")),
                ("content", models.TextField(blank=True, max_length=2000, verbose_name="nội dung")),
                ("product", models.CharField(blank=True, max_length=300, verbose_name="sản phẩm")),
                ("due_on", models.DateField(null=True, verbose_name="thời hạn")),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Thường"), (1, "Khẩn"), (2, "Thượng khẩn"), (3, "Hỏa tốc")],
                        default=0,
                        verbose_name="độ khẩn",
                    ),
                ),
                ("meeting", models.CharField(blank=True, max_length=300, verbose_name="cuộc họp")),
                ("met_on", models.DateField(null=True, verbose_name="ngày họp")),
                ("result", models.TextField(blank=True, max_length=2000, verbose_name="kết quả")),
            ],
            options={
                "verbose_name": "nhiệm vụ",
                "ordering": ["pk"],
            },
        ),
        migrations.AlterField(
            model_name="assignment",
            name="incoming",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="documents.incoming",
            ),
        ),
        migrations.AlterField(
            model_name="direction",
            name="incoming",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="directions",
                to="documents.incoming",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="given_tasks",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="holder",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="orgs.organisation",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="documents.task",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="documents.task",
            ),
        ),
        migrations.AddField(
            model_name="direction",
            name="task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="directions",
                to="documents.task",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="documents.task",
            ),
        ),
        AddConstraintNotValid(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("incoming", None), ("task__isnull", False)),
                    models.Q(("incoming__isnull", False), ("task", None)),
                    _connector="OR",
                ),
                name="assignment_of_one_matter",
            ),
        ),
        AddConstraintNotValid(
            model_name="direction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("incoming", None), ("task__isnull", False)),
                    models.Q(("incoming__isnull", False), ("task", None)),
                    _connector="OR",
                ),
                name="direction_of_one_matter",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["organisation", "state", "-created_at", "-id"], name="task_of_office"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["by", "state", "-created_at", "-id"], name="task_given"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["holder", "state"], name="task_held"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "arrived",
                            "waiting",
                            "assigned",
                            "processing",
                            "reported",
                            "completed",
                            "refused",
                            "called_off",
                        ],
                    )
                ),
                name="task_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(condition=models.Q(("urgency__lte", 3)), name="task_urgency"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="task_not_its_own_part"
            ),
        ),
        migrations.RunSQL(SAME_TASK, NOT_THE_SAME),
    ]
