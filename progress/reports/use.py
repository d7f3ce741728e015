"""Sử dụng hệ thống (§4.7.9; decree 30 Phụ lục VI III.6a, b): who came in, who did not, which offices are silent, which
papers are read. Whoever administers sees the counts and nothing behind them."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, Value

from documents.models import Access, Document, Reading
from orgs.models import Organisation, Post, Role
from progress.reports.report import Grouping, Measure, Question, Ratio, Report

IDLE = (7, 30)  # days without anybody signing in
_ROLES = dict(Role.choices)
_OFFICE = Grouping("organisation", "Cơ quan", "organisation", ("organisation__name",))


def came_in(question: Question):
    period = question.period
    return Access.objects.filter(organisation__in=question.offices, at__gte=period.starts, at__lt=period.ends)


def accounts(question: Question):
    """Posts held on a day of the period; `used`: their holder signed in during it."""
    period = question.period
    held = Post.objects.filter(organisation__in=question.offices, valid_from__lte=period.until)
    held = held.filter(Q(valid_to=None) | Q(valid_to__gt=period.since))
    signed_in = Access.objects.filter(
        user=OuterRef("user"), kind=Access.Kind.IN, at__gte=period.starts, at__lt=period.ends
    )
    return held.annotate(used=Exists(signed_in))


def offices(question: Question):
    """Bodies with a desk that work today; `silent_N`: nobody of theirs signed in for so many days until now."""
    there = Organisation.objects.on(question.today).filter(pk__in=question.offices, gate=True)
    there = there.annotate(listed_on=Value(question.today))  # a list needs a day; they have none
    for days in IDLE:
        since = question.now - timedelta(days=days)
        seen = Access.objects.filter(organisation=OuterRef("pk"), kind=Access.Kind.IN, at__gte=since)
        there = there.annotate(**{f"silent_{days}": ~Exists(seen)})
    return there


def read(question: Question):
    """Papers that somebody looked at during the period, with how often. A draft is nobody's but its author's as yet."""
    period = question.period
    looks = Reading.objects.filter(document=OuterRef("pk"), day__range=(period.since, period.until))
    there = Document.objects.filter(organisation__in=question.offices).exclude(direction="out", state="draft")
    return there.annotate(
        seen=Exists(looks), taken=Exists(looks.filter(kind=Reading.Kind.DOWNLOAD))
    ).filter(seen=True)  # fmt: skip


SIGN_INS = Report(
    name="sign_ins",
    number="9",
    title="Đăng nhập",
    hint="Lượt đăng nhập, đăng xuất trong kỳ của người thuộc một cơ quan.",
    noun="lượt",
    base=came_in,
    rows="accesses",
    newest="at",
    measures=(
        Measure("in", "Đăng nhập", lambda asked: Q(kind=Access.Kind.IN), "ok"),
        Measure("failed", "Đăng nhập không thành công", lambda asked: Q(kind=Access.Kind.FAILED), "bad"),
        Measure("out", "Đăng xuất", lambda asked: Q(kind=Access.Kind.OUT), "calm"),
    ),
    groupings=(
        Grouping("person", "Người dùng", "user", ("user__full_name",), people=True),
        _OFFICE,
    ),
)  # fmt: skip

ACCOUNTS = Report(
    name="accounts",
    number="9",
    title="Người dùng hoạt động",
    hint="Vị trí công tác có người giữ trong kỳ; hoạt động là có đăng nhập trong kỳ.",
    noun="vị trí",
    base=accounts,
    rows="posts",
    newest="valid_from",
    ascending=True,
    measures=(
        Measure("total", "Vị trí công tác", lambda asked: Q(pk__isnull=False)),
        Measure("used", "Có đăng nhập", lambda asked: Q(used=True), "ok", True),
        Measure("unused", "Không đăng nhập", lambda asked: Q(used=False), "warn", True),
    ),
    ratios=(Ratio("Tỷ lệ hoạt động", ("used",), ("total",)),),
    groupings=(
        Grouping("unit", "Đơn vị", "unit", ("unit__name",), none="Lãnh đạo, văn phòng"),
        Grouping("role", "Vai trò", "role", ("role",), lambda values: _ROLES[values[0]], text=True),
        _OFFICE,
    ),
)  # fmt: skip

OFFICES = Report(
    name="offices",
    number="9",
    title="Cơ quan không đăng nhập",
    hint="Tính đến lúc xem: cơ quan đang hoạt động, có văn thư, mà không ai đăng nhập trong 7 ngày, 30 ngày.",
    noun="cơ quan",
    base=offices,
    rows="organisations",
    newest="listed_on",
    ascending=True,
    timeless=True,
    measures=(
        Measure("total", "Cơ quan", lambda asked: Q(pk__isnull=False)),
        *(
            Measure(f"silent_{days}", f"Không đăng nhập {days} ngày", lambda asked, days=days: Q(**{f"silent_{days}": True}), tone)
            for days, tone in zip(IDLE, ("warn", "bad"), strict=True)
        ),
    ),
    groupings=(
        Grouping("kind", "Loại cơ quan", "kind", ("kind",), lambda values: dict(Organisation.Kind.choices)[values[0]], text=True),
    ),
)  # fmt: skip

READ = Report(
    name="read",
    number="9",
    title="Lượt truy cập văn bản",
    hint="Văn bản có người xem trong kỳ ({clerical_work}, Phụ lục VI, III.6a); mỗi dòng của danh sách ghi số lượt.",
    noun="văn bản",
    base=read,
    rows="readings",
    measures=(
        Measure("total", "Có người xem", lambda asked: Q(pk__isnull=False)),
        Measure("in", "Văn bản đến", lambda asked: Q(direction="in"), "info", True),
        Measure("out", "Văn bản đi", lambda asked: Q(direction="out"), "ok", True),
        Measure("taken", "Có người tải về", lambda asked: Q(taken=True), "warn"),
    ),
    groupings=(_OFFICE,),
)  # fmt: skip
