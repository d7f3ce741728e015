"""Completing a paper puts it into a file on the same form; where the office asks for it nothing else completes it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.settings import set_filing
from casefiles.models import FilingRule, Unfiled
from documents.actions.work import assignments as work
from documents.journey import NotAllowedNow
from documents.models import Event
from tests.casefiles.filing import closed, issued, office_head, opened
from tests.documents.desks import at_desk, directed, kinds, task_of, words


@pytest.fixture
def strict(office):
    set_filing(by=office.dung, at=timezone.now(), must_file=True)


def under_way(office, **fields):
    paper = directed(office, lead=office.minh, **fields)
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    return paper, reverse("assignment_finish", args=[task.pk])


def test_the_form_of_completion_files_the_paper_in_the_same_press(office):
    case, (paper, url) = opened(office), under_way(office)
    client = at_desk(office.minh)
    assert "Đưa vào hồ sơ" in words(client.get(url))
    client.post(url, {"result": "Đã xong", "case_file": case.pk})
    paper.refresh_from_db()
    assert paper.state == "completed" and case.items.get().document_id == paper.pk
    assert kinds(paper).index("file_paper") < kinds(paper).index("complete")


def test_the_file_where_its_answer_lies_is_proposed(office):
    other, case, (paper, url) = (
        opened(office),
        opened(office, title="Hồ sơ có câu trả lời"),
        under_way(office),
    )
    issued(office, case, in_reply_to=paper)
    page = at_desk(office.minh).get(url).content.decode()
    assert f'<option value="{case.pk}" selected>' in page and f'<option value="{other.pk}">' in page


def test_where_nothing_is_asked_it_completes_unfiled(office):
    paper, url = under_way(office)
    at_desk(office.minh).post(url, {"result": "Đã xong"})
    paper.refresh_from_db()
    assert paper.state == "completed" and not Unfiled.objects.exists()


def test_a_strict_office_refuses_it_unfiled_until_there_is_a_reason(office, strict):
    (paper, url), client = under_way(office), at_desk(office.minh)
    page = client.post(url, {"result": "Đã xong"})
    assert "phải đưa vào hồ sơ" in words(page)
    assert "ít nhất 10 ký tự" in words(client.post(url, {"result": "Đã xong", "unfiled_why": "thôi"}))
    paper.refresh_from_db()
    assert paper.state == "processing"
    client.post(url, {"result": "Đã xong", "unfiled_why": "Văn bản mời họp, không lập hồ sơ"})
    paper.refresh_from_db()
    assert paper.state == "completed" and Unfiled.objects.get().document_id == paper.pk
    assert Event.objects.get(kind="leave_unfiled").payload["reason"].startswith("Văn bản mời họp")


def test_a_door_that_asks_nothing_refuses_too_and_says_where_to_file(office, strict):
    paper, _ = under_way(office)
    with pytest.raises(NotAllowedNow, match="mục Hồ sơ"):
        work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")


def test_a_file_closed_meanwhile_is_said_and_the_paper_stays_open(office):
    case, (paper, url) = opened(office), under_way(office)
    case = closed(office, case)
    type(case).objects.filter(pk=case.pk).update(state="open", counted="", closed_at=None)
    sent = {"result": "Đã xong", "case_file": case.pk}
    type(case).objects.filter(pk=case.pk).update(state="closed", counted="online", closed_at=timezone.now())
    page = at_desk(office.minh).post(url, sent)
    paper.refresh_from_db()
    assert page.status_code == 200 and paper.state == "processing"


def test_only_who_stands_above_sets_how_the_office_works(office):
    url = reverse("case_rules")
    for post in (office.minh, office.lan, office.thao, office.hoa):
        assert at_desk(post).post(url, {"must_file": "on"}).status_code == 404
    assert not FilingRule.objects.filter(must_file=True).exists()
    at_desk(office_head(office)).post(url, {"must_file": "on"})
    assert FilingRule.objects.get(must_file=True).organisation == office.home_affairs
    assert Event.objects.get(kind="set_filing").payload["text"]
