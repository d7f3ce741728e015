"""What people ask the support of their office, with the page and the moment it was about."""

from django.db import models
from django.db.models import Q

from .organisation import Organisation
from .people import Post, User


class SupportRequest(models.Model):
    """A question, delivered to the administrators of the office; to the operators where it has none. What the page showed is
    not in it, unless the person typed it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="support_requests", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    to_operators = models.BooleanField(default=False)
    page = models.CharField(max_length=200, blank=True)  # the path alone
    request_id = models.CharField(max_length=64, blank=True)  # as in the log
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = "câu hỏi hỗ trợ"
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="support_done_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="support_of_office"),
            models.Index(fields=["user", "-at"], name="support_of_user"),
            models.Index(fields=["-id"], condition=Q(to_operators=True), name="support_of_operators"),
        ]

    def __str__(self):
        return f"{self.user}: {self.text[:80]}"
