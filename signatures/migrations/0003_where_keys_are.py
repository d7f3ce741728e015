from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now every key was a file."""
    apps.get_model("signatures", "Certificate").objects.filter(key_ref="").update(key_ref=F("key_file"))


class Migration(migrations.Migration):
    dependencies = [("signatures", "0002_signing")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
