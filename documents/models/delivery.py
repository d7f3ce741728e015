"""Each recipient of an issued paper, and what it answered; and what we owe to those who sent to us."""

from django.db import models
from django.db.models import Q

from documents.states import DELIVERY_LABELS, DELIVERY_TONES
from orgs.models import Organisation


class Delivery(models.Model):
    """One paper to one recipient. The state uses the axis's vocabulary also inside the city."""

    class Channel(models.TextChoices):
        CITY = "city", "Trong thành phố"
        AXIS = "axis", "Trục liên thông"

    outgoing = models.ForeignKey("documents.Outgoing", models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="deliveries")
    recipient_name = models.CharField(max_length=200)
    recipient_code = models.CharField(max_length=35)
    channel = models.CharField(max_length=4, choices=Channel)
    state = models.CharField(max_length=16, default="queued")
    queued_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=1000, blank=True)
    their_number = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name = "nơi nhận"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "recipient"], name="deliver_once"),
            models.CheckConstraint(condition=Q(state__in=list(DELIVERY_LABELS)), name="delivery_state"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "-urgency", "queued_at"],
                name="delivery_queue",
                condition=Q(state="queued"),
            )
        ]

    def __str__(self):
        return f"{self.outgoing_id} → {self.recipient_name}"

    @property
    def state_label(self) -> str:
        return DELIVERY_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return DELIVERY_TONES.get(self.state, "")


class DeliveryStep(models.Model):
    """A status the recipient sent (01 … 06, 13, 15, 16; edXML §1.8). Repeats are ignored, order is free."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="steps")
    code = models.CharField(max_length=2)
    at = models.DateTimeField("lúc")
    heard_at = models.DateTimeField()
    description = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["delivery", "code"], name="status_heard_once")]

    def __str__(self):
        return self.code


class StatusReport(models.Model):
    """A status we owe the sender of a paper. Written with the act itself; carried out later, at least once."""

    incoming = models.ForeignKey("documents.Incoming", models.PROTECT, related_name="reports")
    code = models.CharField(max_length=2)
    description = models.CharField(max_length=1000, blank=True)
    staff = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    # What an answer (15, 16) answers; the others are about the paper alone.
    request = models.ForeignKey("documents.RecallRequest", models.PROTECT, null=True, related_name="reports")
    passed_on = models.BooleanField(default=False)  # told inside the city, or packed for the axis

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incoming", "code", "request"], nulls_distinct=False, name="report_once"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="report_queue", condition=Q(passed_on=False))]

    def __str__(self):
        return f"{self.incoming_id} {self.code}"
