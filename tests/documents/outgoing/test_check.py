"""Content, then format, each by the person answerable for it (decree 30 art. 12)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import drafts
from documents.journey import NotAllowedNow
from orgs.models import Role, Unit
from tests.documents.outgoing_cases import brought, sits_down


def press(client, post, paper, step):
    seen = {"sha256": paper.current_file().blob_id}
    return sits_down(client, post).post(reverse(f"outgoing_{step}", args=[paper.pk]), seen)


def test_each_check_speaks_of_the_version_by_its_hash(client, office):
    paper = brought(office, "in_review")
    press(client, office.hoa, paper, "check_content")
    press(client, office.lan, paper, "check_format")
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("format_checked", office.dung)
    said = [event.payload for event in paper.events.filter(kind__in=["check_content", "check_format"])]
    assert [(one["sha256"], one["version"]) for one in said] == [(paper.current_file().blob_id, 1)] * 2


def test_an_old_tab_does_not_agree_to_a_version_nobody_looked_at(client, office, now):
    paper = brought(office, "in_review")
    old = paper.current_file().blob_id
    papers.send_back(paper, by=office.hoa, at=now, reason="Bổ sung số liệu")
    changed = {"signer": office.dung, "body": "Đã bổ sung số liệu."}
    drafts.edit(paper, by=office.minh, at=now, recipients=[office.ministry], **changed)
    papers.submit(paper, by=office.minh, at=now)
    answer = sits_down(client, office.hoa).post(
        reverse("outgoing_check_content", args=[paper.pk]), {"sha256": old}, follow=True
    )
    assert "Dự thảo đã thay đổi" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.version) == ("in_review", 2)


def test_format_is_not_checked_before_content(office, now):
    paper = brought(office, "in_review")
    with pytest.raises(NotAllowedNow):
        papers.check_format(paper, by=office.lan, at=now, sha256=paper.current_file().blob_id)


def test_not_you(client, office):
    paper = brought(office, "in_review")
    other_unit = Unit.objects.create(organisation=office.home_affairs, name="Thanh tra")
    quang = office.post(
        "quang", "Cao Đăng Quang", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=other_unit
    )
    assert press(client, quang, paper, "check_content").status_code == 404
    assert press(client, office.khach, paper, "check_content").status_code == 404
    assert press(client, office.lan, paper, "check_content").status_code == 403
    assert press(client, office.minh, paper, "check_content").status_code == 403
    assert press(client, office.dung, paper, "check_format").status_code == 403
    paper.refresh_from_db()
    assert paper.state == "in_review"


def test_the_paper_page_offers_only_ones_own_steps(client, office):
    paper = brought(office, "in_review")
    steps = {
        post.user.username: [
            step["name"] for step in sits_down(client, post).get(paper.get_absolute_url()).context["steps"]
        ]
        for post in (office.minh, office.hoa, office.lan)
    }
    ask = ["consult", "circulate"]
    assert steps == {"minh": ask, "hoa": ["check_content", "revise", "send_back", *ask], "lan": []}


def test_a_head_of_unit_checks_what_the_head_wrote(office, now):
    """Where the author is the head of the unit, the same person answers for the content."""
    from tests.documents.outgoing_cases import written

    paper = written(office, by=office.hoa)
    papers.submit(paper, by=office.hoa, at=now)
    papers.check_content(paper, by=office.hoa, at=now, sha256=paper.current_file().blob_id)
    with pytest.raises(PermissionDenied):
        papers.check_format(paper, by=office.hoa, at=now, sha256=paper.current_file().blob_id)
