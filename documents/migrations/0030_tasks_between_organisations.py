"""Tasks given by one organisation to another, tasks under ids of another system, and tasks that come again by the timetable.
New columns are empty or have a default of the database: no row is read."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0029_tasks_found"),
        ("orgs", "0014_notices_of_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="foreign_code",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="mã của nơi khác"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="giver",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="outward",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="turn_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Order",
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
                            ("sent", "Đã gửi"),
                            ("arrived", "Chờ tiếp nhận"),
                            ("taken_up", "Đang thực hiện"),
                            ("reported", "Báo cáo kết quả, chờ duyệt"),
                            ("returned", "Trả lại để làm tiếp"),
                            ("approved", "Đã duyệt kết quả"),
                            ("refused", "Nơi nhận trả lại"),
                            ("called_off", "Đã thu hồi"),
                        ],
                        default="sent",
                        editable=False,
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("told", models.CharField(blank=True, default="", editable=False, max_length=10)),
                ("due_on", models.DateField(null=True, verbose_name="thời hạn")),
                ("sent_at", models.DateTimeField()),
                ("said", models.TextField(blank=True, default="", max_length=2000)),
                ("said_at", models.DateTimeField(null=True)),
                (
                    "received",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="documents.task",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="documents.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ giao cơ quan",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Recurring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "every",
                    models.CharField(
                        choices=[("week", "Hằng tuần"), ("month", "Hằng tháng"), ("quarter", "Hằng quý")],
                        max_length=7,
                        verbose_name="kỳ",
                    ),
                ),
                ("first_on", models.DateField(verbose_name="giao lần đầu")),
                ("turn", models.PositiveIntegerField(default=0, editable=False)),
                ("next_on", models.DateField(editable=False, verbose_name="giao lần tới")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="số ngày làm việc để thực hiện",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="tên nhiệm vụ")),
                ("text", models.TextField(max_length=2000, verbose_name="nội dung")),
                ("product", models.CharField(blank=True, max_length=300, verbose_name="sản phẩm")),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Thường"), (1, "Khẩn"), (2, "Thượng khẩn"), (3, "Hỏa tốc")],
                        default=0,
                        verbose_name="độ khẩn",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_tasks",
                        to="orgs.post",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ định kỳ",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="task",
            name="recurring",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="given",
                to="documents.recurring",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("foreign_code", ""), _negated=True),
                fields=("organisation", "foreign_code"),
                name="task_foreign_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recurring", None), _negated=True),
                fields=("recurring", "turn_on"),
                name="task_once_a_turn",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("told", models.F("state")), _negated=True),
                fields=["id"],
                name="order_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("task", "receiver"), name="order_once"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "sent",
                            "arrived",
                            "taken_up",
                            "reported",
                            "returned",
                            "approved",
                            "refused",
                            "called_off",
                        ],
                    )
                ),
                name="order_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["sent", "called_off"]), ("received__isnull", False), _connector="OR"
                ),
                name="order_is_there",
            ),
        ),
        migrations.AddIndex(
            model_name="recurring",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["next_on"], name="recurring_due"
            ),
        ),
        migrations.AddIndex(
            model_name="recurring",
            index=models.Index(fields=["by", "-id"], name="recurring_of_giver"),
        ),
        migrations.AddConstraint(
            model_name="recurring",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__in", ["week", "month", "quarter"])), name="recurring_every"
            ),
        ),
        migrations.AddConstraint(
            model_name="recurring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lead", None), ("unit__isnull", False)),
                    models.Q(("lead__isnull", False), ("unit", None)),
                    _connector="OR",
                ),
                name="recurring_to_one",
            ),
        ),
    ]
