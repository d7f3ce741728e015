"""What comes back loses every check; what goes out again is another version."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from tests.documents.outgoing_cases import brought, form_data, kinds, sits_down


def back(client, post, paper, reason):
    return sits_down(client, post).post(reverse("outgoing_send_back", args=[paper.pk]), {"reason": reason})


def test_the_author_reads_why_and_every_check_is_made_anew(client, office):
    paper = brought(office, "format_checked")
    first = paper.current_file().blob_id
    assert back(client, office.dung, paper, "Bổ sung số liệu quý III").status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("returned", office.minh)
    minh = sits_down(client, office.minh)
    edit = reverse("outgoing_edit", args=[paper.pk])
    assert "Bổ sung số liệu quý III" in minh.get(edit).content.decode()
    minh.post(edit, form_data(office, body="Đã bổ sung.") | {"submit": "1"})
    paper.refresh_from_db()
    assert (paper.state, paper.version) == ("in_review", 2)
    assert paper.current_file().blob_id != first
    assert (
        sits_down(client, office.lan).post(reverse("outgoing_check_format", args=[paper.pk])).status_code
        == 302
    )
    paper.refresh_from_db()
    assert paper.state == "in_review"  # content first, again
    acts = minh.get(f"{paper.get_absolute_url()}?tab=work").context["acts"]
    assert [(act["label"][:8], act["void"]) for act in acts[:2]] == [("Trình dự", False), ("Trả lại ", False)]
    assert all(act["void"] for act in acts[2:]) and len(acts) == 5


def test_a_reason_is_required_and_the_page_shows_the_paper_beside_it(client, office):
    paper = brought(office, "in_review")
    answer = back(client, office.hoa, paper, "  ")
    assert answer.status_code == 200 and answer.context["form"].errors["reason"]
    assert answer.context["pages"]
    paper.refresh_from_db()
    assert paper.state == "in_review"


def test_only_who_could_go_on_may_send_back(client, office):
    paper = brought(office, "content_checked")
    for post, status in ((office.hoa, 403), (office.minh, 403), (office.dung, 403), (office.khach, 404)):
        assert back(client, post, paper, "Không đạt").status_code == status
    assert back(client, office.lan, paper, "Sai thể thức").status_code == 302


def test_an_earlier_version_stays_to_be_read(client, office):
    paper = brought(office, "in_review")
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Sửa lại")
    paper = brought(office, "in_review", paper)
    page = sits_down(client, office.hoa).get(paper.get_absolute_url())
    assert [one["file"].version for one in page.context["earlier"]] == [1]
    assert kinds(paper) == ["draft", "submit", "send_back", "submit"]


def test_cancel_asks_twice_and_ends_the_draft(client, office):
    paper = brought(office, "in_review")
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Không cần nữa")
    minh, url = sits_down(client, office.minh), reverse("outgoing_cancel", args=[paper.pk])
    assert "không mở lại được" in minh.get(url).content.decode()
    paper.refresh_from_db()
    assert paper.state == "returned"
    minh.post(url)
    paper.refresh_from_db()
    assert paper.state == "cancelled"
    assert minh.get(paper.get_absolute_url()).context["steps"] == []


@pytest.mark.parametrize("state", ["format_checked", "awaiting_signature"])
def test_a_paper_whose_signer_has_left_is_not_stuck(client, office, state):
    paper = brought(office, state)
    assert back(client, office.lan, paper, "Người ký đã nghỉ hưu").status_code == 403  # he is still there
    office.dung.valid_to = timezone.localdate()
    office.dung.save()
    assert back(client, office.lan, paper, "Người ký đã nghỉ hưu").status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("returned", office.minh)
