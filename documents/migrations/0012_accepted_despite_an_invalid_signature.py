"""Why a paper was entered in the book although its signature is invalid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0011_updates")]

    operations = [
        migrations.AddField(
            model_name="incoming",
            name="acceptance_reason",
            field=models.TextField(
                blank=True,
                db_default="",
                max_length=1000,
                verbose_name="lý do vẫn vào sổ khi chữ ký không hợp lệ",
            ),
        ),
    ]
