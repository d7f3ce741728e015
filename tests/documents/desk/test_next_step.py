"""What a paper offers first is what comes next; a step pressed twice or come back to is shown plainly."""

import re

from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments as work
from documents.views.shared.rows import timeline
from tests.documents.desks import at_desk, directed, outgoing, task_of
from tests.documents.outgoing_cases import brought, written


def offered(answer) -> list[str]:
    return [step["label"] for step in answer.context["steps"]]


def primary(answer) -> list[str]:
    """The words of the buttons drawn as the main one."""
    block = re.search(r'<div class="steps.*?</div>', answer.content.decode(), re.S)
    return re.findall(r'class="btn btn-main"[^>]*>([^<]+)<', block[0]) if block else []


def begun(office):
    paper = directed(office)
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    return paper


def test_an_answer_comes_first_once_the_work_has_begun(office):
    paper = directed(office)
    minh = at_desk(office.minh)
    assert primary(minh.get(paper.get_absolute_url())) == ["Bắt đầu xử lý"]
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    page = minh.get(paper.get_absolute_url())
    assert primary(page) == ["Dự thảo văn bản trả lời"] and offered(page)[1] == "Hoàn thành"


def test_with_an_answer_at_work_the_end_comes_first(office):
    paper = begun(office)
    written(office, in_reply_to=paper)
    assert primary(at_desk(office.minh).get(paper.get_absolute_url())) == ["Hoàn thành"]


def test_a_completed_paper_urges_nothing(office):
    paper = begun(office)
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Đã trả lời qua họp")
    page = at_desk(office.minh).get(paper.get_absolute_url())
    assert "Dự thảo văn bản trả lời" in offered(page) and primary(page) == []


def test_a_returned_draft_is_mended_first(office):
    paper = brought(office, "in_review")
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Bổ sung số liệu")
    page = at_desk(office.minh).get(paper.get_absolute_url())
    assert primary(page) == ["Sửa dự thảo"] and offered(page)[1] == "Trình duyệt"
    fresh = at_desk(office.minh).get(written(office).get_absolute_url())
    assert primary(fresh) == ["Trình duyệt"]


def test_the_only_issued_answer_is_already_chosen(office):
    paper = begun(office)
    url = f"/cong-viec/{task_of(paper, office.minh).pk}/hoan-thanh/"
    first = outgoing(office, state="issued", number="45", notation="SNV", in_reply_to=paper)
    outgoing(office, state="draft", in_reply_to=paper)
    minh = at_desk(office.minh)
    assert f'value="{first.pk}" selected' in minh.get(url).content.decode()
    outgoing(office, state="issued", number="46", notation="SNV", in_reply_to=paper)
    page = minh.get(url).content.decode()
    assert not re.search(r'value="\d+" selected', page), "of two, a person chooses"


def test_one_press_is_one_line_of_the_timeline(office):
    paper = begun(office)
    titles = [item["title"] for item in timeline(paper)]
    assert titles.count("Nhận việc") + titles.count("Bắt đầu xử lý") == 1


def test_another_agency_reads_whole_sentences(office):
    said = dict(begun(office).reports.values_list("code", "description"))
    assert said["04"] == "Cho ý kiến chỉ đạo, phân công xử lý"
    assert said["05"] == "Đang xử lý văn bản đến"
    assert all(sentence[0].isupper() for sentence in said.values())


def test_a_list_of_theo_doi_says_whose(office):
    begun(office)
    desk = at_desk(office.dung)
    page = desk.get(f"/theo-doi/?class=total&person={office.minh.pk}")
    assert f"<h1>Tổng số: {office.minh.user} – {office.minh.title}</h1>" in page.content.decode()
    unit = desk.get(f"/theo-doi/?class=total&unit={office.minh.unit_id}").content.decode()
    assert f"<h1>Tổng số: {office.minh.unit.name}</h1>" in unit
    foreign = desk.get(f"/theo-doi/?class=total&person={office.khach.pk}").content.decode()
    assert "<h1>Tổng số</h1>" in foreign and str(office.khach.user) not in foreign


def test_issuing_says_the_number(office, keys):
    paper = brought(office, "signed")
    page = at_desk(office.lan).post(f"/van-ban-di/{paper.pk}/cap-so/", follow=True)
    paper.refresh_from_db()
    assert paper.state == "issued"
    assert f"Đã cấp số {paper.code}, đóng dấu và phát hành." in page.content.decode()
