"""Đóng băng: a set of files that nobody changes, moves or destroys until the order is lifted (decree 30 Phụ lục VI IV.1g)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from orgs.models import Organisation, Post

from .case import CaseFile


class LegalHoldQuerySet(models.QuerySet):
    def of(self, post: Post):
        return self.filter(organisation=post.organisation_id)

    def in_force(self):
        return self.filter(released_at=None)

    def with_names(self):
        return self.select_related("by__user", "released_by__user")


class LegalHold(models.Model):
    """One order. A file may lie under many; each is lifted by itself, with a reason."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField("tên lệnh", max_length=200)
    reason = models.CharField("lý do", max_length=500)
    basis = models.CharField("căn cứ", max_length=300)  # whose order, of what number and day
    from_on = models.DateField("từ ngày")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    released_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    released_at = models.DateTimeField(null=True)
    released_why = models.CharField("lý do gỡ", max_length=500, blank=True, default="")

    noun = "lệnh đóng băng"
    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = "lệnh đóng băng"
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, released_why="")
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(released_why="")),
                name="legal_hold_released_whole",
            )
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="legal_holds")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("legal_hold", args=[self.pk])

    @property
    def words(self) -> str:
        """As a refusal names it."""
        return f"“{self.title}” ({self.basis}, từ {self.from_on:%d/%m/%Y})"


class HeldFile(models.Model):
    """Which file lies under which order. Added, never changed."""

    legal_hold = models.ForeignKey(LegalHold, models.PROTECT, related_name="held", db_index=False)
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="held", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["legal_hold", "case"], name="held_file_once")]
        indexes = [models.Index(fields=["case", "legal_hold"], name="holds_of_file")]
