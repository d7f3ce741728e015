"""A task that one organisation gives to another: two records, and this row between them, as a `Delivery` is between two
papers. Each office writes its own record; the row says what the other side is to be told."""

from django.db import models
from django.db.models import F, Q

from orgs.models import Organisation, User

from .task import Task


class OrderQuerySet(models.QuerySet):
    def untold(self):
        """Of which the other side has not been told how it stands (documents/actions/work/orders.py)."""
        return self.exclude(told=F("state"))

    def open(self):
        return self.filter(state__in=Order.OPEN)


class Order(models.Model):
    class State(models.TextChoices):
        SENT = "sent", "Đã gửi"
        ARRIVED = "arrived", "Chờ tiếp nhận"
        TAKEN_UP = "taken_up", "Đang thực hiện"
        REPORTED = "reported", "Báo cáo kết quả, chờ duyệt"
        RETURNED = "returned", "Trả lại để làm tiếp"
        APPROVED = "approved", "Đã duyệt kết quả"
        REFUSED = "refused", "Nơi nhận trả lại"
        CALLED_OFF = "called_off", "Đã thu hồi"

    OPEN = ("sent", "arrived", "taken_up", "reported", "returned")
    UNDER_WAY = ("taken_up", "returned")  # somebody there works on it

    task = models.ForeignKey(Task, models.PROTECT, related_name="orders", db_index=False)
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    received = models.OneToOneField(Task, models.PROTECT, null=True, related_name="order")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.SENT, editable=False)
    told = models.CharField(
        max_length=10, blank=True, default="", editable=False
    )  # the last state it was told of
    due_on = models.DateField("thời hạn", null=True)  # the last day that was granted
    extended = models.SmallIntegerField("số lần được gia hạn", default=0, db_default=0)
    sent_at = models.DateTimeField()
    # What was last said between the two: a result, or why it is refused, returned or called off.
    said = models.TextField(max_length=2000, blank=True, default="")
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    said_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ giao cơ quan"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "receiver"], name="order_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "sent",
                        "arrived",
                        "taken_up",
                        "reported",
                        "returned",
                        "approved",
                        "refused",
                        "called_off",
                    ]
                ),
                name="order_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "called_off"]) | Q(received__isnull=False),
                name="order_is_there",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=~Q(told=F("state")), name="order_untold")]

    def __str__(self):
        return f"{self.receiver}: {self.get_state_display()}"

    @property
    def tone(self) -> str:
        return _TONES[self.state]


_TONES = {
    "sent": "muted", "arrived": "info", "taken_up": "info", "reported": "warn", "returned": "warn", "approved": "done",
    "refused": "bad", "called_off": "muted",
}  # fmt: skip
