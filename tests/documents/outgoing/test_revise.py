"""The head who checks a draft writes into it: a version of his own, told to its author, and what is then agreed to."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.drafts import WRITTEN, mark_of
from documents.actions.outgoing.revising import revise
from documents.journey import NotAllowedNow
from documents.layout.blocks import LONGEST, MOST_CELLS
from documents.versions import content_of
from documents.views.outgoing import revising
from progress.kinds import of_event
from tests.documents.outgoing_cases import brought, kinds, sits_down


def typed(paper, **changes) -> dict:
    return {name: getattr(paper, name) for name in WRITTEN} | {"seen": mark_of(paper)} | changes


def test_what_the_head_wrote_is_a_version_that_is_checked_and_signed(client, office):
    paper = brought(office, "in_review")
    first = paper.current_file().blob_id
    hoa, url = sits_down(client, office.hoa), reverse("outgoing_revise", args=[paper.pk])
    page = hoa.get(url)
    assert page.status_code == 200 and page.context["pages"]
    assert url in hoa.get(paper.get_absolute_url()).content.decode()
    answer = hoa.post(url, typed(paper, body="Bản của trưởng phòng.", reason="Sửa câu chữ"))
    assert answer.url == paper.get_absolute_url()
    paper.refresh_from_db()
    assert (paper.state, paper.version, paper.holder, paper.body) == (
        "in_review",
        2,
        office.hoa,
        "Bản của trưởng phòng.",
    )
    own = paper.current_file()
    assert own.blob_id != first and own.created_by == office.hoa and kinds(paper)[-1] == "revise"
    event = paper.events.last()
    assert event.payload["sha256"] == own.blob_id and event.payload["reason"] == "Sửa câu chữ"
    assert [one.who for _, _, one in of_event(event)] == [office.minh.pk]
    assert "a=1" in sits_down(client, office.minh).get(paper.get_absolute_url()).content.decode(), "compare"
    papers.check_content(paper, by=office.hoa, at=timezone.now(), sha256=content_of(paper))
    assert brought(office, "awaiting_signature", paper).version == 2


def test_the_version_before_is_not_agreed_to_any_more(office):
    paper = brought(office, "in_review")
    old = content_of(paper)
    revise(paper, by=office.hoa, at=timezone.now(), **typed(paper, body="Khác."))
    with pytest.raises(Exception, match="đã thay đổi"):
        papers.check_content(paper, by=office.hoa, at=timezone.now(), sha256=old)


def test_nobody_else_writes_into_it_and_not_at_another_time(client, office):
    paper = brought(office, "in_review")
    for post in (office.minh, office.lan, office.dung):
        with pytest.raises(PermissionDenied):
            revise(paper, by=post, at=timezone.now(), **typed(paper, body="Khác."))
    assert sits_down(client, office.khach).get(reverse("outgoing_revise", args=[paper.pk])).status_code == 404
    later = brought(office, "content_checked")
    with pytest.raises(NotAllowedNow):
        revise(later, by=office.hoa, at=timezone.now(), **typed(later, body="Khác."))


def test_nothing_new_a_mark_of_secrecy_and_an_old_page_are_refused(client, office):
    paper = brought(office, "in_review")
    hoa, url = sits_down(client, office.hoa), reverse("outgoing_revise", args=[paper.pk])
    assert hoa.post(url, typed(paper)).status_code == 422
    refused = hoa.post(url, typed(paper, body="MẬT\nNội dung"))
    assert "body" in refused.context["form"].errors
    assert "MẬT\nNội dung" in refused.content.decode().replace("\r\n", "\n"), "what was typed comes back"
    late = hoa.post(url, typed(paper, body="Khác.", seen="0" * 64))
    assert late.status_code == 409 and "Khác." in late.content.decode()
    paper.refresh_from_db()
    assert paper.version == 1


def test_the_page_beside_it_follows_what_is_typed(client, office):
    paper = brought(office, "in_review")
    hoa, url = sits_down(client, office.hoa), reverse("outgoing_revise", args=[paper.pk])
    before = hoa.get(url).context["pages"][0]["url"]
    part = hoa.post(url, typed(paper, body="Khác.") | {"preview": "part"})
    assert (
        part.status_code == 200
        and before not in part.content.decode()
        and "<form" not in part.content.decode()
    )


def test_what_an_author_may_not_write_the_head_may_not_either(office):
    paper = brought(office, "in_review", kind="BB", secretary="Lê Thu Hoa")
    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * (MOST_CELLS // 2)
    for said, words in (
        ({"body": table}, "nhiều nhất 5000"),
        ({"body": "a" * (LONGEST + 1)}, "ký tự"),
        ({"secretary": f"{office.dung.user}"}, "hai người"),
    ):
        with pytest.raises(ValidationError, match=words):
            revise(paper, by=office.hoa, at=timezone.now(), **typed(paper, **said))
    paper.refresh_from_db()
    assert (paper.version, paper.secretary) == (1, "Lê Thu Hoa")


def test_no_page_is_laid_out_of_more_than_may_be_saved(client, office, monkeypatch):
    paper = brought(office, "in_review")
    hoa, url = sits_down(client, office.hoa), reverse("outgoing_revise", args=[paper.pk])
    laid = []
    monkeypatch.setattr(revising, "pages_of_draft", lambda shown, post: laid.append(shown) or [])
    long = dict.fromkeys(WRITTEN, "x" * 200_001)
    for press in ({"preview": "part"}, {"preview": "1"}, {}):
        hoa.post(url, typed(paper, **long) | press)
    hoa.post(url, typed(paper, bases="Căn cứ một.\u200b ", body="x" * 200_001) | {"preview": "part"})
    assert len(laid) == 4
    for shown in laid[:3]:
        assert {name: getattr(shown, name) for name in WRITTEN} == {
            name: getattr(paper, name) for name in WRITTEN
        }
    assert (laid[3].bases, laid[3].body) == ("Căn cứ một.", paper.body), "the others as they are typed"
