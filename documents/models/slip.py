"""Phiếu trình: a draft goes round, group after group, before it is submitted (law-and-practice 4.2). It has no number and
stands in no book."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from documents.states import SLIP_LABELS, SLIP_TONES, SLIP_UNDER_WAY
from orgs.models import Business, Post, Role, Unit, User

from .blob import File
from .follow_up import DeadlineReminder
from .sight import Reason


class Slip(models.Model):
    """What is laid before colleagues and leaders together with one draft. Its words are never rewritten;
    `documents/journey.py` alone writes the states. `round`: the how-manieth time it was sent; `turn`: the group asked now;
    `due_on`: the day that holds, which may have been put off since the round was sent."""

    outgoing = models.ForeignKey("documents.Outgoing", models.CASCADE, related_name="slips")
    by = models.ForeignKey(Post, models.PROTECT, related_name="slips", db_index=False)
    text = models.TextField("nội dung trình", max_length=4000)
    proposal = models.TextField("kiến nghị", max_length=2000)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SLIP_LABELS, default="open", editable=False)
    round = models.PositiveSmallIntegerField("lần trình", default=1, editable=False)
    turn = models.PositiveSmallIntegerField("nhóm đang trình", default=1, editable=False)
    due_on = models.DateField("hạn cho ý kiến", null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "phiếu trình"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["by", "state", "-at", "-id"], name="slip_of_maker"),
            models.Index(fields=["due_on"], condition=Q(state="open", due_on__isnull=False), name="slip_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["outgoing"],
                condition=Q(state__in=SLIP_UNDER_WAY),
                name="slip_one_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SLIP_UNDER_WAY, ended_at=None)
                | Q(state__in=["approved", "taken_back"], ended_at__isnull=False),
                name="slip_state",
            ),
        ]

    def __str__(self):
        return f"Phiếu trình: {self.text[:80]}"

    def get_absolute_url(self):
        return reverse("slip", args=[self.pk])

    @property
    def state_label(self) -> str:
        return SLIP_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return SLIP_TONES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def senders(self) -> set[int]:
        """The users that do not speak of it: in whose name it was made, and whoever was at the keyboard when it was sent."""
        return {self.by.user_id, *(one.user_id for one in self.rounds.all())}

    @property
    def under_way(self) -> bool:
        return self.state in SLIP_UNDER_WAY


class SlipRound(models.Model):
    """One sending of a slip: exactly these pages and attachments. Added, never changed.

    `sha256`: `versions.content_of` what was shown; `digest`: of all that the draft said then (see `drafted.digest_of`);
    `due_on`: the day that was said then (`Slip.due_on` holds).
    """

    slip = models.ForeignKey(Slip, models.CASCADE, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField("lần trình")
    file = models.ForeignKey(File, models.PROTECT, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    note = models.TextField("tiếp thu, giải trình", max_length=2000, blank=True)
    due_on = models.DateField("hạn cho ý kiến", null=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)  # at the keyboard
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần trình"
        ordering = ["slip", "number"]
        constraints = [
            models.UniqueConstraint(fields=["slip", "number"], name="slip_round_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slip_round_from_one"),
        ]

    def __str__(self):
        return f"Lần trình {self.number}"


class SlipPlaceQuerySet(models.QuerySet):
    def of(self, post: Post):
        """A post's own; none where its inbox was lent for other business alone, nor of an assistant where the draft is
        hidden from him (`Sight.unmarked`)."""
        if not post.covers(Business.OPINIONS):
            return self.none()
        own = self.filter(post=post)
        if post.role != Role.ASSISTANT:
            return own
        return own.exclude(incoming__secrecy_marks__gt="").exclude(
            outgoing__mends_answer_to__secrecy_marks__gt=""
        )


class SlipPlace(models.Model):
    """One who is to speak, by the post, in one of the groups; `unit`: for the room, whose head this is. Sees the draft, and
    the paper that it answers, unless the slip was taken back or somebody else took the place."""

    class State(models.TextChoices):
        LATER = "later", "Chưa đến lượt"
        WAITING = "waiting", "Đang chờ ý kiến"
        ANSWERED = "answered", "Đã cho ý kiến"
        STOPPED = "stopped", "Phiếu đã dừng"  # it was returned, or the draft changed, before they spoke
        REPLACED = "replaced", "Đã thay người khác"
        TAKEN_BACK = "taken_back", "Phiếu đã thu lại"

    slip = models.ForeignKey(Slip, models.CASCADE, related_name="places", db_index=False)
    outgoing = models.ForeignKey("documents.Outgoing", models.CASCADE, related_name="+")
    incoming = models.ForeignKey("documents.Incoming", models.PROTECT, null=True, related_name="+")
    group = models.PositiveSmallIntegerField("nhóm")
    post = models.ForeignKey(Post, models.PROTECT, related_name="slip_places", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.LATER, editable=False)
    since = models.DateTimeField(null=True)  # since when it is, or was, their turn
    answered_at = models.DateTimeField(null=True)  # for the last time

    objects = SlipPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "người cho ý kiến phiếu trình"
        ordering = ["group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slip", "post"], condition=~Q(state="replaced"), name="slip_place_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["later", "stopped", "replaced", "taken_back"])
                | Q(state="waiting", since__isnull=False)
                | Q(state="answered", answered_at__isnull=False),
                name="slip_place_state",
            ),
            models.CheckConstraint(condition=Q(group__gte=1), name="slip_place_group"),
        ]
        indexes = [
            models.Index(fields=["slip", "group", "id"], name="slip_place_in_order"),
            models.Index(fields=["post"], condition=Q(state="waiting"), name="slip_place_waiting"),
            models.Index(
                fields=["post", "-answered_at", "-id"],
                condition=Q(answered_at__isnull=False),
                name="slip_place_answered",
            ),
            # Every list of papers asks for it (`CARRIED`).
            models.Index(fields=["post", "outgoing"], name="slip_place_sight"),
        ]

    def __str__(self):
        return f"{self.post.user}: {self.get_state_display()}"


UNSEEN = (SlipPlace.State.REPLACED, SlipPlace.State.TAKEN_BACK)


class SlipOpinion(models.Model):
    """What one said of one round, of the pages with that hash. Added, never changed: who has spoken has spoken."""

    class Choice(models.TextChoices):
        AGREE = "agree", "Đồng ý"
        OTHER = "other", "Ý kiến khác"
        DISAGREE = "disagree", "Không đồng ý, trả lại"

    place = models.ForeignKey(SlipPlace, models.PROTECT, related_name="opinions", db_index=False)
    round = models.ForeignKey(SlipRound, models.PROTECT, related_name="opinions")
    choice = models.CharField("ý kiến", max_length=8, choices=Choice)
    text = models.TextField("nội dung ý kiến", max_length=2000, blank=True)
    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ý kiến về phiếu trình"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "round"], name="slip_opinion_once"),
            models.CheckConstraint(
                condition=Q(choice="agree") | Q(choice__in=["other", "disagree"]) & ~Q(text=""),
                name="slip_opinion_says_something",
            ),
        ]

    def __str__(self):
        return self.get_choice_display()


class SlipReminder(models.Model):
    """The day of a round is near, or has passed: once for a round, a rule and a day, however often the job runs. A day that
    was put off is a new one."""

    round = models.ForeignKey(SlipRound, models.CASCADE, related_name="reminders", db_index=False)
    rule = models.CharField("quy tắc", max_length=10, choices=DeadlineReminder.Rule)
    due_on = models.DateField("hạn")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "nhắc hạn phiếu trình"
        constraints = [models.UniqueConstraint(fields=["round", "rule", "due_on"], name="slip_reminder_once")]

    def __str__(self):
        return self.get_rule_display()


def _carried(paper: str, words) -> Reason:
    return Reason(
        "carried",
        lambda: SlipPlace.objects.filter(**{f"{paper}__isnull": False}).exclude(state__in=UNSEEN).order_by(),
        paper=paper,
        who="post",
        said=("slip__by__user__full_name",),
        words=words,
        lent_for=(Business.OPINIONS, Business.DRAFTS),
    )


# The draft lies, or lay, before them with a slip; and with it the paper that the draft answers.
CARRIED = _carried("outgoing", lambda by: f"Có trong phiếu trình của {by}")
CARRIED_ALONG = _carried("incoming", lambda by: f"Có trong phiếu trình của {by} về dự thảo trả lời")
