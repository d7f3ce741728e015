"""What others say at a place of a draft: found again, answered by one press, and never lost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import remarks
from documents.actions.unsent import keep
from documents.journey import NotAllowedNow
from documents.layout.blocks import LONGEST, MOST_CELLS
from documents.layout.places import find_place, replaced
from documents.models import DraftRemark
from progress.kinds import of_event
from tests.documents.outgoing_cases import brought, kinds, sits_down, written

BODY = "1. Giao Sở Nội vụ báo cáo trước ngày 10.\n\n2. Giao **Sở Tư pháp** báo cáo trước ngày 10."


def said(paper, by, **fields) -> DraftRemark:
    return remarks.remark(
        paper, by=by, at=timezone.now(), **({"quote": "báo cáo", "words": "Chưa rõ"} | fields)
    )


def test_a_place_is_found_by_its_words_and_by_those_before_them():
    assert find_place("một hai một", "một") == (0, 3)
    assert find_place("một hai một", "một", "hai ") == (8, 11)
    assert find_place("**Sở  Tư\npháp** họp", "Sở Tư pháp") == (2, 13)
    assert find_place("khác hẳn", "một") is None and find_place("một", "  ") is None
    assert replaced("a **b c** d", (4, 5), "x") == "a **x c** d"
    assert replaced("a *b c* d", (3, 9), "x") is None


def test_the_head_suggests_and_the_author_takes_it_by_one_press(client, office):
    paper = brought(office, "in_review", body=BODY)
    hoa = sits_down(client, office.hoa)
    url = reverse("draft_remarks", args=[paper.pk])
    assert "Giao Sở Tư pháp báo cáo" in hoa.get(url).content.decode(), "the text as one reads it"
    asked = {
        "quote": "báo cáo trước ngày 10",
        "before": "Giao Sở Tư pháp ",
        "proposal": "báo cáo trước ngày 20",
    }
    assert hoa.post(url, asked).url == url
    remark = DraftRemark.objects.get()
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Xem góp ý")
    minh = sits_down(client, office.minh)
    assert "Có 1 góp ý chờ bạn" in minh.get(reverse("outgoing_edit", args=[paper.pk])).content.decode()
    assert minh.post(reverse("remark_accept", args=[remark.pk])).url == url
    paper.refresh_from_db()
    remark.refresh_from_db()
    assert paper.body == BODY.replace(
        "**Sở Tư pháp** báo cáo trước ngày 10", "**Sở Tư pháp** báo cáo trước ngày 20"
    )
    assert (remark.state, remark.settled_by) == ("accepted", office.minh)
    assert kinds(paper)[-3:] == ["remark_draft", "send_back", "accept_remark"]
    told = [one.who for event in paper.events.all() for _, _, one in of_event(event)]
    assert told.count(office.minh.pk) >= 2 and told[-1] == office.hoa.pk


def test_a_comment_is_answered_while_the_draft_is_under_way_and_only_once(client, office):
    paper = brought(office, "in_review", body=BODY)
    remark = said(paper, office.hoa)
    minh = sits_down(client, office.minh)
    minh.post(reverse("remark_refuse", args=[remark.pk]))
    with pytest.raises(NotAllowedNow, match="đã được trả lời"):
        remarks.accept(remark, by=office.minh, at=timezone.now())
    suggestion = said(paper, office.hoa, is_suggestion=True, proposal="nộp báo cáo")
    with pytest.raises(NotAllowedNow, match="đang được trình"):
        remarks.accept(suggestion, by=office.minh, at=timezone.now())
    with pytest.raises(PermissionDenied):
        remarks.refuse(suggestion, by=office.hoa, at=timezone.now())
    assert kinds(paper)[-1] == "remark_draft"


def test_what_changed_meanwhile_or_is_being_typed_is_not_written_over(office):
    paper = written(office, body=BODY)
    gone = said(paper, office.minh, quote="trước ngày 10", is_suggestion=True, proposal="ngay")
    there = said(paper, office.minh, quote="Giao Sở Nội vụ", is_suggestion=True, proposal="Đề nghị Sở Nội vụ")
    type(paper).objects.filter(pk=paper.pk).update(body=BODY.replace("trước ngày 10", "hằng tháng"))
    with pytest.raises(ValidationError, match="đã thay đổi"):
        remarks.accept(gone, by=office.minh, at=timezone.now())
    keep(office.minh.user, form=f"draft-{paper.pk}", fields='{"values": []}', at=timezone.now())
    with pytest.raises(ValidationError, match="chưa lưu"):
        remarks.accept(there, by=office.minh, at=timezone.now())
    assert set(DraftRemark.objects.values_list("state", flat=True)) == {"open"}


def test_a_mark_of_secrecy_that_a_suggestion_leaves_in_the_draft_is_refused(client, office):
    """Neither what stands there nor the suggestion has it alone."""
    paper = written(office, body="Nội dung\n\nMẬT độ xây dựng")
    remark = said(paper, office.minh, quote="độ xây dựng", is_suggestion=True, proposal="")
    minh = sits_down(client, office.minh)
    answer = minh.post(reverse("remark_accept", args=[remark.pk]), follow=True)
    assert "Có dấu “MẬT”" in answer.content.decode()
    paper.refresh_from_db()
    remark.refresh_from_db()
    assert paper.body == "Nội dung\n\nMẬT độ xây dựng" and remark.state == "open"


def test_what_is_nowhere_in_the_draft_or_says_nothing_is_refused(client, office):
    paper = brought(office, "in_review", body=BODY)
    hoa, url = sits_down(client, office.hoa), reverse("draft_remarks", args=[paper.pk])
    for data, field in (
        ({"quote": "không có ở đây", "words": "x"}, "quote"),
        ({"quote": "báo cáo"}, "words"),
        ({"quote": "báo cáo", "proposal": "MẬT"}, "proposal"),
    ):
        answer = hoa.post(url, data)
        assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not DraftRemark.objects.exists()


def test_nobody_who_does_not_see_the_draft_sees_or_says_anything(client, office):
    paper = written(office, body=BODY)
    remark = said(paper, office.minh)
    for stranger in (office.hoa, office.lan, office.khach):
        at = sits_down(client, stranger)
        assert at.get(reverse("draft_remarks", args=[paper.pk])).status_code == 404
        assert at.post(reverse("remark_accept", args=[remark.pk])).status_code == 404
    signed = brought(office, "awaiting_signature", body=BODY)
    with pytest.raises(NotAllowedNow):
        said(signed, office.dung)


def test_one_remark_and_three_take_as_many_queries(client, office, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    paper = brought(office, "in_review", body=BODY)
    minh, url, counts = sits_down(client, office.minh), reverse("draft_remarks", args=[paper.pk]), []
    for more in (1, 2):
        for _ in range(more):
            said(paper, office.hoa)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert minh.get(url).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_suggestion_that_makes_the_text_too_long_or_its_tables_too_big_is_not_written(office):
    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * (MOST_CELLS // 2 - 1) + "\nHết bảng"
    paper = written(office, body=table)
    row = said(
        paper, office.minh, quote="Hết bảng", is_suggestion=True, proposal="| a | b |\n|---|---|\n| 1 | 2 |"
    )
    with pytest.raises(ValidationError, match="nhiều nhất 5000"):
        remarks.accept(row, by=office.minh, at=timezone.now())
    paper = written(office, body="báo cáo " + "a" * (LONGEST - 8))
    longer = said(paper, office.minh, is_suggestion=True, proposal="báo cáo lại")
    with pytest.raises(ValidationError, match="ký tự"):
        remarks.accept(longer, by=office.minh, at=timezone.now())
    paper.refresh_from_db()
    assert len(paper.body) == LONGEST
    assert set(DraftRemark.objects.values_list("state", flat=True)) == {"open"}
