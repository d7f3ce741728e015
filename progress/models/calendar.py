"""The secret address of one's own deadlines. Only its digest is kept: who reads the database cannot read along."""

from django.db import models

from orgs.models import User


class CalendarAddress(models.Model):
    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_address")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, which has 256 random bits
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "địa chỉ lịch"

    def __str__(self):
        return f"địa chỉ lịch của {self.user}"
