"""Envelopes given to the post, uses of kept copies. New tables only: nothing that is there is locked for long or rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0039_scans_turned"),
        ("orgs", "0016_help"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptCopyUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày tháng")),
                ("name", models.CharField(max_length=100, verbose_name="họ tên người sử dụng")),
                (
                    "file_code",
                    models.CharField(blank=True, max_length=50, verbose_name="số và ký hiệu hồ sơ"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField(null=True, verbose_name="ký nhận lúc")),
                ("returned_on", models.DateField(null=True, verbose_name="ngày trả")),
                (
                    "allowed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_copy_uses",
                        to="documents.outgoing",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần sử dụng bản lưu",
                "ordering": ["day", "pk"],
                "indexes": [models.Index(fields=["organisation", "day", "id"], name="kept_copy_book")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("returned_on", None)),
                        fields=("outgoing",),
                        name="kept_copy_in_one_hand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_on", None), ("returned_on__gte", models.F("day")), _connector="OR"
                        ),
                        name="kept_copy_returned_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_at", None), ("reader__isnull", False), _connector="OR"),
                        name="kept_copy_received_by_reader",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostedEnvelope",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày chuyển")),
                ("recipient", models.CharField(max_length=200, verbose_name="nơi nhận")),
                ("envelopes", models.PositiveSmallIntegerField(verbose_name="số lượng bì")),
                (
                    "receipt",
                    models.CharField(blank=True, max_length=100, verbose_name="ký nhận, số hiệu bưu gửi"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
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
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posted",
                        to="documents.outgoing",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần gửi bưu điện",
                "ordering": ["day", "pk"],
                "indexes": [models.Index(fields=["organisation", "day", "id"], name="posted_book")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outgoing", "day", "recipient"), name="posted_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("envelopes__gte", 1)), name="posted_in_an_envelope"
                    ),
                ],
            },
        ),
    ]
