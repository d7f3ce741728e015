"""What the archive announces for a year, and what a unit keeps beyond the day (decree 30 art. 30, 31.3d)."""

from django.db import models
from django.db.models import Q

from documents.models import Blob, Document
from orgs.models import Organisation, Post

from .case import CaseFile


class CollectionPlan(models.Model):
    """Kế hoạch thu nộp: which files the archive collects in a year, and by when. Added, never changed; a later one says more."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField("năm")
    until = models.DateField("hạn nộp")
    text = models.TextField("nội dung", max_length=2000)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    noun = "kế hoạch thu nộp"

    class Meta:
        verbose_name = "kế hoạch thu nộp hồ sơ"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="collection_plan_list")]

    def __str__(self):
        return f"Kế hoạch thu nộp hồ sơ năm {self.year}"


class KeptLonger(models.Model):
    """Giữ lại: the head's written consent that a unit keeps a file until a later day. Added, never changed."""

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="kept_longer")
    until = models.DateField("giữ đến ngày")
    reason = models.CharField("lý do", max_length=500)
    # The consent: a paper of the office, or a file.
    paper = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    name = models.CharField("tên tệp", max_length=200, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "hồ sơ giữ lại"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paper__isnull=False, blob=None) | Q(paper=None, blob__isnull=False),
                name="kept_longer_with_consent",
            )
        ]
