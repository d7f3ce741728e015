"""Hủy hồ sơ hết thời hạn, trùng lặp: a list, the council's votes, the decision, the destruction and what is left as a certificate
(Luật Lưu trữ art. 16; TT 05/2025 art. 48-50; TT 06/2025 Phụ lục II, III)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from casefiles.states import DISPOSAL_LABELS, DISPOSAL_STATES, DISPOSAL_TONES
from documents.models import Blob
from orgs.models import Organisation, Post, User

from .case import CaseFile


class DisposalQuerySet(models.QuerySet):
    def of(self, post: Post):
        return self.filter(organisation=post.organisation_id)

    def for_page(self):
        return self.select_related(
            "organisation", "proposed_by__user", "proposed_user", "concluded_by__user", "decided_by__user", "destroyed_by__user", "certificate",
        )  # fmt: skip


class Disposal(models.Model):
    """One đợt hủy. Nobody carries it alone: who proposed it neither concludes the council's minutes nor decides."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default="listed", editable=False)
    title = models.CharField("tên đợt hủy", max_length=200)
    # Of the Bản thuyết minh: I.1 how the block came to be, II what it is about.
    origin = models.TextField("sự hình thành khối tài liệu", max_length=2000)
    content = models.TextField("thành phần và nội dung chủ yếu", max_length=2000)
    proposed_by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    proposed_user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    concluded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    concluded_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    concluded_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField("số, ngày quyết định hủy", max_length=200, blank=True, default="")
    opinion = models.CharField("ý kiến của cơ quan có thẩm quyền", max_length=500, blank=True, default="")
    destroyed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    destroyed_at = models.DateTimeField(null=True)  # when it was begun
    ended_at = models.DateTimeField(null=True)
    certificate = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    late_told_on = models.DateField(null=True, editable=False)
    given_up_why = models.CharField("lý do thôi hủy", max_length=500, blank=True, default="")

    noun = "đợt hủy"
    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt hủy hồ sơ"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DISPOSAL_STATES), name="disposal_state"),
            # The promise of the whole table: whoever proposed concludes and decides nothing of it.
            models.CheckConstraint(
                condition=Q(concluded_user=None) | ~Q(concluded_user=F("proposed_user")),
                name="disposal_concluded_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_user=None)
                | (~Q(decided_user=F("proposed_user")) & ~Q(decided_user=F("concluded_user"))),
                name="disposal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["destroying", "done"])
                | Q(decided_user__isnull=False, concluded_user__isnull=False),
                name="disposal_destroyed_after_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="disposals"),
            models.Index(
                fields=["state", "id"],
                name="disposals_to_do",
                condition=Q(state__in=["decided", "destroying"]),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("disposal", args=[self.pk])

    @property
    def state_label(self) -> str:
        return DISPOSAL_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return DISPOSAL_TONES[self.state]


class DisposalLine(models.Model):
    """One file of the list. `left`: what stays of it when its content is gone (hashes, never words of it):
    `items`, its things; `also`, hashes of what went with them."""

    class Ground(models.TextChoices):
        EXPIRED = "expired", "Hết thời hạn lưu trữ"
        DUPLICATE = "duplicate", "Trùng lặp"

    class Answer(models.TextChoices):
        DESTROY = "destroy", "Hủy"
        KEEP = "keep", "Giữ lại"

    class Outcome(models.TextChoices):
        DESTROYED = "destroyed", "Đã hủy"
        STOPPED = "stopped", "Không hủy"

    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="lines", db_index=False)
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="disposal_lines", db_index=False)
    ground = models.CharField("lý do hủy", max_length=9, choices=Ground, default=Ground.EXPIRED)
    # Of a duplicate, the file with the same content that is kept.
    stead = models.ForeignKey(CaseFile, models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField("kết luận", max_length=7, choices=Answer, blank=True, default="")
    outcome = models.CharField("kết quả", max_length=9, choices=Outcome, blank=True, default="")
    why = models.CharField("vì sao", max_length=500, blank=True, default="")
    left = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "case"], name="disposal_line_once"),
            models.CheckConstraint(
                condition=~Q(outcome="destroyed") | Q(answer="destroy"), name="disposal_line_voted"
            ),
            models.CheckConstraint(
                condition=Q(ground="expired", stead=None)
                | (Q(ground="duplicate", stead__isnull=False) & ~Q(stead=F("case"))),
                name="disposal_line_stead",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="disposal_of_file"),
            models.Index(fields=["stead"], name="disposal_keeps", condition=Q(stead__isnull=False)),
        ]

    @property
    def ground_words(self) -> str:
        """The column Lý do hủy; of a duplicate also which file is kept."""
        if self.stead is None:
            return self.get_ground_display()
        return f"{self.get_ground_display()}, giữ hồ sơ {self.stead.code} ({self.stead.year})"

    @property
    def things(self) -> int:
        """How many went: without those that something else keeps, as `files`."""
        return sum(not item["kept"] for item in self.left.get("items", []))

    @property
    def kept(self) -> int:
        return len(self.left.get("items", [])) - self.things

    @property
    def files(self) -> int:
        return sum(len(item["files"]) for item in self.left.get("items", []) if not item["kept"])


class CouncilMember(models.Model):
    """Of the Hội đồng xét hủy; one of them is its chair."""

    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="council", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    chair = models.BooleanField("chủ tịch", default=False)
    voted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-chair", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "post"], name="council_member_once"),
            models.UniqueConstraint(fields=["disposal"], condition=Q(chair=True), name="council_chair_once"),
        ]
        indexes = [models.Index(fields=["post"], name="councils_of_post", condition=Q(voted_at=None))]


class Vote(models.Model):
    """What one member said of one file, in his own hands. Added, never changed."""

    line = models.ForeignKey(DisposalLine, models.PROTECT, related_name="votes", db_index=False)
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="votes", db_index=False)
    destroy = models.BooleanField()
    reason = models.CharField("lý do", max_length=300, blank=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "member"], name="vote_once")]
