"""A report that comes by itself, and the figures an office shows to everybody."""

from django.db import models

from orgs.models import Organisation, Post, User


class Subscription(models.Model):
    """After each week or month its holder is told how the report stands for it: one notice, and by mail as he has
    chosen. `next_on`: the day from which the next one is due; it moves with the notice, in one transaction."""

    class Every(models.TextChoices):
        WEEK = "week", "Hằng tuần"
        MONTH = "month", "Hằng tháng"

    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    report = models.CharField(max_length=12)
    scope = models.CharField(max_length=20, blank=True)  # as in the report's address: "", "all", or a key
    every = models.CharField("chu kỳ", max_length=5, choices=Every)
    since = models.DateTimeField()
    next_on = models.DateField(db_index=True)

    class Meta:
        verbose_name = "đăng ký nhận báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "post", "report", "scope", "every"], name="subscribed_once"
            )
        ]

    def __str__(self):
        return f"{self.report} {self.every}: {self.user_id}"


class Published(models.Model):
    """Công khai: the figures of its own that an office shows on a page anybody may read. Absent: no such page."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="published"
    )
    figures = models.JSONField(default=list)  # "papers_in.total", …: the report and its column or share
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "số liệu công khai"

    def __str__(self):
        return f"{self.organisation_id}: {', '.join(self.figures)}"
