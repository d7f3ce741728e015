"""Who of the office signs at the left of minutes or a contract, and the state in which that person is waited for. Columns are
empty, the constraint takes one state more and is looked over, the index built, while people work.

Not in one transaction: each step may be done again, when the one after it was broken off.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

IN = [
    "awaiting_reception", "rejected", "registered", "awaiting_direction", "assigned", "processing", "completed",
    "recalled",
]  # fmt: skip
OUT = [
    "draft", "in_review", "returned", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature",
    "signed", "numbered", "sealed", "issued", "cancelled", "revoked",
]  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0051_file_texts"), ("orgs", "0018_law")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="secretary_post",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
        migrations.AlterField(
            model_name="file",
            name="stage",
            field=models.CharField(
                choices=[
                    ("received", "Bản nhận được"),
                    ("draft", "Dự thảo"),
                    ("cosigned", "Thư ký, bên kia đã ký"),
                    ("signed", "Đã ký"),
                    ("sealed", "Đã cấp số, đóng dấu"),
                    ("renewed", "Gia hạn dấu thời gian"),
                    ("copy", "Bản sao điện tử"),
                    ("extract", "Bản trích chờ ký số"),
                    ("proposed", "Nơi gửi đề nghị bổ sung"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="document", name="document_state_of_direction"),
        AddConstraintNotValid(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("direction", "in"), ("state__in", IN)),
                    models.Q(("direction", "out"), ("state__in", OUT)),
                    _connector="OR",
                ),
                name="document_state_of_direction",
            ),
        ),
        ValidateConstraint(model_name="document", name="document_state_of_direction"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS outgoing_secretary", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("secretary_post", None), _negated=True),
                fields=["secretary_post"],
                name="outgoing_secretary",
            ),
        ),
    ]
