"""Tình hình xử lý văn bản đến (law-and-practice §4.7.2; decree 30 art. 24): papers by the day they went into the book.

On time or late is judged by the deadline that holds now, which is the last one that was approved.
"""

from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce, TruncDate

from documents.access import FALLEN
from documents.kinds import CHOICES_IN
from documents.models import Incoming
from documents.states import IN_OPEN
from progress.reports.report import Grouping, Measure, Question, Ratio, Report

IN_THE_BOOK = [*IN_OPEN, "completed"]  # what its sender took back is nobody's work any more
_KINDS = dict(CHOICES_IN)


def papers(question: Question):
    found = Incoming.objects.filter(
        organisation__in=question.offices, direction="in", state__in=IN_THE_BOOK,
        sorted_at__gte=question.period.starts, sorted_at__lt=question.period.ends,
    )  # fmt: skip
    return found.annotate(done_day=TruncDate("held_since"))  # of a completed paper: when it was completed


def with_lead(question: Question):
    """With the task of whoever leads, of which there is one at most: its person, its room, its giver."""
    leads = Q(assignments__role="lead", assignments__parent=None)
    leads &= ~Q(assignments__state__in=FALLEN)
    return papers(question).annotate(
        lead_task=FilteredRelation("assignments", condition=leads),
        unit_key=Coalesce("lead_task__unit", "lead_task__assignee__unit"),
        unit_name=Coalesce("lead_task__unit__name", "lead_task__assignee__unit__name"),
    )


DONE, OPEN = Q(state="completed"), Q(state__in=IN_OPEN)

REPORT = Report(
    name="papers_in",
    number="2",
    title="Tình hình xử lý văn bản đến",
    hint="Văn bản đã vào sổ trong kỳ, theo đơn vị, người chủ trì. Hạn là thời hạn được duyệt cuối cùng.",
    noun="văn bản",
    base=with_lead,
    bare=papers,
    rows="incoming",
    measures=(
        Measure("total", "Tổng số", lambda asked: Q(pk__isnull=False)),
        Measure("done_in_time", "Đã xử lý đúng hạn", lambda asked: DONE & Q(due_on__gte=F("done_day")), "ok", True),
        Measure("done_late", "Đã xử lý quá hạn", lambda asked: DONE & Q(due_on__lt=F("done_day")), "late", True),
        Measure("open_in_time", "Đang xử lý trong hạn", lambda asked: OPEN & Q(due_on__gte=asked.today), "info", True),
        Measure("open_late", "Đang xử lý quá hạn", lambda asked: OPEN & Q(due_on__lt=asked.today), "bad", True),
        Measure("no_due", "Không hạn", lambda asked: Q(due_on=None), "calm", True),
    ),
    ratios=(Ratio("Tỷ lệ đúng hạn", ("done_in_time",), ("done_in_time", "done_late", "open_late")),),
    groupings=(
        Grouping("unit", "Đơn vị chủ trì", "unit_key", ("unit_name",), none="Chưa giao, hoặc lãnh đạo chủ trì"),
        Grouping("person", "Người chủ trì", "lead_task__assignee", ("lead_task__assignee__user__full_name", "lead_task__assignee__title"), " – ".join, "Chưa giao", people=True),
        Grouping("leader", "Lãnh đạo giao", "lead_task__by", ("lead_task__by__user__full_name", "lead_task__by__title"), " – ".join, "Chưa giao", people=True),
        Grouping("kind", "Loại văn bản", "kind", ("kind",), lambda values: _KINDS.get(values[0], values[0]), text=True),
        Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",)),
    ),
)  # fmt: skip
