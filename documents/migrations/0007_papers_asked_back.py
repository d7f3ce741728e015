"""Papers asked back by their senders, taken back by us, replaced by others: requests, answers, links, last states."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_files_made_of_files"),
        ("orgs", "0006_no_seal_size"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecallRequest",
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
                        choices=[("recall", "Thu hồi văn bản"), ("take_back", "Lấy lại văn bản")],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do của nơi gửi")),
                ("asked_at", models.DateTimeField(verbose_name="yêu cầu lúc")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("15", "Đã đồng ý, hủy nội dung"), ("16", "Đã từ chối")],
                        max_length=2,
                        verbose_name="trả lời",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="ý kiến trả lời")),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "yêu cầu thu hồi",
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_state",
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="document_state_of_direction",
        ),
        migrations.RemoveConstraint(
            model_name="statusreport",
            name="report_once",
        ),
        migrations.AddField(
            model_name="document",
            name="replaces",
            field=models.ManyToManyField(blank=True, related_name="replaced_by", to="documents.document"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("state", "revoked")), fields=["held_since"], name="document_revoked"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("document_uid", ""), _negated=True),
                fields=["document_uid"],
                name="document_by_uid",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "queued",
                            "sent",
                            "arrived",
                            "accepted",
                            "assigned",
                            "processing",
                            "completed",
                            "rejected",
                            "cancelled",
                            "failed",
                        ],
                    )
                ),
                name="delivery_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("direction", "in"),
                        (
                            "state__in",
                            [
                                "awaiting_reception",
                                "rejected",
                                "registered",
                                "awaiting_direction",
                                "assigned",
                                "processing",
                                "completed",
                                "recalled",
                            ],
                        ),
                    ),
                    models.Q(
                        ("direction", "out"),
                        (
                            "state__in",
                            [
                                "draft",
                                "in_review",
                                "returned",
                                "content_checked",
                                "format_checked",
                                "awaiting_signature",
                                "signed",
                                "numbered",
                                "sealed",
                                "issued",
                                "cancelled",
                                "revoked",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="document_state_of_direction",
            ),
        ),
        migrations.AddField(
            model_name="recallrequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AddField(
            model_name="recallrequest",
            name="incoming",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recall_requests",
                to="documents.incoming",
            ),
        ),
        migrations.AddField(
            model_name="statusreport",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="documents.recallrequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusreport",
            constraint=models.UniqueConstraint(
                fields=("incoming", "code", "request"), name="report_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="recallrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("incoming",), name="one_open_recall"
            ),
        ),
    ]
