"""Updates that come again, out of order, half through, or about what may be a secret."""

from datetime import date

from django.utils import timezone

from documents.actions.incoming import reception as desk
from documents.actions.requests import change, recall
from documents.models import Blob, ChangeRequest, Incoming
from interop.edxml import Attachment, BusinessType, Organ, write
from interop.inbound import inbox
from interop.models import Inbound
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, pdf_saying
from tests.interop.inbound.test_update_in import FILES, OTHER, arrived, told, updated
from tests.interop.ministry import DESK, from_ministry, raw, status

DAY = date(2026, 12, 9)


def test_what_was_refused_is_asked_for_when_it_is_said_again(office, line):
    """Never a yes of ours to a date that nobody has noted."""
    paper = arrived(line)
    updated(line, due_date=DAY)
    change.keep_as_it_is(paper, by=office.lan, at=timezone.now(), reason="Hạn cũ đã giao cho phòng")
    updated(line, due_date=DAY, business_reason="Đề nghị xem lại hạn báo cáo")
    asked = ChangeRequest.objects.last()
    assert (asked.answer, asked.changes) == ("", {"due_on": "2026-12-09"})
    assert told(paper) == ["01", "16"]


def test_what_came_while_the_paper_was_asked_back_is_put_before_the_clerk_after_a_no(office, line):
    paper = arrived(line)
    status(line, code="13", description="Gửi nhầm nơi nhận", document_id=paper.document_uid)
    waits = updated(line, due_date=DAY)
    assert (waits.state, waits.attempts) == ("received", 0)
    recall.refuse(paper, by=office.lan, at=timezone.now(), reason="Đã trả lời bằng văn bản 7/SNV")
    inbox.unpack_waiting(at=timezone.now() + 2 * inbox.PAUSE)
    assert ChangeRequest.objects.get(kind="update").answer == ""
    change.change(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "16", "15"]


def test_what_came_while_the_paper_was_asked_back_is_refused_after_a_yes(office, line):
    paper = arrived(line)
    status(line, code="13", description="Gửi nhầm nơi nhận", document_id=paper.document_uid)
    updated(line, due_date=DAY)
    recall.agree(paper, by=office.lan, at=timezone.now())
    inbox.unpack_waiting(at=timezone.now() + 2 * inbox.PAUSE)
    assert (
        told(paper) == ["01", "15", "16"]
        and not Inbound.objects.exclude(raw=None).exclude(message_type="status").exists()
    )


def test_a_second_word_that_takes_back_the_first_leaves_nothing_to_change(office, line):
    paper = arrived(line)
    updated(line, due_date=DAY)
    updated(line, due_date=date(2026, 12, 1))
    assert (ChangeRequest.objects.get().answer, told(paper)) == ("15", ["01", "15"])


def test_of_a_secret_nothing_stays_of_what_its_sender_would_have_changed(office, line):
    paper = arrived(line)
    updated(line, subject="XYZZY lần một", number="XYZZY9")
    change.change(paper, by=office.lan, at=timezone.now())
    more = Attachment("XYZZY.pdf", tiny_pdf() + b"\n% new", content_id="2")
    updated(line, subject="XYZZY lần hai", business_reason="XYZZY thêm phụ lục", attachments=[more])
    desk.refuse(paper, by=office.lan, at=timezone.now(), reason="Văn bản chứa bí mật nhà nước", secret=True)
    kept = [*ChangeRequest.objects.values(), *paper.files.values()]
    kept += [
        {k: v for k, v in payload.items() if k != "reason"}
        for payload in paper.events.values_list("payload", flat=True)
    ]
    assert "XYZZY" not in str(kept)
    told(paper)
    assert not Inbound.objects.exclude(raw=None).exists()


def test_an_update_of_a_secret_is_destroyed_too_whatever_id_it_bears(office, line):
    paper = arrived(line)
    desk.refuse(paper, by=office.lan, at=timezone.now(), reason="Văn bản chứa bí mật nhà nước", secret=True)
    told(paper)
    for _ in range(2):  # before the sender has its answer, and after: then the id is kept as a hash
        package = updated(line, document_id="G09,2026/11/20,1/BNV-cn", attachments=FILES)
        assert (package.state, package.raw, Incoming.objects.count()) == ("refused", None, 1)
        line.leave()


def test_marked_files_that_are_refused_are_gone_with_their_package(office, line):
    paper = arrived(line)
    desk.register(paper, by=office.lan, at=timezone.now())
    marked = Attachment("Kế hoạch.pdf", pdf_saying("MẬT"), content_id="2")
    package = updated(line, attachments=[marked])
    assert ChangeRequest.objects.get().secrecy_marks == "MẬT"
    change.keep_as_it_is(paper, by=office.lan, at=timezone.now(), reason="Tệp mới là văn bản mật")
    told(paper)
    package.refresh_from_db()
    assert package.raw is None and "đã bị hủy" in package.reason
    assert list(Inbound.objects.exclude(raw=None)) == [Inbound.objects.first()]  # the paper's own stays
    assert "Kế hoạch" not in str(list(paper.events.values_list("payload", flat=True)))


def test_a_desk_whose_own_package_waits_is_not_left_without_the_files(office, line):
    """The same paper may come in a package for each desk; an update between them waits."""
    paper = arrived(line)
    raw(line, write(from_ministry(attachments=FILES, receivers=[Organ(OTHER)])), to=(OTHER,))
    line.poll()
    Inbound.objects.filter(state="received").update(claimed_at=timezone.now())
    assert updated(line, to=(DESK, OTHER), due_date=DAY).state == "received"
    Inbound.objects.update(claimed_at=None)
    line.come()
    Inbound.objects.update(claimed_at=None)
    line.come()
    theirs = Incoming.objects.get(organisation=office.justice)
    assert theirs.files.count() == 1 and ChangeRequest.objects.filter(incoming=paper).count() == 1


def test_a_file_that_is_only_proposed_is_for_the_clerk(office, line):
    paper = arrived(line)
    updated(line, attachments=[Attachment("Phụ lục.pdf", tiny_pdf() + b"\n% new", content_id="2")])
    there = f"/tep/{paper.files.get(stage='proposed').pk}/"
    assert at_desk(office.lan).get(there).status_code == 200
    assert at_desk(office.dung).get(there).status_code == 404
    assert there not in at_desk(office.dung).get(paper.get_absolute_url()).content.decode()
    change.change(paper, by=office.lan, at=timezone.now())
    assert at_desk(office.dung).get(there).status_code == 200


def test_a_later_update_waits_for_the_one_before_it(office, line):
    paper = arrived(line)
    first = updated_unopened(line, due_date=DAY)
    second = updated_unopened(line, due_date=date(2026, 12, 20))
    Inbound.objects.filter(pk=first.pk).update(claimed_at=timezone.now())  # in the hands of another worker
    line.come()
    assert not ChangeRequest.objects.exists()
    Inbound.objects.update(claimed_at=None)
    line.come()
    line.come()
    second.refresh_from_db()
    assert second.state == "unpacked" and paper.change_requests.get().changes == {"due_on": "2026-12-20"}


def test_another_kind_comes_with_its_name_and_no_kind_changes_nothing(office, line):
    paper = arrived(line, type_name="Giấy ghi nhớ")
    assert (paper.kind, paper.kind_name) == ("KHAC", "Giấy ghi nhớ")
    updated(line, type_name="Công văn")
    change.change(paper, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.kind_label == "Công văn"


def updated_unopened(line, **changes) -> Inbound:
    message = {
        "business_type": BusinessType.UPDATE, "business_reason": "Gia hạn", "attachments": [],
        "business_document_id": "G09,2026/11/20,1/BNV",
    }  # fmt: skip
    raw(line, write(from_ministry(**message | changes)))
    line.poll()
    return Inbound.objects.latest("pk")


def test_a_file_that_no_desk_keeps_leaves_no_bytes(office, line):
    """Sent once more with an update that finds the paper asked back."""
    paper = arrived(line)
    status(line, code="13", description="Gửi nhầm nơi nhận", document_id=paper.document_uid)
    new = Attachment("Phụ lục.pdf", tiny_pdf() + b"\n% new", content_id="2")
    updated(line, attachments=[*FILES, new])
    assert not Blob.objects.filter(sha256=new.sha256).exists()
    assert paper.files.get().blob.sha256 == FILES[0].sha256
