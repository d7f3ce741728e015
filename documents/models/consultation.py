"""Colleagues are asked about a paper or a draft, while its journey goes on as if nobody had been asked."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from orgs.models import Business, Post, Role, Unit, User

from .sight import Reason


class ConsultationQuerySet(models.QuerySet):
    def asked_by(self, post: Post):
        return self.filter(by=post) if post.covers(Business.OPINIONS) else self.none()


class Consultation(models.Model):
    """A question to people of the same organisation about one paper. What is asked is never rewritten; the day may be
    put off, which is an event. `documents/journey.py` alone writes the states."""

    class Kind(models.TextChoices):
        OPINION = "opinion", "Xin ý kiến"
        VOTE = "vote", "Lấy ý kiến"  # each says yes, no or something else (law-and-practice 4.0)

    class State(models.TextChoices):
        OPEN = "open", "Đang chờ ý kiến"
        CLOSED = "closed", "Đã kết thúc"
        TAKEN_BACK = "taken_back", "Đã thu lại"

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="consultations")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(Post, models.PROTECT, related_name="consultations", db_index=False)
    question = models.TextField("nội dung cần ý kiến", max_length=2000)
    due_on = models.DateField("hạn cho ý kiến", null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "lấy ý kiến"
        ordering = ["pk"]
        indexes = [models.Index(fields=["by", "state", "-at", "-id"], name="consultation_of_asker")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["closed", "taken_back"], ended_at__isnull=False),
                name="consultation_state",
            ),
            models.CheckConstraint(condition=Q(kind__in=["opinion", "vote"]), name="consultation_kind"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.question[:80]}"

    def get_absolute_url(self):
        return reverse("consultation", args=[self.pk])

    @property
    def is_vote(self) -> bool:
        return self.kind == self.Kind.VOTE

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class AskedQuerySet(models.QuerySet):
    def of(self, post: Post):
        """A post's own; none where its inbox was lent for other business alone."""
        if not post.covers(Business.OPINIONS):
            return self.none()
        own = self.filter(post=post)
        return own.unmarked() if post.role == Role.ASSISTANT else own

    def unmarked(self):
        """Without those of assistants about a paper that they do not see (`Sight.unmarked`)."""
        marked = (
            Q(document__incoming__secrecy_marks__gt="")
            | Q(document__outgoing__in_reply_to__secrecy_marks__gt="")
            | Q(document__outgoing__mends_answer_to__secrecy_marks__gt="")
        )
        return self.exclude(marked, post__role=Role.ASSISTANT)


class Asked(models.Model):
    """One who is asked, by the post; `unit`: the room was asked, whose head this is. Sees the paper until the question is
    taken back."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chưa cho ý kiến"
        ANSWERED = "answered", "Đã cho ý kiến"
        MISSED = "missed", "Không cho ý kiến"  # it was closed before
        TAKEN_BACK = "taken_back", "Không còn được hỏi"

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="asked", db_index=False)
    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="asked", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    answered_at = models.DateTimeField(null=True)  # for the first time
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = "người được hỏi ý kiến"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "post"], name="asked_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | Q(state="missed", answered_at=None)
                | Q(state="answered", answered_at__isnull=False)
                | Q(state="taken_back"),
                name="asked_state",
            ),
        ]
        indexes = [
            models.Index(fields=["post"], condition=Q(state="waiting"), name="asked_waiting"),
            models.Index(
                fields=["post", "-answered_at", "-id"], condition=Q(state="answered"), name="asked_answered"
            ),
            # Every list of papers asks for it (`asked_about`).
            models.Index(fields=["post", "document"], condition=~Q(state="taken_back"), name="asked_sight"),
        ]

    def __str__(self):
        return f"{self.post.user}: {self.get_state_display()}"


class Opinion(models.Model):
    """What one who was asked said. Added, never changed: who thinks better of it adds another, and the last one holds."""

    class Choice(models.TextChoices):
        AGREE = "agree", "Đồng ý"
        DISAGREE = "disagree", "Không đồng ý"
        OTHER = "other", "Ý kiến khác"
        COMMENT = "comment", "Có ý kiến"
        NONE = "none", "Không có ý kiến"

    asked = models.ForeignKey(Asked, models.PROTECT, related_name="opinions")
    choice = models.CharField("ý kiến", max_length=8, choices=Choice)
    text = models.TextField("nội dung ý kiến", max_length=2000, blank=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ý kiến"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["agree", "none"])
                | Q(choice__in=["disagree", "other", "comment"]) & ~Q(text=""),
                name="opinion_says_something",
            )
        ]

    def __str__(self):
        return self.get_choice_display()


VOTES = (Opinion.Choice.AGREE, Opinion.Choice.DISAGREE, Opinion.Choice.OTHER)


# Is or was asked about it, and nobody took the question back.
ASKED = Reason(
    "asked",
    lambda: Asked.objects.exclude(state=Asked.State.TAKEN_BACK).order_by(),
    paper="document",
    who="post",
    said=("consultation__by__user__full_name",),
    words=lambda by: f"Được {by} hỏi ý kiến",
    lent_for=(Business.OPINIONS,),
)
