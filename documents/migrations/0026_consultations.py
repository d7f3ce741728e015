"""Colleagues are asked for an opinion or a vote. New tables only: nothing that is there is locked or rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0025_work_found_by_deadline"),
        ("orgs", "0012_results_approved_by_the_head"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("opinion", "Xin ý kiến"), ("vote", "Lấy ý kiến")], max_length=8
                    ),
                ),
                ("question", models.TextField(max_length=2000, verbose_name="nội dung cần ý kiến")),
                ("due_on", models.DateField(null=True, verbose_name="hạn cho ý kiến")),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Đang chờ ý kiến"),
                            ("closed", "Đã kết thúc"),
                            ("taken_back", "Đã thu lại"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="orgs.post",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consultations",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "verbose_name": "lấy ý kiến",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Asked",
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
                            ("waiting", "Chưa cho ý kiến"),
                            ("answered", "Đã cho ý kiến"),
                            ("missed", "Không cho ý kiến"),
                            ("taken_back", "Không còn được hỏi"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.document"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
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
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked",
                        to="documents.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "người được hỏi ý kiến",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
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
                            ("disagree", "Không đồng ý"),
                            ("other", "Ý kiến khác"),
                            ("comment", "Có ý kiến"),
                            ("none", "Không có ý kiến"),
                        ],
                        max_length=8,
                        verbose_name="ý kiến",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="nội dung ý kiến")),
                ("at", models.DateTimeField()),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="documents.asked",
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
                "verbose_name": "ý kiến",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["by", "state", "-at", "-id"], name="consultation_of_asker"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "open")),
                    models.Q(("ended_at__isnull", False), ("state__in", ["closed", "taken_back"])),
                    _connector="OR",
                ),
                name="consultation_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["opinion", "vote"])), name="consultation_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="asked",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["post"], name="asked_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="asked",
            index=models.Index(
                condition=models.Q(("state", "answered")),
                fields=["post", "-answered_at", "-id"],
                name="asked_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="asked",
            index=models.Index(
                condition=models.Q(("state", "taken_back"), _negated=True),
                fields=["post", "document"],
                name="asked_sight",
            ),
        ),
        migrations.AddConstraint(
            model_name="asked",
            constraint=models.UniqueConstraint(fields=("consultation", "post"), name="asked_once"),
        ),
        migrations.AddConstraint(
            model_name="asked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("state", "waiting")),
                    models.Q(("answered_at", None), ("state", "missed")),
                    models.Q(("answered_at__isnull", False), ("state", "answered")),
                    ("state", "taken_back"),
                    _connector="OR",
                ),
                name="asked_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice__in", ["agree", "none"]),
                    models.Q(
                        ("choice__in", ["disagree", "other", "comment"]),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="opinion_says_something",
            ),
        ),
    ]
