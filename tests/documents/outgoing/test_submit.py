"""Submitting lays out the paper once; its hash is what every later act speaks of."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.page_content import notation_of
from documents.journey import NotAllowedNow
from documents.models import Outgoing
from orgs.models import Role
from tests.documents.outgoing_cases import brought, field_values, sits_down, text_of, written


def test_the_submitted_file_is_the_paper_itself(office, now):
    paper = written(office, urgency=1)
    file = papers.submit(paper, by=office.minh, at=now)
    paper.refresh_from_db()
    data = blobs.read(file.blob)
    assert hashlib.sha256(data).hexdigest() == file.blob_id == paper.events.last().payload["sha256"]
    assert (paper.state, paper.version, paper.pages, file.pages, paper.holder) == (
        "in_review",
        1,
        1,
        1,
        office.hoa,
    )
    assert set(field_values(data)) == {"so", "ngay"}
    text = text_of(paper)
    for words in ("SỞ NỘI VỤ", "V/v báo cáo công tác cán bộ", "Kính gửi: Sở Tư pháp", "KHẨN", "- Như trên;",
                  "- Lưu: VT, TCBC.", "GIÁM ĐỐC", "Phạm Tiến Dũng", "2. Kiến nghị./."):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(("lack", "words"), [({"body": " "}, "nội dung"), ({"recipients": []}, "nơi nhận")])
def test_half_a_draft_is_not_submitted(office, now, lack, words):
    paper = written(office, **lack)
    with pytest.raises(ValidationError, match=words):
        papers.submit(paper, by=office.minh, at=now)
    paper.refresh_from_db()
    assert (paper.state, paper.version, paper.files.count()) == ("draft", 0, 0)


def test_paper_recipients_alone_are_enough(office, now):
    paper = written(office, recipients=[], other_recipients="Ông Nguyễn Văn A")
    papers.submit(paper, by=office.minh, at=now)
    assert "- Ông Nguyễn Văn A;" in text_of(paper)


def test_what_was_edited_in_another_window_is_not_submitted_unseen(office, now):
    here = written(office)
    elsewhere = Outgoing.objects.get(pk=here.pk)
    fields = {"recipients": [office.ministry], "body": "Nội dung mới", "signer": office.dung}
    papers.edit(elsewhere, by=office.minh, at=now, **fields)
    with pytest.raises(NotAllowedNow, match="cửa sổ khác"):
        papers.submit(here, by=office.minh, at=now)
    elsewhere.refresh_from_db()
    assert (elsewhere.state, elsewhere.files.count()) == ("draft", 0)


def test_a_second_press_changes_nothing(client, office):
    paper = brought(office, "in_review")
    answer = sits_down(client, office.minh).post(reverse("outgoing_submit", args=[paper.pk]), follow=True)
    assert "Không thể “Trình duyệt”" in answer.content.decode()
    assert paper.files.count() == 1


def test_only_the_author_submits(client, office, now):
    paper = written(office)
    with pytest.raises(PermissionDenied):
        papers.submit(paper, by=office.hoa, at=now)
    assert (
        sits_down(client, office.khach).post(reverse("outgoing_submit", args=[paper.pk])).status_code == 404
    )


def test_a_signer_who_has_left_is_named_before_anything_is_laid_out(office, now):
    paper = written(office, signer=office.thao)
    type(office.thao).objects.filter(pk=office.thao.pk).update(valid_to=timezone.localdate(now))
    with pytest.raises(ValidationError, match="Vũ Phương Thảo"):
        papers.submit(Outgoing.objects.get(pk=paper.pk), by=office.minh, at=now)


def test_notation(office):
    leader = office.post("khanh", "Hoàng Gia Khánh", office.city, Role.LEADER, "Phó Chủ tịch")
    clerk = {"by": office.tu, "signer": leader, "recipients": [office.justice]}
    assert notation_of(written(office, kind="QĐ", **clerk)) == "QĐ-UBND"
    assert notation_of(written(office, kind="CV", **clerk)) == "UBND"
    assert notation_of(written(office)) == "SNV-TCBC"
    assert notation_of(written(office, kind="TTr")) == "TTr-SNV"


def test_many_recipients_are_named_by_one_line(office, now):
    bodies = [office.org(f"H26.{n}", f"Sở số {n}", 2) for n in range(100, 115)]
    paper = written(office, recipients=bodies, addressees="Các sở, ban, ngành")
    papers.submit(paper, by=office.minh, at=now)
    text = text_of(paper)
    assert "- Như trên;" in text and "Các cơ quan theo danh sách gửi" in text and "Sở số 107" not in text
