"""Nhiệm vụ định kỳ: a task that is given again and again, by the timetable, in the name of whoever set it up."""

import calendar
from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from orgs.models import Post, Unit

from .document import Urgency


class Recurring(models.Model):
    class Every(models.TextChoices):
        WEEK = "week", "Hằng tuần"
        MONTH = "month", "Hằng tháng"
        QUARTER = "quarter", "Hằng quý"

    by = models.ForeignKey(Post, models.PROTECT, related_name="recurring_tasks", db_index=False)
    every = models.CharField("kỳ", max_length=7, choices=Every)
    first_on = models.DateField("giao lần đầu")
    turn = models.PositiveIntegerField(default=0, editable=False)  # of the next time, counted from 0
    next_on = models.DateField("giao lần tới", editable=False)
    days = models.PositiveSmallIntegerField(
        "số ngày làm việc để thực hiện", validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    title = models.CharField("tên nhiệm vụ", max_length=300)
    text = models.TextField("nội dung", max_length=2000)
    product = models.CharField("sản phẩm", max_length=300, blank=True)
    urgency = models.PositiveSmallIntegerField("độ khẩn", choices=Urgency, default=Urgency.NORMAL)
    lead = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)  # or the room
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="")  # why it was not given the last time

    class Meta:
        verbose_name = "nhiệm vụ định kỳ"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every__in=["week", "month", "quarter"]), name="recurring_every"
            ),
            models.CheckConstraint(
                condition=Q(lead=None, unit__isnull=False) | Q(lead__isnull=False, unit=None),
                name="recurring_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["next_on"], condition=Q(ended_at=None), name="recurring_due"),
            models.Index(fields=["by", "-id"], name="recurring_of_giver"),
        ]

    def __str__(self):
        return self.title

    @property
    def to(self) -> Post | Unit:
        return self.lead or self.unit


def day_of(first: date, every: str, turn: int) -> date:
    """The day of that turn, counted from the first so that no month's end is lost: 31/1, 28/2, 31/3."""
    if every == Recurring.Every.WEEK:
        return first + timedelta(weeks=turn)
    months = first.year * 12 + first.month - 1 + turn * (1 if every == Recurring.Every.MONTH else 3)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
