"""What an office sets for its own reports."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from orgs.models import Organisation

END_OF_MONTH = 0


class ClosingDay(models.Model):
    """The day on which the office closes the month it reports on (law-and-practice §4.7.7); absent: the month's last."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="closing_day"
    )
    day = models.PositiveSmallIntegerField("ngày chốt", validators=[MaxValueValidator(28)])

    class Meta:
        verbose_name = "ngày chốt số liệu tháng"
        constraints = [
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="closing_day_in_every_month")
        ]

    def __str__(self):
        return f"{self.organisation}: {self.day}"


def closing_day_of(organisation_id: int) -> int:
    """0: the last day of the month."""
    found = ClosingDay.objects.filter(organisation=organisation_id)
    return found.values_list("day", flat=True).first() or END_OF_MONTH
