"""How each person has their lists. A new table, empty: nothing that is there is touched."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0033_directions_prepared"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("incoming", "Văn bản đến"),
                            ("outgoing", "Văn bản đi"),
                            ("work", "Công việc"),
                            ("task", "Nhiệm vụ"),
                            ("consultation", "Ý kiến"),
                            ("slip", "Phiếu trình"),
                            ("search", "Tìm văn bản"),
                        ],
                        max_length=12,
                    ),
                ),
                ("columns", models.JSONField(default=list)),
                ("filters", models.JSONField(default=list)),
                ("first", models.CharField(blank=True, max_length=60)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tùy chọn danh sách",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "section"), name="list_choice_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "section__in",
                                ["incoming", "outgoing", "work", "task", "consultation", "slip", "search"],
                            )
                        ),
                        name="list_choice_section",
                    ),
                ],
            },
        ),
    ]
