"""What is over, counted by month: so that a whole city over a year is read in an instant (docs/decisions/0015)."""

from django.db import models
from django.db.models import Q

from orgs.models import Organisation


class MonthCount(models.Model):
    """How many rows of an office's month one column of a report counts, of those that no longer change by themselves.
    A sum that can be made anew at any time; written by progress.reports.kept alone."""

    report = models.CharField(max_length=12)
    measure = models.CharField(max_length=16)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    month = models.DateField()  # its first day
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "số liệu theo tháng"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "month", "organisation", "measure"],
                include=["count"],
                name="counted_once_a_month",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="month_count_counts"),
        ]

    def __str__(self):
        return f"{self.report}.{self.measure} {self.month:%m/%Y}: {self.count}"


class Counted(models.Model):
    """Up to which event of its chain an office is counted, by which calendar and rules, and when last from the beginning."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField()
    basis = models.CharField(max_length=64)
    whole_at = models.DateTimeField()

    class Meta:
        verbose_name = "mốc đã đếm"

    def __str__(self):
        return f"{self.organisation_id}: {self.seq}"
