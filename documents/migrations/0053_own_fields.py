"""Fields of an office's own (decree 30 Phụ lục VI, III.7c): a new, empty table, and a column that costs nothing where nothing is said."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0052_secretary_signs"),
        ("orgs", "0018_law"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="tên trường")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Chữ"),
                            ("number", "Số"),
                            ("date", "Ngày"),
                            ("choice", "Chọn từ danh sách"),
                        ],
                        max_length=6,
                        verbose_name="kiểu",
                    ),
                ),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("in", "Văn bản đến"),
                            ("out", "Văn bản đi"),
                            ("both", "Văn bản đến và văn bản đi"),
                        ],
                        max_length=4,
                        verbose_name="dùng cho",
                    ),
                ),
                ("choices", models.JSONField(default=list, verbose_name="danh sách")),
                ("required", models.BooleanField(default=False, verbose_name="bắt buộc")),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "trường thông tin bổ sung",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="document",
            name="own_values",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                verbose_name="thông tin bổ sung",
            ),
        ),
        migrations.AddField(
            model_name="ownfield",
            name="by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddField(
            model_name="ownfield",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AddField(
            model_name="ownfield",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="ownfield",
            index=models.Index(fields=["organisation"], name="own_field_of_office"),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("ended_at", None)),
                name="own_field_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["text", "number", "date", "choice"]), ("of__in", ["in", "out", "both"])
                ),
                name="own_field_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "choice"), models.Q(("choices", []), _negated=True)),
                    models.Q(models.Q(("kind", "choice"), _negated=True), ("choices", [])),
                    _connector="OR",
                ),
                name="own_field_choices",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="own_field_ended_by",
            ),
        ),
    ]
