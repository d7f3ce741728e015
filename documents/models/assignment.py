"""Who must do what by when. The unit of progress is the assignment, not the paper."""

from datetime import date

from django.db import models
from django.db.models import F, FilteredRelation, Q

from documents.states import ASSIGNMENT_IN_HAND, ASSIGNMENT_LABELS, ASSIGNMENT_OPEN, STATE_TONES, TaskState
from orgs.absence import away_of
from orgs.models import Business, Post, Role, Unit

from .document import HOLDER, ROW


def matter_name(matter) -> str:
    """The column in which directions, assignments and events name what they are about."""
    return "task" if matter._meta.model_name == "task" else "incoming"


def of_one_matter(name: str) -> models.CheckConstraint:
    """Of a paper or of a task, and of one of them."""
    return models.CheckConstraint(
        condition=Q(incoming=None, task__isnull=False) | Q(incoming__isnull=False, task=None), name=name
    )


class DirectionQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back. The last one is what holds now, the earlier ones are what it amends."""
        return self.filter(taken_back_at=None)


class Direction(models.Model):
    """Ý kiến chỉ đạo (bút phê): what the leader wrote when handing a paper on. An amendment is a row of its own."""

    incoming = models.ForeignKey("documents.Incoming", models.CASCADE, null=True, related_name="directions")
    task = models.ForeignKey(
        "documents.Task", models.CASCADE, null=True, related_name="directions", db_index=False
    )
    by = models.ForeignKey(Post, models.PROTECT)
    text = models.TextField("ý kiến chỉ đạo", max_length=2000, blank=True)
    at = models.DateTimeField()
    amends = models.ForeignKey("self", models.CASCADE, null=True, related_name="amendments")
    due_on = models.DateField("thời hạn được giao", null=True)
    due_before = models.DateField("thời hạn của văn bản trước đó", null=True)
    taken_back_at = models.DateTimeField("rút lại lúc", null=True)

    objects = DirectionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [of_one_matter("direction_of_one_matter")]
        indexes = [models.Index(fields=["task"], condition=~Q(task=None), name="direction_of_task")]

    def __str__(self):
        return self.text


class AssignmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=ASSIGNMENT_OPEN)

    def of(self, post: Post):
        """A post's own; none where its inbox was lent for other business alone."""
        if not post.covers(Business.WORK):
            return self.none()
        own = self.filter(assignee=post)
        return own.unmarked() if post.role == Role.ASSISTANT else own

    def unmarked(self):
        """Without those of assistants on a paper that they do not see (`Sight.unmarked`)."""
        return self.exclude(assignee__role=Role.ASSISTANT, incoming__secrecy_marks__gt="")

    def in_hand(self):
        return self.filter(state__in=ASSIGNMENT_IN_HAND)

    def overdue(self, today):
        return self.in_hand().filter(due_on__lt=today)

    def due_soon(self, today, until):
        return self.in_hand().filter(due_on__range=(today, until))

    def to_judge(self, post: Post):
        """Results that wait for this post: of what it gave on, and of tasks without a paper that it gave first."""
        reported = self.filter(state="reported")
        first = reported.filter(by=post, parent=None, task__state__in=TaskState.IN_HAND)
        return self.filter(
            pk__in=reported.filter(parent__assignee=post).values("pk").union(first.values("pk"))
        )

    def with_away(self, day: date):
        """`away`: whether who has it is today (`orgs.absence.said`)."""
        return self.annotate(away=away_of("assignee", day))

    def with_request(self):
        """`more_time`: the request for a later day that waits, or nothing; there is at most one."""
        return self.annotate(more_time=FilteredRelation("extensions", condition=Q(extensions__state="asked")))

    def for_rows_of_requests(self, *also: str):
        """As `for_rows`; of the request that waits, its key and the day: `asked`, `asked_until`."""
        return (
            self.for_rows(*also)
            .with_request()
            .annotate(asked=F("more_time__pk"), asked_until=F("more_time__due_asked"))
        )

    def for_list(self):
        return self.select_related(
            "incoming__organisation", "incoming__holder__user", "task__organisation", "task__by__user", "assignee__user",
            "assignee__unit", "by__user", "unit",
        )  # fmt: skip

    def for_rows(self, *also: str):
        """What a line of a list shows of a task and of its paper, and no more; `also`: what the columns read that a
        person added."""
        paper = (*ROW, *HOLDER, "arrival_number", "signature_verdict")
        return self.select_related("incoming__holder__user", "task", "assignee__user", "by__user").only(
            "role", "state", "due_on", "created_at", "percent", "reminded", "assignee__user__full_name", "assignee__user__username",
            "by__user__full_name", "by__user__username",
            *(f"incoming__{name}" for name in paper), *also, *(f"task__{name}" for name in ("title", "urgency", "due_on", "meeting", "foreign_code")),
        )  # fmt: skip


class Assignment(models.Model):
    """Rõ người (assignee), rõ việc (instruction), rõ thời gian (due_on), rõ trách nhiệm (role),
    rõ sản phẩm (product), rõ thẩm quyền (by)."""

    class Role(models.TextChoices):
        LEAD = "lead", "Chủ trì"
        SUPPORT = "support", "Phối hợp"
        INFO = "info", "Để biết"

    # What holds it: a paper that came in, or a task without one.
    incoming = models.ForeignKey("documents.Incoming", models.CASCADE, null=True, related_name="assignments")
    task = models.ForeignKey(
        "documents.Task", models.CASCADE, null=True, related_name="assignments", db_index=False
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    role = models.CharField("vai trò", max_length=8, choices=Role)
    state = models.CharField("trạng thái", max_length=12, default="new", editable=False)
    assignee = models.ForeignKey(Post, models.PROTECT, related_name="assignments")
    # Given to the room; the assignee is its head, who hands it on.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Post, models.PROTECT, related_name="assigned")
    instruction = models.TextField("nội dung giao", max_length=2000, blank=True)
    product = models.CharField("sản phẩm", max_length=300, blank=True)
    due_on = models.DateField("thời hạn", null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.TextField("kết quả", max_length=2000, blank=True)
    reply = models.ForeignKey("documents.Outgoing", models.PROTECT, null=True, related_name="+")
    # What its rows of follow-up come to (follow_up.py), written with them: a list shows it at no price. Without a check of
    # the database: adding one would have it read every task while nobody can.
    percent = models.SmallIntegerField("tiến độ", null=True)
    reminded = models.SmallIntegerField("số lần bị đôn đốc", default=0, db_default=0)
    extended = models.SmallIntegerField("số lần được gia hạn", default=0, db_default=0)

    more_time = None  # the request that waits, when it was read `with_request`

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công xử lý"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ASSIGNMENT_LABELS)), name="assignment_state"),
            # What was given on and is done stays beside the next one: a result sent back from above is handed on again.
            models.UniqueConstraint(
                fields=["incoming", "task", "parent"],
                condition=Q(role="lead")
                & ~Q(state__in=["returned", "withdrawn"])
                & (Q(parent=None) | ~Q(state="done")),
                nulls_distinct=False,
                name="one_lead_per_level",
            ),
            of_one_matter("assignment_of_one_matter"),
        ]
        indexes = [
            models.Index(fields=["assignee", "state", "due_on", "id"], name="assignment_tray"),
            models.Index(fields=["incoming", "role"], name="assignment_of_paper"),
            models.Index(fields=["task", "role"], condition=~Q(task=None), name="assignment_of_task"),
            models.Index(fields=["by", "-id"], name="assignment_given"),  # whom one gave work last
            models.Index(
                fields=["by", "due_on", "id"],
                condition=Q(state__in=ASSIGNMENT_OPEN),
                name="assignment_given_open",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=ASSIGNMENT_IN_HAND),
                name="assignment_by_deadline",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.assignee}"

    @property
    def matter(self):
        """The paper or the task it is about."""
        return self.task if self.task_id else self.incoming

    @matter.setter
    def matter(self, found):
        setattr(self, matter_name(found), found)

    @property
    def given_to(self) -> str:
        """The room or the person, as the giver chose."""
        return f"{self.unit} ({self.assignee.user})" if self.unit_id else str(self.assignee.user)

    @property
    def state_label(self) -> str:
        if self.role == self.Role.INFO and self.state == "new":
            return "Chưa xem"
        return ASSIGNMENT_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return STATE_TONES.get(self.state, "")
