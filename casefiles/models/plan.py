"""Danh mục hồ sơ of an office and a year (decree 30 art. 28, Phụ lục V): headings, codes, terms, who keeps what.

It has no journey of its own: it is a draft until a decision is made from it, and in force when that decision is issued.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from casefiles.terms import PERMANENT, words_of
from documents.models import Outgoing
from orgs.models import Organisation, Post

from .retention import RetentionRule

UNDONE = ("cancelled", "revoked")  # the decision is none: the list is a draft again


class PlanQuerySet(models.QuerySet):
    def of(self, post: Post):
        """Everybody of the office sees it: it is sent to every unit."""
        return self.filter(organisation=post.organisation_id).select_related("decision", "organisation")

    def in_force(self):
        return self.filter(decision__state="issued")


class FilePlan(models.Model):
    class Numbering(models.TextChoices):
        BY_HEADING = "heading", "Theo từng đề mục lớn"
        THROUGH = "through", "Liên tục cả danh mục"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="file_plans", db_index=False)
    year = models.PositiveSmallIntegerField("năm")
    numbering = models.CharField("đánh số", max_length=8, choices=Numbering, default=Numbering.BY_HEADING)
    decision = models.ForeignKey(Outgoing, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "danh mục hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="file_plan_of_year"),
            models.CheckConstraint(condition=Q(year__gte=1945, year__lte=2100), name="file_plan_year"),
        ]

    def __str__(self):
        return f"Danh mục hồ sơ năm {self.year}"

    def get_absolute_url(self):
        return reverse("file_plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.decision_id is None or self.decision.state in UNDONE

    @property
    def in_force(self) -> bool:
        return self.decision_id is not None and self.decision.state == "issued"

    @property
    def state_label(self) -> str:
        return "Dự thảo" if self.is_draft else "Đã ban hành" if self.in_force else "Đang trình ban hành"

    @property
    def state_tone(self) -> str:
        return "muted" if self.is_draft else "done" if self.in_force else "info"


class PlanHeading(models.Model):
    """A đề mục lớn (`parent` empty; `symbol`: TCCB) or a đề mục nhỏ under one."""

    plan = models.ForeignKey(FilePlan, models.CASCADE, related_name="headings", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="parts")
    position = models.PositiveSmallIntegerField()
    label = models.CharField("tên đề mục", max_length=200)
    symbol = models.CharField("chữ viết tắt", max_length=12, blank=True)

    class Meta:
        verbose_name = "đề mục"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "symbol"], condition=Q(parent=None), name="plan_heading_symbol_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False, symbol="") | (Q(parent=None) & ~Q(symbol="")),
                name="plan_heading_symbol_of_major",
            ),
        ]
        indexes = [models.Index(fields=["plan", "position"], name="plan_headings")]

    def __str__(self):
        return self.label


class PlanEntry(models.Model):
    """One file that will be opened: its code stands for the whole year."""

    plan = models.ForeignKey(FilePlan, models.CASCADE, related_name="entries", db_index=False)
    heading = models.ForeignKey(PlanHeading, models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField("số")
    code = models.CharField("số và ký hiệu", max_length=20)
    label = models.CharField("tiêu đề hồ sơ", max_length=500)
    term = models.CharField("thời hạn bảo quản", max_length=12)
    rule = models.ForeignKey(RetentionRule, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    person_name = models.CharField("người lập", max_length=100, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "hồ sơ trong danh mục"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_entry_code_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="plan_entry_from_one"),
        ]
        indexes = [models.Index(fields=["plan", "heading", "number"], name="plan_entries")]

    def __str__(self):
        return f"{self.code} {self.label}"

    @property
    def term_words(self) -> str:
        return words_of(self.term)

    @property
    def is_permanent(self) -> bool:
        return self.term == PERMANENT

    @property
    def person_words(self) -> str:
        return str(self.person.user) if self.person_id else self.person_name
