"""Who may not sign at the left, who may not sign before it, and what becomes of a refusal."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.secretary import name_secretary
from documents.journey import NotAllowedNow
from documents.models import Outgoing
from orgs.models import Delegation
from signatures import actions as signing
from signatures.actions import batches
from signatures.models import Signature
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import form_data, kinds, written

from .two_who_sign import asked, checked, minutes, press


@pytest.fixture(autouse=True)
def _certificates(keys, office):
    from hanoi_docs.demo.certificates import give_demo_certificates

    give_demo_certificates([office.hoa, office.minh], [])


def unsigned(paper, state="awaiting_secretary") -> bool:
    paper.refresh_from_db()
    return (paper.state, Signature.objects.count()) == (state, 0)


def leaves(post):
    post.valid_to = timezone.localdate()
    post.save()


def test_the_chair_does_not_sign_before_the_secretary(client, office):
    paper = asked(office)
    dung = at_desk(office.dung)
    page = words(dung.post(reverse("outgoing_sign", args=[paper.pk]), follow=True))
    assert "Không thể “Ký số”: văn bản hiện ở trạng thái “Đã duyệt, chờ thư ký, bên kia ký số”" in page
    assert "không chờ ký" in words(dung.get(reverse("outgoing_approve", args=[paper.pk]), follow=True))
    with pytest.raises(NotAllowedNow):
        signing.sign(paper, by=office.dung, at=timezone.now())
    assert unsigned(paper)


def test_the_chair_approves_and_does_not_sign_in_one_act_or_in_a_batch(office):
    paper = checked(office)
    with pytest.raises(NotAllowedNow, match="người ấy ký trước"):
        signing.sign(paper, by=office.dung, at=timezone.now(), sha256=paper.current_file().blob_id)
    assert unsigned(paper, "format_checked") and not batches.waiting_for(office.dung).exists()
    assert "ask_secretary" not in kinds(paper)


def test_nobody_signs_in_the_place_of_the_secretary(office):
    paper = asked(office)
    for post in (office.minh, office.lan, office.dung, office.thao):
        assert press(at_desk(post), "sign_secretary", paper).status_code == 403
        page = at_desk(post).get(reverse("outgoing_sign_secretary", args=[paper.pk]), follow=True)
        assert "không chờ bạn ký" in words(page)
    with pytest.raises(PermissionDenied):
        signing.sign_secretary(paper, by=office.minh, at=timezone.now())
    assert unsigned(paper)


def test_a_lent_inbox_reads_and_does_not_sign(client, office):
    paper, today = asked(office), timezone.localdate()
    Delegation.objects.create(post=office.hoa, to=office.minh.user, valid_from=today, valid_to=today)
    client.force_login(office.minh.user)
    client.post(reverse("act_as"), {"post": office.hoa.pk})
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert press(client, "sign_secretary", paper).status_code == 403
    with pytest.raises(PermissionDenied):
        signing.sign_secretary(paper, by=office.hoa.used_by(office.minh.user), at=timezone.now())
    assert unsigned(paper)


def test_a_page_of_another_version_is_not_signed(office):
    paper = asked(office)
    page = press(at_desk(office.hoa), "sign_secretary", paper, sha256="0" * 64)
    assert "Dự thảo đã thay đổi" in words(page) and unsigned(paper)


def test_the_secretary_refuses_with_a_reason_and_a_new_version_is_signed_by_both(office):
    paper = asked(office)
    hoa = at_desk(office.hoa)
    hoa.post(reverse("outgoing_send_back", args=[paper.pk]), {"reason": "Ghi thiếu ý kiến"})
    assert unsigned(paper, "returned") and paper.holder == office.minh
    papers.submit(paper, by=office.minh, at=timezone.now())
    assert paper.version == 2
    press(hoa, "check_content", paper)
    press(at_desk(office.lan), "check_format", paper)
    press(at_desk(office.dung), "approve", paper)
    press(hoa, "sign_secretary", paper)
    press(at_desk(office.dung), "approve", paper)
    paper.refresh_from_db()
    assert (paper.state, Signature.objects.count()) == ("signed", 2)


def test_what_the_secretary_signed_falls_when_the_chair_sends_it_back(office):
    paper = asked(office)
    press(at_desk(office.hoa), "sign_secretary", paper)
    at_desk(office.dung).post(reverse("outgoing_send_back", args=[paper.pk]), {"reason": "Sửa kết luận"})
    page = words(at_desk(office.minh).get(paper.get_absolute_url(), {"tab": "signature"}))
    assert "Chữ ký số của thư ký, bên kia Hết hiệu lực" in page


def test_in_the_place_of_who_left_another_signs_and_the_page_stays(office):
    paper = asked(office)
    before = paper.current_file().blob_id
    dung, url = at_desk(office.dung), reverse("outgoing_name_secretary", args=[paper.pk])
    assert dung.get(url).status_code == 403  # who is here still signs
    leaves(office.hoa)
    assert press(at_desk(office.hoa), "sign_secretary", paper).status_code == 403
    assert unsigned(paper)
    page = words(dung.get(url))
    assert "Lê Thu Hoa không còn giữ vị trí" in page and "Phạm Tiến Dũng –" not in page
    assert at_desk(office.lan).post(url, {"person": office.lan.pk, "reason": "x"}).status_code == 403
    assert dung.post(url, {"person": office.minh.pk, "reason": "Chị Hoa chuyển công tác"}).status_code == 302
    paper.refresh_from_db()
    assert (paper.secretary, paper.secretary_post, paper.holder) == ("Lê Thu Hoa", office.minh, office.minh)
    event = paper.events.last()
    assert event.kind == "name_secretary" and event.payload["to_post"] == office.minh.pk
    assert "Lê Thu Hoa → Trần Quang Minh; trên trang ghi Lê Thu Hoa" in event.payload["note"]
    assert paper.current_file().blob_id == before
    press(at_desk(office.minh), "sign_secretary", paper)
    assert Signature.objects.get().post == office.minh
    assert "Trần Quang Minh, Chuyên viên, ký số; trên trang ghi Lê Thu Hoa" in words(
        dung.get(paper.get_absolute_url())
    )


def test_who_is_named_instead_is_of_this_office_and_not_the_chair(office):
    paper = asked(office)
    leaves(office.hoa)
    paper.refresh_from_db()
    again = {"by": office.minh, "at": timezone.now(), "reason": "Nghỉ"}
    for person, why in (
        (office.khach, "của cơ quan soạn thảo"),
        (office.dung, "hai người"),
        (office.hoa, "không còn giữ"),
    ):
        with pytest.raises(ValidationError, match=why):
            name_secretary(paper, person=person, **again)
    with pytest.raises(ValidationError, match="lý do"):
        name_secretary(paper, person=office.lan, **again | {"reason": " "})
    assert paper.events.last().kind == "ask_secretary"


def test_what_a_draft_may_not_name(office):
    minh = at_desk(office.minh)
    for post, named in ((office.dung, "BB"), (office.khach, "BB")):
        answer = minh.post(reverse("draft"), form_data(office, kind=named) | {"secretary_post": post.pk})
        assert answer.status_code == 422, post
    # Of a kind that one person signs the choice is dropped.
    assert (
        minh.post(reverse("draft"), form_data(office) | {"secretary_post": office.hoa.pk}).status_code == 302
    )
    assert Outgoing.objects.get().secretary_post is None
    with pytest.raises(ValidationError, match="chỉ một người ký"):
        written(office, secretary_post=office.hoa)


def test_a_secretary_who_left_before_is_said_when_it_is_submitted(office):
    paper = minutes(office)
    leaves(office.hoa)
    paper = Outgoing.objects.get(pk=paper.pk)
    with pytest.raises(ValidationError, match="không còn giữ vị trí này"):
        papers.submit(paper, by=office.minh, at=timezone.now())


def test_strangers_find_nothing(office):
    paper = asked(office)
    for post in (office.khach, office.tu):
        client = at_desk(post)
        for name in ("outgoing_sign_secretary", "outgoing_name_secretary"):
            url = reverse(name, args=[paper.pk])
            assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_the_secretary_sees_it_from_the_submission_on(office):
    aide = office.post("an", "Hồ Thị An", office.home_affairs, "officer", "Chuyên viên")
    paper = minutes(office, secretary_post=aide)
    client = at_desk(aide)
    assert client.get(paper.get_absolute_url()).status_code == 404
    papers.submit(paper, by=office.minh, at=timezone.now())
    assert client.get(paper.get_absolute_url()).status_code == 200
    readers = words(at_desk(office.minh).get(reverse("readers", args=[paper.pk])))
    assert "Thư ký, bên kia: ký ở bên trái trang" in readers


def test_the_pages_ask_little_of_the_database(office):
    paper = asked(office)
    hoa, dung, minh = at_desk(office.hoa), at_desk(office.dung), at_desk(office.minh)

    def asks(client, url: str) -> int:
        client.get(url)  # what the office remembers between two of its events
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    sign = reverse("outgoing_sign_secretary", args=[paper.pk])
    pages = (sign, paper.get_absolute_url(), reverse("outgoing_list") + "?box=signature", reverse("desk"))
    assert {url: count for url in pages if (count := asks(hoa, url)) > 10} == {}
    leaves(office.hoa)
    assert asks(dung, reverse("outgoing_name_secretary", args=[paper.pk])) <= 10
    assert asks(minh, reverse("draft")) <= 10


def test_a_list_of_three_costs_what_one_costs(office):
    costs = []
    hoa = at_desk(office.hoa)
    for wanted in (1, 3):
        while Outgoing.objects.filter(state="awaiting_secretary").count() < wanted:
            asked(office)
        hoa.get(reverse("outgoing_list"), {"box": "signature"})
        with CaptureQueriesContext(connection) as seen:
            page = hoa.get(reverse("outgoing_list"), {"box": "signature"})
        assert words(page).count("Họp giao ban tháng 01") >= wanted
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_old_days_do_not_count(office):
    """A post that begins later signs nothing yet."""
    office.hoa.valid_from = timezone.localdate() + dt.timedelta(days=2)
    office.hoa.save()
    with pytest.raises(ValidationError, match="không còn giữ vị trí"):
        minutes(office)
