"""A package that a person had to look at is closed with a sentence."""

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


class Migration(migrations.Migration):
    dependencies = [("interop", "0009_updates"), ("orgs", "0006_no_seal_size")]

    operations = [
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
