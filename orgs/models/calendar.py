from django.db import models


class DayOff(models.Model):
    """A weekday off, or a Saturday worked instead. Deadlines are computed from this table only."""

    date = models.DateField("ngày", unique=True)
    working = models.BooleanField("làm bù", default=False)
    name = models.CharField("lý do", max_length=200)

    class Meta:
        ordering = ["date"]
        verbose_name = "ngày nghỉ, làm bù"

    def __str__(self):
        return f"{self.date:%d/%m/%Y} {self.name}"
