"""The registers (law-and-practice §4.7.1; decree 30 Phụ lục VI, V: six outputs). The two on how papers were dealt with are
the reports of papers in and out; the two indexes of files wait for the files."""

from django.db.models import Q

from documents.kinds import CHOICES_IN
from documents.models import Incoming
from progress.reports.papers_out import issued
from progress.reports.report import Grouping, Measure, Question, Report

_KINDS = dict(CHOICES_IN)
_NO_FILES = "Mục lục hồ sơ, mục lục văn bản trong hồ sơ chưa có vì hồ sơ công việc chưa lập trong hệ thống."


def registered(question: Question):
    """By the day they went into the book; what its sender took back keeps its number and its line."""
    return Incoming.objects.filter(
        organisation__in=question.offices, direction="in", book__isnull=False,
        sorted_at__gte=question.period.starts, sorted_at__lt=question.period.ends,
    )  # fmt: skip


_IN_BOOK = Grouping(
    "book", "Sổ", "book", ("book__series", "book__year"), lambda values: f"Sổ {values[0]} năm {values[1]}"
)
_OF_KIND = Grouping("kind", "Loại văn bản", "kind", ("kind",), lambda values: _KINDS.get(values[0], values[0]), text=True)  # fmt: skip
_OF_OFFICE = Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",))

BOOK_IN = Report(
    name="book_in",
    number="1",
    title="Sổ đăng ký văn bản đến",
    hint="Văn bản đã vào sổ trong kỳ ({clerical_work}, Phụ lục VI, mục V).",
    missing=_NO_FILES,
    noun="văn bản",
    base=registered,
    rows="incoming",
    measures=(
        Measure("total", "Vào sổ", lambda asked: Q(pk__isnull=False)),
        Measure("axis", "Từ trục liên thông", lambda asked: Q(source="axis"), "ok", True),
        Measure("city", "Trong thành phố", lambda asked: Q(source="city"), "info", True),
        Measure("paper", "Bản giấy", lambda asked: Q(source="paper"), "warn", True),
        Measure("recalled", "Nơi gửi đã thu hồi", lambda asked: Q(state="recalled"), "calm"),
    ),
    groupings=(_IN_BOOK, _OF_KIND, _OF_OFFICE),
)

BOOK_OUT = Report(
    name="book_out",
    number="1",
    title="Sổ đăng ký văn bản đi",
    hint="Văn bản phát hành trong kỳ, theo sổ cấp số ({clerical_work}, Phụ lục VI, mục V).",
    missing=_NO_FILES,
    noun="văn bản",
    base=issued,
    rows="outgoing",
    newest="issued_at",
    measures=(
        Measure("total", "Đã phát hành", lambda asked: Q(pk__isnull=False)),
        Measure("stands", "Còn hiệu lực phát hành", lambda asked: Q(state="issued"), "ok", True),
        Measure("revoked", "Đã thu hồi", lambda asked: Q(state="revoked"), "bad", True),
    ),
    groupings=(_IN_BOOK, _OF_KIND, _OF_OFFICE),
)
