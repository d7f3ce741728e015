"""What nobody can explain, when it was last looked for, and packages found by their ids."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0010_deliveries_in_order"),
        ("interop", "0004_recalls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="đối chiếu lúc")),
                ("axis_at", models.DateTimeField(null=True)),
                ("unexplained", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Unexplained",
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
                        choices=[
                            ("not_packed", "Văn bản đi không có gói tin"),
                            ("sent_queued", "Đã gửi nhưng vẫn ghi chờ"),
                            ("not_on_axis", "Đã gửi nhưng trục không có"),
                            ("not_ours", "Trục có nhưng ở đây không có"),
                            ("not_handed", "Đã giao nhưng nơi nhận không có"),
                            ("from_nowhere", "Văn bản đến không có nơi gửi"),
                            ("opened", "Gói tin đến không thành văn bản"),
                            ("not_reported", "Trạng thái không có gói tin"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("since", models.DateTimeField(verbose_name="từ lúc")),
                ("sentence", models.CharField(max_length=500, verbose_name="vì sao")),
                ("found_at", models.DateTimeField(verbose_name="phát hiện lúc")),
            ],
            options={
                "verbose_name": "văn bản không giải thích được",
                "ordering": ["since", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(fields=["message_id"], name="inbound_by_message"),
        ),
        migrations.AddIndex(
            model_name="outbound",
            index=models.Index(fields=["message_id"], name="outbound_by_message"),
        ),
        migrations.AddIndex(
            model_name="outbound",
            index=models.Index(
                condition=models.Q(("axis_doc_id", ""), _negated=True),
                fields=["axis_doc_id"],
                name="outbound_on_axis",
            ),
        ),
        migrations.AddIndex(
            model_name="outbound",
            index=models.Index(
                condition=models.Q(("message_type", "edoc"), ("state", "sent")),
                fields=["sent_at"],
                name="outbound_papers_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="unexplained",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="unexplained_once"),
        ),
    ]
