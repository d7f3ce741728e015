"""A sender asks for more than its paper back: it changes what it wrote, or who has the paper (edXML business type 2)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

ANSWERS = ["15", "16"]


class Migration(migrations.Migration):
    dependencies = [("documents", "0010_deliveries_in_order"), ("orgs", "0006_no_seal_size")]

    operations = [
        migrations.RenameModel("RecallRequest", "ChangeRequest"),
        migrations.AlterModelOptions(
            "changerequest", options={"ordering": ["pk"], "verbose_name": "yêu cầu của nơi gửi"}
        ),
        migrations.AlterField(
            "changerequest",
            "incoming",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_requests",
                to="documents.incoming",
            ),
        ),
        migrations.AlterField(
            "changerequest",
            "kind",
            models.CharField(
                choices=[
                    ("recall", "Thu hồi văn bản"),
                    ("take_back", "Lấy lại văn bản"),
                    ("update", "Cập nhật văn bản"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            "changerequest",
            "answer",
            models.CharField(
                blank=True,
                choices=[("15", "Đã đồng ý"), ("16", "Đã từ chối")],
                max_length=2,
                verbose_name="trả lời",
            ),
        ),
        migrations.AddField("changerequest", "changes", models.JSONField(default=dict)),
        migrations.AddField("changerequest", "checked", models.JSONField(default=list)),
        migrations.AddField(
            "changerequest",
            "secrecy_marks",
            models.CharField(blank=True, max_length=100, verbose_name="dấu hiệu độ mật của tệp mới"),
        ),
        migrations.RemoveConstraint("changerequest", "one_open_recall"),
        migrations.AddConstraint(
            "changerequest",
            models.UniqueConstraint(condition=Q(answer=""), fields=("incoming",), name="one_open_request"),
        ),
        migrations.CreateModel(
            "Update",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("due_changed", models.BooleanField(default=False)),
                ("due_on", models.DateField(null=True, verbose_name="hạn trả lời")),
                ("added", models.JSONField(default=list)),
                ("withdrawn", models.JSONField(default=list)),
                ("desks", models.JSONField(default=list)),
                ("packed", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="documents.outgoing",
                    ),
                ),
            ],
            options={
                "verbose_name": "cập nhật văn bản đi",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["id"], name="update_desks", condition=~Q(desks=[])),
                    models.Index(fields=["id"], name="update_unpacked", condition=Q(packed=False)),
                ],
            },
        ),
        migrations.AddField(
            "delivery",
            "withdrawn_at",
            models.DateTimeField(null=True, verbose_name="rút khỏi nơi nhận lúc"),
        ),
        migrations.AlterField(
            "file",
            "stage",
            models.CharField(
                choices=[
                    ("received", "Bản nhận được"),
                    ("draft", "Dự thảo"),
                    ("signed", "Đã ký"),
                    ("sealed", "Đã cấp số, đóng dấu"),
                    ("renewed", "Gia hạn dấu thời gian"),
                    ("copy", "Bản sao điện tử"),
                    ("proposed", "Nơi gửi đề nghị bổ sung"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("deliverystep", "status_heard_once"),
        migrations.AddConstraint(
            "deliverystep",
            models.UniqueConstraint(
                condition=~Q(code__in=ANSWERS), fields=("delivery", "code"), name="status_heard_once"
            ),
        ),
        migrations.AddConstraint(
            "deliverystep",
            models.UniqueConstraint(
                condition=Q(code__in=ANSWERS), fields=("delivery", "code", "at"), name="answer_heard_once"
            ),
        ),
    ]
