"""Returned to the sender with a reason; a state secret is destroyed."""

import pytest

from documents import blobs
from documents.models import Blob, StatusReport
from tests.documents.desks import at_desk, kinds, registered, words

REASON = "Gửi không đúng nơi nhận."


def test_the_reason_goes_to_the_sender(office):
    paper = office.paper()
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": REASON})
    assert answer.url == "/van-ban-den/?box=reception"
    paper.refresh_from_db()
    assert (paper.state, paper.refusal_reason, paper.arrival_number) == ("rejected", REASON, None)
    assert StatusReport.objects.get(incoming=paper, code="02").description == REASON
    assert kinds(paper) == ["receive", "refuse"]


def test_ten_characters_at_least_and_what_was_typed_stays(office):
    paper = office.paper()
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": "Sai nơi"})
    assert answer.status_code == 200 and ">\nSai nơi</textarea>" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception"


def test_blanks_are_no_reason(office):
    paper = office.paper()
    assert (
        at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": " " * 20}).status_code == 200
    )
    assert kinds(paper) == ["receive"]


@pytest.mark.parametrize("who, status", [("dung", 403), ("minh", 404), ("khach", 404), ("quantri", 404)])
def test_who_may_not(office, who, status):
    paper = office.paper()
    client = at_desk(getattr(office, who))
    assert client.post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": REASON}).status_code == status
    assert kinds(paper) == ["receive"]


def test_not_after_it_is_in_the_book(office):
    paper = registered(office)
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": REASON}, follow=True)
    assert "Không thể “Từ chối”" in words(answer)
    paper.refresh_from_db()
    assert paper.state == "registered"


@pytest.mark.django_db(transaction=True)
def test_a_secret_leaves_no_bytes_no_picture_and_no_title(transactional_db, office):
    paper = office.paper(subject="Nội dung không được lưu")
    file = paper.files.get()
    client = at_desk(office.lan)
    assert b"".join(client.get(f"/tep/{file.pk}/trang/1/").streaming_content)
    path = blobs.path_of(file.blob)
    pictures = list(path.parents[3].joinpath("pages").rglob("*.png"))
    assert path.exists() and pictures
    client.post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": REASON, "secret": "on"})
    assert not path.exists() and not any(picture.exists() for picture in pictures)
    assert not Blob.objects.filter(pk=file.blob_id).exists()
    page = client.get(f"/van-ban-den/{paper.pk}/")
    assert "Nội dung đã bị hủy" in words(page) and "không được lưu" not in words(page)
    assert client.get(f"/tep/{file.pk}/").status_code == 404
    assert kinds(paper) == ["receive", "refuse", "purge"]
