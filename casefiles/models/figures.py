"""The ratio 90/80/60 beside the files themselves: its thresholds by date, and what a month said when it was closed."""

from datetime import date

from django.db import models
from django.db.models import Q

from orgs.models import Organisation, Unit

from .case import CaseFile


class OnlineTarget(models.Model):
    """A threshold: of a tier, from a day on, with where it is written. A new one is a row, never a change of an old one."""

    tier = models.CharField("cấp", max_length=20)
    percent = models.PositiveSmallIntegerField("chỉ tiêu (%)")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến trước ngày", null=True)
    source = models.CharField("căn cứ", max_length=300)

    class Meta:
        verbose_name = "chỉ tiêu hồ sơ trên môi trường mạng"
        ordering = ["tier", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "valid_from"], name="online_target_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="online_target_ends_after",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="online_target_percent"),
        ]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class FrozenMonth(models.Model):
    """A month whose figures stand for good: for every office at once. Added, never changed; what changes later is a correction
    beside it."""

    month = models.DateField(primary_key=True)  # its first day
    at = models.DateTimeField()


class MonthFigures(models.Model):
    """What a frozen month said of one unit of one office. Added, never changed."""

    month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="figures", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    online = models.PositiveIntegerField()
    partly = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    paper = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "organisation", "unit"], name="month_figures_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organisation", "month"], name="month_figures_of")]


class FrozenFile(models.Model):
    """How one file counted when its month was frozen: the list behind the figures. Added, never changed."""

    month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="files", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="+", db_index=False)
    counted = models.CharField(max_length=6, choices=CaseFile.Counted)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "case"], name="frozen_file_once")]
        indexes = [models.Index(fields=["organisation", "month", "counted", "-case"], name="frozen_files_of")]
