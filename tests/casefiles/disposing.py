"""Files whose time is over, and an đợt hủy brought to a point by its own acts."""

import datetime as dt

from django.utils import timezone

from casefiles.actions import destroying
from casefiles.actions import disposal as acts
from casefiles.models import CaseFile, Disposal
from orgs.models import Post, Role
from tests.casefiles.filing import closed, opened

WORDS = {
    "title": "Hủy hồ sơ hết thời hạn đợt 1", "origin": "Hình thành trong hoạt động của phòng", "content": "Văn bản trao đổi thường xuyên",
}  # fmt: skip


def keeper_of(office) -> Post:
    return _once(office, "luu", "Người Lưu Trữ", Role.ARCHIVIST, "Lưu trữ cơ quan")


def _once(office, name: str, full: str, role: Role, title: str) -> Post:
    """Whoever else has brought him to the office."""
    there = Post.objects.filter(user__username=name, organisation=office.home_affairs, role=role).first()
    setattr(office, name, there or office.post(name, full, office.home_affairs, role, title))
    return getattr(office, name)


def over(case: CaseFile, *, state: str = "archived", ended: dt.date = dt.date(2015, 5, 20)) -> CaseFile:
    """As if it had been handed in and its time had passed: no act can."""
    CaseFile.objects.filter(pk=case.pk).update(started_on=ended, ended_on=ended, state=state)
    return CaseFile.objects.get(pk=case.pk)


def expired(office, case: CaseFile | None = None, **facts) -> CaseFile:
    case = case or opened(office, at=timezone.now() - dt.timedelta(days=30), **{"term": "5"} | facts)
    return over(closed(office, case))


def council_of(office, keeper: Post) -> list[Post]:
    """Hoa in the chair; the archivist is the secretary."""
    return [
        office.hoa,
        office.minh,
        office.lan,
        keeper,
        _once(office, "phong", "Trịnh Hồng Phong", Role.OFFICE_HEAD, "Chánh Văn phòng"),
    ]


def listed(office, keeper: Post, *cases: CaseFile) -> Disposal:
    return acts.list_disposal(cases, by=keeper, at=timezone.now(), **WORDS)


def all_voted(office, keeper: Post, *cases: CaseFile, keep=()) -> Disposal:
    """`keep`: files that all but the chair would keep."""
    made, council = listed(office, keeper, *cases), council_of(office, keeper)
    acts.call_council(made, members=council, chair=office.hoa, by=keeper, at=timezone.now())
    for post in council:
        votes = {
            line.pk: (
                line.case not in keep or post == office.hoa,
                "" if line.case not in keep else "Còn cần tra cứu",
            )
            for line in made.lines.select_related("case")
        }
        acts.vote(made, votes=votes, by=post, at=timezone.now())
    return made


def decided(office, keeper: Post, *cases: CaseFile, keep=()) -> Disposal:
    made = all_voted(office, keeper, *cases, keep=keep)
    acts.conclude(made, by=office.hoa, at=timezone.now())
    acts.decide(made, decision="Quyết định số 15/QĐ-SNV ngày 01/12/2026", by=office.dung, at=timezone.now())
    return Disposal.objects.get(pk=made.pk)


def destroyed(office, keeper: Post, *cases: CaseFile) -> Disposal:
    made = decided(office, keeper, *cases)
    destroying.begin(made, by=keeper, at=timezone.now())
    destroying.finish(at=timezone.now())
    return Disposal.objects.get(pk=made.pk)
