"""Files, lists of the year, and papers in them, brought to a point by the office's own acts."""

import datetime as dt

from django.utils import timezone

from casefiles.actions.cases import open_file
from casefiles.actions.closing import close_file
from casefiles.actions.items import file_paper
from casefiles.actions.plans import begin_plan, put_entry
from casefiles.actions.rights import waiting_of
from casefiles.models import CaseFile, FilePlan
from documents.actions.work import assignments as work
from documents.models import Outgoing
from orgs.models import Role
from tests.documents.desks import directed, outgoing, task_of


def office_head(office):
    return office.post("phong", "Trịnh Hồng Phong", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")


def opened(office, *, by=None, at=None, title="Hồ sơ kiện toàn tổ chức", **facts) -> CaseFile:
    at = at or timezone.now()
    given = {"term": "20", "symbol": "TCCB", "started_on": timezone.localdate(at)} | facts
    return open_file(by=by or office.minh, at=at, title=title, **given)


def answered(office, case=None, *, at=None, **fields):
    """A paper that came and is done; into a file where there is one."""
    paper = directed(office, lead=office.minh, **fields)
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    if case:
        file_paper(case, paper, by=case.creator, at=at or timezone.now())
    work.finish(task, by=office.minh, at=timezone.now(), result="Đã trả lời")
    paper.refresh_from_db()
    return paper


def issued(office, case=None, *, at=None, **fields) -> Outgoing:
    at = at or timezone.now()
    given = {
        "state": "issued",
        "issued_at": at,
        "issued_on": timezone.localdate(at),
        "number": "05",
        "notation": "SNV-TCBC",
        "pages": 2,
    }
    paper = outgoing(office, **given | fields)
    if case:
        file_paper(case, paper, by=case.creator, at=at)
    return paper


def closed(office, case=None, *, at=None, **changes) -> CaseFile:
    at = at or timezone.now()
    case = case or opened(office, at=at - dt.timedelta(days=30))
    if not case.items.exists():
        answered(office, case)
    given = {"title": case.title, "term": case.term, "ended_on": timezone.localdate(at)} | changes
    close_file(case, by=case.creator, at=at, **given)
    case.refresh_from_db()
    return case


def waiting(case) -> list[int]:
    """Changes of rights that nobody has said yes or no to."""
    return list(waiting_of(case).values_list("pk", flat=True))


def plan(office, *, year=None, by=None, entries=3) -> FilePlan:
    at = timezone.now()
    made = begin_plan(year=year or timezone.localdate().year, by=by or office.lan, at=at)
    for n in range(1, entries + 1):
        put_entry(
            made, by=by or office.lan, at=at, label=f"Hồ sơ tuyển dụng đợt {n}", term="vinh_vien" if n == 1 else "20",
            major="Tổ chức cán bộ", symbol="TCCB", minor="Tuyển dụng" if n > 1 else "", person=office.minh,
        )  # fmt: skip
    return made


def in_force(office, **given) -> FilePlan:
    """As if its decision had gone the whole way: that is not the point here."""
    made = plan(office, **given)
    now = timezone.now()
    decision = outgoing(
        office,
        kind="QĐ",
        state="issued",
        number="12",
        notation="QĐ-SNV",
        issued_on=timezone.localdate(now),
        issued_at=now,
    )
    FilePlan.objects.filter(pk=made.pk).update(decision=decision)
    return FilePlan.objects.get(pk=made.pk)
