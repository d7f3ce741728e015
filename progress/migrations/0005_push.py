"""Browsers that are told while no page is open. A new table, and a column with a default: no row is read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0004_made_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="wish",
            name="push",
            field=models.CharField(
                db_default="urgent", default="urgent", max_length=6, verbose_name="thông báo đẩy"
            ),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="channel",
            field=models.CharField(
                choices=[("mail", "Thư điện tử"), ("push", "Thông báo đẩy")], max_length=10
            ),
        ),
        migrations.CreateModel(
            name="PushAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("endpoint", models.CharField(max_length=600, unique=True)),
                ("point", models.CharField(max_length=100)),
                ("secret", models.CharField(max_length=30)),
                ("device", models.CharField(blank=True, max_length=60, verbose_name="thiết bị")),
                ("since", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "địa chỉ nhận thông báo đẩy",
            },
        ),
    ]
