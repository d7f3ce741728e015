"""Who may not sign at the left, who may not sign before it, and what becomes of a refusal."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.page_content import page_of
from documents.journey import NotAllowedNow
from documents.models import Outgoing
from documents.versions import content_of
from orgs.models import Delegation
from signatures import actions as signing
from signatures.actions import batches
from signatures.models import Signature
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import form_data, kinds, written
from tests.house.test_fresh import ASKED, stale

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
    assert "Không thể “Ký số”: văn bản hiện ở trạng thái “Đã duyệt, chờ thư ký hoặc bên kia ký số”" in page
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


def test_an_approval_asks_who_is_at_the_keyboard(office):
    """Also where no key is used yet: the office acts on it as on a signature."""
    paper, client = checked(office), stale(office.dung)
    url = reverse("outgoing_approve", args=[paper.pk])
    assert ASKED in client.post(url, {"sha256": content_of(paper)}).content.decode()
    assert unsigned(paper, "format_checked") and "approve" not in kinds(paper)


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
    assert "Chữ ký số của thư ký hoặc bên kia Hết hiệu lực" in page


@pytest.mark.parametrize("who", ["dung", "minh"])
def test_in_the_place_of_who_left_the_draft_names_another_and_is_approved_anew(office, who):
    paper = asked(office)
    back = reverse("outgoing_send_back", args=[paper.pk])
    minh, dung = at_desk(office.minh), at_desk(office.dung)
    assert minh.get(back).status_code == 403  # who is here still signs
    leaves(office.hoa)
    assert press(at_desk(office.hoa), "sign_secretary", paper).status_code == 403
    assert at_desk(office.thao).post(back, {"reason": "x"}).status_code == 403
    assert at_desk(getattr(office, who)).post(back, {"reason": "Chị Hoa chuyển công tác"}).status_code == 302
    assert unsigned(paper, "returned") and paper.holder == office.minh
    edit = reverse("outgoing_edit", args=[paper.pk])
    page = words(minh.get(edit))
    assert "Lê Thu Hoa không còn giữ vị trí này. Hãy chọn người khác." in page
    named = form_data(office, kind="BB", addressees="") | {"secretary_post": office.thao.pk}
    assert minh.post(edit, named).status_code == 302
    paper.refresh_from_db()
    assert (paper.secretary, paper.secretary_post) == (str(office.thao.user), office.thao)
    chief = office.post(
        "truong", "Vũ Trưởng Phòng", office.home_affairs, "unit_head", "Trưởng phòng", unit=office.minh.unit
    )
    papers.submit(paper, by=office.minh, at=timezone.now())
    press(at_desk(chief), "check_content", paper)
    press(at_desk(office.lan), "check_format", paper)
    press(at_desk(office.thao), "sign_secretary", paper)
    assert unsigned(paper, "format_checked")  # not before it is approved anew
    press(dung, "approve", paper)
    assert unsigned(paper) and paper.holder == office.thao
    assert page_of(paper, timezone.now()).beside.name == str(office.thao.user)


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


def test_whoever_opens_a_draft_is_told_that_its_secretary_has_left(office):
    paper = minutes(office)
    minh, edit = at_desk(office.minh), reverse("outgoing_edit", args=[paper.pk])
    leaves(office.hoa)
    said = (
        "Lê Thu Hoa không còn giữ vị trí này. Hãy chọn người khác. Để trống thì bên trái không còn chữ ký số."
    )
    assert said in words(minh.get(edit))
    other = at_desk(office.minh).get(
        reverse("outgoing_edit", args=[minutes(office, secretary_post=office.thao).pk])
    )
    assert "không còn giữ vị trí" not in words(other)


def test_strangers_find_nothing(office):
    paper = asked(office)
    for post in (office.khach, office.tu):
        client = at_desk(post)
        url = reverse("outgoing_sign_secretary", args=[paper.pk])
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_the_secretary_sees_it_from_the_submission_on(office):
    aide = office.post("an", "Hồ Thị An", office.home_affairs, "officer", "Chuyên viên")
    paper = minutes(office, secretary_post=aide)
    client = at_desk(aide)
    assert client.get(paper.get_absolute_url()).status_code == 404
    papers.submit(paper, by=office.minh, at=timezone.now())
    assert client.get(paper.get_absolute_url()).status_code == 200
    readers = words(at_desk(office.minh).get(reverse("readers", args=[paper.pk])))
    assert "Thư ký hoặc bên kia: ký ở bên trái trang" in readers


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
    assert asks(dung, reverse("outgoing_send_back", args=[paper.pk])) <= 10
    assert asks(minh, paper.get_absolute_url()) <= 10
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
