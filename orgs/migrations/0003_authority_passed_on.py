"""Adds: whose TL. is passed on, whether "TM." stands above, why an authority ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_signing_authority")]

    operations = [
        migrations.AddField(
            "signingauthority",
            "end_reason",
            models.CharField(blank=True, max_length=300, verbose_name="lý do kết thúc"),
        ),
        migrations.AddField(
            "signingauthority",
            "on_behalf",
            models.BooleanField(default=False, verbose_name="thay mặt tập thể"),
        ),
        migrations.AddField(
            "signingauthority",
            "through",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_on",
                to="orgs.signingauthority",
            ),
        ),
    ]
