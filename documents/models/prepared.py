"""What an assistant writes for a leader to decide: it has no effect before he confirms it."""

from django.db import models
from django.db.models import Q

from orgs.models import Post

from .assignment import Direction


class PreparedDirection(models.Model):
    """A direction as an assistant would have it: who leads, supports, is told, the words, the day. Added, never changed:
    who thinks better of it prepares another. `actions/work/prepared.py` alone writes it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ xác nhận"  # whether it may still be confirmed: `prepared.why_void`
        CONFIRMED = "confirmed", "Đã xác nhận"
        REPLACED = "replaced", "Đã thay bằng bản khác"
        WITHDRAWN = "withdrawn", "Trợ lý đã rút"

    incoming = models.ForeignKey("documents.Incoming", models.CASCADE, related_name="prepared")
    leader = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField("ý kiến chỉ đạo", max_length=2000)
    people = models.JSONField(
        "người nhận"
    )  # [{"role", "post" or "unit": its key, "name"}], as they were chosen
    due_on = models.DateField("thời hạn", null=True)
    product = models.CharField("sản phẩm", max_length=300, blank=True)
    # The last event of the paper then: what has happened to it since makes this void.
    after = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    ended_at = models.DateTimeField(null=True)
    direction = models.OneToOneField(Direction, models.CASCADE, null=True, related_name="prepared")

    class Meta:
        verbose_name = "ý kiến trợ lý chuẩn bị"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incoming", "leader"], condition=Q(state="waiting"), name="prepared_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None, direction=None)
                | Q(state="confirmed", ended_at__isnull=False, direction__isnull=False)
                | Q(state__in=["replaced", "withdrawn"], ended_at__isnull=False, direction=None),
                name="prepared_state",
            ),
        ]

    def __str__(self):
        return self.text

    def named(self, role: str) -> str:
        return ", ".join(one["name"] for one in self.people if one["role"] == role)
