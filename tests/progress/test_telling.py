"""What happens becomes notices for whom it concerns: each once, from the events alone, and never to whoever did it."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.by_deadline import remind_by_deadline
from documents.actions.work.results import approve_result
from documents.journey import record
from documents.models import Document, Event
from orgs.actions import end_assistant
from orgs.models import Delegation, Notice, Organisation, Role, User
from progress.actions import telling
from progress.actions.telling import follow
from progress.kinds import KINDS, Kind, Told, declare
from progress.models import Bookmark
from tests.documents.desks import at_desk, directed, outgoing, presented, task_of, words
from tests.documents.work.preparing import assistant_of, prepared


def texts(post, kind=None) -> list[str]:
    rows = Notice.objects.filter(user=post.user)
    return list((rows.filter(kind=kind) if kind else rows).order_by("pk").values_list("text", flat=True))


def test_the_day_of_a_paper_tells_each_his_own(office, now):
    paper = directed(office, lead=office.hoa, support=[office.thao], due_on=dt.date(2099, 12, 5))
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    follow(at=timezone.now())
    assert texts(office.dung) == ["Nguyễn Thị Lan trình văn bản, chờ bạn cho ý kiến."]
    assert texts(office.hoa) == ["Phạm Tiến Dũng giao bạn chủ trì, hạn 05/12/2099."]
    assert texts(office.thao) == ["Phạm Tiến Dũng giao bạn phối hợp, hạn 05/12/2099."]
    assert texts(office.minh) == ["Lê Thu Hoa giao bạn chủ trì, hạn 05/12/2099."]
    assert texts(office.lan) == ["Có văn bản mới đến, chờ tiếp nhận."] and texts(office.khach) == []
    assert all(one.paper == paper.pk and one.event for one in Notice.objects.all())
    assert User.objects.get(pk=office.minh.user_id).notices_waiting == 1


def test_a_result_that_waits_and_is_approved(office, now):
    Organisation.objects.update(head_approves=True)
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    task = task_of(paper, office.minh)
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    task.refresh_from_db()
    approve_result(task, by=office.hoa, at=timezone.now())
    follow(at=timezone.now())
    assert texts(office.minh, "approved") == ["Lê Thu Hoa duyệt kết quả của bạn."]
    assert any("chờ bạn duyệt" in text for text in texts(office.hoa, "work"))


def test_a_draft_that_goes_round(office, now):
    draft = outgoing(office, state="content_checked")
    record("check_format", draft, by=office.lan, at=now, payload={"to_post": office.dung.pk})
    record("sign", draft, by=office.dung, at=now)
    record("issue", draft, by=office.lan, at=now)
    follow(at=now)
    assert texts(office.dung) == ["Nguyễn Thị Lan chuyển văn bản, chờ bạn ký."]
    assert texts(office.minh) == [
        "Phạm Tiến Dũng đã ký dự thảo của bạn.", "Nguyễn Thị Lan đã phát hành văn bản bạn soạn.",
    ]  # fmt: skip
    assert texts(office.lan) == ["Có văn bản đã ký, chờ cấp số, phát hành."]


def test_twice_and_after_a_bookmark_that_was_lost_it_is_still_once(office, now):
    directed(office)
    follow(at=now)
    kept = sorted(Notice.objects.values_list("event", "user", "kind"))
    assert follow(at=now) == 0
    Notice.objects.filter(kind="arrived").update(seen_at=now)
    Bookmark.objects.update(seq=0)  # as it stood before a worker that was killed
    follow(at=now)
    assert sorted(Notice.objects.values_list("event", "user", "kind")) == kept


def test_a_worker_killed_between_rows_and_bookmark_leaves_neither(office, now, monkeypatch):
    directed(office)

    class Killed(BaseException):
        pass

    def killed(notices):
        telling.put_up(notices)
        raise Killed

    monkeypatch.setattr(telling, "_put_up", killed)
    with pytest.raises(Killed), transaction.atomic():
        follow(at=now)
    assert not Notice.objects.exists() and not User.objects.exclude(notices_waiting=0).exists()
    monkeypatch.undo()
    assert follow(at=now) > 0 and follow(at=now) == 0


def test_two_workers_at_once_tell_once(transactional_db, office, now):
    for number in "123":
        directed(office, number=number)
    begin, failed = threading.Barrier(2), []

    def run():
        try:
            begin.wait()
            follow(at=timezone.now())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    follow(at=timezone.now())
    assert not failed
    rows = list(Notice.objects.values_list("event", "user", "kind"))
    assert len(rows) == len(set(rows)) and Notice.objects.filter(kind="given").count() == 3
    for user in User.objects.all():
        assert user.notices_waiting == Notice.objects.unseen().filter(user=user).count()


def test_an_event_that_commits_late_is_not_passed_over(transactional_db, office, now):
    """Keys are given before the commit; numbers of a chain are not: the later one waits for the earlier."""
    paper = presented(office)
    held, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record("direct", paper, by=office.dung, at=now, payload={})
            record("present_again", paper, by=office.dung, at=now, payload={"to_post": office.thao.pk})
            held.set()
            go.wait(10)
        connection.close()

    worker = threading.Thread(target=slow)
    worker.start()
    held.wait(10)
    record("receive", None, by=None, at=now, organisation=office.justice)  # another office, a later key
    follow(at=now)
    assert texts(office.thao) == [] and len(texts(office.khach)) == 1
    go.set()
    worker.join()
    follow(at=now)
    assert len(texts(office.thao)) == 1


def test_an_office_with_nobody_and_a_locked_account(office, now):
    empty = office.org("H26.TAM009", "Sở Không Người", 2, parent=office.city)
    record("receive", None, by=None, at=now, organisation=empty)
    User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    directed(office, info=[office.hoa])
    follow(at=now)
    assert texts(office.minh) == [] and len(texts(office.hoa)) == 1
    assert Bookmark.objects.get(pk=empty.pk).seq == 1


def test_who_looks_after_an_inbox_is_told_in_its_place(office, now):
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.thao.user, valid_from=today, valid_to=today)
    paper = presented(office)
    follow(at=now)
    assert len(texts(office.dung)) == len(texts(office.thao)) == 1
    client = at_desk(office.thao)
    page = words(client.get(reverse("notices")))
    assert "thay Phạm Tiến Dũng (Giám đốc)" in page and paper.subject in page
    own = Notice.objects.get(user=office.thao.user)
    answer = client.post(reverse("notice_open", args=[own.pk]))
    assert answer.url == paper.get_absolute_url() and client.session["post"] == office.dung.pk
    Delegation.objects.update(cancelled_at=now)
    page = words(client.get(reverse("notices")))
    assert "không còn được xem" not in page or paper.subject not in page


def test_what_was_restricted_since_shows_no_subject(office, now):
    paper = directed(office, subject="Chuyện riêng của phòng khác")
    follow(at=now)
    client = at_desk(office.minh)
    assert "Chuyện riêng" in words(client.get(reverse("notices")))
    task_of(paper, office.minh).delete()
    page = words(client.get(reverse("notices")))
    assert "Chuyện riêng" not in page and "không còn được xem" in page and "giao bạn chủ trì" in page


def test_many_arrivals_are_one_line_with_a_number(office, now):
    for number in "12345":
        office.paper(number=number)
    follow(at=now)
    (one,) = Notice.objects.filter(user=office.lan.user)
    assert one.many == 5 and User.objects.get(pk=office.lan.user_id).notices_waiting == 1
    client = at_desk(office.lan)
    assert "(5 văn bản)" in words(client.get(reverse("notices")))
    assert (
        client.post(reverse("notice_open", args=[one.pk])).url == f"{reverse('incoming_list')}?box=reception"
    )
    office.paper(number="6")
    follow(at=now)
    assert Notice.objects.filter(user=office.lan.user).count() == 2  # that one was looked at


def test_an_urgent_paper_is_said_on_every_page(office, now):
    paper = presented(office)
    Document.objects.filter(pk=paper.pk).update(urgency=3)
    follow(at=now)
    client = at_desk(office.dung)
    assert "1 thông báo mới cần xem ngay" in words(client.get(reverse("registry")))
    client.post(reverse("notices_seen"))
    assert "cần xem ngay" not in words(client.get(reverse("registry")))


def test_a_clock_that_jumps_back_loses_and_repeats_nothing(office, now):
    directed(office, number="1")
    follow(at=now)
    directed(office, number="2")
    follow(at=now - dt.timedelta(days=2))
    assert len(texts(office.minh)) == 2 and follow(at=now) == 0


def test_an_event_that_cannot_be_told_stops_nobody(office, now):
    declare("broken", Kind("Hỏng", ("clear_secrecy",), lambda event: iter([event.payload["nowhere"]])))
    try:
        record("clear_secrecy", None, by=office.lan, at=now, organisation=office.home_affairs)
        directed(office)
        follow(at=now)
        assert len(texts(office.minh)) == 1
    finally:
        from progress import kinds

        del KINDS["broken"], kinds._BY_EVENT["clear_secrecy"]


def test_another_app_declares_its_own_and_none_twice(office, now):
    from progress import kinds

    declare("tried", Kind("Thử", ("read",), lambda event: iter([Told(office.hoa.pk, "Đã thử.")])))
    try:
        with pytest.raises(ValueError):
            declare("tried", Kind("Thử"))
        record("read", None, by=office.lan, at=now, organisation=office.home_affairs)
        follow(at=now)
        assert texts(office.hoa, "tried") == ["Đã thử."]
    finally:
        del KINDS["tried"], kinds._BY_EVENT["read"]


def test_every_event_that_a_kind_reads_is_one_that_is_written():
    from documents.states import EVENT_LABELS
    from progress.kinds import read_from

    assert set(read_from()) <= set(EVENT_LABELS)


def test_an_event_wakes_the_reader_once_a_transaction(
    office, django_capture_on_commit_callbacks, monkeypatch
):
    from progress import waking

    called = []
    monkeypatch.setattr(waking, "call", lambda *tasks: called.append([task.name for task in tasks]))
    with django_capture_on_commit_callbacks(execute=True):
        directed(office)
    assert called.count(["progress.tasks.tell_people"]) == 1


def test_the_cost_of_telling_does_not_grow_with_those_who_are_told(
    office, now, django_assert_max_num_queries
):
    for number in range(30):
        office.paper(number=str(number))
    for n in range(5):
        office.post(f"vt{n}", f"Văn Thư {n}", office.home_affairs, Role.CLERK, "Văn thư")
    with django_assert_max_num_queries(25):
        follow(at=now)
    assert Event.objects.count() >= 30 and Notice.objects.count() == 6


def test_a_deadline_tells_whoever_has_the_work_and_whoever_gave_it(office, now):
    paper = directed(office, due_on=timezone.localdate() + dt.timedelta(days=30))
    paper.assignments.exclude(role="info").update(due_on=dt.date(2026, 3, 2))
    follow(at=now)
    remind_by_deadline(at=timezone.make_aware(dt.datetime(2026, 3, 4, 12)))
    follow(at=now)
    said = texts(office.minh, "deadline")
    assert said == texts(office.dung, "deadline") and "quá hạn 1 ngày làm việc, hạn 02/03/2026." in said[0]


def test_who_stands_in_for_some_business_is_told_of_that(office, now):
    today = timezone.localdate()
    Delegation.objects.create(
        post=office.dung, to=office.minh.user, valid_from=today, valid_to=today, kinds=["work"]
    )
    Delegation.objects.create(
        post=office.thao, to=office.hoa.user, valid_from=today, valid_to=today, kinds=["work"]
    )
    directed(office, lead=office.thao)
    follow(at=timezone.now())
    assert texts(office.dung, "presented") and texts(office.minh) == []
    assert texts(office.hoa, "given") == texts(office.thao, "given") != []


def test_an_assistant_is_told_with_the_leader_while_named(office, now):
    named = assistant_of(office, office.dung, told=True)
    seen = len(texts(office.thuy))  # that he was named
    paper = presented(office)
    follow(at=timezone.now())
    said = "Cùng nhận với Phạm Tiến Dũng: Nguyễn Thị Lan trình văn bản, chờ bạn cho ý kiến."
    assert texts(office.thuy)[seen:] == [said]
    notice = Notice.objects.get(user=office.thuy.user, kind="presented")
    assert notice.post == office.thuy and notice.paper == paper.pk
    client = at_desk(office.thuy)
    client.post(reverse("notice_open", args=[notice.pk]))
    assert client.get(reverse("desk")).wsgi_request.post == office.thuy
    end_assistant(named, by=office.dung, at=timezone.now())
    presented(office, number="2")
    follow(at=timezone.now())
    assert len(texts(office.thuy, "presented")) == 1 and len(texts(office.dung, "presented")) == 2


def test_an_assistant_who_was_not_to_be_told_is_not(office, now):
    assistant_of(office, office.dung)
    presented(office)
    follow(at=timezone.now())
    assert texts(office.thuy, "presented") == []


def test_no_assistant_hears_of_a_paper_with_a_mark_of_secrecy(office, now):
    assistant_of(office, office.dung, told=True)
    paper = presented(office)
    type(paper).objects.filter(pk=paper.pk).update(secrecy_marks="MẬT", secrecy_cleared_by=office.lan)
    follow(at=timezone.now())
    assert texts(office.thuy, "presented") == [] and texts(office.dung, "presented")


def test_the_leader_is_told_that_something_waits_for_his_word(office, now):
    assistant_of(office, office.dung)
    prepared(office)
    follow(at=timezone.now())
    assert texts(office.dung, "prepared") == ["Lý Thanh Thủy chuẩn bị ý kiến chỉ đạo, chờ bạn xác nhận."]
