"""The size of a seal belongs to its registered picture (signatures.SignatureImage)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_signing_authority")]
    operations = [migrations.RemoveField("organisation", "seal_mm")]
