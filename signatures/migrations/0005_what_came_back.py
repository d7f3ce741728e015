import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0004_no_key_file"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="signingsession",
            name="user",
            # No session exists yet: nothing could begin one before this.
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="signingsession", name="signature", field=models.BinaryField(null=True)
        ),
        migrations.AddField(
            model_name="signingsession", name="claimed_at", field=models.DateTimeField(null=True)
        ),
    ]
