"""Bàn giao: all that a leaver has in hand goes to successors in one act, and no post ends while something is left."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.handover import choose, counts_left, hand_over
from casefiles.actions.rights import let_in, waiting_of
from casefiles.models import CaseEvent, CaseFile, Handover, HandoverChoice, HandoverLine, Member
from documents.actions.work import assignments as work
from documents.journey import NotAllowedNow
from documents.models import Event, Incoming, Outgoing, Task
from documents.pdf.reading import text_lines
from orgs.actions import Refused, end_post, lock
from orgs.models import Notice, Post, Role
from tests.casefiles.filing import opened
from tests.documents.desks import at_desk, directed, outgoing, presented, task_of, words
from tests.documents.work.without_paper import given, work_of

ALL = ("files", "seats", "work", "papers", "tasks", "drafts")


@pytest.fixture
def linh(office):
    return office.post(
        "linh", "Đinh Khánh Linh", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room
    )


@pytest.fixture
def binh(office):
    return office.post("binh", "Đỗ Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)


@pytest.fixture
def hands(office):
    """minh has one of each in hand."""
    at = timezone.now()
    case, other = opened(office), opened(office, by=office.hoa, title="Hồ sơ của trưởng phòng")
    let_in(other, post=office.minh, role=Member.Role.WORKS, by=office.hoa, at=at)
    paper, task = directed(office, lead=office.minh), given(office, lead=office.minh)
    waits = presented(office, subject="Văn bản nằm ở chỗ Minh")
    Incoming.objects.filter(pk=waits.pk).update(holder=office.minh)
    draft = outgoing(office, holder=office.minh)
    return {"files": case, "seats": other, "work": paper, "task": task, "papers": waits, "drafts": draft}


def to(post) -> dict:
    return dict.fromkeys(ALL, post)


def over(office, post, **more) -> Handover:
    return hand_over(office.minh, to=to(post), by=office.hoa, at=timezone.now(), **more)


def test_everything_goes_in_one_act_with_minutes_and_an_event_on_each(office, linh, hands):
    """Acceptance 17, over HTTP."""
    hoa = at_desk(office.hoa)
    assert hoa.get(reverse("handovers"), {"leaver": office.minh.pk}).url == reverse(
        "handover_of", args=[office.minh.pk]
    )
    page = words(hoa.get(reverse("handover_of", args=[office.minh.pk])))
    for line in (
        "Hồ sơ: 1",
        "Chỗ trong hồ sơ của người khác: 1",
        "Việc đang làm: 2",
        "Văn bản đang giữ: 1",
        "Dự thảo: 1",
    ):
        assert line in page, line
    sent = dict.fromkeys(ALL, linh.pk) | {"note": "Nghỉ hưu từ 01/12"}
    done = hoa.post(reverse("handover_of", args=[office.minh.pk]), sent, follow=True)
    made = Handover.objects.get()
    assert "Đã bàn giao" in words(done) and hands["files"].title in words(done)
    assert set(counts_left(office.minh).values()) == {0}
    assert CaseFile.objects.get(pk=hands["files"].pk).creator == linh
    seat = Member.objects.get(case=hands["seats"], ended_at=None)
    assert seat.post == linh and seat.role == Member.Role.WORKS
    assert task_of(hands["work"], linh).state == "new" and work_of(hands["task"], linh)
    for matter in (hands["work"], hands["papers"], hands["drafts"]):
        matter.refresh_from_db()
        assert matter.holder == linh, matter
    assert Task.objects.get().holder == linh and Outgoing.objects.get(pk=hands["drafts"].pk).drafter == linh
    kinds = list(Event.objects.filter(payload__handover=made.pk).values_list("kind", flat=True))
    assert sorted(kinds) == sorted(
        ["hand_over_work"] * 2
        + ["hand_over_paper", "hand_over_draft", "hand_over_file", "hand_over_seat", "hand_over"]
    )
    assert CaseEvent.objects.filter(case=hands["files"]).latest("pk").event.kind == "hand_over_file"
    text = " ".join(
        line
        for page in text_lines(hoa.get(reverse("handover_minutes", args=[made.pk])).content)
        for line in page
    )
    assert "BIÊN BẢN BÀN GIAO" in text and "Trần Quang Minh" in text and "Nghỉ hưu từ 01/12" in text
    assert "Đinh Khánh Linh" in text and hands["files"].code in text
    assert Notice.objects.get(user=linh.user, text__contains="nhận bàn giao").text.startswith(
        "Bạn nhận bàn giao 6 mục"
    )
    mine = at_desk(linh)
    assert mine.get(hands["work"].get_absolute_url()).status_code == 200
    work.start(task_of(hands["work"], linh), by=linh, at=timezone.now())
    assert waiting_of(hands["seats"]).filter(member=seat).count() == 0


def test_a_post_ends_only_when_nothing_is_left_and_an_account_is_locked_at_any_moment(office, linh, hands):
    admin = office.post("khoa", "Nguyễn Đăng Khoa", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    today, at = timezone.localdate(), timezone.now()
    with pytest.raises(Refused) as refused:
        end_post(office.minh, on=today, by=admin, at=at)
    for words_ in ("1 hồ sơ", "2 việc đang làm", "1 văn bản đang giữ", "1 dự thảo", "khóa tài khoản"):
        assert words_ in str(refused.value), words_
    lock(office.minh.user, by=admin, at=at)
    assert Post.objects.get(pk=office.minh.pk).valid_to is None
    over(office, linh)  # of somebody whose account is locked already
    end_post(office.minh, on=today, by=admin, at=at)
    assert Post.objects.get(pk=office.minh.pk).valid_to is not None


def test_several_successors_by_kind_and_for_one_thing_alone(office, linh, binh, hands):
    second = opened(office, title="Hồ sơ thứ hai của Minh")
    url = reverse("handover_choose", args=[office.minh.pk])
    hoa = at_desk(office.hoa)
    page = hoa.post(f"{url}?kind=files", {"key": [second.pk], "to": binh.pk}, follow=True)
    assert "Đã chọn người nhận cho 1 mục" in words(page) and "Đỗ Bình" in words(page)
    hand_over(office.minh, to=to(linh) | {"drafts": office.hoa}, by=office.hoa, at=timezone.now())
    assert (
        CaseFile.objects.get(pk=second.pk).creator == binh
        and CaseFile.objects.get(pk=hands["files"].pk).creator == linh
    )
    assert (
        Outgoing.objects.get(pk=hands["drafts"].pk).drafter == office.hoa
        and not HandoverChoice.objects.exists()
    )
    made = Handover.objects.get()
    seen = words(at_desk(binh).get(made.get_absolute_url()))
    assert second.title in seen and hands["files"].title not in seen and "Bạn thấy những mục bạn nhận" in seen


def test_a_kind_without_a_successor_is_named_and_nothing_has_moved(office, linh, hands):
    page = at_desk(office.hoa).post(reverse("handover_of", args=[office.minh.pk]), {"files": linh.pk})
    assert page.status_code == 200
    with pytest.raises(ValidationError, match="người nhận việc đang làm"):
        hand_over(office.minh, to={"files": linh, "seats": linh}, by=office.hoa, at=timezone.now())
    assert (
        CaseFile.objects.get(pk=hands["files"].pk).creator == office.minh
        and not Event.objects.filter(kind__startswith="hand_over").exists()
    )


def test_a_successor_who_has_left_meanwhile_is_named_and_nothing_has_moved(office, linh, binh, hands):
    choose(office.minh, kind="files", keys=[hands["files"].pk], to=binh, by=office.hoa, at=timezone.now())
    Post.objects.filter(pk=binh.pk).update(valid_to=timezone.localdate())
    with pytest.raises(ValidationError, match="Đỗ Bình không nhận được hồ sơ"):
        over(office, linh)
    binh.user.is_active = False
    linh.user.is_active = False
    linh.user.save()
    HandoverChoice.objects.all().delete()
    with pytest.raises(ValidationError, match="Đinh Khánh Linh không nhận được"):
        over(office, linh)
    assert counts_left(office.minh)["files"] == 1 and not Handover.objects.exists()


def test_who_may_hand_over(office, linh, hands):
    clerk_unit = office.post("quang", "Cao Quang", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng")
    for post in (office.minh, linh, office.lan, clerk_unit, office.khach):
        with pytest.raises(PermissionDenied):
            hand_over(office.minh, to=to(linh), by=post, at=timezone.now())
        assert at_desk(post).get(reverse("handover_of", args=[office.minh.pk])).status_code == 404, post
    hand_over(office.minh, to=to(linh), by=office.dung, at=timezone.now())


def test_what_was_taken_over_is_the_archives_and_what_is_finished_stays(office, linh, hands):
    CaseFile.objects.filter(pk=hands["files"].pk).update(
        state="archived", ended_on=timezone.localdate(), closed_at=timezone.now(), counted="online"
    )
    work.start(task_of(hands["work"], office.minh), by=office.minh, at=timezone.now())
    work.finish(task_of(hands["work"], office.minh), by=office.minh, at=timezone.now(), result="Đã xong")
    over(office, linh)
    assert CaseFile.objects.get(pk=hands["files"].pk).creator == office.minh
    assert task_of(hands["work"], office.minh).state == "done"
    assert set(HandoverLine.objects.values_list("kind", flat=True)) == {"seats", "work", "papers", "drafts"}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_hands_over_and_the_other_is_told(transactional_db, office, linh, binh):
    for n in range(3):
        opened(office, title=f"Hồ sơ bàn giao {n}")

    def one(post):
        try:
            return hand_over(office.minh, to=to(post), by=office.hoa, at=timezone.now())
        except NotAllowedNow as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, [linh, binh]))
    (told,) = [one for one in found if isinstance(one, str)]
    assert "vừa bàn giao xong" in told and Handover.objects.count() == 1 and HandoverLine.objects.count() == 3
    assert len(set(CaseFile.objects.values_list("creator", flat=True))) == 1


def test_a_hundred_things_cost_no_more_queries_than_three(office, linh):
    def asked(number: int) -> int:
        at, day = timezone.now(), timezone.localdate() - dt.timedelta(days=3)
        CaseFile.objects.bulk_create([
            CaseFile(organisation=office.home_affairs, year=2026, code=f"{number:02}{n:03}.X", title=f"Hồ sơ số {n}", creator=office.minh,
                     unit=office.room, term="20", started_on=day, opened_at=at, search_key="")
            for n in range(number)
        ])  # fmt: skip
        for n in range(number):
            outgoing(office, subject=f"Dự thảo {n}")
        with CaptureQueriesContext(connection) as queries:
            made = over(office, linh)
        assert made.lines.count() == 2 * number
        return len(queries)

    assert asked(3) == asked(100)


def test_the_pages_ask_the_same_of_one_thing_and_of_three_and_no_more_than_ten_questions(office, linh):
    def asked() -> list[int]:
        made = over(office, linh)
        opened(office, title="Hồ sơ còn ở chỗ Minh")
        found, hoa = [], at_desk(office.hoa)
        pages = [reverse("handovers"), made.get_absolute_url()]
        for url in [
            *pages,
            *(reverse(name, args=[office.minh.pk]) for name in ("handover_of", "handover_choose")),
        ]:
            hoa.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert hoa.get(url).status_code == 200
            found.append(len(queries))
        return found

    opened(office)
    one = asked()
    for n in range(2):
        opened(office, title=f"Hồ sơ thứ {n} của Minh")
    three = asked()
    assert one == three and max(one) <= 10, (one, three)
