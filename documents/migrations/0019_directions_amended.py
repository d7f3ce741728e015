"""A direction is amended and taken back; work is given to rooms. Columns that may be empty: nothing is rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0018_files_held_back"), ("orgs", "0009_administration_by_two")]

    operations = [
        migrations.AlterModelOptions(name="direction", options={"ordering": ["at", "pk"]}),
        migrations.AddField(
            model_name="direction",
            name="amends",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="documents.direction",
            ),
        ),
        migrations.AddField(
            model_name="direction",
            name="due_on",
            field=models.DateField(null=True, verbose_name="thời hạn được giao"),
        ),
        migrations.AddField(
            model_name="direction",
            name="due_before",
            field=models.DateField(null=True, verbose_name="thời hạn của văn bản trước đó"),
        ),
        migrations.AddField(
            model_name="direction",
            name="taken_back_at",
            field=models.DateTimeField(null=True, verbose_name="rút lại lúc"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
            ),
        ),
    ]
