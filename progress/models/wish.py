"""What a person wants by mail, or an office for all who have not chosen."""

from django.db import models
from django.db.models import Q

from orgs.models import Organisation, User


class When(models.TextChoices):
    NEVER = "never", "Không gửi"
    URGENT = "urgent", "Chỉ khi khẩn"
    NOW = "now", "Gửi ngay"
    DAILY = "daily", "Gộp một thư mỗi ngày"


class Wish(models.Model):
    """Of one person or of one office. What is not chosen is as the office has it, else as the kind has it."""

    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="wish")
    organisation = models.OneToOneField(Organisation, models.CASCADE, null=True, related_name="wish")
    mail = models.JSONField(default=dict)  # kind → When
    quiet_from = models.TimeField("yên tĩnh từ", null=True)
    quiet_to = models.TimeField("đến", null=True)
    # The sentences of the notices in the mail; never a subject. Only where the office allows it too.
    with_words = models.BooleanField("ghi câu thông báo trong thư", default=False)

    # To the browsers of one's own that were switched on; never by the day.
    push = models.CharField("thông báo đẩy", max_length=6, default=When.URGENT, db_default=When.URGENT)

    class Meta:
        verbose_name = "tùy chọn nhận thông báo"
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, organisation__isnull=False) | Q(user__isnull=False, organisation=None),
                name="wish_of_one",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="wish_quiet_has_two_ends",
            ),
        ]

    def __str__(self):
        return str(self.user or self.organisation)
