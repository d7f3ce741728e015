"""The budget of the house: ten queries a page. What a page costs in time is the bench's business (bench/web.py)."""

import copy
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.extensions import ask_extension
from documents.actions.work.follow_up import remind_work, report_progress
from hanoi_docs.degraded.cache import Cache
from orgs.models import Role
from tests.documents.desks import at_desk, directed, outgoing, presented, registered, task_of
from tests.documents.outgoing.slipping import slipped
from tests.documents.outgoing_cases import brought
from tests.documents.work.asking import consulted
from tests.documents.work.without_paper import given, work_of

BUDGET = 10
# Just after an event of the office nothing serves that was remembered: the counts, the lines of the list, the leader's
# charts are asked anew. Lists keep the budget even then, the desks and papers come two above it.
ANEW = 12
LISTS = ("incoming", "outgoing", "work", "task", "consultation", "slip")
PAGES = {
    "incoming": ("incoming_list", "?box=all"),
    "outgoing": ("outgoing_list", "?box=all"),
    "work": ("work_list", ""),
    "task": ("task_list", "?box=all"),
    "consultation": ("consultation_list", ""),
    "slip": ("slip_list", ""),
    "desk": ("desk", ""),
}


@pytest.fixture(scope="module")
def _busy(module_office):
    """Papers at every stage, so that every part of every page has something to show."""
    office = module_office
    office.ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    soon = timezone.localdate() + dt.timedelta(days=1)
    for number in "123":
        office.paper(number=number)
        registered(office, number=f"1{number}")
        presented(office, number=f"2{number}")
        directed(office, number=f"3{number}", support=[office.hoa], info=[office.thao], due_on=soon)
    for state in ("draft", "returned", "in_review", "content_checked", "format_checked", "issued"):
        holder = {"in_review": office.hoa, "format_checked": office.dung}.get(state)
        outgoing(office, state=state, holder=holder)
    office.begun = directed(office, number="4", lead=office.minh, info=[office.dung], due_on=soon)
    work.start(task_of(office.begun, office.minh), by=office.minh, at=timezone.now())
    mine = {"by": office.minh, "at": timezone.now()}
    report_progress(task_of(office.begun, office.minh), percent=40, text="Đã xin ý kiến", **mine)
    later = soon + dt.timedelta(days=9)
    ask_extension(task_of(office.begun, office.minh), due_on=later, reason="Chờ số liệu", **mine)
    remind_work(
        task_of(office.begun, office.minh),
        by=office.dung,
        at=timezone.now(),
        kind="remind",
        text="Cần báo cáo ngay",
    )
    for post in (office.lan, office.dung, office.ha, office.hoa):
        consulted(office, paper=office.begun, asked=[post])
    consulted(office, paper=directed(office, number="5"), by=office.dung, asked=[office.minh])
    office.task = given(office, support=[office.hoa], info=[office.thao], due_on=soon)
    work.start(work_of(office.task, office.minh), by=office.minh, at=timezone.now())
    report_progress(work_of(office.task, office.minh), percent=40, text="Đã có khung", **mine)
    ask_extension(work_of(office.task, office.minh), due_on=later, reason="Chờ số liệu", **mine)
    remind = {"by": office.dung, "at": timezone.now(), "kind": "remind", "text": "Cần báo cáo ngay"}
    remind_work(work_of(office.task, office.minh), **remind)
    given(office, parent=office.task)
    slipped(office, [office.lan, office.dung, office.ha, office.hoa])
    office.out = brought(office, "format_checked", in_reply_to=office.begun)
    return office


@pytest.fixture
def busy(_busy, db, settings):
    settings.STORAGES = _busy.storages
    return copy.deepcopy(_busy)


def asked(client, url) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("who", ["lan", "dung", "ha", "hoa", "minh"])
@pytest.mark.parametrize("page", [*PAGES, "one paper that came", "one paper that leaves", "one task"])
def test_a_page_asks_at_most_ten_things(busy, who, page):
    url = {
        "one paper that came": busy.begun.get_absolute_url(),
        "one paper that leaves": busy.out.get_absolute_url(),
        "one task": busy.task.get_absolute_url(),
    }.get(page) or reverse(PAGES[page][0]) + PAGES[page][1]
    client = at_desk(getattr(busy, who))
    if page == "one task" and who == "lan":  # no business of the clerk's
        assert client.get(url).status_code == 404
        return
    client.get(url)
    warm = asked(client, url)
    busy.paper(number="99")  # an event: nothing that was remembered serves any more
    cold = asked(client, url)
    assert len(warm) <= BUDGET, "\n".join(warm)
    assert len(cold) <= (BUDGET if page in LISTS else ANEW), "\n".join(cold)


def test_a_list_keeps_the_budget_while_the_cache_is_away(busy, monkeypatch):
    monkeypatch.setattr(Cache, "get", lambda self, key, default=None, version=None: default)
    monkeypatch.setattr(Cache, "get_many", lambda self, keys, version=None: {})
    monkeypatch.setattr(Cache, "set", lambda self, *args, **kwargs: None)
    assert len(asked(at_desk(busy.lan), f"{reverse('incoming_list')}?box=all")) <= BUDGET
