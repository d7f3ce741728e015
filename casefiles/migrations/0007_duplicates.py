"""A file may go as a duplicate of another, which is named.

Of rows that are there all are of the first ground, so nothing is to be filled."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casefiles", "0006_aip"),
    ]

    operations = [
        migrations.AddField(
            model_name="disposalline",
            name="stead",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casefiles.casefile",
            ),
        ),
        migrations.AlterField(
            model_name="disposalline",
            name="ground",
            field=models.CharField(
                choices=[("expired", "Hết thời hạn lưu trữ"), ("duplicate", "Trùng lặp")],
                default="expired",
                max_length=9,
                verbose_name="lý do hủy",
            ),
        ),
        migrations.AddIndex(
            model_name="disposalline",
            index=models.Index(
                condition=models.Q(("stead__isnull", False)), fields=["stead"], name="disposal_keeps"
            ),
        ),
        migrations.AddConstraint(
            model_name="disposalline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", "expired"), ("stead", None)),
                    models.Q(
                        ("ground", "duplicate"),
                        ("stead__isnull", False),
                        models.Q(("stead", models.F("case")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="disposal_line_stead",
            ),
        ),
    ]
