"""Word files among the attachments of a draft on their way to PDF: the worker makes it, as soon as it comes round.

`documents/actions/outgoing/office_files.py` alone writes the states.
"""

from django.db import models
from django.db.models import Q

from orgs.models import Post, User

from .blob import File


class OfficeConversion(models.Model):
    """One file that is to become PDF. The Word file stays what it was; the PDF is attached beside it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Đang chuyển thành PDF"
        DONE = "done", "Đã có bản PDF"
        FAILED = "failed", "Chưa chuyển được"

    file = models.OneToOneField(File, models.CASCADE, related_name="conversion")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)  # at the keyboard
    state = models.CharField(max_length=7, choices=State, default=State.WAITING, editable=False)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)  # a worker has it in hand
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField("vì sao", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "chuyển tệp Word thành PDF"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="conversion_state"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="conversion_waiting")]

    def __str__(self):
        return f"{self.file}: {self.get_state_display()}"
