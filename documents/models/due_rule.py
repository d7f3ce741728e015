"""Deadlines by rule, and days that a rule does not count for one paper."""

from django.db import models
from django.db.models import F, Q

from documents.deadlines import UNITS
from documents.kinds import CHOICES_IN
from orgs.models import Organisation, Post

from .document import Urgency

STARTS = {"arrived": "Ngày đến", "issued": "Ngày văn bản"}


class DueRuleQuerySet(models.QuerySet):
    def on(self, day):
        """In force that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def known_to(self, organisation: int):
        """Those of the law, and the office's own."""
        return self.filter(Q(organisation=None) | Q(organisation=organisation))


class DueRule(models.Model):
    """How long an incoming paper may take. Without an organisation it is the law's, for everybody; an office adds its own, of
    which only what is stricter counts (`documents.due.rules`). Added, never changed but for the day it ends.

    Empty `kind`, `words` and no `urgency`: every paper. `words`: the field of business, as it is named in a subject."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField("tên", max_length=150)
    law = models.CharField("văn bản quy định", max_length=40, blank=True)  # a key of orgs.LegalReference
    clause = models.CharField("điều, khoản; quy chế của cơ quan", max_length=200)
    kind = models.CharField("loại văn bản", max_length=6, choices=CHOICES_IN, blank=True)
    urgency = models.PositiveSmallIntegerField("độ khẩn", choices=Urgency, null=True)
    words = models.CharField("chữ trong trích yếu", max_length=200, blank=True)
    count = models.PositiveSmallIntegerField("thời hạn")
    unit = models.CharField("đơn vị", max_length=12, choices=list(UNITS.items()))
    starts = models.CharField("tính từ", max_length=8, choices=list(STARTS.items()), default="arrived")
    pausable = models.BooleanField("được tạm dừng", default=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True)
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True)

    objects = DueRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "quy tắc thời hạn"
        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation"], name="due_rule_of_office")]
        constraints = [
            models.CheckConstraint(condition=Q(unit__in=list(UNITS)), name="due_rule_unit"),
            # From the day after it began: one that ends on the day it begins was never in force on two days.
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from") - 1), name="due_rule_ends_after"
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.length}"

    @property
    def length(self) -> str:
        return "ngay" if self.count == 0 else f"{self.count} {UNITS[self.unit]}"

    @property
    def concerns(self) -> str:
        """For which papers, in words."""
        parts = [
            self.get_kind_display() if self.kind else "",
            f"độ {self.get_urgency_display().lower()}" if self.urgency is not None else "",
            f"trích yếu có “{self.words.replace(',', '” hoặc “')}”" if self.words else "",
        ]
        return ", ".join(filter(None, parts)) or "Mọi văn bản đến"


class DuePause(models.Model):
    """Days that do not count towards the deadline of one paper, or of one person's task: somebody is to complete it, or others are
    asked. Who wrote it stays; that it ends sooner is written beside. `due_before`, `due_after`: of a task, whose day somebody gave;
    that of a paper follows from its rule."""

    class Why(models.TextChoices):
        MORE_PAPERS = "papers", "Chờ bổ sung hồ sơ, tài liệu"
        OPINION = "opinion", "Chờ ý kiến của cơ quan khác"

    incoming = models.ForeignKey("documents.Incoming", models.CASCADE, null=True, related_name="due_pauses")
    assignment = models.ForeignKey(
        "documents.Assignment", models.CASCADE, null=True, related_name="due_pauses", db_index=False
    )
    due_before = models.DateField("thời hạn trước đó", null=True)
    due_after = models.DateField("thời hạn sau đó", null=True)
    why = models.CharField("lý do", max_length=8, choices=Why)
    note = models.CharField("nội dung", max_length=300)
    first = models.DateField("từ ngày")
    last = models.DateField("đến hết ngày")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần tạm dừng tính hạn"
        ordering = ["pk"]
        constraints = [
            # Ended on the day it began, no day was left out.
            models.CheckConstraint(condition=Q(last__gte=F("first") - 1), name="due_pause_run"),
            models.CheckConstraint(
                condition=Q(incoming__isnull=False, assignment=None, due_before=None, due_after=None)
                | Q(
                    incoming=None, assignment__isnull=False, due_before__isnull=False, due_after__isnull=False
                ),
                name="due_pause_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment"], condition=~Q(assignment=None), name="due_pause_of_task")
        ]

    def __str__(self):
        return f"{self.get_why_display()} {self.first:%d/%m}–{self.last:%d/%m/%Y}"
