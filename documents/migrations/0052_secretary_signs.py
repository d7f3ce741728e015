"""Who of the office signs at the left of minutes or a contract, and the state in which that person is waited for. The column
is empty, and the constraint that takes one state more is not looked over yet: no table is locked for long (0056 does the rest).
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

IN = [
    "awaiting_reception", "rejected", "registered", "awaiting_direction", "assigned", "processing", "completed",
    "recalled",
]  # fmt: skip
OUT = [
    "draft", "in_review", "returned", "content_checked", "format_checked", "awaiting_secretary", "awaiting_signature",
    "signed", "numbered", "sealed", "issued", "cancelled", "revoked",
]  # fmt: skip


class AllowOneStateMore(migrations.RemoveConstraint):
    """Going back, the older constraint is put there without reading the papers under its lock."""

    def database_backwards(self, app_label, editor, from_state, to_state):
        back = to_state.apps.get_model(app_label, self.model_name_lower)
        constraint = to_state.models[app_label, self.model_name_lower].get_constraint_by_name(self.name)
        editor.execute(f"{constraint.create_sql(back, editor)} NOT VALID", params=None)


def none_is_waiting(apps, editor):
    """The version before knows neither the state nor who signs there."""
    waiting = apps.get_model("documents", "Document").objects.filter(state="awaiting_secretary").count()
    if waiting:
        raise RuntimeError(
            f"{waiting} papers wait for the one who signs at their left (state awaiting_secretary), which the version before"
            " does not know: have them signed or sent back first, then go back."
        )


class Migration(migrations.Migration):
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
                    ("cosigned", "Thư ký hoặc bên kia đã ký"),
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
        migrations.RunPython(migrations.RunPython.noop, none_is_waiting),
        AllowOneStateMore(model_name="document", name="document_state_of_direction"),
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
    ]
