"""The monthly look at every byte of the archive: how far it has come, and what it found."""

from django.db import models


class ArchiveRound(models.Model):
    """One round over all files that were handed in, in the order of their keys, and a share of all other bytes. `upto`: the last one
    that was looked at, so that whoever is killed is followed by the next where he was."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    upto = models.BigIntegerField(default=0)
    upto_blob = models.CharField(
        max_length=64, default=""
    )  # then, of the whole store, the share of this round
    cases = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)  # bytes
    faults = models.JSONField(default=list)  # sentences; the first hundred
    broken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"], condition=models.Q(ended_at=None), nulls_distinct=False, name="archive_round_open_once"
            )
        ]  # fmt: skip
