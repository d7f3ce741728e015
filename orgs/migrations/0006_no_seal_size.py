"""The size of a seal belongs to its registered picture (signatures.SignatureImage)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_authority_kept_promises")]
    operations = [migrations.RemoveField("organisation", "seal_mm")]
