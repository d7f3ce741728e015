"""Công việc được giao (§4.7.7): tasks by the day they were given, by who gave them and who has them."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from documents.models import Assignment
from documents.views.reports.progress import NO_UNIT, NOT_IN_HAND, RUNNING, nobodys
from progress.reports.report import Grouping, Measure, Question, Ratio, Report

DONE, OPEN = Q(state="done"), Q(state__in=[*RUNNING, "forwarded"])


def base(question: Question):
    """A task given on counts once, with whoever has it in hand; what waits to be approved, with whoever approves."""
    below = Assignment.objects.filter(parent=OuterRef("pk")).exclude(state__in=NOT_IN_HAND)
    return (
        Assignment.objects.filter(
            assignee__organisation__in=question.offices, role__in=["lead", "support"],
            created_at__gte=question.period.starts, created_at__lt=question.period.ends,
        )
        .exclude(nobodys())
        .exclude(Exists(below))
        .annotate(done_day=TruncDate("done_at"))
    )  # fmt: skip


# Counted beside the classes, not among them: what was extended, and what somebody had to be urged for (§4.0, §4.7.7).
COUNTED_APART = (
    Measure("extended", "Được gia hạn", lambda asked: Q(extended__gt=0)),
    Measure("reminded", "Bị đôn đốc", lambda asked: Q(reminded__gt=0)),
)

REPORT = Report(
    name="work",
    number="7",
    title="Công việc được giao",
    hint="Việc chủ trì và phối hợp giao trong kỳ. Việc chuyển tiếp tính một lần, cho người đang giữ. Hạn là thời hạn được duyệt cuối cùng.",
    noun="việc",
    base=base,
    rows="work",
    newest="created_at",
    measures=(
        Measure("total", "Được giao", lambda asked: Q(pk__isnull=False)),
        Measure("done_in_time", "Hoàn thành đúng hạn", lambda asked: DONE & Q(due_on__gte=F("done_day")), "ok", True),
        Measure("done_late", "Hoàn thành quá hạn", lambda asked: DONE & Q(due_on__lt=F("done_day")), "late", True),
        Measure("open_in_time", "Đang làm, còn hạn", lambda asked: OPEN & Q(due_on__gt=asked.soon), "info", True),
        Measure("soon", "Đang làm, đến hạn", lambda asked: OPEN & Q(due_on__range=(asked.today, asked.soon)), "warn", True),
        Measure("overdue", "Đang làm, quá hạn", lambda asked: OPEN & Q(due_on__lt=asked.today), "bad", True),
        Measure("no_due", "Không hạn", lambda asked: Q(due_on=None), "calm", True),
        *COUNTED_APART,
    ),
    ratios=(Ratio("Tỷ lệ đúng hạn", ("done_in_time",), ("done_in_time", "done_late", "overdue")),),
    groupings=(
        Grouping("assignee", "Người được giao", "assignee", ("assignee__user__full_name", "assignee__title"), " – ".join, people=True),
        Grouping("assigner", "Người giao", "by", ("by__user__full_name", "by__title"), " – ".join, people=True),
        Grouping("unit", "Đơn vị", "assignee__unit", ("assignee__unit__name",), none=NO_UNIT),
        Grouping("organisation", "Cơ quan", "assignee__organisation", ("assignee__organisation__name",)),
    ),
)  # fmt: skip
