"""A paper says by what right it is signed, and only whoever has that right is asked (decree 30 art. 13)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.boxes import boxes_for
from orgs.actions.authorities import end
from orgs.models import Post, Role, Unit
from tests.documents.desks import words
from tests.documents.outgoing_cases import brought, form_data, kinds, sits_down, text_of, written
from tests.orgs.two import granted

DRAFT = reverse("draft")


@pytest.fixture
def quang(office):
    """Head of another room than the one that drafts, authorised for letters and invitations."""
    room = Unit.objects.create(organisation=office.home_affairs, name="Phòng Công chức", abbreviation="CC")
    head = office.post(
        "quang", "Cao Đăng Quang", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=room
    )
    at = timezone.now()
    granted(
        post=head, capacity="TUQ", basis="Giấy ủy quyền số 12/GUQ-SNV", basis_on=timezone.localdate(at), by=office.dung,
        kinds=["CV", "GM"], valid_from=at, valid_to=at + dt.timedelta(days=30), at=at,
    )  # fmt: skip
    return head


def test_the_block_on_the_page_is_the_right(office, quang):
    for signer, lines in ((quang, ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG CÔNG CHỨC")), (office.thao, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))):  # fmt: skip
        paper = brought(office, "in_review", signer=signer)
        assert paper.signer_lines == "\n".join(lines)
        assert all(line in text_of(paper) for line in lines)


def test_who_has_no_right_is_not_chosen(office, quang):
    with pytest.raises(ValidationError, match="chưa được giao thẩm quyền ký") as refused:
        written(office, signer=office.hoa)
    assert list(refused.value.error_dict) == ["signer"]
    with pytest.raises(ValidationError, match="chỉ được ký: Công văn, Giấy mời; không gồm Quyết định"):
        written(office, kind="QĐ", signer=quang)
    with pytest.raises(ValidationError, match="của cơ quan soạn thảo"):
        written(office, signer=office.khach)


def test_a_right_that_ended_stops_the_submission(office, now, quang):
    paper = written(office, signer=quang)
    end(quang.signing_authorities.get(), by=office.dung, at=now, reason="Thu hồi")
    with pytest.raises(ValidationError, match=r"đã kết thúc.*\(Thu hồi\)"):
        papers.submit(paper, by=office.minh, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.state, paper.files.count()) == ("draft", 0)


def test_a_right_that_ended_on_the_way_stops_the_approval(office):
    paper = brought(office, "format_checked", signer=office.thao)
    end(office.thao.signing_authorities.get(), by=office.dung, at=timezone.now(), reason="Thôi phụ trách")
    before = kinds(paper)
    with pytest.raises(
        ValidationError, match=r"Chưa ký được. Thẩm quyền KT\..*Thôi phụ trách.*có thể trả lại"
    ):
        papers.approve(paper, by=office.thao, at=timezone.now(), sha256=paper.current_file().blob_id)
    paper.refresh_from_db()
    assert (paper.state, paper.holder, kinds(paper)) == ("format_checked", office.thao, before)
    papers.send_back(paper, by=office.thao, at=timezone.now(), reason="Chọn người ký khác")
    assert paper.state == "returned"


def test_a_page_that_would_be_printed_otherwise_today_is_not_approved(office, quang):
    paper = brought(office, "format_checked", signer=quang)
    Post.objects.filter(pk=office.dung.pk).update(title="Quyền Giám đốc")
    with pytest.raises(
        ValidationError, match=r"đã thay đổi từ khi trình.*“TUQ\. GIÁM ĐỐC / TRƯỞNG PHÒNG CÔNG CHỨC”"
    ):
        papers.approve(paper, by=quang, at=timezone.now(), sha256=paper.current_file().blob_id)
    paper.refresh_from_db()
    assert paper.state == "format_checked"


def test_the_form_names_the_capacity(client, office, quang):
    page = words(sits_down(client, office.minh).get(DRAFT))
    for label in ("Phạm Tiến Dũng, Giám đốc ", "Vũ Phương Thảo, Phó Giám đốc (KT.)",
                  "Cao Đăng Quang, Trưởng phòng Công chức (TUQ., chỉ Công văn, Giấy mời)"):  # fmt: skip
        assert label in page
    assert "Lê Thu Hoa, Trưởng phòng" not in page
    answer = client.post(DRAFT, form_data(office, signer=quang, kind="KH"))
    assert answer.status_code == 422 and "không gồm Kế hoạch" in words(answer)
    assert client.post(DRAFT, form_data(office, signer=quang)).status_code == 302


def test_an_older_draft_says_that_its_signer_signs_no_more(client, office, quang):
    paper = written(office, signer=quang)
    url = reverse("outgoing_edit", args=[paper.pk])
    assert "Hãy kiểm tra người ký" not in words(sits_down(client, office.minh).get(url))
    end(quang.signing_authorities.get(), by=office.dung, at=timezone.now(), reason="Thu hồi")
    page = words(client.get(url))
    assert "Hãy kiểm tra người ký" in page and "Thu hồi" in page
    assert client.get(reverse("outgoing_preview", args=[paper.pk])).status_code == 200


def test_a_head_of_room_finds_what_waits_for_his_signature(client, office, quang):
    draft, paper = written(office, signer=quang), brought(office, "format_checked", signer=quang)
    desk = sits_down(client, quang)
    assert reverse("outgoing_approve", args=[paper.pk]) in desk.get(paper.get_absolute_url()).content.decode()
    assert desk.get(draft.get_absolute_url()).status_code == 404
    assert [row["url"] for row in desk.get("/van-ban-di/?box=signature").context["rows"]] == [
        paper.get_absolute_url()
    ]
    assert [card["url"] for card in desk.get("/").context["cards"]] == [paper.get_absolute_url()]
    end(quang.signing_authorities.get(), by=office.dung, at=timezone.now(), reason="Thu hồi")
    # Still his to send back, though no longer to sign.
    assert desk.get("/van-ban-di/?box=signature").context["rows"]
    assert [box.name for box in boxes_for(office.hoa, "outgoing") if box.name == "signature"] == []
    page = sits_down(client, office.hoa).get("/van-ban-di/?box=signature")
    assert "Không có danh sách “signature” cho vị trí này" in page.content.decode()
