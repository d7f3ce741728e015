"""What a person must be told at once and on every page until they have seen it: about their account and powers, or
about work that was changed or taken from them."""

from django.db import models

from .people import User


class Notice(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=200, blank=True)  # of our own pages: where to see it or act
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo"
        indexes = [models.Index(fields=["user", "-id"], name="notice_of_user")]

    def __str__(self):
        return self.text
