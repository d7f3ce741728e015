"""Why a certificate was laid aside; and indexes by which the few proofs that need work are found among millions."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("signatures", "0006_parts_of_a_confirmation")]
    operations = [
        migrations.AddField(
            "certificate",
            "retired_reason",
            models.CharField(blank=True, default="", max_length=300, verbose_name="lý do thôi dùng"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "proof",
            models.Index(
                fields=["weak_from"], condition=Q(level="B-B") & ~Q(asked_level="B-B"), name="proof_short"
            ),
        ),
        migrations.AddIndex(
            "proof",
            models.Index(fields=["weak_from"], condition=~Q(failed_at=None), name="proof_failed"),
        ),
    ]
