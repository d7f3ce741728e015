"""What decree 30 asks of files, told of papers as long as there are no files: how much is handled without paper (§4.7.4), the
yearly statistics (§4.7.8), what should be handed over to the archive (§4.7.10). Each page says so."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from documents.kinds import CHOICES_IN
from documents.models import Document, Incoming
from progress.reports.papers_out import ISSUED
from progress.reports.periods import midnight
from progress.reports.report import Grouping, Measure, Question, Ratio, Report
from signatures.models import Signature

SOON = timedelta(days=90)  # before it must be handed over
_KINDS = dict(CHOICES_IN)
_DIRECTIONS = dict(Document.Direction.choices)
_OF_KIND = Grouping("kind", "Loại văn bản", "kind", ("kind",), lambda values: _KINDS.get(values[0], values[0]), text=True)  # fmt: skip
_OF_DIRECTION = Grouping("direction", "Đến, đi", "direction", ("direction",), lambda values: _DIRECTIONS[values[0]], text=True)  # fmt: skip
_OF_OFFICE = Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",))


def completed(question: Question):
    period = question.period
    return Incoming.objects.filter(
        organisation__in=question.offices, direction="in", state="completed",
        held_since__gte=period.starts, held_since__lt=period.ends,
    )  # fmt: skip


def came_and_went(question: Question):
    """What went into the book in the period, and what was issued in it."""
    inside = {"gte": question.period.starts, "lt": question.period.ends}
    came = Q(direction="in", incoming__book__isnull=False) & _within("sorted_at", inside)
    went = Q(direction="out") & ISSUED & _within("outgoing__issued_at", inside)
    signed = Signature.objects.filter(document=OuterRef("pk"), kind=Signature.Kind.AGENCY)
    return Document.objects.filter(came | went, organisation__in=question.offices).annotate(
        signed=Exists(signed)
    )


def ended(question: Question):
    """Work with it is over: an incoming paper was completed, one of our own was issued."""
    over = Q(direction="in", state="completed") | Q(direction="out", state="issued")
    return Document.objects.filter(over, organisation__in=question.offices)


def _within(moment: str, inside: dict) -> Q:
    return Q(**{f"{moment}__{side}": at for side, at in inside.items()})


def a_year_before(day: date) -> date:
    """Work that ended earlier must have been handed over by that day: one year from its end (decree 30 art. 30)."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _overdue(asked: Question) -> Q:
    return Q(held_since__lt=midnight(a_year_before(asked.today)))


def _due(asked: Question) -> Q:
    return ~_overdue(asked) & Q(held_since__lt=midnight(a_year_before(asked.today + SOON)))


ONLINE = Report(
    name="online",
    number="4",
    title="Công việc xử lý trên môi trường mạng",
    hint="Văn bản đến giải quyết xong trong kỳ; mục tiêu của thành phố: 90% (sở, ban, ngành), 60% (xã, phường). Văn bản đến bằng bản giấy không tính là xử lý toàn bộ trên môi trường mạng.",
    missing="Chưa lập hồ sơ công việc trong hệ thống: tỷ lệ tính theo văn bản đến đã giải quyết xong, không theo hồ sơ.",
    noun="văn bản",
    base=completed,
    rows="incoming",
    newest="held_since",
    measures=(
        Measure("total", "Giải quyết xong", lambda asked: Q(pk__isnull=False)),
        Measure("online", "Toàn bộ trên mạng", lambda asked: ~Q(source="paper"), "ok", True),
        Measure("paper", "Có bản giấy", lambda asked: Q(source="paper"), "warn", True),
    ),
    ratios=(Ratio("Tỷ lệ trên mạng", ("online",), ("total",)),),
    groupings=(_OF_KIND, _OF_OFFICE),
)  # fmt: skip

YEARLY = Report(
    name="yearly",
    number="8",
    title="Thống kê văn thư, lưu trữ",
    hint="Văn bản vào sổ và văn bản phát hành trong kỳ; bản điện tử là văn bản đến qua mạng, văn bản đi có chữ ký số của cơ quan.",
    missing="Số hồ sơ đã lập, đã nộp lưu và việc của kho lưu trữ chưa có vì hồ sơ công việc chưa lập trong hệ thống.",
    noun="văn bản",
    base=came_and_went,
    rows="documents",
    measures=(
        Measure("in", "Văn bản đến", lambda asked: Q(direction="in")),
        Measure("in_online", "Đến điện tử", lambda asked: Q(direction="in") & ~Q(incoming__source="paper"), "ok", True),
        Measure("in_paper", "Đến bản giấy", lambda asked: Q(direction="in", incoming__source="paper"), "warn", True),
        Measure("out", "Văn bản đi", lambda asked: Q(direction="out")),
        Measure("out_signed", "Đi có ký số cơ quan", lambda asked: Q(direction="out", signed=True), "info", True),
        Measure("out_paper", "Đi không ký số", lambda asked: Q(direction="out", signed=False), "bad", True),
    ),
    groupings=(_OF_KIND, _OF_DIRECTION, _OF_OFFICE),
)  # fmt: skip

ARCHIVE = Report(
    name="archive",
    number="10",
    title="Đến hạn, quá hạn nộp lưu",
    hint=f"Tính đến lúc xem: phải nộp lưu trong 1 năm kể từ ngày công việc kết thúc ({{clerical_work}}, Điều 30); đến hạn là trong {SOON.days} ngày tới.",
    missing="Chưa lập hồ sơ công việc trong hệ thống: số liệu là văn bản đã giải quyết xong, chưa lập hồ sơ.",
    noun="văn bản",
    base=ended,
    rows="documents",
    newest="held_since",
    timeless=True,
    measures=(
        Measure("total", "Giải quyết xong, chưa nộp lưu", lambda asked: Q(pk__isnull=False)),
        Measure("later", "Chưa đến hạn nộp lưu", lambda asked: ~_overdue(asked) & ~_due(asked), "calm", True),
        Measure("due", "Đến hạn nộp lưu", _due, "warn", True),
        Measure("overdue", "Quá hạn nộp lưu", _overdue, "bad", True),
    ),
    groupings=(_OF_DIRECTION, _OF_KIND, _OF_OFFICE),
)  # fmt: skip
