"""Each recipient of an issued paper, and what it answered; and what we owe to those who sent to us."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from documents.response_deadlines import Clock
from documents.states import ANSWERS, DELIVERY_TONES, DeliveryState
from orgs.models import Organisation, Post


def _keeps_it():
    """The recipient said no to the recall; one that is asked once more, of everybody now, has no answer yet."""
    no = DeliveryStep.objects.filter(delivery=OuterRef("pk"), code="16", about=DeliveryStep.About.RECALL)
    return Exists(no.filter(heard_at__gte=OuterRef("recall_asked_at")))


class DeliveryQuerySet(models.QuerySet):
    """What stands open by the clock of the law. Silent and late never hold the same row."""

    def of(self, post: Post):
        return self.filter(sender=post.organisation_id)

    def for_ledger(self):
        """With what a line of the ledger shows. Two queries for any number of rows."""
        rows = self.annotate(keeps_it=_keeps_it())
        return rows.select_related("outgoing", "recipient", "urged_by__user").prefetch_related("steps")

    def silent(self, clock: Clock):
        """Nothing was heard within the hours: it did not leave, or nobody said that it has come."""
        gone = Q(state=DeliveryState.SENT, sent_at__lte=clock.silent_before)
        return self._tracked(clock).filter(
            gone | Q(state=DeliveryState.QUEUED, queued_at__lte=clock.silent_before)
        )

    def late(self, clock: Clock):
        """Neither accepted nor refused by the end of the working day."""
        here = Q(state=DeliveryState.ARRIVED) | Q(state=DeliveryState.SENT, sent_at__gt=clock.silent_before)
        return self._tracked(clock).filter(here, sent_at__lt=clock.late_before)

    def refused(self, clock: Clock):
        """Sent back by the recipient, or by the way to it."""
        return self.filter(state__in=DeliveryState.CAME_BACK, queued_at__gte=clock.tracked_since)

    def recall_unanswered(self, clock: Clock):
        """The paper was taken back, from everybody or from this recipient, which has said neither yes nor no."""
        back = Q(outgoing__state="revoked") | Q(withdrawn_at__isnull=False)
        there = self.filter(back, queued_at__gte=clock.tracked_since)
        there = there.exclude(state__in=DeliveryState.NOT_THERE)
        return there.filter(~_keeps_it())

    def _tracked(self, clock: Clock):
        rows = self.filter(state__in=DeliveryState.OPEN, queued_at__gte=clock.tracked_since)
        return rows.filter(outgoing__state="issued", withdrawn_at=None)


class Delivery(models.Model):
    """One paper to one recipient. Written by documents.deliveries alone."""

    class Channel(models.TextChoices):
        CITY = "city", "Trong thành phố"
        AXIS = "axis", "Trục liên thông"

    outgoing = models.ForeignKey("documents.Outgoing", models.PROTECT, related_name="deliveries")
    # Of the paper; on the row, so that an office's list is read from one index.
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="deliveries")
    recipient_name = models.CharField(max_length=200)
    recipient_code = models.CharField(max_length=35)
    channel = models.CharField(max_length=4, choices=Channel)
    state = models.CharField(max_length=16, default=DeliveryState.QUEUED)
    queued_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=1000, blank=True)
    their_number = models.CharField(max_length=30, blank=True)
    sent_at = models.DateTimeField("gửi đi lúc", null=True)  # laid on the desk, or taken by the axis
    fetched_at = models.DateTimeField("bên nhận lấy lúc", null=True)  # as the axis says, when it says it
    withdrawn_at = models.DateTimeField("rút khỏi nơi nhận lúc", null=True)
    recall_asked_at = models.DateTimeField("yêu cầu thu hồi lúc", null=True)
    urged_at = models.DateTimeField("đôn đốc lần cuối", null=True)
    urged_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi nhận"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "recipient"], name="deliver_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "-urgency", "queued_at"],
                name="delivery_queue",
                condition=Q(state=DeliveryState.QUEUED),
            ),
            # An office's ledger: all of it, the few that wait, the few that came back.
            models.Index(fields=["sender", "-queued_at", "-id"], name="delivery_ledger"),
            models.Index(
                fields=["sender", "-queued_at", "-id"],
                name="delivery_open",
                condition=Q(state__in=list(DeliveryState.OPEN)),
            ),
            models.Index(
                fields=["sender", "-queued_at", "-id"],
                name="delivery_refused",
                condition=Q(state__in=list(DeliveryState.CAME_BACK)),
            ),
            # The whole city's, and what was sent in a stretch of time.
            models.Index(
                fields=["state", "sent_at"],
                name="delivery_waiting",
                condition=Q(state__in=list(DeliveryState.OPEN)),
            ),
            BrinIndex(fields=["queued_at"], name="delivery_when", autosummarize=True),
        ]

    def __str__(self):
        return f"{self.outgoing_id} → {self.recipient_name}"

    @property
    def heard(self) -> dict[str, "DeliveryStep"]:
        """What the recipient said, by code."""
        return {step.code: step for step in self.steps.all()}

    @property
    def state_label(self) -> str:
        if self.state == DeliveryState.SENT and self.channel == self.Channel.CITY:
            return "Đã gửi"
        return DeliveryState(self.state).label

    @property
    def state_tone(self) -> str:
        return DELIVERY_TONES.get(self.state, "")


class DeliveryStep(models.Model):
    """A status the recipient sent (01 … 06, 13, 15, 16; edXML §1.8). Repeats are ignored, order is free."""

    class About(models.TextChoices):
        RECALL = "recall", "thu hồi"
        UPDATE = "update", "cập nhật"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="steps")
    code = models.CharField(max_length=2)
    at = models.DateTimeField("lúc")
    heard_at = models.DateTimeField()
    description = models.CharField(max_length=1000, blank=True)
    # What an answer (15, 16) answers, as far as anything was asked: see documents.actions.delivery.statuses.
    about = models.CharField(max_length=6, choices=About, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "code"], condition=~Q(code__in=list(ANSWERS)), name="status_heard_once"
            ),
            # An answer may be given to one request after the other.
            models.UniqueConstraint(
                fields=["delivery", "code", "at"],
                condition=Q(code__in=list(ANSWERS)),
                name="answer_heard_once",
            ),
        ]

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
    request = models.ForeignKey("documents.ChangeRequest", models.PROTECT, null=True, related_name="reports")
    passed_on = models.BooleanField(default=False)  # told inside the city, or packed for the axis

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incoming", "code", "request"], nulls_distinct=False, name="report_once"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="report_queue", condition=Q(passed_on=False)),
            BrinIndex(fields=["at"], name="report_when", autosummarize=True),
        ]

    def __str__(self):
        return f"{self.incoming_id} {self.code}"
