"""Each delivery with its sender and its moments: sent, fetched, asked back, urged. Filled in 0009, indexed in 0010."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_papers_asked_back"),
        ("orgs", "0006_no_seal_size"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="sender",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="sent_at",
            field=models.DateTimeField(null=True, verbose_name="gửi đi lúc"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="fetched_at",
            field=models.DateTimeField(null=True, verbose_name="bên nhận lấy lúc"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recall_asked_at",
            field=models.DateTimeField(null=True, verbose_name="yêu cầu thu hồi lúc"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="urged_at",
            field=models.DateTimeField(null=True, verbose_name="đôn đốc lần cuối"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="urged_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.post",
            ),
        ),
    ]
