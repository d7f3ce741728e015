"""Many papers signed in one act. Each ends either signed or untouched, and says which."""

from django.db import models

from documents.models import Outgoing
from orgs.models import Post


class Batch(models.Model):
    post = models.ForeignKey(Post, models.PROTECT, related_name="signing_batches")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]


class BatchItem(models.Model):
    """One paper of a batch, and the hash of the version the leader looked at."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ ký"
        SIGNING = "signing", "Đang ký"
        SIGNED = "signed", "Đã ký"
        FAILED = "failed", "Chưa ký"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    document = models.ForeignKey(Outgoing, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "document"], name="batch_paper_once")]
