"""Hồ sơ in the demonstration: the list of the year with its decision, files at each point, some handled on paper."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from casefiles.actions import destroying, disposal, transfer_signing, transfers
from casefiles.actions.archive import return_file, submit_file
from casefiles.actions.cases import open_file, register_on_paper
from casefiles.actions.checking import check_files
from casefiles.actions.closing import close_file
from casefiles.actions.holds import put_hold
from casefiles.actions.items import add_to_file, file_paper
from casefiles.actions.keeping import announce_collection, keep_longer
from casefiles.actions.loans import allow_reading, ask_reading, end_reading, refuse_reading
from casefiles.actions.plans import begin_plan, issue_plan, put_entry
from casefiles.actions.retention import load_rules
from casefiles.actions.rights import let_in
from casefiles.due import first_due
from casefiles.management.commands.load_retention import OWN
from casefiles.models import CaseFile, FilePlan, Member, PlanEntry, Transfer
from casefiles.plan_sheet import plan_file
from documents import blobs
from documents.arrival import NewFile
from documents.layout.engine import write_pdf
from documents.models import Assignment, Incoming, Outgoing
from hanoi_docs.demo.clock import Story
from hanoi_docs.demo.office import Office
from hanoi_docs.demo.stories import brought_out
from orgs.models import Post, Role

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
    """Of papers that were handled meanwhile: two closed in time, one made up afterwards, two open, two on paper, one of them
    frozen on order; one of years ago, whose time was over, destroyed; and who reads in the archive."""
    load_rules(OWN.read_bytes())
    posts, done = office.posts, {}
    for who in ("minh", "hoa", "mai"):
        done[who] = _handled_by(posts[who])
    first = _closed_in_time(posts["minh"], "01.TCCB", done["minh"][:4], now)
    second = _closed_in_time(posts["hoa"], "", done["hoa"][:3], now)
    third = _closed_in_time(posts["mai"], "", done["mai"][:2], now)
    _to_the_archive(office, first, third, second, now)
    _reading_room(posts, first, now - timedelta(minutes=80))
    _made_up(posts["minh"], done["minh"][4:6], now)
    case = _opened(posts["minh"], "02.TCCB", "Hồ sơ quản lý biên chế", "50", now - timedelta(days=10))
    for paper in done["minh"][6:8]:
        file_paper(case, paper, by=posts["minh"], at=now - timedelta(days=2))
    let_in(case, post=posts["linh"], role=Member.Role.WORKS, by=posts["minh"], at=now - timedelta(days=1))
    _opened(posts["mai"], "04.TCCB", "Hồ sơ đào tạo, bồi dưỡng", "20", now - timedelta(days=8))
    _frozen(CaseFile.objects.filter(pk=case.pk), posts["dung"], now - timedelta(hours=20))
    _destroyed(posts, now)
    today = timezone.localdate(now - timedelta(hours=5))
    for title, reason in (
        ("Hồ sơ đối thoại với công dân tại trụ sở", "law"),
        ("Hồ sơ nghiệm thu trang thiết bị", "printed"),
    ):
        register_on_paper(
            by=posts["lan"], at=now - timedelta(hours=5), title=title, symbol="HC", term="10", reason=reason,
            started_on=today - timedelta(days=20), ended_on=today - timedelta(days=1),
        )  # fmt: skip


def _frozen(files, by: Post, at: datetime) -> None:
    put_hold(
        files, by=by, at=at, title="Thanh tra công tác quản lý biên chế", reason="Giữ nguyên hồ sơ đến khi có kết luận thanh tra",
        basis="Quyết định số 88/QĐ-TTTP của Thanh tra Thành phố",
    )  # fmt: skip


def _destroyed(posts: dict[str, Post], now: datetime) -> None:
    """All the way: list, council, minutes, decision, destruction. What is left is a tombstone and a certificate."""
    mai, then = posts["mai"], now - timedelta(days=7 * 366)
    day, words = timezone.localdate(then), {"title": "Hồ sơ trao đổi công tác thường xuyên", "term": "5"}
    case = open_file(by=mai, at=then, symbol="HC", started_on=day, **words)
    pdf = blobs.store(write_pdf("<h1>Bảng theo dõi công việc</h1>"))
    add_to_file(case, files=[NewFile("bang-theo-doi.pdf", pdf, pages=1)], by=mai, at=then)
    close_file(case, by=mai, at=then + timedelta(days=20), ended_on=day + timedelta(days=19), **words)
    keeper = Post.objects.filter(organisation=mai.organisation, role=Role.ARCHIVIST).order_by("-pk")[0]
    made = disposal.list_disposal(
        [case], by=keeper, at=now - timedelta(days=6), title="Hủy hồ sơ hết thời hạn bảo quản, đợt 1",
        origin="Hình thành trong công tác thường xuyên của phòng.", content="Bảng theo dõi, trao đổi công việc hằng ngày.",
    )  # fmt: skip
    council = [posts[who] for who in ("phong", "hoa", "quang", "lan", "linh")]
    disposal.call_council(made, members=council, chair=posts["phong"], by=keeper, at=now - timedelta(days=5))
    for post in council:
        votes = {line.pk: (True, "") for line in made.lines.all()}
        disposal.vote(made, votes=votes, by=post, at=now - timedelta(days=4))
    disposal.conclude(made, by=posts["phong"], at=now - timedelta(days=3))
    disposal.decide(
        made, by=posts["dung"], at=now - timedelta(days=2), decision="Quyết định hủy tài liệu số 03/QĐ-SNV"
    )
    destroying.begin(made, by=keeper, at=now - timedelta(days=1))
    destroying.finish(at=now - timedelta(days=1))


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


def _to_the_archive(
    office: Office, taken: CaseFile | None, back: CaseFile | None, kept: CaseFile | None, now: datetime
) -> None:
    """The archivist announces; takes one file over by minutes that both sides sign, gives one back; a third stays longer."""
    minh, van, at = office.posts["minh"], office.posts["van"], now - timedelta(hours=2)
    year = timezone.localdate(now).year
    announce_collection(
        year=year, until=date(year, 12, 31), by=van, at=at, text="Thu hồ sơ đã kết thúc, bảo quản từ 5 năm, của các phòng theo danh mục hồ sơ."
    )  # fmt: skip
    if taken:
        facts = {
            "name": f"Hồ sơ tổ chức cán bộ của {minh.unit} năm {year}",
            "boxes": 1,
            "paper_files": 2,
            "metres": Decimal("0.1"),
        }
        batch = transfers.open_transfer(files=[taken.pk], by=minh, at=at, **facts)
        for case in transfers.files_of(batch):
            check_files(case, at=at)
        note = "Văn bản đến của bộ dùng chứng thư thử nghiệm"
        transfers.write_minutes(
            batch, by=van, at=at, note=note, condition="Đủ theo mục lục, sạch, nguyên vẹn", **facts
        )
        batch = Transfer.objects.for_page().get(pk=batch.pk)
        signed_at = at + timedelta(minutes=10)
        transfer_signing.sign_giving(batch, by=minh, at=signed_at, services=office.services(signed_at))
        batch = Transfer.objects.for_page().get(pk=batch.pk)
        taken_at = at + timedelta(minutes=20)
        transfer_signing.sign_taking(batch, by=van, at=taken_at, services=office.services(taken_at))
    if back:
        submit_file(back, by=back.creator, at=at)
        return_file(
            CaseFile.objects.get(pk=back.pk),
            by=van,
            at=at + timedelta(minutes=30),
            things={1: "Thiếu văn bản trả lời, bổ sung rồi nộp lại"},
        )
    if kept:
        words = "<p>Đồng ý cho Phòng Tổ chức giữ lại hồ sơ thêm sáu tháng để theo dõi việc thực hiện.</p><p><b>Phạm Tiến Dũng</b></p>"
        consent = NewFile(
            "dong-y-giu-lai.pdf",
            blobs.store(write_pdf(f'<!doctype html><html lang="vi"><body>{words}</body></html>')),
        )
        until = first_due(kept) + timedelta(days=180)
        reason = "Đang theo dõi việc thực hiện kết luận của hồ sơ"
        keep_longer(kept, by=kept.creator, at=at, until=until, reason=reason, consent=consent)


def _reading_room(posts: dict[str, Post], case: CaseFile | None, at: datetime) -> None:
    """Of the file that the archive took over: one who waits, one who reads, one who was refused, one who has given it back."""
    if case is None:
        return
    case, van, today = CaseFile.objects.get(pk=case.pk), posts["van"], timezone.localdate(at)
    asked = {
        who: ask_reading(
            archive=case.organisation, case=case, wanted=case.title, purpose=purpose, by=posts[who], at=at
        )
        for who, purpose in (
            ("mai", "Tham khảo mẫu văn bản trả lời về đào tạo"),
            ("hoa", "Đối chiếu số liệu khi lập báo cáo năm"),
            ("linh", "Tìm hiểu chung về công tác tổ chức"),
            ("quang", "Kiểm tra lại căn cứ của hướng dẫn đã gửi"),
        )
    }
    facts = {"case": case, "by": van, "until": today + timedelta(days=10)}
    for who in ("hoa", "quang"):
        allow_reading(asked[who], copies=False, at=at + timedelta(minutes=10), **facts)
    refuse_reading(
        asked["linh"],
        reason="Mục đích chưa rõ, đề nghị nêu việc cụ thể",
        by=van,
        at=at + timedelta(minutes=12),
    )
    end_reading(
        asked["quang"], reason="Người đọc đã xem xong và trả hồ sơ", by=van, at=at + timedelta(minutes=60)
    )


def _closed_in_time(by: Post, code: str, papers: list[Incoming], now: datetime) -> CaseFile | None:
    if not papers:
        return None
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
    return CaseFile.objects.for_page().get(pk=case.pk)


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
