"""What lies in a file: a link to a paper or a task of the floors below, or a file of its own. One paper may lie in many files
of many people and is there once (Phụ lục VI III.4e)."""

from django.db import models
from django.db.models import F, Q

from documents.models import Blob, Document, Event, Task
from documents.models.blob import Taken
from orgs.models import Organisation, Post, User

from .case import CaseFile


class Item(Taken, models.Model):
    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="items", db_index=False)
    ordinal = models.PositiveSmallIntegerField("số thứ tự")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="in_files", db_index=False)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="in_files", db_index=False)
    # Of a free file; empty once it was taken out.
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="in_files")
    name = models.CharField("tên tệp", max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField("số trang", null=True)
    held = models.BooleanField(default=False)
    seen = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    removed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField("lý do bỏ", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "văn bản trong hồ sơ"
        ordering = ["ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "ordinal"],
                condition=Q(removed_at=None),
                name="item_ordinal_once",
            ),
            models.UniqueConstraint(
                fields=["case", "document"],
                condition=Q(removed_at=None, document__isnull=False),
                name="item_paper_once",
            ),
            models.UniqueConstraint(
                fields=["case", "task"],
                condition=Q(removed_at=None, task__isnull=False),
                name="item_task_once",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False, task=None, blob=None)
                | Q(document=None, task__isnull=False, blob=None)
                | (Q(document=None, task=None) & ~Q(name="")),
                name="item_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "ordinal"], name="item_in_order"),
            models.Index(fields=["document", "case"], name="item_of_paper", condition=Q(removed_at=None)),
            models.Index(fields=["task", "case"], name="item_of_task", condition=Q(removed_at=None)),
        ]

    def __str__(self):
        return self.name or f"{self.document or self.task}"

    @property
    def held_why(self) -> str:
        suspected = self.blob is not None and self.blob.suspected
        return "nơi nhận khác báo có bí mật nhà nước" if suspected else super().held_why

    @property
    def place(self) -> str:
        """Which thing it is, for everybody in the file: also for whoever may not see what the paper says."""
        kind = "Văn bản" if self.document_id else "Nhiệm vụ" if self.task_id else "Tệp"
        return f"{kind} số {self.ordinal}"


class CaseEvent(models.Model):
    """Which event of the chain speaks of which file: events know papers and tasks alone. Added, never changed."""

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="history", db_index=False)
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "event"], name="case_history")]


class CaseReading(models.Model):
    """How often an account looked into a file on a day, or took things of it along (Phụ lục VI III.6a). The count only grows."""

    class Kind(models.TextChoices):
        PAGE = "page", "Xem hồ sơ"
        DOWNLOAD = "download", "Tải về"

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="readings", db_index=False)
    day = models.DateField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt xem hồ sơ"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "day", "user", "post", "kind"], name="case_reading_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(last_at__gte=F("first_at")), name="case_reading_counts"
            ),
        ]


class Unfiled(models.Model):
    """Why a paper was completed and lies in no file. Added, never changed."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="unfiled")
    reason = models.CharField("lý do", max_length=300)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class FilingRule(models.Model):
    """How an office works with files; none: nothing is asked."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    must_file = models.BooleanField("hoàn thành văn bản phải đưa vào hồ sơ", default=False)


class SecretCount(models.Model):
    """How many files of a month hold a state secret and so are not here: a number, never a title (casefiles/counting.py)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()  # its first day
    count = models.PositiveSmallIntegerField("số hồ sơ mật")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="secret_count_of_month")
        ]
