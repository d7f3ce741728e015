"""Reports made beside the pages, reports that come by themselves, figures for everybody. New tables only: no row is read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0014_notices_of_papers"),
        ("progress", "0003_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Published",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="published",
                        serialize=False,
                        to="orgs.organisation",
                    ),
                ),
                ("figures", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu công khai",
            },
        ),
        migrations.CreateModel(
            name="MadeReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("report", models.CharField(max_length=12)),
                ("query", models.CharField(max_length=300)),
                ("title", models.CharField(max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Chờ lập"),
                            ("making", "Đang lập"),
                            ("ready", "Đã lập xong"),
                            ("failed", "Không lập được"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("table", models.JSONField(null=True)),
                ("xlsx", models.BinaryField(null=True)),
                ("pdf", models.BinaryField(null=True)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "báo cáo đã lập",
                "indexes": [
                    models.Index(fields=["user", "post", "-id"], name="made_report_of_user"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "making"])),
                        fields=["asked_at"],
                        name="made_report_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "making"])),
                        fields=("post", "user", "report", "query"),
                        name="made_report_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(
                                ("made_at__isnull", False),
                                ("pdf__isnull", False),
                                ("table__isnull", False),
                                ("xlsx__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="made_report_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("report", models.CharField(max_length=12)),
                ("scope", models.CharField(blank=True, max_length=20)),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("week", "Hằng tuần"),
                            ("month", "Hằng tháng"),
                        ],
                        max_length=5,
                        verbose_name="chu kỳ",
                    ),
                ),
                ("since", models.DateTimeField()),
                ("next_on", models.DateField(db_index=True)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "đăng ký nhận báo cáo",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "post", "report", "scope", "every"), name="subscribed_once"
                    )
                ],
            },
        ),
    ]
