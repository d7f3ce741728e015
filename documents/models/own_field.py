"""Fields of an office's own, beside those of the law (decree 30 Phụ lục VI, III.7c). What a paper says in them stands on the paper,
in `Document.own_values`: by the `key` of the field its value as JSON, a day as it is written in ISO 8601."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from orgs.models import Organisation, Post
from ui.days import WRITTEN

MOST, LONGEST = 20, 500  # fields that an office has at one time; letters of a value
DIGITS, DECIMALS = 15, 4  # of a number: as many as every program that reads JSON keeps


class OwnField(models.Model):
    """Never rewritten: it is ended and another made. What papers said in one that has ended stays, under its name."""

    class Kind(models.TextChoices):
        TEXT = "text", "Chữ"
        NUMBER = "number", "Số"
        DATE = "date", "Ngày"
        CHOICE = "choice", "Chọn từ danh sách"

    class Of(models.TextChoices):
        IN = "in", "Văn bản đến"
        OUT = "out", "Văn bản đi"
        BOTH = "both", "Văn bản đến và văn bản đi"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField("tên trường", max_length=60)
    kind = models.CharField("kiểu", max_length=6, choices=Kind)
    of = models.CharField("dùng cho", max_length=4, choices=Of)
    choices = models.JSONField("danh sách", default=list)  # of a choice: its values, in their order
    required = models.BooleanField("bắt buộc", default=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "trường thông tin bổ sung"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), condition=Q(ended_at=None), name="own_field_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "number", "date", "choice"], of__in=["in", "out", "both"]),
                name="own_field_kind",
            ),
            models.CheckConstraint(
                condition=(Q(kind="choice") & ~Q(choices=[])) | (~Q(kind="choice") & Q(choices=[])),
                name="own_field_choices",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="own_field_ended_by",
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="own_field_of_office")]

    def __str__(self):
        return self.name

    @property
    def key(self) -> str:
        """Its name in the values of a paper, on forms and in addresses. Not digits alone: JSON paths take those for places."""
        return f"f{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def label(self) -> str:
        """Two may bear one name, when one took the place of the other."""
        return self.name if self.is_open else f"{self.name} (dùng đến {self.ended_at:{WRITTEN}})"

    def is_for(self, direction: str) -> bool:
        return self.of in (self.Of.BOTH, direction)

    def said(self, value: Any) -> str:
        """A kept value as a person reads it."""
        if value in (None, ""):
            return ""
        if self.kind == self.Kind.DATE:
            return f"{date.fromisoformat(value):{WRITTEN}}"
        if self.kind == self.Kind.NUMBER:
            return (
                f"{value:.{DECIMALS}f}".rstrip("0").replace(".", ",")
                if isinstance(value, float)
                else str(value)
            )
        return value
