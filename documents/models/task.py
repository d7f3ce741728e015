"""A task without a paper (nhiệm vụ): from a meeting, from another task, or from nothing but the will of whoever gives it.

It holds assignments as an incoming paper does, and is no paper: no number, no register, no status owed to a sender.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

from documents.states import TASK_TONES, TaskState
from orgs.models import Business, Organisation, Post, Role
from ui.text import fold

from .assignment import Assignment
from .document import Urgency
from .recurring import Recurring

# Posts that see every task of their organisation: who leads it, its office, and who follows its work.
SEES_ALL_TASKS = (Role.LEADER, Role.OFFICE_HEAD, Role.MONITOR)
# Kinds of business, one of which an inbox must have been lent for to take up what another organisation gave.
TAKES_UP = (Business.RECEPTION, Business.DIRECTION)


class TaskQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """Who gave it, who has or had work with it, the heads of both, and `SEES_ALL_TASKS`; the clerk what came from
        another organisation. Nobody else; of an inbox in other hands, what it was lent for."""
        here = self.filter(organisation=post.organisation_id)
        received = Q(giver__isnull=False)
        if not post.covers(Business.WORK, Business.DIRECTION):
            takes_up = post.role in (Role.CLERK, Role.OFFICE_HEAD) and post.covers(*TAKES_UP)
            return here.filter(received) if takes_up else self.none()
        if not post.covers(*TAKES_UP):
            here = here.exclude(state=TaskState.ARRIVED)
        if post.role in SEES_ALL_TASKS:
            return here
        given, had = Q(by=post), Q(by=post) | Q(assignee=post)
        if post.role == Role.UNIT_HEAD and post.unit_id:
            given |= Q(by__unit=post.unit_id)
            had |= Q(by__unit=post.unit_id) | Q(assignee__unit=post.unit_id)
        if post.role == Role.CLERK:
            given |= received
        worked = Assignment.objects.filter(had, task__isnull=False)
        return here.filter(given | Q(pk__in=worked.values("task")))

    def open(self):
        return self.filter(state__in=TaskState.OPEN)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)

    def for_page(self):
        return self.select_related("organisation", "by__user", "holder__user", "parent", "giver")

    def for_rows(self):
        """What a line of a list shows."""
        return self.select_related("by__user", "holder__user").defer("content", "result", "search_key")


class Task(models.Model):
    """One office's own record of what is to be done. `due_on`, `holder`, `state` are as those of a paper."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tasks", db_index=False)
    state = models.CharField(
        "trạng thái", max_length=10, choices=TaskState, default=TaskState.WAITING, editable=False
    )
    by = models.ForeignKey(Post, models.PROTECT, related_name="given_tasks", db_index=False)
    holder = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    held_since = models.DateTimeField()
    created_at = models.DateTimeField()
    title = models.CharField("tên nhiệm vụ", max_length=300)
    content = models.TextField("nội dung", max_length=2000, blank=True)
    product = models.CharField("sản phẩm", max_length=300, blank=True)
    due_on = models.DateField("thời hạn", null=True)
    urgency = models.PositiveSmallIntegerField("độ khẩn", choices=Urgency, default=Urgency.NORMAL)
    # Between organisations (order.py): `outward` was given to others, `giver` is who gave it to this one.
    outward = models.BooleanField(default=False, db_default=False, editable=False)
    giver = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    meeting = models.CharField("cuộc họp", max_length=300, blank=True)  # whose conclusion it is
    met_on = models.DateField("ngày họp", null=True)
    # Under which another system knows it ("…_H26-NV-G22-2024-…"); ours is the key.
    foreign_code = models.CharField("mã của nơi khác", max_length=100, blank=True, db_default="", default="")
    # Given by the timetable, for the turn of that day: once, whoever runs the job and however often.
    recurring = models.ForeignKey(
        Recurring, models.PROTECT, null=True, related_name="given", db_index=False, editable=False
    )
    turn_on = models.DateField(null=True, editable=False)
    result = models.TextField("kết quả", max_length=2000, blank=True)
    search_key = models.TextField(editable=False, default="", db_default="")

    noun = "nhiệm vụ"
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state"),
            models.CheckConstraint(condition=Q(urgency__lte=3), name="task_urgency"),
            models.UniqueConstraint(
                fields=["organisation", "foreign_code"],
                condition=~Q(foreign_code=""),
                name="task_foreign_once",
            ),
            models.UniqueConstraint(
                fields=["recurring", "turn_on"], condition=~Q(recurring=None), name="task_once_a_turn"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="task_not_its_own_part"),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-created_at", "-id"], name="task_of_office"),
            models.Index(fields=["by", "state", "-created_at", "-id"], name="task_given"),
            models.Index(fields=["holder", "state"], name="task_held"),
            GinIndex(fields=["search_key"], name="task_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self._state.adding:  # what it is called never changes
            self.search_key = fold(f"{self.title} {self.meeting} {self.foreign_code}")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("task", args=[self.pk])

    @cached_property
    def directed_by(self) -> set[int]:
        """The posts whose directions stand, also under an amendment of another's: what they gave they judge. Asked once
        for all steps that depend on it."""
        return set(self.directions.standing().values_list("by", flat=True))

    @property
    def deadline(self):
        return self.due_on

    @property
    def last_day(self):
        """The day another organisation gave, after which nobody here can give one."""
        return self.due_on if self.giver_id else None

    @property
    def is_open(self) -> bool:
        return self.state in TaskState.OPEN

    @property
    def state_label(self) -> str:
        return TaskState(self.state).label

    @property
    def state_tone(self) -> str:
        return TASK_TONES[self.state]

    @property
    def origin(self) -> str:
        """What it comes from, in words."""
        if self.giver_id:
            return f"{self.giver} giao"
        if self.recurring_id:
            return f"Nhiệm vụ định kỳ, kỳ {self.turn_on:%d/%m/%Y}"
        if not self.meeting:
            return ""
        return f"Kết luận cuộc họp: {self.meeting}" + (f" ({self.met_on:%d/%m/%Y})" if self.met_on else "")
