"""A package that a person had to look at is closed with a sentence; a finding for one that the axis does not give; and when
the axis took a package, which tells a repeat from a paper that is sent anew."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("received", "Chờ mở gói"),
    ("unpacked", "Đã mở"),
    ("duplicate", "Trùng"),
    ("invalid", "Cần người xem"),
    ("returned", "Đã trả lại nơi gửi"),
    ("refused", "Đã từ chối, hủy nội dung"),
    ("closed", "Đã xem, xếp lại"),
]
KINDS = [
    ("not_packed", "Văn bản đi không có gói tin"),
    ("sent_queued", "Đã gửi nhưng vẫn ghi chờ"),
    ("not_on_axis", "Đã gửi nhưng trục không có"),
    ("not_ours", "Trục có nhưng ở đây không có"),
    ("not_fetched", "Trục giữ cho ta nhưng chưa lấy được"),
    ("not_handed", "Đã giao nhưng nơi nhận không có"),
    ("from_nowhere", "Văn bản đến không có nơi gửi"),
    ("opened", "Gói tin đến không thành văn bản"),
    ("not_reported", "Trạng thái không có gói tin"),
]


class Migration(migrations.Migration):
    dependencies = [("interop", "0009_updates"), ("orgs", "0006_no_seal_size")]

    operations = [
        migrations.AddField(
            "inbound", "laid_at", models.DateTimeField(null=True, verbose_name="lên trục lúc")
        ),
        migrations.AlterField("unexplained", "kind", models.CharField(max_length=12, choices=KINDS)),
        migrations.AlterField(
            "inbound", "state", models.CharField(max_length=10, choices=STATES, default="received")
        ),
        migrations.AddField(
            "inbound", "closed_at", models.DateTimeField(null=True, verbose_name="xếp lại lúc")
        ),
        migrations.AddField(
            "inbound",
            "closed_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        # The database's own default: a worker of the version before still writes rows while this is rolled out.
        migrations.AddField(
            "inbound",
            "closing_words",
            models.CharField(blank=True, db_default="", max_length=1000, verbose_name="lời ghi"),
        ),
        migrations.AddConstraint(
            "inbound",
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_words=""),
                name="inbound_closed_with_words",
            ),
        ),
    ]
