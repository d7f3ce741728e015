"""Reports and books that take too long for a page: asked for, made beside it, kept. Whoever asked may leave and come back."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from orgs.access import posts_of
from orgs.actions.notices import put_up
from orgs.models import Notice, Post, User
from progress.models import MadeReport
from progress.reports import print_out, spreadsheet
from progress.reports.all import REPORTS
from progress.reports.asking import Asking, asked_by
from progress.reports.registers.asking import book_asked_by
from progress.reports.registers.books import BOOKS
from progress.reports.registers.files import book_files
from progress.reports.tables import Row, Table, sheet_of, table_of, title_of

logger = logging.getLogger(__name__)
State = MadeReport.State
WAITING_AT_ONCE = 5  # of one person, in all posts
GIVEN_UP = timedelta(minutes=15)  # a claim so old is of a worker that died
TRIES = 3
KEPT_FOR = timedelta(days=30)
_MAKING = 0x6D61_6B65  # the lock of whoever makes
A_RUN = 300  # seconds: what still waits then is the next run's
COUNTED, WRITTEN = 70, 75  # per cent that are done when the figures are there, and the sheet
DRAWN = 95  # of a book, when its last line is; its pages are packed then
READY = "made"  # the kind of its notice


class FilterGone(Exception):
    """What was asked for cannot be asked for any more; says what, to whoever asked."""


def ask_report(ask: Asking, *, at: datetime) -> MadeReport:
    """As `ask_for`, of a report."""
    return ask_for(ask.post, report=ask.report.name, query=ask.query(), title=title_of(ask), at=at)


@transaction.atomic
def ask_for(post: Post, *, report: str, query: str, title: str, at: datetime) -> MadeReport:
    """A row that a worker will find: a report, or a book of the law. What waits already is not asked for twice.

    Raises ValidationError while too many of one person's wait.
    """
    user = post.operator
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one press after the other
    mine = MadeReport.objects.filter(user=user, state__in=MadeReport.OPEN).defer("table", "xlsx", "pdf")
    same = mine.filter(post=post, report=report, query=query).first()
    if same:
        return same
    if mine.count() >= WAITING_AT_ONCE:
        raise ValidationError(
            f"Đang có {WAITING_AT_ONCE} báo cáo của bạn chờ lập. Hãy đợi lập xong rồi yêu cầu tiếp."
        )
    return MadeReport.objects.create(
        post=post, user=user, report=report, query=query, title=title[:400], asked_at=at
    )


def make_waiting(*, clock: Callable[[], datetime] = timezone.now) -> int:
    """Makes what waits, one after the other. How many were made.

    One maker at a time, so that the other workers stay free for the papers; the lock of one that dies goes with its line.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_MAKING])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return _make_some(clock)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MAKING])


def _make_some(clock: Callable[[], datetime]) -> int:
    revive(at=clock())
    begun, made = time.monotonic(), 0
    while time.monotonic() - begun < A_RUN and (one := _claim(at=clock())):
        made += _make(one, clock)
    return made


def forget_made(*, at: datetime) -> int:
    """What is old is asked for again, as it stands then. How many went."""
    old = MadeReport.objects.exclude(state__in=MadeReport.OPEN).filter(asked_at__lt=at - KEPT_FOR)
    return old.delete()[0]


def revive(*, at: datetime) -> None:
    """What a worker that died was at is begun again, some times; then its asker is told."""
    stuck = MadeReport.objects.filter(state=State.MAKING, claimed_at__lt=at - GIVEN_UP)
    for one in stuck.filter(attempts__gte=TRIES).defer("table", "xlsx", "pdf"):
        _fail(one, "Lập quá lâu. Hãy chọn kỳ ngắn hơn.", at=at)
    stuck.filter(attempts__lt=TRIES).update(state=State.WAITING, done=0)


def drop(made: MadeReport) -> None:
    """Its asker needs it no more. A worker that is at it writes nothing then."""
    made.delete()


@transaction.atomic
def _claim(*, at: datetime) -> MadeReport | None:
    waiting = MadeReport.objects.select_for_update(skip_locked=True).filter(state=State.WAITING)
    found = waiting.defer("table", "xlsx", "pdf").order_by("asked_at", "pk").first()
    if found:
        found.state, found.claimed_at, found.attempts = State.MAKING, at, found.attempts + 1
        found.save(update_fields=["state", "claimed_at", "attempts"])
    return found


def _make(made: MadeReport, clock: Callable[[], datetime]) -> bool:
    mine = _claimed(made)

    def said(done: int) -> None:
        mine.update(done=done)

    try:
        kept = (_book if made.report in BOOKS else _report)(made, said, at=clock())
    except (Http404, Post.DoesNotExist):
        return _fail(made, "Bạn không còn quyền xem báo cáo này.", at=clock())
    except FilterGone as gone:
        return _fail(made, f"{gone}", at=clock())
    except Exception:
        # Another's report waits behind this one; its asker reads that it failed, the operator reads why.
        logger.exception("report %s cannot be made", made.pk)
        return _fail(made, "Lỗi khi lập. Hãy yêu cầu lại; nếu vẫn lỗi, báo quản trị.", at=clock())
    with transaction.atomic():
        if not mine.update(state=State.READY, done=100, made_at=clock(), **kept):
            return False
        page = reverse("made_report", args=[made.pk])
        put_up([_notice(made, f"Đã lập xong báo cáo: {made.title}.", page, at=clock())])
    return True


def _report(made: MadeReport, said: Callable[[int], None], *, at: datetime) -> dict:
    """Its table and its two files."""
    ask = asked_by(_post(made, at=at), QueryDict(made.query), REPORTS[made.report])
    table = table_of(ask, beside=True, said=lambda part: said(round(part * COUNTED)))
    sheet = sheet_of(ask, table)
    xlsx = spreadsheet.write(sheet)
    said(WRITTEN)
    return {"table": kept_table(ask, table), "xlsx": xlsx, "pdf": print_out.write(sheet)}


def _book(made: MadeReport, said: Callable[[int], None], *, at: datetime) -> dict:
    """Its two files; the page shows its lines by itself. Raises FilterGone: without its filter it would be another book."""
    asked = book_asked_by(_post(made, at=at), QueryDict(made.query), BOOKS[made.report])
    if asked.ignored:
        gone = ", ".join(asked.ignored)[:120]
        raise FilterGone(f"Bộ lọc không còn dùng được: {gone}. Hãy mở sổ và chọn lại.")
    xlsx, pdf = book_files(asked, said=lambda part: said(round(part * DRAWN)))
    return {"table": {}, "xlsx": xlsx, "pdf": pdf}


def _claimed(made: MadeReport) -> QuerySet[MadeReport]:
    """The row, as long as it is neither dropped nor another's."""
    return MadeReport.objects.filter(pk=made.pk, state=State.MAKING, claimed_at=made.claimed_at)


@transaction.atomic
def _fail(made: MadeReport, problem: str, *, at: datetime) -> bool:
    """Its asker hears of it. False: it was not made."""
    if _claimed(made).update(state=State.FAILED, problem=problem):
        text = f"Không lập được báo cáo: {made.title[:380]}. {problem}"
        put_up([_notice(made, text, reverse("made_reports"), at=at)])
    return False


def _post(made: MadeReport, *, at: datetime) -> Post:
    """Of whoever asked, as it stands today. Raises Post.DoesNotExist when it has ended."""
    posts = posts_of(made.user, timezone.localdate(at))
    post = next((one for one in posts if one.pk == made.post_id), None)
    if post is None or not made.user.is_active:
        raise Post.DoesNotExist
    return post


def _notice(made: MadeReport, text: str, url: str, *, at: datetime) -> Notice:
    return Notice(
        user_id=made.user_id, post_id=made.post_id, kind=READY, at=at, url=url, text=text[:500]
    )  # fmt: skip


def kept_table(ask: Asking, table: Table) -> dict:
    """As plain values, every address from its beginning: it is shown on another page than the report's own."""
    here = reverse(f"report_{ask.report.name}")

    def whole(row: Row | None) -> dict | None:
        if row is None:
            return None
        cells = [replace(cell, url=f"{here}{cell.url}" if cell.url else "") for cell in row.cells]
        return asdict(replace(row, cells=cells, url=f"{here}{row.url}" if row.url else ""))

    return {
        "first": ask.grouping.label, "columns": table.columns, "rows": [whole(row) for row in table.rows],
        "total": whole(table.total), "previous": whole(table.previous), "change": table.change,
    }  # fmt: skip
