"""Hồ sơ in the demonstration: the list of the year with its decision, files at each point, some handled on paper."""

from datetime import datetime, timedelta

from django.utils import timezone

from casefiles.actions.cases import open_file, register_on_paper
from casefiles.actions.closing import close_file
from casefiles.actions.items import file_paper
from casefiles.actions.plans import begin_plan, issue_plan, put_entry
from casefiles.actions.retention import load_rules
from casefiles.actions.rights import let_in
from casefiles.management.commands.load_retention import OWN
from casefiles.models import CaseFile, FilePlan, Member, PlanEntry
from casefiles.plan_sheet import plan_file
from documents.models import Assignment, Incoming, Outgoing
from hanoi_docs.demo.clock import Story
from hanoi_docs.demo.office import Office
from hanoi_docs.demo.stories import brought_out
from orgs.models import Post

# Major heading, its sign, minor heading, title, term, who.
PLAN = [
    (
        "Tài liệu tổng hợp",
        "TH",
        "",
        "Hồ sơ xây dựng, thực hiện chương trình công tác năm",
        "vinh_vien",
        "phong",
    ),
    ("Tài liệu tổng hợp", "TH", "", "Hồ sơ hội nghị tổng kết năm", "vinh_vien", "phong"),
    (
        "Tổ chức cán bộ",
        "TCCB",
        "Tổ chức bộ máy",
        "Hồ sơ sắp xếp, kiện toàn tổ chức bộ máy",
        "vinh_vien",
        "minh",
    ),
    ("Tổ chức cán bộ", "TCCB", "Tổ chức bộ máy", "Hồ sơ quản lý biên chế", "50", "minh"),
    ("Tổ chức cán bộ", "TCCB", "Cán bộ, công chức", "Hồ sơ tuyển dụng, bổ nhiệm", "70", "hoa"),
    ("Tổ chức cán bộ", "TCCB", "Cán bộ, công chức", "Hồ sơ đào tạo, bồi dưỡng", "20", "mai"),
    ("Hành chính, văn thư, lưu trữ", "HC", "", "Hồ sơ hướng dẫn công tác văn thư, lưu trữ", "20", "lan"),
    ("Hành chính, văn thư, lưu trữ", "HC", "", "Tập văn bản gửi để biết", "5", "lan"),
]


def plan_issued(office: Office, year: int) -> Story:
    """The clerk compiles it, the head of the office checks, the director signs: an ordinary decision with the list beside it."""
    posts = office.posts
    lan = posts["lan"]
    at = yield 0
    plan = begin_plan(year=year, by=lan, at=at)
    for major, symbol, minor, label, term, who in PLAN:
        put_entry(
            plan,
            by=lan,
            at=at,
            label=label,
            term=term,
            major=major,
            symbol=symbol,
            minor=minor,
            person=posts[who],
        )
    at = yield 1
    decision = issue_plan(plan, by=lan, at=at, signer=posts["dung"], sheet=plan_file(plan))
    team = {"officer": lan, "checker": posts["phong"], "clerk": lan, "signer": posts["dung"]}
    yield from brought_out(office, decision, team, "issued")


def build_files(office: Office, now: datetime) -> None:
    """Of papers that were handled meanwhile: two closed in time, one made up afterwards, two open, two on paper."""
    load_rules(OWN.read_bytes())
    posts, done = office.posts, {}
    for who in ("minh", "hoa", "mai"):
        done[who] = _handled_by(posts[who])
    _closed_in_time(posts["minh"], "01.TCCB", done["minh"][:4], now)
    _closed_in_time(posts["hoa"], "", done["hoa"][:3], now)
    _made_up(posts["minh"], done["minh"][4:6], now)
    case = _opened(posts["minh"], "02.TCCB", "Hồ sơ quản lý biên chế", "50", now - timedelta(days=10))
    for paper in done["minh"][6:8]:
        file_paper(case, paper, by=posts["minh"], at=now - timedelta(days=2))
    let_in(case, post=posts["linh"], role=Member.Role.WORKS, by=posts["minh"], at=now - timedelta(days=1))
    _opened(posts["mai"], "04.TCCB", "Hồ sơ đào tạo, bồi dưỡng", "20", now - timedelta(days=8))
    today = timezone.localdate(now - timedelta(hours=5))
    for title, reason in (
        ("Hồ sơ đối thoại với công dân tại trụ sở", "law"),
        ("Hồ sơ nghiệm thu trang thiết bị", "printed"),
    ):
        register_on_paper(
            by=posts["lan"], at=now - timedelta(hours=5), title=title, symbol="HC", term="10", reason=reason,
            started_on=today - timedelta(days=20), ended_on=today - timedelta(days=1),
        )  # fmt: skip


def _handled_by(post: Post) -> list[Incoming]:
    done = Assignment.objects.filter(
        assignee=post, role="lead", state="done", incoming__state="completed"
    ).order_by("pk")
    return list(Incoming.objects.filter(pk__in=done.values("incoming")).order_by("arrived_at", "pk"))


def _opened(by: Post, code: str, title: str, term: str, at: datetime) -> CaseFile:
    """From the list where it is in force and the entry is free, as that says; else beside it."""
    day = timezone.localdate(at)
    free = PlanEntry.objects.filter(plan__in=FilePlan.objects.in_force(), plan__year=day.year, case_file=None)
    entry = (
        free.filter(code=code, plan__organisation=by.organisation).select_related("plan__decision").first()
    )
    facts = {"title": title, "term": term, "started_on": day}
    if entry:
        facts |= {"title": entry.label, "term": entry.term}
    return open_file(by=by, at=at, entry=entry, symbol="TCCB", **facts)


def _closed_in_time(by: Post, code: str, papers: list[Incoming], now: datetime) -> None:
    if not papers:
        return
    case = _opened(
        by,
        code,
        "Hồ sơ trả lời, hướng dẫn về tổ chức cán bộ",
        "20",
        papers[0].arrived_at + timedelta(hours=2),
    )
    for paper in papers:
        file_paper(case, paper, by=by, at=paper.arrived_at + timedelta(hours=3))
        for reply in Outgoing.objects.filter(in_reply_to=paper, state="issued"):
            file_paper(case, reply, by=by, at=reply.issued_at)
    close_file(
        case,
        by=by,
        at=now - timedelta(hours=3),
        title=case.title,
        term=case.term,
        ended_on=timezone.localdate(now - timedelta(hours=3)),
    )


def _made_up(by: Post, papers: list[Incoming], now: datetime) -> None:
    """All put in on the day it was closed: it counts as lập sau."""
    if not papers:
        return
    case = _opened(by, "", "Hồ sơ báo cáo thống kê định kỳ", "20", now - timedelta(minutes=14))
    for paper in papers:
        file_paper(case, paper, by=by, at=now - timedelta(minutes=13))
    close_file(
        case,
        by=by,
        at=now - timedelta(minutes=12),
        title=case.title,
        term=case.term,
        ended_on=timezone.localdate(now - timedelta(minutes=12)),
    )
