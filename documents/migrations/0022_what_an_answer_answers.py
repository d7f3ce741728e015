"""An answer (15, 16) does not say what it answers. It was worked out anew wherever it was asked; now it is worked out
once, when the answer is heard, and stands on its row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0021_results_wait_for_approval")]
    operations = [
        migrations.AddField(
            "deliverystep",
            "about",
            models.CharField(
                blank=True, max_length=6, choices=[("recall", "thu hồi"), ("update", "cập nhật")], default=""
            ),
            preserve_default=False,
        ),
    ]
