"""Drafts go round with a slip. New tables only: nothing that is there is locked for long or rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0030_tasks_between_organisations"),
        ("orgs", "0014_notices_of_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Slip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="nội dung trình")),
                ("proposal", models.TextField(max_length=2000, verbose_name="kiến nghị")),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Đang trình"),
                            ("returned", "Bị trả lại"),
                            ("changed", "Dự thảo đã thay đổi, chờ trình lại"),
                            ("approved", "Đã thông qua"),
                            ("taken_back", "Đã thu lại"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "round",
                    models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="lần trình"),
                ),
                (
                    "turn",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, verbose_name="nhóm đang trình"
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slips",
                        to="orgs.post",
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slips",
                        to="documents.outgoing",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu trình",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SlipPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.PositiveSmallIntegerField(verbose_name="nhóm")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("later", "Chưa đến lượt"),
                            ("waiting", "Đang chờ ý kiến"),
                            ("answered", "Đã cho ý kiến"),
                            ("stopped", "Phiếu đã dừng"),
                            ("replaced", "Đã thay người khác"),
                            ("taken_back", "Phiếu đã thu lại"),
                        ],
                        default="later",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "incoming",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.incoming",
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.outgoing"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slip_places",
                        to="orgs.post",
                    ),
                ),
                (
                    "slip",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="documents.slip",
                    ),
                ),
            ],
            options={
                "verbose_name": "người cho ý kiến phiếu trình",
                "ordering": ["group", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SlipRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần trình")),
                ("sha256", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="tiếp thu, giải trình")),
                ("due_on", models.DateField(null=True, verbose_name="hạn cho ý kiến")),
                ("at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.file",
                    ),
                ),
                (
                    "slip",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rounds",
                        to="documents.slip",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lần trình",
                "ordering": ["slip", "number"],
            },
        ),
        migrations.CreateModel(
            name="SlipReminder",
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
                ("at", models.DateTimeField()),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="documents.slipround",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhắc hạn phiếu trình",
            },
        ),
        migrations.CreateModel(
            name="SlipOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("agree", "Đồng ý"),
                            ("other", "Ý kiến khác"),
                            ("disagree", "Không đồng ý, trả lại"),
                        ],
                        max_length=8,
                        verbose_name="ý kiến",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="nội dung ý kiến")),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="documents.slipplace",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="documents.slipround",
                    ),
                ),
            ],
            options={
                "verbose_name": "ý kiến về phiếu trình",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="slip",
            index=models.Index(fields=["by", "state", "-at", "-id"], name="slip_of_maker"),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "returned", "changed"])),
                fields=("outgoing",),
                name="slip_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ["open", "returned", "changed"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["approved", "taken_back"])),
                    _connector="OR",
                ),
                name="slip_state",
            ),
        ),
        migrations.AddIndex(
            model_name="slipplace",
            index=models.Index(fields=["slip", "group", "id"], name="slip_place_in_order"),
        ),
        migrations.AddIndex(
            model_name="slipplace",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["post"], name="slip_place_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="slipplace",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["post", "-answered_at", "-id"],
                name="slip_place_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="slipplace",
            index=models.Index(fields=["post", "outgoing"], name="slip_place_sight"),
        ),
        migrations.AddConstraint(
            model_name="slipplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "replaced"), _negated=True),
                fields=("slip", "post"),
                name="slip_place_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["later", "stopped", "replaced", "taken_back"]),
                    models.Q(("since__isnull", False), ("state", "waiting")),
                    models.Q(("answered_at__isnull", False), ("state", "answered")),
                    _connector="OR",
                ),
                name="slip_place_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipplace",
            constraint=models.CheckConstraint(condition=models.Q(("group__gte", 1)), name="slip_place_group"),
        ),
        migrations.AddIndex(
            model_name="slipround",
            index=models.Index(
                condition=models.Q(("due_on", None), _negated=True), fields=["due_on"], name="slip_round_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="slipround",
            constraint=models.UniqueConstraint(fields=("slip", "number"), name="slip_round_once"),
        ),
        migrations.AddConstraint(
            model_name="slipround",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="slip_round_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="slipreminder",
            constraint=models.UniqueConstraint(fields=("round", "rule"), name="slip_reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="slipopinion",
            constraint=models.UniqueConstraint(fields=("place", "round"), name="slip_opinion_once"),
        ),
        migrations.AddConstraint(
            model_name="slipopinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice", "agree"),
                    models.Q(("choice__in", ["other", "disagree"]), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="slip_opinion_says_something",
            ),
        ),
    ]
