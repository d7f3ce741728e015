"""One row per package, in and out. The broker may lose everything; these rows lose nothing."""

from django.db import models
from django.db.models import Q

from documents.models import Blob, Outgoing, StatusReport, Update
from orgs.models import Post


class Inbound(models.Model):
    """A package that came. Kept raw before anything is read; purged only when it claims to be secret."""

    class State(models.TextChoices):
        RECEIVED = "received", "Chờ mở gói"
        UNPACKED = "unpacked", "Đã mở"
        DUPLICATE = "duplicate", "Trùng"
        INVALID = "invalid", "Cần người xem"
        RETURNED = "returned", "Đã trả lại nơi gửi"
        REFUSED = "refused", "Đã từ chối, hủy nội dung"
        CLOSED = "closed", "Đã xem, xếp lại"

    axis_doc_id = models.CharField(max_length=100, unique=True)
    message_type = models.CharField(max_length=6, choices=[("edoc", "Văn bản"), ("status", "Trạng thái")])
    sender_code = models.CharField("mã nơi gửi", max_length=100, blank=True)
    message_id = models.CharField("mã định danh văn bản", max_length=300, blank=True)
    raw = models.ForeignKey(Blob, models.PROTECT, null=True)
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField("nhận lúc")
    laid_at = models.DateTimeField("lên trục lúc", null=True)  # by the clock of the axis, when it says
    acknowledged = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)  # a worker is at it, or died at it
    closed_at = models.DateTimeField("xếp lại lúc", null=True)
    # No index: nobody asks what one operator has closed, and this is the longest table.
    closed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    closing_words = models.CharField("lời ghi", max_length=1000, blank=True, db_default="")

    class Meta:
        verbose_name = "gói tin đến"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_words=""),
                name="inbound_closed_with_words",
            ),
            models.UniqueConstraint(
                fields=["sender_code", "message_id"],
                condition=Q(message_type="edoc", state="unpacked"),
                name="inbound_paper_once",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="inbound_waiting", condition=Q(state="received")),
            models.Index(fields=["state", "-received_at", "-id"], name="inbound_list"),
            models.Index(fields=["sender_code", "message_id"], name="inbound_of_paper"),
            models.Index(fields=["id"], name="inbound_unconfirmed", condition=Q(acknowledged=False)),
            models.Index(fields=["message_id"], name="inbound_by_message"),
            models.Index(
                fields=["id"], name="inbound_to_purge", condition=Q(state="refused", raw__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.message_type} {self.axis_doc_id}"


class Outbound(models.Model):
    """A package to send: a paper to all its outside recipients, its update or recall, or a status to one sender.

    A status carries out a report of an office, or answers a package that never became a paper.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Chờ gửi"
        SENDING = "sending", "Đang gửi"
        SENT = "sent", "Đã gửi"
        FAILED = "failed", "Thất bại"

    outgoing = models.OneToOneField(Outgoing, models.PROTECT, null=True, related_name="package")
    report = models.OneToOneField(StatusReport, models.PROTECT, null=True, related_name="package")
    revoked = models.OneToOneField(Outgoing, models.PROTECT, null=True, related_name="recall_package")
    update = models.OneToOneField(Update, models.PROTECT, null=True, related_name="package")
    inbound = models.ForeignKey(Inbound, models.PROTECT, null=True, related_name="answers")
    message_type = models.CharField(max_length=6, choices=[("edoc", "Văn bản"), ("status", "Trạng thái")])
    status_code = models.CharField(max_length=2, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    sender_code = models.CharField(max_length=100)
    message_id = models.CharField(max_length=300)
    receivers = models.JSONField(default=list)
    urgency = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    axis_doc_id = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the package as sent
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = "gói tin đi"
        constraints = [
            models.CheckConstraint(
                condition=Q(message_type="edoc", report=None, inbound=None)
                & (
                    Q(outgoing__isnull=False, revoked=None, update=None)
                    | Q(outgoing=None, revoked__isnull=False, update=None)
                    | Q(outgoing=None, revoked=None, update__isnull=False)
                )
                | Q(message_type="status", outgoing=None, revoked=None, update=None)
                & (Q(report__isnull=False, inbound=None) | Q(report=None, inbound__isnull=False)),
                name="outbound_carries_one_thing",
            ),
            models.UniqueConstraint(
                fields=["inbound", "sender_code"],
                condition=Q(inbound__isnull=False),
                name="outbound_answers_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgency", "next_attempt_at"], name="outbound_queue", condition=Q(state="queued")
            ),
            models.Index(fields=["claimed_at"], name="outbound_sending", condition=Q(state="sending")),
            models.Index(fields=["-created_at", "-id"], name="outbound_failed", condition=Q(state="failed")),
            models.Index(fields=["message_id"], name="outbound_by_message"),
            models.Index(fields=["axis_doc_id"], name="outbound_on_axis", condition=~Q(axis_doc_id="")),
            models.Index(
                fields=["sent_at"],
                name="outbound_papers_sent",
                condition=Q(message_type="edoc", state="sent"),
            ),
        ]

    def __str__(self):
        return f"{self.message_type} {self.message_id}"

    @property
    def paper(self) -> Outgoing | None:
        """The issued paper that it carries, or changes, or takes back."""
        return self.outgoing or self.revoked or (self.update and self.update.outgoing)


class UnexplainedQuerySet(models.QuerySet):
    def open(self):
        """What nobody can explain: the number that must be 0."""
        return self.filter(explained_at=None)

    def explained(self):
        return self.exclude(explained_at=None)


class Unexplained(models.Model):
    """A document that one side knows and another should know and does not.

    Gone as soon as a comparison explains it. What an operator explained stays, with the words: a comparison that finds
    it again must know that it has been answered for.
    """

    class Kind(models.TextChoices):
        NOT_PACKED = "not_packed", "Văn bản đi không có gói tin"
        SENT_BUT_QUEUED = "sent_queued", "Đã gửi nhưng vẫn ghi chờ"
        NOT_ON_THE_AXIS = "not_on_axis", "Đã gửi nhưng trục không có"
        NOT_OURS = "not_ours", "Trục có nhưng ở đây không có"
        NOT_FETCHED = "not_fetched", "Trục giữ cho ta nhưng chưa lấy được"
        NOT_HANDED_OVER = "not_handed", "Đã giao nhưng nơi nhận không có"
        FROM_NOWHERE = "from_nowhere", "Văn bản đến không có nơi gửi"
        OPENED_IN_VAIN = "opened", "Gói tin đến không thành văn bản"
        NOT_REPORTED = "not_reported", "Trạng thái không có gói tin"

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=100)  # of the row it is about, or the id on the axis
    since = models.DateTimeField("từ lúc")
    sentence = models.CharField("vì sao", max_length=500)
    found_at = models.DateTimeField("phát hiện lúc")
    explained_at = models.DateTimeField("giải trình lúc", null=True)
    explained_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    explanation = models.CharField("giải trình", max_length=1000, blank=True, db_default="")

    objects = UnexplainedQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản không giải thích được"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="unexplained_once"),
            models.CheckConstraint(
                condition=Q(explained_at=None, explained_by=None, explanation="")
                | Q(explained_at__isnull=False, explained_by__isnull=False) & ~Q(explanation=""),
                name="unexplained_or_with_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-explained_at", "-id"], name="unexplained_answered", condition=~Q(explained_at=None)
            )
        ]

    def __str__(self):
        return self.sentence


class Comparison(models.Model):
    """The last comparison; one row. `axis_at`: when the axis last took part in one."""

    at = models.DateTimeField("đối chiếu lúc")
    axis_at = models.DateTimeField(null=True)
    unexplained = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.unexplained}"
