"""What a sender asks of those who have its paper: cancel it, or change what is written about it (decree 30 art. 18.3–18.4,
QĐ 28/2018 art. 9.2; edXML business types 1 and 2, status 13)."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from orgs.models import Post

from .document import Document


class ChangeRequest(models.Model):
    """One request about one paper that lies here. The clerk answers; the answer goes back as status 15 or 16."""

    class Kind(models.TextChoices):
        RECALL = "recall", "Thu hồi văn bản"  # edXML business type 1
        TAKE_BACK = "take_back", "Lấy lại văn bản"  # status 13
        UPDATE = "update", "Cập nhật văn bản"  # edXML business type 2

    class Answer(models.TextChoices):
        AGREED = "15", "Đã đồng ý"
        REFUSED = "16", "Đã từ chối"

    incoming = models.ForeignKey("documents.Incoming", models.PROTECT, related_name="change_requests")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField("lý do của nơi gửi", max_length=1000, blank=True)
    changes = models.JSONField(default=dict)  # of an update: field of the paper → its new value
    checked = models.JSONField(default=list)  # what the signatures of the proposed files are worth
    secrecy_marks = models.CharField("dấu hiệu độ mật của tệp mới", max_length=100, blank=True)
    asked_at = models.DateTimeField("yêu cầu lúc")
    answer = models.CharField("trả lời", max_length=2, choices=Answer, blank=True)
    words = models.CharField("ý kiến trả lời", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "yêu cầu của nơi gửi"
        ordering = ["pk"]
        constraints = [
            # An answer does not say what it answers: of two questions at once neither side would know.
            models.UniqueConstraint(fields=["incoming"], condition=Q(answer=""), name="one_open_request"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.incoming_id}"

    @property
    def is_update(self) -> bool:
        return self.kind == self.Kind.UPDATE

    @property
    def has_invalid_signature(self) -> bool:
        """Of one of the files it would add."""
        return any(line.get("verdict") == "invalid" for line in self.checked)

    @property
    def urged_at(self):
        """When the sender inside the city last asked for the answer, after it had asked for the paper."""
        urged = self.incoming.delivery.urged_at if self.incoming.delivery_id else None
        return urged if urged and urged > self.asked_at else None


class Update(models.Model):
    """An issued paper whose recipients or date of reply were changed afterwards. What was signed stays as it is."""

    outgoing = models.ForeignKey("documents.Outgoing", models.PROTECT, related_name="updates")
    reason = models.CharField("lý do", max_length=500)
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    due_changed = models.BooleanField(default=False)
    due_on = models.DateField("hạn trả lời", null=True)  # after it
    added = models.JSONField(default=list)  # codes of the recipients
    withdrawn = models.JSONField(default=list)
    desks = models.JSONField(
        default=list
    )  # keys of the deliveries inside the city that are still to be asked
    packed = models.BooleanField(default=False)  # whoever it concerns on the axis has a package in the queue

    class Meta:
        verbose_name = "cập nhật văn bản đi"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], name="update_desks", condition=~Q(desks=[])),
            models.Index(fields=["id"], name="update_unpacked", condition=Q(packed=False)),
        ]

    def __str__(self):
        return f"{self.outgoing_id}: {self.reason[:80]}"


class Correction(models.Model):
    """A paper that mends an issued one, which stays in force: the faults of its form by a letter, its content by a paper
    of equal form (decree 30 art. 18.3). What takes the place of another is `Document.replaces`. It says something only
    once the newer one is issued."""

    class Kind(models.TextChoices):
        RECTIFIES = "rectifies", "Đính chính"
        AMENDS = "amends", "Sửa đổi, bổ sung"

    paper = models.ForeignKey(Document, models.PROTECT, related_name="corrects")
    of = models.ForeignKey(Document, models.PROTECT, related_name="corrected_by")
    kind = models.CharField(max_length=9, choices=Kind)

    class Meta:
        verbose_name = "việc đính chính, sửa đổi"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "of"], name="corrected_once_by_a_paper")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.paper_id} → {self.of_id}"


def has_effect(newer: str) -> Q:
    """Of the papers that mend or replace another, named by `newer`: those that are out and were not taken back."""
    here = Q(**{f"{newer}__direction": "in"}) & ~Q(**{f"{newer}__state__in": ("recalled", "rejected")})
    return here | Q(**{f"{newer}__state": "issued"})


def mended() -> Case:
    """For a list: "replaced", else the last kind of Correction of each paper, else nothing."""
    replaced = Document.replaces.through.objects.filter(
        has_effect("from_document"), to_document=OuterRef("pk")
    )
    corrected = Correction.objects.filter(has_effect("paper"), of=OuterRef("pk")).order_by("-pk")
    return Case(
        When(Exists(replaced), then=Value("replaced")), default=Subquery(corrected.values("kind")[:1])
    )
