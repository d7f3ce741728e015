"""The table of periods (bảng thời hạn bảo quản): rows by date, each with where it is written. A file keeps its own term, so
a new table shortens nothing by itself."""

from datetime import date

from django.db import models
from django.db.models import Q

from casefiles.terms import words_of


class RetentionQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def in_order(self):
        return self.order_by("position", "pk")


class RetentionRule(models.Model):
    """One line. `term`: as casefiles.terms has it; `trigger`: the event it is counted from."""

    group_code = models.CharField("nhóm", max_length=6)
    group = models.CharField("tên nhóm", max_length=200)
    position = models.PositiveIntegerField()  # in the table it comes from
    description = models.CharField("tên nhóm hồ sơ, tài liệu", max_length=500)
    condition = models.CharField("trường hợp", max_length=300, blank=True)
    term = models.CharField("thời hạn", max_length=12)
    trigger = models.CharField(max_length=20, default="end_of_work")
    source = models.CharField("căn cứ", max_length=300)
    status = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến ngày", null=True)

    objects = RetentionQuerySet.as_manager()

    class Meta:
        verbose_name = "thời hạn bảo quản"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="retention_ends_after",
            ),
        ]
        indexes = [models.Index(fields=["position", "id"], name="retention_in_order")]

    def __str__(self):
        return f"{self.whole}: {words_of(self.term)}"

    @property
    def whole(self) -> str:
        return f"{self.description} – {self.condition}" if self.condition else self.description

    @property
    def term_words(self) -> str:
        return words_of(self.term)

    @property
    def replaced(self) -> bool:
        """Of a table that is no longer law, and stands here until the one that is has been loaded."""
        return self.status.endswith("replaced")
