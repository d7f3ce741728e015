"""A notice on its way out of the house. One row for each notice and channel; whoever sends claims it first."""

from django.db import models
from django.db.models import Q

from orgs.models import Notice


class Dispatch(models.Model):
    class Channel(models.TextChoices):
        MAIL = "mail", "Thư điện tử"
        PUSH = "push", "Thông báo đẩy"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        SENDING = "sending", "Đang gửi"
        SENT = "sent", "Đã gửi"
        DROPPED = "dropped", "Không cần gửi"  # seen meanwhile, or nobody to send it to
        REFUSED = "refused", "Nơi nhận thư từ chối"
        UNKNOWN = "unknown", "Không rõ đã gửi"  # the sender died while he spoke; not said twice

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="dispatches", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "lượt gửi thông báo"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="dispatch_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="dispatch_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="dispatch_claimed"),
        ]

    def __str__(self):
        return f"{self.get_channel_display()}: {self.get_state_display()}"
