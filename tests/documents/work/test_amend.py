"""A direction that was given: taken back while nobody has begun, amended afterwards, everybody told, nothing rewritten."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work import directions, results
from documents.journey import NotAllowedNow
from documents.models import Assignment, Incoming
from orgs.models import Notice, Role
from tests.documents.desks import at_desk, directed, kinds, late, presented, task_of, words
from tests.documents.test_race import together

REASON = {"reason": "Giao nhầm phòng"}


def told(post) -> list[str]:
    return list(Notice.objects.filter(user=post.user).order_by("pk").values_list("text", flat=True))


def day(n: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=n)


def sent(office, paper, **changes) -> dict:
    """The form as it is shown, with some of it changed."""
    full = {"text": "Chủ trì tham mưu.", "lead": office.minh.pk, "product": "Công văn trả lời"}
    last = paper.directions.last()
    return full | {"seen": last.pk, "due_on": last.due_on.isoformat() if last.due_on else ""} | changes


def test_the_whole_direction_is_taken_back_while_nobody_has_begun(office):
    paper = presented(office)
    type(paper).objects.filter(pk=paper.pk).update(due_on=day(20))
    paper.refresh_from_db()
    work.direct(
        paper, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa, support=[office.minh],
        info=[office.thao], due_on=day(5),
    )  # fmt: skip
    dung = at_desk(office.dung)
    assert f"/van-ban-den/{paper.pk}/rut-chi-dao/" in dung.get(paper.get_absolute_url()).content.decode()
    assert dung.post(f"/van-ban-den/{paper.pk}/rut-chi-dao/", {"reason": " "}).status_code == 200
    assert dung.post(f"/van-ban-den/{paper.pk}/rut-chi-dao/", REASON).url == paper.get_absolute_url()
    paper.refresh_from_db()
    assert (paper.state, paper.holder, paper.due_on) == ("awaiting_direction", office.dung, day(20))
    assert set(paper.assignments.values_list("state", flat=True)) == {"withdrawn"}
    assert kinds(paper)[-4:] == ["withdraw", "withdraw", "withdraw", "retract"]
    for post in (office.hoa, office.minh, office.thao):
        assert "đã rút lại chỉ đạo" in told(post)[0] and "Giao nhầm phòng" in told(post)[0]
    assert told(office.dung) == []
    page = words(dung.get(f"{paper.get_absolute_url()}?tab=work"))
    assert "Đã rút lại" in page and "Làm" in page, "what was written stays to be read"
    work.direct(paper, by=office.dung, at=timezone.now(), text="Giao lại", lead=office.minh)
    assert paper.assignments.filter(assignee=office.minh, state="new").exists()


def test_once_somebody_has_begun_it_is_amended_not_taken_back(office):
    paper = directed(office, lead=office.hoa, support=[office.minh])
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    dung = at_desk(office.dung)
    page = dung.get(paper.get_absolute_url()).content.decode()
    assert "/retract/" not in page and f"/van-ban-den/{paper.pk}/sua-chi-dao/" in page
    answer = dung.post(f"/van-ban-den/{paper.pk}/rut-chi-dao/", REASON, follow=True)
    assert "Trần Quang Minh đã bắt đầu xử lý" in words(answer)
    paper.refresh_from_db()
    assert paper.state == "assigned" and task_of(paper, office.hoa).state == "new" and told(office.hoa) == []


def test_reading_for_information_is_not_beginning(office):
    paper = directed(office, info=[office.hoa])
    results.read([task_of(paper, office.hoa)], by=office.hoa, at=timezone.now())
    directions.retract(paper, by=office.dung, at=timezone.now(), reason="Nhầm")
    paper.refresh_from_db()
    assert paper.state == "awaiting_direction"


def test_words_day_and_people_are_amended_and_everybody_concerned_is_told(office):
    chi = office.post(
        "chi", "Đinh Kim Chi", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room
    )
    paper = directed(office, lead=office.hoa, support=[office.thao], due_on=day(9))
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    change = {"text": "Trình trước thứ Sáu.", "lead": office.hoa.pk, "support": [], "info": [chi.pk], "due_on": day(4).isoformat()}  # fmt: skip
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/sua-chi-dao/", sent(office, paper, **change))
    assert answer.url == f"{paper.get_absolute_url()}?tab=work"
    paper.refresh_from_db()
    lead, below = task_of(paper, office.hoa), task_of(paper, office.minh)
    assert (paper.state, paper.holder, paper.due_on) == ("processing", office.minh, day(4))
    assert (lead.state, lead.instruction, lead.due_on) == ("forwarded", "Trình trước thứ Sáu.", day(4))
    assert (below.state, below.instruction, below.due_on) == ("in_progress", "Làm", day(4))
    assert task_of(paper, office.thao).state == "withdrawn"
    assert (task_of(paper, chi).role, task_of(paper, chi).state) == ("info", "new")
    assert "bạn không còn việc" in told(office.thao)[0] and "nay bạn để biết" in told(chi)[0]
    for post in (office.hoa, office.minh):
        assert f"Thời hạn: {day(9):%d/%m/%Y} → {day(4):%d/%m/%Y}" in told(post)[0]
    assert kinds(paper)[-2:] == ["withdraw", "amend"]
    assert [one.text for one in paper.directions.all()] == ["Chủ trì tham mưu.", "Trình trước thứ Sáu."]
    page = words(at_desk(office.dung).get(f"{paper.get_absolute_url()}?tab=work"))
    assert "Đã thay bằng ý kiến sau" in page and "Chủ trì tham mưu." in page
    flow = words(at_desk(office.dung).get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Sửa chỉ đạo" in flow and "Thôi phối hợp: Vũ Phương Thảo" in flow


def test_another_lead_begins_anew_and_the_old_branch_ends(office):
    paper = directed(office, lead=office.hoa)
    work.start(task_of(paper, office.hoa), by=office.hoa, at=timezone.now())
    directions.amend(
        paper, by=office.dung, at=timezone.now(), text="Minh làm", lead=office.minh, support=[office.hoa]
    )
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("assigned", office.minh)
    roles = set(paper.assignments.values_list("assignee", "role", "state"))
    assert roles == {
        (office.hoa.pk, "lead", "withdrawn"), (office.hoa.pk, "support", "new"), (office.minh.pk, "lead", "new"),
    }  # fmt: skip
    assert "nay bạn phối hợp" in told(office.hoa)[0]


def test_what_is_late_already_is_amended_late(office):
    paper = late(directed(office, due_on=day(1)))
    sent_late = sent(office, paper, text="Gấp", due_on=task_of(paper, office.minh).due_on.isoformat())
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/sua-chi-dao/", sent_late)
    assert answer.status_code == 302 and task_of(paper, office.minh).instruction == "Gấp"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Chưa có gì thay đổi"),
        ({"lead": ""}, "phải có người chủ trì"),
        ({"text": ""}, "Hãy ghi ý kiến"),
        ({"due_on": "2020-01-01"}, "không thể ở trong quá khứ"),
        ({"support": "minh"}, "Mỗi người chỉ nhận một vai trò"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(office, change, sentence):
    paper = directed(office)
    change = {name: [office.minh.pk] if value == "minh" else value for name, value in change.items()}
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/sua-chi-dao/", sent(office, paper, **change))
    assert answer.status_code == 200 and sentence in words(answer)
    assert paper.directions.count() == 1 and told(office.minh) == [] and kinds(paper)[-1] == "direct"


def test_only_who_gave_it_and_the_heads_may(office):
    paper = directed(office)
    for who, code in ((office.minh, 403), (office.thao, 403), (office.lan, 403), (office.khach, 404)):
        for step in ("amend", "retract"):
            assert at_desk(who).post(reverse(f"incoming_{step}", args=[paper.pk]), REASON).status_code == code
    with pytest.raises(PermissionDenied):
        directions.retract(paper, by=office.thao, at=timezone.now(), reason="x")
    head = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    directions.amend(paper, by=head, at=timezone.now(), text="Gấp", lead=office.minh, info=[office.hoa])
    assert "Ngô Thúy Hà đã sửa chỉ đạo" in told(office.minh)[0]
    with pytest.raises(ValidationError):
        directions.amend(paper, by=head, at=timezone.now(), text="Gấp", lead=None)


def test_what_is_completed_is_neither(office):
    paper = directed(office)
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    for act in (directions.retract, directions.amend):
        given = {"reason": "x"} if act is directions.retract else {"text": "x", "lead": office.hoa}
        with pytest.raises(NotAllowedNow):
            act(Incoming.objects.get(pk=paper.pk), by=office.dung, at=timezone.now(), **given)


def test_the_form_shows_what_stands(office):
    paper = directed(office, lead=office.hoa, support=[office.minh], due_on=day(7))
    page = at_desk(office.dung).get(f"/van-ban-den/{paper.pk}/sua-chi-dao/").content.decode()
    assert "Chủ trì tham mưu." in page and "Công văn trả lời" in page and f"{day(7):%d/%m/%Y}" in page
    assert f'name="lead" value="{office.hoa.pk}" aria-label="Lê Thu Hoa chủ trì" checked' in page
    assert f'name="support" value="{office.minh.pk}" aria-label="Trần Quang Minh phối hợp" checked' in page


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_beginning_one_wins(transactional_db, office):
    """Over two connections at the same moment, several times: never both, never neither."""
    winners = set()
    for number in range(8):
        paper = directed(office, number=str(number))
        task = task_of(paper, office.minh)

        def begin(pk=task.pk):
            work.start(Assignment.objects.get(pk=pk), by=office.minh, at=timezone.now())
            return "begun"

        def take_back(pk=paper.pk):
            directions.retract(Incoming.objects.get(pk=pk), by=office.dung, at=timezone.now(), reason="Nhầm")
            return "taken back"

        acts = (begin, take_back) if number % 2 else (take_back, begin)
        answers = together(*acts)
        refused = [one for one in answers if isinstance(one, NotAllowedNow)]
        (done,) = (one for one in answers if isinstance(one, str))
        assert len(refused) == 1
        paper.refresh_from_db()
        task.refresh_from_db()
        if done == "begun":
            assert (paper.state, task.state) == ("processing", "in_progress")
            assert "Trần Quang Minh" in str(refused[0])
            assert told(office.minh) == []
        else:
            assert (paper.state, task.state) == ("awaiting_direction", "withdrawn")
            assert "Phạm Tiến Dũng (Giám đốc" in str(refused[0])
            Notice.objects.all().delete()
        winners.add(done)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_two_amendments_one_wins(transactional_db, office):
    paper = directed(office)
    seen = paper.directions.last().pk
    head = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")

    def act(by, text):
        directions.amend(
            Incoming.objects.get(pk=paper.pk),
            by=by,
            at=timezone.now(),
            text=text,
            lead=office.minh,
            seen=seen,
        )
        return text

    answers = together(lambda: act(office.dung, "Một"), lambda: act(head, "Hai"))
    (done,) = (one for one in answers if isinstance(one, str))
    (refused,) = (one for one in answers if isinstance(one, NotAllowedNow))
    assert paper.directions.last().text == done and paper.directions.count() == 2
    assert "đã sửa chỉ đạo lúc" in str(refused)
