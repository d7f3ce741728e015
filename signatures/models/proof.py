"""How long the proof in a signed file holds, and the code by which strangers check a printed copy."""

from django.db import models
from django.db.models import Q

from documents.models import Document, File


class Proof(models.Model):
    """What a file that the agency closed proves, and until when (ETSI EN 319 102-1: a time stamp proves
    nothing once its own certificate has expired): an issued paper, what goes with it, an electronic copy."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="proofs")
    original = models.OneToOneField(File, models.PROTECT, related_name="proof")  # as it was signed
    file = models.ForeignKey(File, models.PROTECT, related_name="+")  # the same with its last renewal
    level = models.CharField(max_length=6)
    asked_level = models.CharField(max_length=6)
    weak_from = models.DateTimeField("bằng chứng yếu đi từ")
    renewed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["weak_from"], name="proof_weakens"),
            # A handful among millions, looked for every few minutes.
            models.Index(
                fields=["weak_from"], condition=Q(level="B-B") & ~Q(asked_level="B-B"), name="proof_short"
            ),
            models.Index(fields=["weak_from"], condition=~Q(failed_at=None), name="proof_failed"),
        ]


class PublicCode(models.Model):
    """The short code on a printed copy. Random, so that nobody finds a paper by counting."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="public_code")
    code = models.CharField(max_length=16, unique=True)
    created_at = models.DateTimeField()
