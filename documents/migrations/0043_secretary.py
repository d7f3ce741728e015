from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0042_blob_suspected")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="secretary",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="thư ký"
            ),
        ),
    ]
