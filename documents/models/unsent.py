"""What somebody has typed into a form and not sent yet."""

from django.conf import settings
from django.db import models


class UnsentText(models.Model):
    """Of one person, one form and what the form is about: nobody else's ever. It goes when the form is sent, and by
    itself after thirty days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unsent", db_index=False)
    form = models.CharField(max_length=80)  # as the page names it: "opinion-12"
    # The fields as JSON, put together and read by the page alone (static/js/draft.js).
    fields = models.TextField(max_length=500_000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "nội dung đang gõ"
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="unsent_once")]
        indexes = [models.Index(fields=["at"], name="unsent_old")]

    def __str__(self):
        return f"{self.user}: {self.form}"
