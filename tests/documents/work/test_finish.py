"""Finishing needs a result; a leading task carries its branch up and completes the paper."""

from django.utils import timezone

from documents.actions.work import assignments as work
from tests.documents.desks import at_desk, directed, kinds, outgoing, task_of, words


def reply_to(office, paper):
    return outgoing(
        office, state="issued", number="45", notation="SNV-TCBC", subject="Trả lời", in_reply_to=paper
    )


def test_the_whole_branch_closes_and_the_sender_is_told(office):
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    task = task_of(paper, office.minh)
    answer = at_desk(office.minh).post(f"/cong-viec/{task.pk}/hoan-thanh/", {"result": "Không cần trả lời"})
    assert answer.url == f"/van-ban-den/{paper.pk}/"
    paper.refresh_from_db()
    assert (paper.state, paper.result) == ("completed", "Không cần trả lời")
    assert task_of(paper, office.hoa).state == "done"
    assert kinds(paper)[-3:] == ["finish", "close", "complete"]
    assert paper.reports.filter(code="06").exists()


def test_the_answer_is_linked_both_ways(office):
    paper = directed(office)
    reply = reply_to(office, paper)
    task = task_of(paper, office.minh)
    client = at_desk(office.minh)
    assert f'value="{reply.pk}"' in client.get(f"/cong-viec/{task.pk}/hoan-thanh/").content.decode()
    assert client.post(f"/cong-viec/{task.pk}/hoan-thanh/", {"reply": reply.pk}).status_code == 302
    paper.refresh_from_db()
    assert paper.result == "Đã trả lời bằng văn bản 45/SNV-TCBC"
    assert "45/SNV-TCBC" in words(client.get(f"/van-ban-den/{paper.pk}/?tab=info"))


def test_another_papers_answer_cannot_be_chosen(office):
    other = reply_to(office, directed(office, number="9"))
    task = task_of(directed(office), office.minh)
    answer = at_desk(office.minh).post(f"/cong-viec/{task.pk}/hoan-thanh/", {"reply": other.pk})
    assert answer.status_code == 200


def test_a_lead_needs_a_result_a_support_does_not(office):
    paper = directed(office, support=[office.hoa])
    lead, support = task_of(paper, office.minh), task_of(paper, office.hoa)
    answer = at_desk(office.minh).post(f"/cong-viec/{lead.pk}/hoan-thanh/", {})
    assert answer.status_code == 200 and "Hãy chọn văn bản trả lời hoặc ghi kết quả" in words(answer)
    assert "Còn người phối hợp chưa xong" in words(answer) and "Lê Thu Hoa" in words(answer)
    assert at_desk(office.hoa).post(f"/cong-viec/{support.pk}/hoan-thanh/", {}).status_code == 302
    paper.refresh_from_db()
    assert paper.state == "assigned"


def test_not_yours_and_not_twice(office):
    paper = directed(office)
    task = task_of(paper, office.minh)
    assert at_desk(office.hoa).post(f"/cong-viec/{task.pk}/hoan-thanh/", {"result": "x"}).status_code == 404
    client = at_desk(office.minh)
    client.post(f"/cong-viec/{task.pk}/hoan-thanh/", {"result": "Xong"})
    again = client.post(f"/cong-viec/{task.pk}/hoan-thanh/", {"result": "Xong nữa"}, follow=True)
    assert "Không thể “Hoàn thành”" in words(again)
    task.refresh_from_db()
    assert task.result == "Xong"
