"""Who stands in for somebody finds the work on his own desk, and in whose place; nothing more than was lent."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.boxes import SECTIONS, Moment, boxes_for
from documents.counts import counts_of
from documents.models import Event, Incoming, Outgoing
from documents.views.shared.rows import moment, timeline
from orgs.access import posts_of
from orgs.actions import cancel_delegation, delegate
from orgs.models import Business, Delegation
from tests.documents.desks import at_desk, directed, outgoing, presented, registered, task_of, words
from tests.documents.outgoing_cases import brought
from tests.documents.reports.test_ledger import silent
from tests.documents.work.asking import consulted
from tests.documents.work.preparing import assistant_of, prepared
from tests.documents.work.without_paper import given, work_of

TODAY = timezone.localdate()
KINDS = [kind.value for kind in Business]


def lend(post, to, *kinds, until=0, away=True) -> Delegation:
    return delegate(
        post=post, to=to.user, valid_from=TODAY, valid_to=TODAY + dt.timedelta(days=until), reason="", kinds=kinds,
        away=away, by=post.user, at=timezone.now(),
    )  # fmt: skip


def borrowed(post, to):
    return next(one for one in posts_of(to.user, TODAY) if one == post)


def in_place_of(post, to):
    client = at_desk(to)
    client.post(reverse("act_as"), {"post": post.pk})
    return client


def test_new_work_goes_to_the_post_and_stands_on_the_substitutes_own_desk(office):
    lend(office.dung, office.hoa)
    paper = presented(office, subject="Về việc thay mặt")
    assert paper.holder_id is None or paper.holder == office.dung
    client = at_desk(office.hoa)
    page = client.get(reverse("desk"))
    assert "Thay mặt Phạm Tiến Dũng" in words(page) and "Về việc thay mặt" in words(page)
    there = client.post(reverse("act_as"), {"post": office.dung.pk, "next": paper.get_absolute_url()})
    assert there["Location"] == paper.get_absolute_url()
    assert client.get(there["Location"]).status_code == 200
    tray = words(client.get(reverse("desk")))
    assert "Bạn đang làm thay mặt Phạm Tiến Dũng" in tray and "thay mặt Phạm Tiến Dũng" in tray
    client.post(reverse("incoming_direct", args=[paper.pk]), {"text": "Làm", "lead": office.minh.pk})
    event = Event.objects.get(document=paper.pk, kind="direct")
    assert (event.post, event.user) == (office.dung, office.hoa.user)
    assert "Lê Thu Hoa (thay Phạm Tiến Dũng)" in [line["who"] for line in timeline(paper)]


def test_it_is_gone_with_the_delegation_and_by_itself(office):
    lent = lend(office.dung, office.hoa)
    presented(office)
    client = at_desk(office.hoa)
    assert "Thay mặt" in words(client.get(reverse("desk")))
    cancel_delegation(lent, by=office.dung.user, at=timezone.now())
    assert "Thay mặt" not in words(client.get(reverse("desk")))
    Delegation.objects.create(post=office.dung, to=office.hoa.user, valid_from=TODAY - dt.timedelta(5), valid_to=TODAY - dt.timedelta(1))  # fmt: skip
    assert "Thay mặt" not in words(client.get(reverse("desk")))


@pytest.mark.parametrize(
    "wrong",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "x", "\x00", "/\\evil.example"],
)
def test_choosing_a_post_leads_nowhere_else(office, wrong):
    lend(office.dung, office.hoa)
    answer = at_desk(office.hoa).post(reverse("act_as"), {"post": office.dung.pk, "next": wrong})
    assert answer["Location"] == reverse("desk")


def test_what_waits_of_each_kind_is_shown_to_who_may_do_it(office):
    presented(office, subject="Trình lãnh đạo")
    directed(office, lead=office.thao, subject="Việc giao phó giám đốc")
    consulted(office, paper=directed(office, subject="Hỏi phó giám đốc"), by=office.dung, asked=[office.thao])
    Incoming.objects.filter(subject="Trình lãnh đạo").update(holder=office.thao)
    outgoing(office, state="in_review", holder=office.thao, subject="Dự thảo trình phó giám đốc")
    shown = {
        "direction": "Trình lãnh đạo", "work": "Việc giao phó giám đốc", "opinions": "Hỏi phó giám đốc",
        "drafts": "Dự thảo trình phó giám đốc",
    }  # fmt: skip
    for kind in KINDS:
        lent = lend(office.thao, office.minh, kind)
        page = words(at_desk(office.minh).get(reverse("desk")))
        part = page[page.index("Thay mặt Vũ Phương Thảo") : page.index("Việc của tôi")]
        assert {name for name, subject in shown.items() if subject in part} == {kind} - {"reception"}
        cancel_delegation(lent, by=office.thao.user, at=timezone.now())


def test_a_task_without_a_paper_stands_on_the_substitutes_desk_and_opens(office):
    directed(office, subject="Việc có văn bản")
    task = given(office, lead=office.minh, title="Rà soát biên chế quý")
    lend(office.minh, office.hoa)
    client = at_desk(office.hoa)
    page = words(client.get(reverse("desk")))
    assert "Rà soát biên chế quý" in page and "Việc có văn bản" in page
    there = client.post(reverse("act_as"), {"post": office.minh.pk, "next": task.get_absolute_url()})
    assert client.get(there["Location"]).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_every_count_of_a_post_lent_for_one_kind_is_its_list(office, kind):
    """And nothing of another kind is counted, listed or opened."""
    presented(office)
    directed(office, lead=office.thao)
    consulted(office, paper=directed(office), by=office.dung, asked=[office.thao])
    outgoing(office, state="in_review", holder=office.thao)
    Incoming.objects.filter(state="awaiting_direction").update(holder=office.thao)
    lend(office.thao, office.minh, kind)
    post, now = borrowed(office.thao, office.minh), moment()
    counts, client = counts_of(post, now), in_place_of(office.thao, office.minh)
    for section in SECTIONS:
        for box in boxes_for(post, section):
            found = box.query(post, now).count()
            assert counts.get((section, box.name), found) == found, (section, box.name)
        opens = 200 if boxes_for(post, section) else 404  # what is the clerks' alone
        assert client.get(reverse(f"{section}_list")).status_code == opens
    assert client.get(reverse("desk")).status_code == 200
    assert bool(counts["work", "new"]) == (kind == "work")
    assert bool(counts["consultation", "asked"]) == (kind == "opinions")
    assert bool(counts["incoming", "direction"]) == (kind in ("direction", "reception"))
    assert Outgoing.objects.visible_to(post).exists() == (kind == "drafts")


def test_lent_for_one_kind_the_papers_of_the_others_are_not_there(office):
    waiting, mine = presented(office), directed(office, lead=office.thao)
    lend(office.thao, office.minh, "work")
    client = in_place_of(office.thao, office.minh)
    assert client.get(waiting.get_absolute_url()).status_code == 404
    assert client.get(mine.get_absolute_url()).status_code == 200
    task = task_of(mine, office.thao)
    assert client.post(reverse("assignment_start", args=[task.pk])).status_code == 302
    event = Event.objects.get(document=mine.pk, kind="start", payload__task=task.pk)
    assert (event.post, event.user) == (office.thao, office.minh.user)


@pytest.mark.parametrize("kinds", [["direction"], ["drafts", "opinions", "reception"]])
def test_a_task_is_not_begun_by_who_was_lent_something_else(office, kinds):
    task = task_of(directed(office, lead=office.thao), office.thao)
    lend(office.thao, office.minh, *kinds)
    answer = in_place_of(office.thao, office.minh).post(reverse("assignment_start", args=[task.pk]))
    task.refresh_from_db()
    assert answer.status_code in (403, 404) and task.state == "new"


def test_to_open_what_is_for_information_is_not_to_read_it_in_his_place(office):
    paper = directed(office, info=[office.thao])
    lend(office.thao, office.hoa, "direction")
    assert in_place_of(office.thao, office.hoa).get(paper.get_absolute_url()).status_code == 200
    assert task_of(paper, office.thao).state == "new"


@pytest.mark.parametrize("kinds", [[], KINDS])
def test_signature_number_and_seal_are_never_lent(office, kinds):
    lend(office.dung, office.hoa, *kinds)
    lend(office.lan, office.minh, *kinds)
    signing = brought(office, "format_checked")
    url = reverse("outgoing_approve", args=[signing.pk])
    assert in_place_of(office.dung, office.hoa).post(url, {"sha256": "0" * 64}).status_code in (403, 404)
    client = in_place_of(office.lan, office.minh)
    for state, step in (("signed", "number"), ("numbered", "seal"), ("sealed", "issue")):
        paper = outgoing(office, state=state)
        assert client.post(reverse(f"outgoing_{step}", args=[paper.pk])).status_code == 403
        paper.refresh_from_db()
        assert paper.state == state


def test_ended_a_second_ago_nothing_is_written(office):
    """The post was found while the inbox was lent; the act asks at its own second."""
    paper = presented(office)
    lent = lend(office.dung, office.hoa)
    post = borrowed(office.dung, office.hoa)
    cancel_delegation(lent, by=office.dung.user, at=timezone.now())
    before = Event.objects.count()
    with pytest.raises(Exception, match="đã kết thúc"):
        work.direct(paper, by=post, at=timezone.now(), text="Làm", lead=office.minh)
    paper.refresh_from_db()
    assert paper.state == "awaiting_direction" and Event.objects.count() == before
    assert not paper.directions.exists()


def test_nor_after_the_last_day(office):
    lend(office.dung, office.hoa)
    post = borrowed(office.dung, office.hoa)
    with pytest.raises(Exception, match="đã kết thúc"):
        work.direct(
            presented(office), by=post, at=timezone.now() + dt.timedelta(days=1), text="Làm", lead=office.minh
        )


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("dung", lambda office: reverse("incoming_direct", args=[presented(office).pk])),
        ("lan", lambda office: reverse("incoming_present", args=[registered(office).pk])),
        ("minh", lambda office: reverse("consult", args=[directed(office).pk])),
        ("hoa", lambda office: reverse("assignment_hand_on", args=[task_of(directed(office, lead=office.hoa), office.hoa).pk])),
        ("lan", lambda office: reverse("register_paper")),
        ("lan", lambda office: reverse("incoming_register", args=[office.paper().pk])),
    ],
)  # fmt: skip
def test_whoever_gives_presents_or_asks_sees_who_is_away(office, who, page):
    url = page(office)
    day = TODAY + dt.timedelta(days=3)
    away = f"đang vắng đến hết {day:%d/%m/%Y}, người thay: "
    assert "đang vắng" not in words(at_desk(getattr(office, who)).get(url))
    lend(office.thao, office.dung, until=3)
    lend(office.minh, office.lan, until=3)
    found = words(at_desk(getattr(office, who)).get(url))
    assert f"{away}Phạm Tiến Dũng" in found or f"{away}Nguyễn Thị Lan" in found


def test_lists_and_the_tree_of_tasks_say_who_is_away(office):
    paper = directed(office)
    lend(office.minh, office.hoa, "work", until=2)
    said = f"đang vắng đến hết {TODAY + dt.timedelta(days=2):%d/%m/%Y}, người thay: Lê Thu Hoa (chỉ công việc được giao)"
    leader = at_desk(office.dung)
    assert said in words(leader.get(f"{reverse('work_list')}?box=given"))
    assert said in words(leader.get(f"{reverse('incoming_list')}?box=all"))
    assert said in words(leader.get(f"{paper.get_absolute_url()}?tab=work"))


def test_to_lend_an_inbox_is_not_to_be_away(office):
    lend(office.minh, office.hoa, away=False)
    assert "đang vắng" not in words(
        at_desk(office.dung).get(reverse("incoming_direct", args=[presented(office).pk]))
    )


def test_other_offices_are_told_of_no_absence(office):
    lend(office.dung, office.hoa)
    pages = [reverse("desk"), reverse("incoming_list"), reverse("register_paper")]
    assert all("đang vắng" not in words(at_desk(office.khach).get(url)) for url in pages)


def test_the_substitutes_desk_keeps_the_budget_with_one_and_with_three(office):
    lend(office.dung, office.minh)
    lend(office.thao, office.minh)

    def cost() -> tuple[int, int]:
        client = at_desk(office.minh)
        client.get(reverse("desk"))
        with CaptureQueriesContext(connection) as warm:
            client.get(reverse("desk"))
        cache.clear()
        with CaptureQueriesContext(connection) as cold:
            client.get(reverse("desk"))
        office.paper()
        with CaptureQueriesContext(connection) as anew:
            client.get(reverse("desk"))
        assert len(warm) <= 10 and len(anew) <= 12
        return len(warm), len(cold)

    presented(office)
    one = cost()
    presented(office, number="2")
    directed(office, lead=office.thao, number="3")
    assert cost() == one


def test_the_marks_of_a_lent_post_stay_apart_from_its_holders(office):
    """What is remembered for the one is never shown to the other."""
    directed(office, lead=office.thao)
    now = Moment(TODAY, moment().calendar)
    assert counts_of(office.thao, now)["work", "new"] == 1
    lend(office.thao, office.minh, "drafts")
    assert counts_of(borrowed(office.thao, office.minh), now)["work", "new"] == 0
    cancel_delegation(Delegation.objects.get(), by=office.thao.user, at=timezone.now())
    lend(office.thao, office.minh, "work")
    assert counts_of(borrowed(office.thao, office.minh), now)["work", "new"] == 1


def test_drafts_stand_only_on_the_desk_of_who_was_lent_them(office):
    """One in whose inbox opinions are looked after sees a draft he is asked about, not those that wait to be checked."""
    asked = outgoing(office, state="in_review", holder=office.hoa, subject="Dự thảo có hỏi ý kiến")
    outgoing(office, state="in_review", holder=office.hoa, subject="Dự thảo không hỏi ai")
    consulted(office, paper=asked, by=office.minh, asked=[office.hoa])
    lend(office.hoa, office.thao, "opinions")
    page = in_place_of(office.hoa, office.thao).get(reverse("desk"))
    assert "Dự thảo chờ tôi kiểm tra" not in words(page) and "Dự thảo không hỏi ai" not in words(page)
    cancel_delegation(Delegation.objects.get(), by=office.hoa.user, at=timezone.now())
    lend(office.hoa, office.thao, "drafts")
    page = in_place_of(office.hoa, office.thao).get(reverse("desk"))
    both = words(page).split("Dự thảo chờ tôi kiểm tra")[1]
    assert "Dự thảo có hỏi ý kiến" in both and "Dự thảo không hỏi ai" in both


def test_to_open_a_task_that_is_for_information_is_not_to_read_it_in_his_place(office):
    task = given(office, lead=office.minh, info=[office.thao])
    lend(office.thao, office.hoa, "direction")
    assert in_place_of(office.thao, office.hoa).get(task.get_absolute_url()).status_code == 200
    assert work_of(task, office.thao).state == "new"


def test_what_an_assistant_prepared_is_shown_to_who_was_lent_direction(office):
    assistant_of(office, office.dung)
    ready = prepared(office, text="Giao chimvangxanh")
    for kinds, seen in ((["reception"], False), (["direction"], True), ([], True)):
        lent = lend(office.dung, office.hoa, *kinds)
        page = in_place_of(office.dung, office.hoa).get(ready.incoming.get_absolute_url())
        assert page.status_code == 200 and ("Giao chimvangxanh" in words(page)) == seen, kinds
        cancel_delegation(lent, by=office.dung.user, at=timezone.now())


def test_progress_and_deliveries_stand_only_where_they_may_be_followed(office):
    """Who looks after one kind of business would press a number and be refused."""
    directed(office)
    silent(office, number="15")
    for kinds in ([], ["work"]):
        leader, clerk = lend(office.dung, office.hoa, *kinds), lend(office.lan, office.minh, *kinds)
        page = in_place_of(office.dung, office.hoa).get(reverse("desk"))
        assert bool(page.context["units"]) == (not kinds)
        page = in_place_of(office.lan, office.minh).get(reverse("desk"))
        assert bool(page.context["alarm"]) == (not kinds)
        cancel_delegation(leader, by=office.dung.user, at=timezone.now())
        cancel_delegation(clerk, by=office.lan.user, at=timezone.now())
