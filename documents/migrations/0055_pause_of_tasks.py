"""A pause also of one person's task, and so of a task without a paper."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0054_own_values_found"),
        ("orgs", "0018_law"),
    ]

    operations = [
        migrations.AddField(
            model_name="duepause",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="due_pauses",
                to="documents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="duepause",
            name="due_after",
            field=models.DateField(null=True, verbose_name="thời hạn sau đó"),
        ),
        migrations.AddField(
            model_name="duepause",
            name="due_before",
            field=models.DateField(null=True, verbose_name="thời hạn trước đó"),
        ),
        migrations.AlterField(
            model_name="duepause",
            name="incoming",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="due_pauses",
                to="documents.incoming",
            ),
        ),
        migrations.AddIndex(
            model_name="duepause",
            index=models.Index(
                condition=models.Q(("assignment", None), _negated=True),
                fields=["assignment"],
                name="due_pause_of_task",
            ),
        ),
        migrations.AddConstraint(
            model_name="duepause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assignment", None),
                        ("due_after", None),
                        ("due_before", None),
                        ("incoming__isnull", False),
                    ),
                    models.Q(
                        ("assignment__isnull", False),
                        ("due_after__isnull", False),
                        ("due_before__isnull", False),
                        ("incoming", None),
                    ),
                    _connector="OR",
                ),
                name="due_pause_of_one",
            ),
        ),
    ]
