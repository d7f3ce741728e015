"""Ai đang giữ, bao lâu: what lies where at this moment, who has how much to do, and what is likely to be late this week."""

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import TruncDate

from documents.models import Assignment, Document
from documents.states import FINISHED, IN_OPEN, OUT_STATES, STATE_LABELS
from documents.views.reports.progress import NO_UNIT, NOT_IN_HAND, nobodys
from orgs.calendar import DAY
from progress.reports.report import Estimate, Grouping, Measure, Question, Report
from progress.reports.work import DONE, OPEN

# A draft that nobody was shown yet is its author's own business.
LIES = ["awaiting_reception", *IN_OPEN, *(state for state in OUT_STATES if state not in FINISHED | {"draft"})]
LONG = 5  # working days in one pair of hands
PACE = 20  # working days from which the pace is taken


def base(question: Question):
    papers = Document.objects.filter(organisation__in=question.offices, state__in=LIES)
    since = ExpressionWrapper(Value(question.now) - F("held_since"), output_field=DurationField())
    return papers.annotate(held=since)


def tasks(question: Question):
    """What is in somebody's hand now, and what was finished within the working days from which the pace is taken."""
    below = Assignment.objects.filter(parent=OuterRef("pk")).exclude(state__in=NOT_IN_HAND)
    lately = DONE & Q(done_at__gte=question.calendar_back(PACE))
    there = Assignment.objects.filter(
        OPEN | lately, assignee__organisation__in=question.offices, role__in=["lead", "support"]
    )
    return there.exclude(nobodys()).exclude(Exists(below)).annotate(done_day=TruncDate("done_at"))


def _this_week(asked: Question) -> Q:
    return Q(due_on__range=(asked.today, asked.week_end))


def likely_late(counts: dict[str, int], asked: Question) -> float:
    """Of what falls due by Sunday, and is late already, what goes beyond the pace of the last working days."""
    left = asked.calendar.between(asked.today - DAY, asked.week_end)
    return max(0.0, counts["overdue"] + counts["week"] - counts["done"] / PACE * left)


HOLDING = Report(
    name="holding",
    number="",
    title="Ai đang giữ, bao lâu",
    hint="Văn bản đang chờ ở từng người, từng bước, tính đến lúc xem.",
    noun="văn bản",
    base=base,
    rows="papers",
    newest="held_since",
    timeless=True,
    measures=(
        Measure("total", "Đang giữ", lambda asked: Q(pk__isnull=False)),
        Measure("in", "Văn bản đến", lambda asked: Q(direction="in"), "info", True),
        Measure("out", "Văn bản đi", lambda asked: Q(direction="out"), "ok", True),
        Measure("long", f"Giữ trên {LONG} ngày làm việc", lambda asked: Q(held_since__lt=asked.calendar_back(LONG)), "warn"),
        Measure("week", "Đến hạn trong tuần", lambda asked: Q(direction="in") & _this_week(asked), "warn"),
        Measure("late", "Quá hạn", lambda asked: Q(direction="in", due_on__lt=asked.today), "bad"),
    ),
    averages={"Đã giữ trung bình (giờ)": "held"},
    groupings=(
        Grouping("holder", "Người đang giữ", "holder", ("holder__user__full_name", "holder__title"), " – ".join, "Văn thư", people=True),
        Grouping("step", "Đang chờ bước", "state", ("state",), lambda values: STATE_LABELS[values[0]], text=True),
        Grouping("unit", "Đơn vị đang giữ", "holder__unit", ("holder__unit__name",), none="Văn thư, lãnh đạo, văn phòng"),
        Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",)),
    ),
)  # fmt: skip

LOAD = Report(
    name="load",
    number="",
    title="Khối lượng việc từng người",
    hint=f"Việc đang làm, đến hạn trong tuần; dự báo trễ so với tốc độ hoàn thành {PACE} ngày làm việc gần nhất.",
    noun="việc",
    base=tasks,
    rows="work",
    newest="created_at",
    timeless=True,
    measures=(
        Measure("open", "Đang làm", lambda asked: OPEN),
        Measure("overdue", "Quá hạn", lambda asked: OPEN & Q(due_on__lt=asked.today), "bad", True),
        Measure("week", "Đến hạn trong tuần", lambda asked: OPEN & _this_week(asked), "warn", True),
        Measure("later", "Đến hạn sau tuần này", lambda asked: OPEN & Q(due_on__gt=asked.week_end), "info", True),
        Measure("no_due", "Không hạn", lambda asked: OPEN & Q(due_on=None), "calm", True),
        Measure("done", f"Xong trong {PACE} ngày làm việc", lambda asked: DONE, "ok"),
    ),
    ratios=(Estimate("Dự báo trễ trong tuần", likely_late, "việc"),),
    groupings=(
        Grouping("assignee", "Người được giao", "assignee", ("assignee__user__full_name", "assignee__title"), " – ".join, people=True),
        Grouping("unit", "Đơn vị", "assignee__unit", ("assignee__unit__name",), none=NO_UNIT),
        Grouping("organisation", "Cơ quan", "assignee__organisation", ("assignee__organisation__name",)),
    ),
)  # fmt: skip
