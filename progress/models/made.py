"""A report that was made beside the pages: asked for, left, come back to."""

from django.db import models
from django.db.models import Q

from orgs.models import Post, User


class MadeReport(models.Model):
    """The table as it stood when it was made, and its two files. Whoever asked for it sees it, in that post, and
    nobody else. Written by progress.actions.making alone."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ lập"
        MAKING = "making", "Đang lập"
        READY = "ready", "Đã lập xong"
        FAILED = "failed", "Không lập được"

    OPEN = (State.WAITING, State.MAKING)

    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    report = models.CharField(max_length=12)
    query = models.CharField(max_length=300)  # of the report's address
    title = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0)  # per cent
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    table = models.JSONField(null=True)  # reports.tables.Table, its addresses whole
    xlsx = models.BinaryField(null=True)
    pdf = models.BinaryField(null=True)

    class Meta:
        verbose_name = "báo cáo đã lập"
        constraints = [
            models.UniqueConstraint(
                fields=["post", "user", "report", "query"],
                condition=Q(state__in=["waiting", "making"]),
                name="made_report_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(made_at__isnull=False, table__isnull=False, xlsx__isnull=False, pdf__isnull=False),
                name="made_report_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "post", "-id"], name="made_report_of_user"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "making"]), name="made_report_open"
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.get_state_display().lower()})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
