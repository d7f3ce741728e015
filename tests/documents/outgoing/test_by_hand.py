"""Envelopes given to the post, the kept copy lent: the clerk writes what she alone knows, once, and the chain says who."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing.by_hand import lend_copy, post_paper, receive_copy, return_copy
from documents.journey import NotAllowedNow
from documents.models import Incoming, KeptCopyUse, Outgoing, PostedEnvelope
from orgs.models import Notice, Role
from tests.documents.desks import at_desk, kinds, outgoing, words


@pytest.fixture
def paper(office):
    now = timezone.now()
    return outgoing(
        office, state="issued", issued_on=timezone.localdate(now), issued_at=now, number="05", notation="SNV-TCBC",
        subject="Về việc gửi bưu điện",
    )  # fmt: skip


def posted(**changes) -> dict:
    today = f"{timezone.localdate():%d/%m/%Y}"
    return {"day": today, "recipient": "Công ty A", "envelopes": "2", "receipt": "", "note": ""} | changes


def lent(office, **changes) -> dict:
    today = f"{timezone.localdate():%d/%m/%Y}"
    given = {"day": today, "reader": office.minh.pk, "name": "", "allowed_by": office.dung.pk}
    return given | {"file_code": "01.TCCB", "note": ""} | changes


def test_the_clerk_writes_what_she_gave_to_the_post(office, paper):
    client, here = at_desk(office.lan), reverse("outgoing_posted", args=[paper.pk])
    page = client.post(here, posted(receipt="EA1VN"), follow=True)
    assert "Đã ghi sổ gửi bưu điện: Công ty A" in words(page)
    line = PostedEnvelope.objects.get()
    assert (line.envelopes, line.receipt, line.by, line.organisation) == (
        2,
        "EA1VN",
        office.lan,
        office.home_affairs,
    )
    event = paper.events.get(kind="post_paper")
    assert (
        event.post == office.lan
        and event.payload["posted"] == line.pk
        and "Công ty A" in event.payload["note"]
    )
    flow = words(client.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "gửi qua bưu điện" in flow.lower() and "Công ty A: 2 bì" in flow


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"envelopes": "0"}, "1"), ({"envelopes": "hai"}, "số nguyên"), ({"recipient": ""}, "bắt buộc"),
        ({"day": "1/1/2019"}, "Ngày trong khoảng"), ({"day": "30/12/2099"}, "Ngày trong khoảng"), ({"day": "hôm kia"}, "Hãy ghi ngày"),
        ({"recipient": "a" * 201}, "200"), ({"note": "a" * 501}, "500"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_written(office, paper, changes, said):
    page = at_desk(office.lan).post(reverse("outgoing_posted", args=[paper.pk]), posted(**changes))
    assert page.status_code == 200 and said in words(page) and not PostedEnvelope.objects.exists()


def test_the_same_written_twice_stands_once_and_says_who_was_first(office, paper):
    client, here = at_desk(office.lan), reverse("outgoing_posted", args=[paper.pk])
    client.post(here, posted())
    page = client.post(here, posted(envelopes="9", recipient="  Công  ty A "))
    assert "Nguyễn Thị Lan đã ghi lúc" in words(page) and "2 bì" in words(page)
    assert PostedEnvelope.objects.count() == 1 and kinds(paper).count("post_paper") == 1
    client.post(here, posted(recipient="Công ty B"))
    assert PostedEnvelope.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_write_one_line(transactional_db, office, paper):
    other = office.post("mai", "Hoàng Thị Mai", office.home_affairs, Role.CLERK, "Văn thư")
    both, now = Barrier(2), timezone.now()

    def write(by):
        try:
            mine = Outgoing.objects.get(pk=paper.pk)
            both.wait(timeout=10)
            post_paper(mine, by=by, at=now, day=timezone.localdate(now), recipient="Công ty A", envelopes=1)
            return "written"
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(write, (office.lan, other)), key=lambda one: one != "written")
    assert said[0] == "written" and "đã ghi lúc" in said[1]
    assert PostedEnvelope.objects.count() == 1 and kinds(paper).count("post_paper") == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_lend_one_copy_to_one_person(transactional_db, office, paper):
    other = office.post("mai", "Hoàng Thị Mai", office.home_affairs, Role.CLERK, "Văn thư")
    both, now = Barrier(2), timezone.now()

    def lend(by):
        try:
            mine = Outgoing.objects.get(pk=paper.pk)
            both.wait(timeout=10)
            lend_copy(
                mine,
                by=by,
                at=now,
                day=timezone.localdate(now),
                name=f"Khách của {by.user}",
                allowed_by=office.dung,
            )
            return "lent"
        except NotAllowedNow as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(lend, (office.lan, other)), key=lambda one: one != "lent")
    assert said[0] == "lent" and "chưa trả" in said[1] and KeptCopyUse.objects.count() == 1


def test_only_the_clerk_writes_and_only_of_what_is_out(office, paper):
    now = timezone.now()
    line = {"day": timezone.localdate(now), "recipient": "Công ty A", "envelopes": 1}
    for by in (office.dung, office.minh, office.khach):
        with pytest.raises(PermissionDenied):
            post_paper(paper, by=by, at=now, **line)
        with pytest.raises(PermissionDenied):
            lend_copy(paper, by=by, at=now, day=line["day"], name="A", allowed_by=office.dung)
    assert at_desk(office.dung).post(reverse("outgoing_posted", args=[paper.pk]), posted()).status_code == 403
    assert "Ghi một lần gửi" not in words(
        at_desk(office.dung).get(reverse("outgoing_posted", args=[paper.pk]))
    )
    for state in ("signed", "numbered", "revoked"):
        Outgoing.objects.filter(pk=paper.pk).update(state=state)
        with pytest.raises(NotAllowedNow):
            post_paper(paper, by=office.lan, at=now, **line)
    assert not PostedEnvelope.objects.exists()


def test_a_kept_copy_is_lent_signed_for_and_taken_back(office, paper):
    here = reverse("outgoing_kept_copy", args=[paper.pk])
    page = at_desk(office.lan).post(here, lent(office), follow=True)
    assert "Chưa ký nhận" in words(page) and "Cho sử dụng bản lưu" not in words(page)
    use = KeptCopyUse.objects.get()
    notice = Notice.objects.get(user=office.minh.user, text__contains="Hãy ký nhận")
    assert notice.url == reverse("copy_receive", args=[use.pk]) and "05/SNV-TCBC" in notice.text
    mine = at_desk(office.minh)
    assert "Tôi đã nhận bản lưu" in words(mine.get(notice.url))
    for _ in "12":  # pressed twice
        assert "Bạn đã ký nhận lúc" in words(mine.post(notice.url, follow=True))
    use.refresh_from_db()
    assert use.received_at is not None
    today = f"{timezone.localdate():%d/%m/%Y}"
    page = at_desk(office.lan).post(reverse("copy_return", args=[use.pk]), {"day": today}, follow=True)
    assert "Đã nhận lại bản lưu từ Trần Quang Minh" in words(page) and "Cho sử dụng bản lưu" in words(page)
    page = at_desk(office.lan).post(reverse("copy_return", args=[use.pk]), {"day": today})
    assert "đã được nhận lại trước đó" in words(page)
    assert kinds(paper) == ["lend_copy", "receive_copy", "return_copy"]


def test_only_whoever_was_given_the_copy_signs_for_it(office, paper):
    now = timezone.now()
    use = lend_copy(
        paper, by=office.lan, at=now, day=timezone.localdate(now), reader=office.minh, allowed_by=office.dung
    )
    url = reverse("copy_receive", args=[use.pk])
    for post in (office.lan, office.dung, office.hoa, office.khach, office.quantri):
        assert at_desk(post).get(url).status_code == 404 and at_desk(post).post(url).status_code == 404
    for by in (office.hoa, office.lan, office.minh.used_by(office.hoa.user)):  # not with his inbox either
        with pytest.raises(PermissionDenied):
            receive_copy(use, by=by, at=now)
    assert KeptCopyUse.objects.get().received_at is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reader": "", "name": ""}, "chỉ một trong hai"), ({"name": "Ông B"}, "chỉ một trong hai"),
        ({"allowed_by": ""}, "bắt buộc"), ({"day": "1/1/2019"}, "Ngày trong khoảng"),
    ],
)  # fmt: skip
def test_a_use_that_cannot_be_is_said(office, paper, changes, said):
    page = at_desk(office.lan).post(reverse("outgoing_kept_copy", args=[paper.pk]), lent(office, **changes))
    assert said in words(page) and not KeptCopyUse.objects.exists()


def test_only_a_leader_of_the_office_allows_and_only_people_of_it_are_chosen(office, paper):
    client, here = at_desk(office.lan), reverse("outgoing_kept_copy", args=[paper.pk])
    for changes in (
        {"allowed_by": office.hoa.pk},
        {"allowed_by": office.tu.pk},
        {"reader": office.khach.pk},
    ):
        assert "Hãy chọn một mục trong danh sách" in words(client.post(here, lent(office, **changes)))
    now = timezone.now()
    day = timezone.localdate(now)
    for given in (
        {"name": "A", "allowed_by": office.hoa},
        {"reader": office.khach, "allowed_by": office.dung},
    ):
        with pytest.raises(ValidationError):
            lend_copy(paper, by=office.lan, at=now, day=day, **given)


def test_a_day_of_return_before_the_loan_or_to_come_is_refused(office, paper):
    now = timezone.now()
    day = timezone.localdate(now)
    use = lend_copy(paper, by=office.lan, at=now, day=day, name="Ông B", allowed_by=office.dung)
    for wrong in (day - dt.timedelta(days=1), day + dt.timedelta(days=1)):
        with pytest.raises(ValidationError):
            return_copy(use, by=office.lan, at=now, day=wrong)
    page = at_desk(office.lan).post(reverse("copy_return", args=[use.pk]), {"day": "mai sau"}, follow=True)
    assert "Hãy ghi ngày" in words(page) and KeptCopyUse.objects.get().returned_on is None


def test_a_stranger_finds_nothing(office, paper):
    now = timezone.now()
    use = lend_copy(
        paper, by=office.lan, at=now, day=timezone.localdate(now), name="Ông B", allowed_by=office.dung
    )
    for name, pk in (
        ("outgoing_posted", paper.pk), ("outgoing_kept_copy", paper.pk), ("copy_return", use.pk),
        ("copy_receive", use.pk), ("outgoing_envelope", paper.pk), ("outgoing_dispatch_sheet", paper.pk),
    ):  # fmt: skip
        url = reverse(name, args=[pk])
        client = at_desk(office.khach)
        answers = [client.get(url).status_code, client.post(url, posted()).status_code]
        assert 404 in answers and set(answers) <= {404, 405}


@pytest.mark.parametrize("name", ["outgoing_posted", "outgoing_kept_copy"])
def test_the_page_asks_the_same_for_one_line_and_for_three(office, paper, name):
    client, here, counts, now = at_desk(office.lan), reverse(name, args=[paper.pk]), [], timezone.now()
    day = timezone.localdate(now)
    for people in ("A", "BC"):
        for one in people:
            post_paper(paper, by=office.lan, at=now, day=day, recipient=one, envelopes=1)
            use = lend_copy(paper, by=office.lan, at=now, day=day, name=one, allowed_by=office.dung)
            return_copy(use, by=office.lan, at=now, day=day)
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_an_assistant_is_lent_no_copy_of_what_answers_a_marked_paper(office, paper):
    assistant = office.post("thuky", "Thư Ký", office.home_affairs, Role.ASSISTANT, "Thư ký")
    at = timezone.now()
    use = lend_copy(
        paper, by=office.lan, at=at, day=timezone.localdate(at), reader=assistant, allowed_by=office.dung
    )
    here = reverse("copy_receive", args=[use.pk])
    assert at_desk(assistant).get(here).status_code == 200
    marked = office.paper(number="77")
    Incoming.objects.filter(pk=marked.pk).update(secrecy_marks="MẬT")
    Outgoing.objects.filter(pk=paper.pk).update(in_reply_to=marked)
    assert at_desk(assistant).get(here).status_code == 404
    KeptCopyUse.objects.filter(pk=use.pk).update(returned_on=timezone.localdate(at))
    page = at_desk(office.lan).post(
        reverse("outgoing_kept_copy", args=[paper.pk]), lent(office, reader=assistant.pk)
    )
    assert "dấu hiệu độ mật" in words(page) and KeptCopyUse.objects.count() == 1
