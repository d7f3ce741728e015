"""Counts are remembered until the office's next event: after every kind of act each equals the list it opens."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import counts
from documents.actions.incoming import reception as desk
from documents.actions.incoming import sharing
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import slips
from documents.actions.outgoing.drafts import edit
from documents.actions.outgoing.revoke import revoke
from documents.actions.requests import change, recall
from documents.actions.work import assignments as work
from documents.actions.work import consultations, results
from documents.arrival import Arrival
from documents.boxes import SECTIONS, boxes_for
from documents.counts import UNCOUNTED, counts_of
from documents.models import Outgoing
from documents.versions import content_of
from documents.views.shared.rows import moment
from orgs.actions.authorities import with_post
from orgs.actions.delegations import delegate
from orgs.models import Organisation, Role, SigningAuthority
from tests.documents.desks import at_desk, directed, outgoing, task_of
from tests.documents.outgoing.slipping import place_of, slipped, speaks
from tests.documents.outgoing_cases import brought, fields, written
from tests.documents.work.asking import consulted, says

REASON = "Lý do đủ dài để ghi"


@pytest.fixture
def everybody(office):
    """One of each role of the office, with a second officer and a deputy."""
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    binh = office.post("binh", "Lý Bình", office.home_affairs, Role.MONITOR, "Chuyên viên theo dõi")
    nga = office.post("nga", "Vũ Nga", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)
    return [office.lan, office.dung, office.thao, ha, office.hoa, office.minh, nga, binh, office.khach]


@pytest.fixture
def holds(everybody):
    """Asked after an act; asked before it too, so that what was remembered then would be noticed."""

    def check(act: str) -> None:
        for post in everybody:
            now = moment()
            found = counts_of(post, now)
            for section in SECTIONS:
                for box in boxes_for(post, section):
                    if box.name not in UNCOUNTED:
                        assert found[section, box.name] == box.query(post, now).count(), (
                            act,
                            post,
                            section,
                            box.name,
                        )

    check("nothing yet")
    return check


def test_after_every_act_on_a_paper_that_came_each_count_is_its_list(office, holds):
    at, soon = timezone.now(), timezone.localdate() + dt.timedelta(days=1)
    paper = office.paper(number="1")
    holds("receive")
    desk.register(paper, by=office.lan, at=at, due_on=soon)
    holds("register")
    desk.present(paper, to=office.thao, by=office.lan, at=at)
    holds("present")
    desk.present_again(paper, to=office.dung, by=office.lan, at=at)
    holds("present_again")
    desk.hand_back(paper, reason=REASON, by=office.dung, at=at)
    holds("hand_back")
    desk.present(paper, to=office.dung, by=office.lan, at=at)
    work.direct(
        paper, by=office.dung, at=at, text="Giao", lead=office.hoa, support=[office.thao], info=[office.lan], due_on=soon
    )  # fmt: skip
    holds("direct")
    asked = consulted(office, paper=paper, by=office.hoa, asked=[office.minh, office.lan])
    holds("consult")
    says(asked, office.lan, "comment", "Được.")
    holds("give_opinion")
    consultations.close_consultation(asked, by=office.hoa, at=at)
    holds("close_consultation")
    asked = consulted(office, paper=paper, by=office.hoa, asked=[office.minh])
    consultations.take_back_consultation(asked, by=office.hoa, at=at, reason=REASON)
    holds("take_back_consultation")
    consulted(office, paper=paper, by=office.hoa, asked=[office.minh])
    results.read([task_of(paper, office.lan)], by=office.lan, at=at)
    holds("read")
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=at, text="Làm", lead=office.minh)
    holds("hand_on")
    work.start(task_of(paper, office.minh), by=office.minh, at=at)
    holds("start")
    work.give_back(task_of(paper, office.minh), by=office.minh, at=at, reason=REASON)
    holds("give_back")
    work.withdraw(task_of(paper, office.thao), by=office.dung, at=at, reason=REASON)
    holds("withdraw")
    sharing.share(paper, to=office.minh, by=office.lan, at=at)
    holds("share")
    change.ask_to_change(paper, {"due_on": soon + dt.timedelta(days=90)}, reason="Ghi nhầm", at=at)
    holds("ask_to_change")
    change.change(paper, by=office.lan, at=at)
    holds("change")
    change.ask_to_change(paper, {"subject": "Về việc khác"}, reason="Ghi nhầm", at=at)
    change.keep_as_it_is(paper, by=office.lan, at=at, reason=REASON)
    holds("keep_as_it_is")
    recall.ask_back(paper, kind="recall", reason=REASON, at=at)
    holds("ask_back")
    recall.refuse(paper, by=office.lan, at=at, reason=REASON)
    holds("keep")
    work.finish(task_of(paper, office.hoa), by=office.hoa, at=at, result="Xong")
    holds("finish")
    recall.ask_back(paper, kind="take_back", reason=REASON, at=at)
    recall.agree(paper, by=office.lan, at=at)
    holds("recall")
    desk.refuse(office.paper(number="2"), by=office.lan, at=at, reason=REASON)
    holds("refuse")
    arrival = Arrival(subject="Đơn", kind="CV", number="9", notation="X", issuer_name="Ông A", due_on=soon)
    desk.register_paper(arrival, files=[], by=office.lan, at=at)
    holds("register_paper")


def test_after_every_act_on_a_paper_that_leaves_each_count_is_its_list(office, keys, holds):
    at = timezone.now()
    paper = written(office)
    holds("draft")
    consulted(office, paper=paper, asked=[office.thao])
    holds("consult about a draft")
    edit(paper, by=office.minh, at=at, **fields(office, subject="Về việc khác"))
    holds("edit")
    brought(office, "in_review", paper)
    holds("submit")
    papers.send_back(paper, by=office.hoa, at=at, reason=REASON)
    holds("send_back")
    for state in ("in_review", "content_checked", "format_checked", "awaiting_signature", "signed"):
        brought(office, state, Outgoing.objects.get(pk=paper.pk))
        holds(state)
    paper.refresh_from_db()
    papers.refuse_number(paper, by=office.lan, at=at, reason=REASON)
    holds("refuse_number")
    for state in ("signed", "numbered", "sealed", "issued"):
        brought(office, state, Outgoing.objects.get(pk=paper.pk))
        holds(state)
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=at, reason=REASON)
    holds("revoke")
    papers.cancel(written(office), by=office.minh, at=at)
    holds("cancel")
    assert content_of(paper)


def test_after_every_act_on_a_slip_each_count_is_its_list(office, holds):
    at = timezone.now()
    slip = slipped(office, [office.hoa, office.lan], [office.dung])
    holds("make_slip")
    speaks(slip, office.lan, "other", "Nên sửa.")
    holds("answer_slip")
    slips.extend_slip(slip, due_on=timezone.localdate() + dt.timedelta(days=9), by=office.minh, at=at)
    holds("extend_slip")
    slips.replace_in_slip(place_of(slip, office.hoa), post=office.thao, reason=REASON, by=office.minh, at=at)
    holds("replace_in_slip")
    speaks(slip, office.thao, "disagree", "Sai căn cứ.")
    holds("return_slip")
    slip.refresh_from_db()
    slips.send_slip_again(slip, by=office.minh, at=at)
    holds("send_slip_again")
    edit(Outgoing.objects.get(), by=office.minh, at=at, **fields(office, body="Khác."))
    holds("void_slip")
    slip.refresh_from_db()
    slips.send_slip_again(slip, by=office.minh, at=at)
    for post in (office.lan, office.thao, office.dung):
        speaks(slip, post)
    holds("approve_slip")
    slips.take_back_slip(slipped(office, [office.hoa]), by=office.minh, at=at, reason=REASON)
    holds("take_back_slip")
    slipped(office, [office.hoa])
    papers.cancel(Outgoing.objects.latest("pk"), by=office.minh, at=at)
    holds("cancel")


def test_a_lent_inbox_counts_what_its_holder_sees(office, everybody, holds):
    directed(office)
    today = timezone.localdate()
    delegate(
        post=office.minh,
        to=office.hoa.user,
        valid_from=today,
        valid_to=today,
        reason="",
        by=office.minh.user,
        at=timezone.now(),
    )
    everybody.append(type(office.minh).objects.get(pk=office.minh.pk).used_by(office.hoa.user))
    paper = directed(office, number="2", lead=office.thao)
    holds("a task of somebody else")
    # A personal grant is the person's: hoa sees it as herself and in the inbox she looks after, minh does not.
    sharing.share(paper, to=office.hoa, by=office.lan, at=timezone.now())
    holds("a grant to whoever looks after the inbox")


def test_the_day_and_its_calendar_move_the_counts(office, everybody, holds, monkeypatch):
    directed(office, due_on=timezone.localdate() + dt.timedelta(days=1))
    holds("soon")
    later = timezone.localdate() + dt.timedelta(days=9)
    monkeypatch.setattr(timezone, "localdate", lambda *a: later)
    holds("nine days later")
    assert counts_of(office.minh, moment())["work", "overdue"] == 1


def test_a_right_to_sign_that_begins_at_an_hour_shows_the_box_at_that_hour(office, holds, monkeypatch):
    now = timezone.now()
    with_post(office.minh, at=now)
    head = SigningAuthority.objects.get(post=office.dung)
    SigningAuthority.objects.create(
        organisation=office.home_affairs, post=office.hoa, capacity="TUQ", basis="1/QĐ-SNV", granted_at=now,
        valid_from=now + dt.timedelta(hours=1), valid_to=now + dt.timedelta(hours=2), granted_by=head.granted_by,
    )  # fmt: skip
    cache.clear()
    names = lambda: [box.name for box in boxes_for(office.hoa, "outgoing")]  # noqa: E731
    assert "signature" not in names()
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + dt.timedelta(minutes=90))
    assert "signature" in names()
    monkeypatch.setattr(timezone, "now", lambda: real() + dt.timedelta(minutes=150))
    assert "signature" not in names()


def test_the_rail_says_what_the_list_holds_at_every_desk(office, everybody):
    paper = directed(office, due_on=timezone.localdate() + dt.timedelta(days=1), support=[office.hoa])
    consulted(office, paper=paper, asked=[office.thao, office.lan])
    slipped(office, [office.thao, office.lan])
    office.paper(number="2")
    outgoing(office, state="format_checked")
    for post in everybody:
        client = at_desk(post)
        for section in SECTIONS:
            here = reverse(f"{section}_list")
            for box in boxes_for(post, section):
                page = client.get(f"{here}?box={box.name}")
                sections = {one["url"].split("?")[0]: one for one in page.context["rail"]}
                said = {one["url"]: one["count"] for one in sections[here]["boxes"]}
                if box.name not in UNCOUNTED:
                    assert said[f"{here}?box={box.name}"] == len(page.context["rows"]), (
                        post,
                        section,
                        box.name,
                    )
                    assert page.context["shown"].split()[0] == str(len(page.context["rows"]))


def counting_of(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return sum("count(*)" in query["sql"].lower() for query in queries)


def test_all_boxes_are_counted_by_one_statement_and_then_by_none(office):
    directed(office)
    clerk, page = at_desk(office.lan), reverse("registry")
    assert [counting_of(clerk, page) for _ in range(2)] == [1, 0]
    office.paper(number="2")
    assert [counting_of(clerk, page) for _ in range(2)] == [1, 0]


def test_what_is_more_than_a_thousand_is_said_so(office, monkeypatch):
    monkeypatch.setattr(counts, "UP_TO", 2)
    counts._statement.cache_clear()
    monkeypatch.setattr("documents.views.lists.boxes.UP_TO", 2)
    for number in "123":
        office.paper(number=number)
    page = at_desk(office.lan).get(reverse("incoming_list"))
    counts._statement.cache_clear()
    assert page.context["shown"] == "hơn 2 văn bản"
    assert next(one["count"] for one in page.context["rail"] if one["label"] == "Văn bản đến") == "2+"


def test_another_office_hears_nothing_of_it(office):
    before = counts_of(office.khach, moment())
    directed(office)
    assert counts_of(office.khach, moment()) == before == dict.fromkeys(before, 0)
    assert Organisation.objects.get(pk=office.khach.organisation_id).name == "Sở Tư pháp"
