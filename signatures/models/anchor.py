"""The heads of all chains of events, hashed into one value each hour and time-stamped: whoever rewrites history later
cannot make it fit. The same lies in files (STATE_DIR/anchors), so that the database is not the only witness."""

from django.db import models

from documents.chain import Anchor as Text
from orgs.models import Organisation


class Anchor(models.Model):
    """Added, never changed; `digest` is that of its text (documents/chain.py), `before` that of the one before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    before = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return f"Mốc neo số {self.number}"

    def text(self) -> bytes:
        heads = {head.organisation_id: (head.seq, head.hash) for head in self.heads.all()}
        return Text(self.number, self.at, self.before, heads).text()


class AnchoredHead(models.Model):
    """Where a chain stood; only of chains that have moved since the anchor before."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="heads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["organisation", "seq"], name="anchored_head_of")]


class AnchorStamp(models.Model):
    """The time stamp (RFC 3161) over an anchor's text; none yet while the service is away."""

    anchor = models.OneToOneField(Anchor, models.PROTECT, primary_key=True, related_name="stamp")
    token = models.BinaryField()
    at = models.DateTimeField()
