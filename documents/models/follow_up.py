"""What happens around a task while it is under way: more time asked for, progress told, urging.

The task is theirs all along; none of these rows closes it. What was reported, urged and reminded of is never changed
(migrations 0024 and 0037, and the rights of the application's role).
"""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from documents.states import ASSIGNMENT_OPEN, EXTENSION_LABELS, EXTENSION_TONES
from orgs.models import Post

from .assignment import Assignment
from .blob import Blob, Taken
from .order import Order


class ExtensionQuerySet(models.QuerySet):
    def waiting(self):
        """Those to be decided. What was asked for a task that ended meanwhile asks for nothing any more."""
        goes_on = Q(assignment__state__in=ASSIGNMENT_OPEN) | Q(order__state__in=Order.UNDER_WAY)
        return self.filter(goes_on, state="asked")

    def untold(self):
        """Of another organisation, and the other side has not been told how it stands. What is asked for a task that was
        reported is told when it comes back to be worked on."""
        to_say = ~Q(state="asked") | Q(order__state__in=Order.UNDER_WAY)
        return self.filter(to_say, order__isnull=False).exclude(told=F("state"))

    def for_paper(self):
        return self.select_related("by__user", "to__user", "decided_by__user")


class Extension(models.Model):
    """Xin gia hạn: a later day asked for, and what whoever gave the task made of it. Days are whole; a task is in time
    until the end of the last day that was granted. `due_before`: the day that held when it was asked, or granted.
    Of somebody's work inside an office, or of a whole task (`order`) by one organisation of another."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, null=True, related_name="extensions", db_index=False
    )
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="extensions", db_index=False)
    # Between organisations: the last state that the other side was told of.
    told = models.CharField(max_length=10, blank=True, default="", db_default="", editable=False)
    state = models.CharField("trạng thái", max_length=10, default="asked", editable=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("xin lúc")
    reason = models.TextField("lý do", max_length=1000)
    due_before = models.DateField("hạn cũ")
    due_asked = models.DateField("xin đến")
    due_granted = models.DateField("hạn mới", null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    refusal_reason = models.TextField("lý do từ chối", max_length=1000, blank=True, db_default="")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị gia hạn"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(EXTENSION_LABELS)), name="extension_state"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="asked"), name="one_open_extension"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="asked"), name="one_open_extension_of_order"
            ),
            models.CheckConstraint(
                condition=Q(assignment=None, order__isnull=False) | Q(assignment__isnull=False, order=None),
                name="extension_of_one",
            ),
            models.CheckConstraint(condition=Q(due_asked__gt=F("due_before")), name="extension_is_later"),
            models.CheckConstraint(
                condition=~Q(state="granted")
                | Q(due_granted__gt=F("due_before"), due_granted__lte=F("due_asked")),
                name="extension_granted_between",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None) | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="extension_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment", "id"], name="extension_of_task"),
            models.Index(fields=["to"], condition=Q(state="asked"), name="extension_to_decide"),
            models.Index(fields=["order", "id"], condition=~Q(order=None), name="extension_of_order"),
            models.Index(
                fields=["id"], condition=~Q(order=None) & ~Q(told=F("state")), name="extension_untold"
            ),
        ]

    def __str__(self):
        return f"{self.due_before:%d/%m/%Y} → {self.due_granted or self.due_asked:%d/%m/%Y}"

    @property
    def state_label(self) -> str:
        return EXTENSION_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return EXTENSION_TONES[self.state]


class ProgressReportQuerySet(models.QuerySet):
    def for_page(self):
        """The last first. `has_files`: of the others nothing need be read (views/shared/follow_up.py `with_files`)."""
        files = ReportFile.objects.filter(report=models.OuterRef("pk"))
        return self.select_related("by__user").annotate(has_files=models.Exists(files)).order_by("-pk")


class ProgressReport(models.Model):
    """Báo cáo tiến độ: how far a task is, in per cent, in its holder's own words. The last one stands on the task."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="progress", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField("phần trăm", validators=[MaxValueValidator(100)])
    text = models.TextField("nội dung", max_length=2000)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo tiến độ"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="progress_percent")]
        indexes = [models.Index(fields=["assignment", "id"], name="progress_of_task")]

    def __str__(self):
        return f"{self.percent}%"


class ReportFile(Taken, models.Model):
    """A file that goes with a report of progress. Like the report it is never changed; programs and macros were refused at
    the door, so that a virus found later, or a state secret, is all that holds it back."""

    held, seen = False, ""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=200)

    class Meta:
        verbose_name = "tệp của báo cáo tiến độ"
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def held_why(self) -> str:
        return "nơi nhận khác báo có bí mật nhà nước" if self.blob.suspected else super().held_why


class Reminder(models.Model):
    """Đôn đốc a task inside the office, the n-th time. Never changed, never taken back: it is counted in reports."""

    class Kind(models.TextChoices):
        REMIND = "remind", "Nhắc nhở"
        CRITICISE = "criticise", "Phê bình"
        REVIEW = "review", "Kiểm điểm"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reminders", db_index=False)
    number = models.PositiveSmallIntegerField("lần")
    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField("nội dung", max_length=1000)

    class Meta:
        verbose_name = "đôn đốc"
        ordering = ["assignment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="reminder_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reminder_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=["remind", "criticise", "review"]), name="reminder_kind"
            ),
        ]

    def __str__(self):
        return f"Đôn đốc lần thứ {self.number}"


class DeadlineReminder(models.Model):
    """What the day itself brought: the deadline is near, has passed by so many working days, and the next head was told.

    Once for a task, a rule and a day of deadline, whoever runs the job and however often; a deadline that was extended
    is a new one. `to`: the next head, where the rule tells him.
    """

    class Rule(models.TextChoices):
        SOON = "soon", "Sắp đến hạn"
        LATE_1 = "late_1", "Quá hạn 1 ngày làm việc"
        LATE_3 = "late_3", "Quá hạn 3 ngày làm việc"
        LATE_7 = "late_7", "Quá hạn 7 ngày làm việc"
        ESCALATED = "escalated", "Báo cấp trên"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="by_deadline", db_index=False)
    rule = models.CharField("quy tắc", max_length=10, choices=Rule)
    due_on = models.DateField("thời hạn")
    to = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "nhắc theo thời hạn"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "rule", "due_on"], name="deadline_reminder_once"),
        ]

    def __str__(self):
        return self.get_rule_display()
