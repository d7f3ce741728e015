"""How far each office's history has been told. The numbers of a chain have no gap and commit in order
(documents/migrations/0003: the chain's row is held until the commit), so that nothing is ever behind the bookmark."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from documents.models import ChainHead
from orgs.models import Organisation


class Bookmark(models.Model):
    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "dấu đọc lịch sử"

    def __str__(self):
        return f"{self.organisation_id}: {self.seq}"


def behind() -> list[int]:
    """The offices with events nobody was told of yet."""
    read = Bookmark.objects.filter(organisation=OuterRef("organisation")).values("seq")
    heads = ChainHead.objects.annotate(read=Subquery(read))
    heads = heads.filter(Q(read=None) | Q(read__lt=F("seq")))
    return list(heads.order_by("organisation").values_list("organisation", flat=True))
