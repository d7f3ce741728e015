"""A sender over the axis changes what it wrote about a paper, or who has it: the clerk takes it over, or says why not."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import reception as desk
from documents.actions.requests import change, recall
from documents.journey import NotAllowedNow
from documents.models import Blob, ChangeRequest, Event, Incoming
from interop.edxml import Attachment, BusinessType, Organ, write
from interop.inbound import inbox
from interop.models import Inbound, Outbound
from interop.outbound import status_reports
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, words
from tests.interop.ministry import DESK, from_ministry, raw, status

WHY = "Đính chính hạn báo cáo"
OTHER = "H26.TAM003"
FILES = [Attachment("1-BNV.pdf", tiny_pdf(), content_id="1")]


def arrived(line, **changes) -> Incoming:
    raw(line, write(from_ministry(**{"attachments": FILES} | changes)), to=(DESK,))
    line.come()
    return Incoming.objects.get()


def updated(line, *, to=(DESK,), sender="G09", **changes) -> Inbound:
    """The same header with these changes; without files, unless some are given."""
    message = {
        "business_type": BusinessType.UPDATE, "business_reason": WHY, "document_info": True, "attachments": [],
        "business_document_id": "G09,2026/11/20,1/BNV", "receivers": [Organ(code) for code in to], "sender": Organ(sender),
    }  # fmt: skip
    raw(line, write(from_ministry(**message | changes)), to=to, by=sender)
    line.come()
    return Inbound.objects.latest("pk")


def told(paper) -> list[str]:
    status_reports.report_waiting(at=timezone.now())
    return list(
        Outbound.objects.filter(report__incoming=paper).order_by("pk").values_list("status_code", flat=True)
    )


def test_the_clerk_agrees_and_the_entry_changes(office, line):
    paper = arrived(line)
    assert updated(line, subject="Về việc khác hẳn", due_date=date(2026, 12, 9)).state == "unpacked"
    asked = ChangeRequest.objects.get()
    assert (asked.kind, asked.reason, asked.answer) == ("update", WHY, "")
    assert asked.changes == {"subject": "Về việc khác hẳn", "due_on": "2026-12-09"}
    assert Incoming.objects.count() == 1
    lan = at_desk(office.lan)
    page = words(lan.get(paper.get_absolute_url()))
    assert (
        "Nơi gửi yêu cầu cập nhật lúc" in page
        and WHY in page
        and "09/12/2026" in page
        and "01/12/2026" in page
    )
    assert paper.code in words(lan.get("/van-ban-den/?box=update"))
    assert paper.code not in words(lan.get("/van-ban-den/?box=recall"))
    with pytest.raises(ValidationError, match="trước khi vào sổ"):
        desk.register(paper, by=office.lan, at=timezone.now())
    assert "Trả lời yêu cầu" in words(lan.get(f"/van-ban-den/{paper.pk}/vao-so/"))
    done = lan.post(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/", {"answer": "agree"}, follow=True)
    assert "Đã cập nhật" in words(done)
    paper.refresh_from_db()
    assert (paper.subject, paper.due_on) == ("Về việc khác hẳn", date(2026, 12, 9))
    assert "khac han" in paper.search_key
    event = Event.objects.get(document=paper, kind="change").payload
    assert (event["changes"], event["fields"]) == ({"due_on": ["2026-12-01", "2026-12-09"]}, ["subject"])
    assert told(paper) == ["01", "15"] and paper.state == "awaiting_reception"
    flow = words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Cập nhật theo yêu cầu của nơi gửi" in flow and "01/12/2026 → 09/12/2026" in flow
    desk.register(paper, by=office.lan, at=timezone.now())
    assert not Event.objects.broken_links(office.home_affairs.pk)


def test_of_a_paper_in_the_book_the_old_words_are_kept(office, line):
    paper = arrived(line)
    before = paper.subject
    desk.register(paper, by=office.lan, at=timezone.now())
    updated(line, subject="Về việc khác hẳn")
    change.change(paper, by=office.lan, at=timezone.now())
    event = Event.objects.get(document=paper, kind="change").payload
    assert event["changes"] == {"subject": [before, "Về việc khác hẳn"]}
    flow = words(at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "báo cáo → Về việc khác hẳn" in flow


def test_the_clerk_refuses_and_nothing_changes(office, line):
    paper = arrived(line)
    updated(line, subject="Về việc khác hẳn")
    lan = at_desk(office.lan)
    short = lan.post(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/", {"answer": "refuse", "reason": "không"})
    assert "ít nhất 10 ký tự" in words(short) and ChangeRequest.objects.get().answer == ""
    lan.post(
        f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/",
        {"answer": "refuse", "reason": "Đã giải quyết theo nội dung cũ"},
    )
    subject = paper.subject
    paper.refresh_from_db()
    assert paper.subject == subject and told(paper) == ["01", "16"]
    late = lan.get(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/", follow=True)
    assert "Không có yêu cầu nào của nơi gửi đang chờ" in words(late)
    line.leave()
    assert [one["code"] for one in line.heard("G09")][-1:] == ["16"]


def test_only_what_the_sender_says_otherwise_than_before_is_asked_for(office, line):
    """The clerk's own better words stay, and an empty field changes nothing."""
    paper = arrived(line)
    Incoming.objects.filter(pk=paper.pk).update(subject="Trích yếu văn thư sửa cho rõ")
    updated(line, due_date=date(2026, 12, 9), signer_name="")
    assert ChangeRequest.objects.get().changes == {"due_on": "2026-12-09"}
    change.change(paper, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.subject, paper.signer_name) == ("Trích yếu văn thư sửa cho rõ", "Vũ Phương Thảo")
    # The next one is compared with this one, not with the first.
    updated(line, due_date=date(2026, 12, 1))
    assert ChangeRequest.objects.last().changes == {"due_on": "2026-12-01"}


def test_what_is_so_already_is_answered_at_once(office, line):
    paper = arrived(line)
    updated(line)
    assert (ChangeRequest.objects.get().answer, told(paper)) == ("15", ["01", "15"])
    assert "yêu cầu cập nhật lúc" not in words(at_desk(office.lan).get(paper.get_absolute_url()))


def test_a_new_file_waits_for_the_clerk_beside_the_old_ones(office, line):
    paper = arrived(line)
    new = Attachment("Phụ lục.pdf", tiny_pdf() + b"\n% new", content_id="2")
    updated(line, attachments=[*FILES, new])
    assert [file.name for file in paper.attachments()] == []
    lan = at_desk(office.lan)
    page = lan.get(paper.get_absolute_url())
    assert "Tệp bổ sung: Phụ lục.pdf" in words(page)
    proposed = paper.files.get(stage="proposed")
    assert lan.get(f"/tep/{proposed.pk}/").status_code == 200
    change.change(paper, by=office.lan, at=timezone.now())
    assert [file.name for file in paper.attachments()] == ["Phụ lục.pdf"]
    paper.refresh_from_db()
    assert [line["name"] for line in paper.signature_report["attachments"]] == ["Phụ lục.pdf"]
    assert paper.files.get(part="main").blob.sha256 == FILES[0].sha256


def test_a_file_that_is_refused_is_taken_off(office, line):
    paper = arrived(line)
    updated(line, attachments=[Attachment("Phụ lục.pdf", tiny_pdf() + b"\n% new", content_id="2")])
    blob = paper.files.get(stage="proposed").blob
    change.keep_as_it_is(paper, by=office.lan, at=timezone.now(), reason="Không nhận thêm tệp")
    assert not Blob.objects.filter(pk=blob.pk).exists() and not blobs.path_of(blob).exists()
    assert paper.files.count() == 1


def test_a_mark_of_secrecy_on_a_new_file_must_be_denied_first(office, line):
    paper = arrived(line)
    change.ask_to_change(
        paper, {}, reason=WHY, at=timezone.now(), secrecy_marks="MẬT",
        files=[desk.NewFile("mat.pdf", blobs.store(tiny_pdf() + b"\n% secret?"))],
    )  # fmt: skip
    lan = at_desk(office.lan)
    stopped = lan.post(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/", {"answer": "agree"})
    assert "Tệp mới có dấu “MẬT”" in words(stopped) and ChangeRequest.objects.get().answer == ""
    lan.post(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/", {"answer": "agree", "not_secret": "on"})
    assert ChangeRequest.objects.get().answer == "15"
    assert Event.objects.get(document=paper, kind="change").payload["marks"] == "MẬT"


def test_one_package_takes_a_desk_off_the_list_and_puts_another_on(office, line):
    paper = arrived(line)
    updated(line, to=(DESK, OTHER), attachments=FILES, receiver_changes=[(DESK, 0), (OTHER, 1)])
    assert ChangeRequest.objects.get().kind == "recall"
    theirs = Incoming.objects.get(organisation=office.justice)
    assert (theirs.document_uid, theirs.files.count()) == (paper.document_uid, 1)
    assert "Nơi gửi cập nhật văn bản" in theirs.note
    recall.agree(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "15"] and told(theirs) == ["01"]
    assert theirs.files.exclude(blob=None).exists()


def test_taken_off_a_list_it_never_was_on_there_is_nothing_to_cancel(office, line):
    updated(line, receiver_changes=[(DESK, 0)])
    assert not Incoming.objects.exists()
    assert Outbound.objects.get().status_code == "15"


def test_whatever_the_number_means_a_paper_that_comes_is_laid_on_the_desk(office, line):
    """D3: were 0 the sign of those who join, nothing would be lost."""
    updated(line, attachments=FILES, receiver_changes=[(DESK, 0)])
    assert Incoming.objects.get().organisation == office.home_affairs


def test_the_same_message_again_asks_nobody_again(office, line):
    paper = arrived(line)
    first = updated(line, subject="Về việc khác hẳn")
    again = updated(line, subject="Về việc khác hẳn")
    assert (first.state, again.state, ChangeRequest.objects.count()) == ("unpacked", "duplicate", 1)
    change.change(paper, by=office.lan, at=timezone.now())
    updated(line, subject="Về việc khác hẳn")
    line.leave()
    codes = list(Outbound.objects.order_by("pk").values_list("status_code", flat=True))
    assert codes.count("15") == 2 and ChangeRequest.objects.count() == 1


def test_a_second_update_is_laid_upon_the_one_that_waits(office, line):
    paper = arrived(line)
    updated(line, subject="Về việc khác hẳn")
    updated(line, subject="Về việc khác hẳn", due_date=date(2026, 12, 9), business_reason="Sửa cả hạn")
    asked = ChangeRequest.objects.get()
    assert asked.changes == {"subject": "Về việc khác hẳn", "due_on": "2026-12-09"}
    assert asked.reason == "Sửa cả hạn"
    change.change(paper, by=office.lan, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        change.change(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "15"]


def test_an_update_that_overtakes_its_paper_waits_for_it(office, line):
    raw(line, write(from_ministry(attachments=FILES)))
    line.poll()
    changed = {
        "business_document_id": "G09,2026/11/20,1/BNV",
        "subject": "Về việc khác hẳn",
        "attachments": [],
    }
    raw(line, write(from_ministry(business_type=BusinessType.UPDATE, **changed)))
    line.poll()
    paper_package, package = Inbound.objects.order_by("pk")
    Inbound.objects.filter(pk=paper_package.pk).update(claimed_at=timezone.now())
    line.come()
    package.refresh_from_db()
    assert package.state == "received" and not Incoming.objects.exists()
    Inbound.objects.update(claimed_at=None)
    line.come()
    line.come()
    assert (
        Incoming.objects.count() == 1 and ChangeRequest.objects.get().changes["subject"] == "Về việc khác hẳn"
    )


def test_a_recall_comes_before_an_update_that_waits(office, line):
    paper = arrived(line)
    updated(line, attachments=[Attachment("Phụ lục.pdf", tiny_pdf() + b"\n% new", content_id="2")])
    status(line, code="13", description="Gửi nhầm nơi nhận", document_id=paper.document_uid)
    update, back = ChangeRequest.objects.order_by("pk")
    assert (update.answer, back.answer) == ("16", "") and not paper.files.filter(stage="proposed").exists()
    updated(line, subject="Về việc khác hẳn")
    assert ChangeRequest.objects.count() == 2  # the greater thing is answered first
    recall.agree(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "15"]
    inbox.unpack_waiting(at=timezone.now() + 2 * inbox.PAUSE)  # it waited for that answer
    assert told(paper) == ["01", "15", "16"]


def test_of_a_paper_that_was_sent_back_nothing_can_be_changed(office, line):
    paper = arrived(line)
    updated(line, subject="Về việc khác hẳn")
    desk.refuse(paper, by=office.lan, at=timezone.now(), reason="Không thuộc thẩm quyền")
    assert ChangeRequest.objects.get().answer == "16" and told(paper) == ["01", "02"]
    updated(line, subject="Về việc khác nữa", attachments=FILES)
    assert Incoming.objects.filter(state="awaiting_reception").count() == 1  # mended and sent anew


def test_only_the_sender_changes_its_paper_and_only_the_clerk_answers(office, line):
    paper = arrived(line)
    updated(line, sender="G22", subject="Về việc khác hẳn", attachments=FILES)
    assert not ChangeRequest.objects.exists()
    updated(line, subject="Về việc khác hẳn")
    for act in (change.change, lambda *a, **k: change.keep_as_it_is(*a, reason="Không nhận thêm", **k)):
        with pytest.raises(PermissionDenied):
            act(paper, by=office.dung, at=timezone.now())
    assert at_desk(office.dung).get(f"/van-ban-den/{paper.pk}/tra-loi-cap-nhat/").status_code == 403


def test_an_update_of_something_unknown_is_seen_by_a_person(office, line):
    package = updated(line, attachments=FILES)
    paper = Incoming.objects.get()
    assert package.state == "unpacked" and "Nơi gửi cập nhật văn bản" in paper.note
    assert paper.document_uid == "G09,2026/11/20,1/BNV"
