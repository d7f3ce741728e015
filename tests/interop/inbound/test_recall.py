"""A sender over the axis wants its paper back: cancelled here with its history kept, or kept here with a reason."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import reception as desk
from documents.actions.requests import recall
from documents.actions.work import assignments as work
from documents.journey import NotAllowedNow
from documents.models import Blob, ChangeRequest, Event, Incoming, StatusReport
from interop.edxml import BusinessType, Organ, ResponseFor, read, write
from interop.inbound import inbox
from interop.models import Inbound, Outbound
from interop.outbound import status_reports
from tests.documents.desks import at_desk, words
from tests.interop.ministry import DESK, from_ministry, ordered, raw, status

WHY = "Ban hành nhầm thẩm quyền"


def arrived(office, line, **fields):
    ordered(line, **fields)
    line.come()
    return Incoming.objects.get()


def recalled(line, paper, *, sender="G09", to=(DESK,), **changes):
    named = ResponseFor(DESK, paper.code, paper.issued_on, paper.document_uid)
    message = {
        "document_id": f"{paper.document_uid}#r", "number": "9", "response_for": [named], "sender": Organ(sender),
        "receivers": [Organ(code) for code in to], "business_type": BusinessType.RECALL, "business_reason": WHY,
    }  # fmt: skip
    raw(line, write(from_ministry(**message | changes)), to=to, by=sender)
    line.come()
    return Inbound.objects.latest("pk")


def told(paper) -> list[str]:
    """The statuses that went to the axis, in their order."""
    status_reports.report_waiting(at=timezone.now())
    return list(
        Outbound.objects.filter(report__incoming=paper).order_by("pk").values_list("status_code", flat=True)
    )


def test_the_clerk_agrees_and_only_the_history_stays(office, line):
    paper = arrived(office, line, number="8")
    held = [file.blob for file in paper.files.select_related("blob")]
    package = Inbound.objects.get().raw
    assert recalled(line, paper).state == "unpacked"
    asked = ChangeRequest.objects.get()
    assert (asked.incoming, asked.kind, asked.reason, asked.answer) == (paper, "recall", WHY, "")
    assert Incoming.objects.count() == 1  # it did not become a paper of its own
    lan = at_desk(office.lan)
    page = words(lan.get(paper.get_absolute_url()))
    assert "Nơi gửi yêu cầu thu hồi văn bản" in page and WHY in page
    with pytest.raises(ValidationError, match="trước khi vào sổ"):
        desk.register(paper, by=office.lan, at=timezone.now())
    answer = lan.post(f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/", {"answer": "agree"}, follow=True)
    assert "Đã hủy văn bản" in words(answer)
    paper.refresh_from_db()
    assert (paper.state, paper.subject, paper.code) == (
        "recalled",
        "Về việc tinh giản biên chế",
        "8/BNV-TCBC",
    )
    assert not any(blobs.path_of(blob).exists() for blob in held)
    assert paper.files.exclude(blob=None).count() == 0
    assert told(paper) == ["01", "15"]
    # Nobody holds it any more: the packages that brought it and asked for it are gone too.
    assert not blobs.path_of(package).exists() and not Inbound.objects.exclude(raw=None).exists()
    assert "hủy theo yêu cầu" in Inbound.objects.first().reason
    kept = Event.objects.get(document=paper, kind="recall").payload
    assert kept["reason"] == WHY and sorted(kept["sha256"]) == sorted(blob.sha256 for blob in held)
    assert not Event.objects.broken_links(office.home_affairs.pk)


def test_the_axis_hears_the_answer(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    recall.agree(paper, by=office.lan, at=timezone.now())
    line.leave()
    assert [status["code"] for status in line.heard("G09")][-1] == "15"
    assert not Outbound.objects.exclude(state="sent").exists()


def test_the_clerk_refuses_and_the_paper_stays(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    lan = at_desk(office.lan)
    short = lan.post(f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/", {"answer": "refuse", "reason": "không"})
    assert "ít nhất 10 ký tự" in words(short) and ChangeRequest.objects.get().answer == ""
    lan.post(
        f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/",
        {"answer": "refuse", "reason": "Đã trả lời bằng văn bản 12/SNV"},
    )
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception" and paper.files.exclude(blob=None).exists()
    assert told(paper) == ["01", "16"]
    report = StatusReport.objects.get(code="16")
    assert (report.description, report.staff) == ("Đã trả lời bằng văn bản 12/SNV", "Nguyễn Thị Lan")
    # Asked once more, it is put before the clerk once more, and answered once more.
    recalled(line, paper, business_reason="Xin thu hồi lần hai")
    recall.agree(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "16", "15"]


def test_status_13_asks_for_the_same(office, line):
    paper = arrived(office, line, number="8")
    asked = status(line, code="13", description="Gửi nhầm nơi nhận", document_id=paper.document_uid)
    assert asked.state == "unpacked"
    request = ChangeRequest.objects.get()
    assert (request.kind, request.reason) == ("take_back", "Gửi nhầm nơi nhận")
    recall.agree(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "15"]


def test_a_repeated_request_is_asked_once_and_answered_again(office, line):
    paper = arrived(office, line)
    first = recalled(line, paper)
    again = recalled(line, paper)
    assert (first.state, again.state) == ("unpacked", "duplicate") and ChangeRequest.objects.count() == 1
    recall.agree(paper, by=office.lan, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        recall.agree(paper, by=office.lan, at=timezone.now())
    recalled(line, paper, business_reason="Nhắc lại")
    assert told(paper) == ["01", "15", "15"]
    late = at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/", follow=True)
    assert "Không có yêu cầu nào của nơi gửi đang chờ" in words(late)


def test_only_the_sender_of_a_paper_takes_it_back(office, line):
    paper = arrived(office, line)
    before = Incoming.objects.count()
    recalled(line, paper, sender="G22")
    assert not ChangeRequest.objects.exists()
    assert Incoming.objects.count() == before + 1  # what it is, a person must see


def test_work_under_way_ends_with_the_paper(office, line):
    paper = arrived(office, line)
    desk.register(paper, by=office.lan, at=timezone.now())
    desk.present(paper, to=office.dung, by=office.lan, at=timezone.now())
    work.direct(
        paper, by=office.dung, at=timezone.now(), text="Xử lý.", lead=office.hoa, support=[office.minh]
    )
    task = paper.assignments.get(assignee=office.hoa)
    work.hand_on(task, by=office.hoa, at=timezone.now(), text="Làm.", lead=office.minh)
    paper.refresh_from_db()
    recalled(line, paper)
    recall.agree(paper, by=office.lan, at=timezone.now())
    assert set(paper.assignments.values_list("state", flat=True)) == {"withdrawn"}
    assert Event.objects.filter(document=paper, kind="withdraw").count() == paper.assignments.count()


def test_a_desk_that_still_holds_it_keeps_the_package(office, line):
    ordered(line, to=[office.justice.code, DESK])
    line.come()
    ours, theirs = (
        Incoming.objects.get(organisation=office.home_affairs),
        Incoming.objects.get(organisation=office.justice),
    )
    recalled(line, ours)
    recall.agree(ours, by=office.lan, at=timezone.now())
    told(ours)
    assert Inbound.objects.order_by("pk").first().raw is not None
    assert (
        theirs.files.exclude(blob=None).count() == 1 and Blob.objects.filter(files__document=theirs).exists()
    )
    assert read(blobs.read(Inbound.objects.order_by("pk").first().raw)).subject == ours.subject


def test_sent_back_while_asked_back_answers_both(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    desk.refuse(paper, reason="Gửi sai nơi nhận, đề nghị gửi lại", by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "02", "15"] and not ChangeRequest.objects.filter(answer="").exists()
    assert not paper.files.exclude(blob=None).exists()  # who says 15 has nothing left


def test_of_a_secret_nothing_more_is_told_than_the_refusal(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    why = "Văn bản chứa bí mật nhà nước"
    desk.refuse(paper, reason=why, by=office.lan, at=timezone.now(), secret=True)
    assert told(paper) == ["01", "02"] and not ChangeRequest.objects.filter(answer="").exists()


def test_asked_with_an_old_eye_the_paper_of_now_answers(office, line):
    """Whoever asks may have read the paper before the clerk sent it back: the request never stays open."""
    paper = arrived(office, line)
    old = Incoming.objects.get(pk=paper.pk)
    desk.refuse(paper, reason="Gửi sai nơi nhận, đề nghị gửi lại", by=office.lan, at=timezone.now())
    asked = recall.ask_back(old, kind="recall", reason=WHY, at=timezone.now())
    assert asked.incoming_id == paper.pk and ChangeRequest.objects.get().answer == "15"
    assert not paper.files.exclude(blob=None).exists()


def test_a_recall_that_is_opened_before_its_paper_waits_for_it(office, line):
    uid = ordered(line, number="8")["document_id"]
    named = ResponseFor(DESK, "8/BNV-TCBC", None, uid)
    recall_of_it = from_ministry(
        document_id=f"{uid}#r",
        number="9",
        response_for=[named],
        business_type=BusinessType.RECALL,
        business_reason=WHY,
    )
    raw(line, write(recall_of_it))
    line.poll()
    first, second = Inbound.objects.order_by("pk")
    now = timezone.now()
    assert not inbox.unpack(second.pk, at=now)  # another worker was quicker with the later one
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("received", 0)
    inbox.unpack(first.pk, at=now)
    assert not inbox.unpack(second.pk, at=now)  # not at once
    assert inbox.unpack(second.pk, at=now + 2 * inbox.PAUSE)
    assert ChangeRequest.objects.get().incoming == Incoming.objects.get()


def test_a_recall_waits_for_the_package_of_every_desk(office, line):
    for code in (DESK, office.justice.code):
        raw(line, write(from_ministry(receivers=[Organ(code)])), to=[code])
    both = [Organ(DESK), Organ(office.justice.code)]
    meant = [ResponseFor(DESK, document_id="G09,2026/11/20,1/BNV")]
    recall_of_it = {"business_type": BusinessType.RECALL, "business_reason": WHY, "response_for": meant}
    raw(line, write(from_ministry(receivers=both, **recall_of_it)), to=[one.organ_id for one in both])
    line.poll()
    first, second, request = Inbound.objects.order_by("pk")
    now = timezone.now()
    inbox.unpack(first.pk, at=now)
    assert not inbox.unpack(request.pk, at=now)  # the second is in the hands of a slower worker
    inbox.unpack(second.pk, at=now)
    assert inbox.unpack(request.pk, at=now + 2 * inbox.PAUSE)
    assert ChangeRequest.objects.count() == Incoming.objects.count() == 2


def test_the_same_message_again_after_a_refusal_is_answered_not_asked(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    recall.refuse(paper, by=office.lan, at=timezone.now(), reason="Đã trả lời bằng văn bản 12/SNV")
    told(paper)
    assert recalled(line, paper).state == "duplicate"
    assert ChangeRequest.objects.count() == 1
    assert list(Outbound.objects.filter(inbound__isnull=False).values_list("status_code", flat=True)) == [
        "16"
    ]


def test_the_paper_comes_once_more_after_it_was_cancelled(office, line):
    paper = arrived(office, line, number="8")
    package = blobs.read(Inbound.objects.get().raw)
    recalled(line, paper)
    recall.agree(paper, by=office.lan, at=timezone.now())
    told(paper)
    raw(line, package)
    line.come()
    assert Incoming.objects.count() == 1 and Inbound.objects.latest("pk").state == "duplicate"
    assert not Inbound.objects.exclude(raw=None).exists() and not Blob.objects.exists()


def test_of_a_paper_that_was_sent_back_and_came_again_the_later_is_asked_for(office, line):
    paper = arrived(office, line, number="8")
    package = blobs.read(Inbound.objects.get().raw)
    desk.refuse(paper, reason="Thiếu phụ lục, đề nghị gửi lại", by=office.lan, at=timezone.now())
    raw(line, package + b"\n")  # sent anew, not laid twice
    line.come()
    again = Incoming.objects.latest("pk")
    recalled(line, again)
    assert ChangeRequest.objects.get().incoming == again
    assert told(paper) == ["01", "02"] and told(again) == ["01"]  # nobody has agreed to anything


def test_two_desks_let_go_and_nothing_is_left(office, line):
    ordered(line, to=[office.justice.code, DESK])
    line.come()
    papers = list(Incoming.objects.order_by("pk"))
    recalled(line, papers[0], to=(office.justice.code, DESK))
    assert ChangeRequest.objects.count() == 2
    clerks = {office.justice.pk: office.khach, office.home_affairs.pk: office.lan}
    for paper in papers:
        recall.agree(paper, by=clerks[paper.organisation_id], at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    assert not Inbound.objects.exclude(raw=None).exists() and not Blob.objects.exists()


def test_a_stranger_finds_nothing_to_answer(office, line):
    paper = arrived(office, line)
    recalled(line, paper)
    for post in (office.khach, office.minh, office.quantri):
        assert at_desk(post).get(f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/").status_code in (403, 404)
    assert at_desk(office.khach).get(f"/van-ban-den/{paper.pk}/tra-loi-thu-hoi/").status_code == 404
