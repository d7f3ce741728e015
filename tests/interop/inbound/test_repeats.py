"""What came before comes again: answered once more with what answers it, and with nothing that answers something else."""

from datetime import date

import pytest
from django.utils import timezone

from documents.actions.incoming import reception as desk
from documents.actions.requests import change, recall
from documents.models import Incoming
from interop.edxml import Attachment, BusinessType, ResponseFor, read, write
from interop.inbound import papers
from interop.models import Inbound, Outbound
from interop.outbound import packing
from tests.conftest import tiny_pdf
from tests.interop.inbound.test_recall import told
from tests.interop.ministry import DESK, from_ministry, raw

UID = "G09,2026/11/20,1/BNV"
NO = "Đã giải quyết theo nội dung cũ"
PAPER = write(from_ministry(attachments=[Attachment("1-BNV.pdf", tiny_pdf(), content_id="1")]))
UPDATE = write(
    from_ministry(
        business_type=BusinessType.UPDATE, business_reason="Đổi hạn báo cáo", document_info=True, attachments=[],
        business_document_id=UID, due_date=date(2027, 1, 2),
    )
)  # fmt: skip
RECALL = write(
    from_ministry(
        business_type=BusinessType.RECALL, business_reason="Ban hành nhầm", document_id=f"{UID}#r", number="9",
        response_for=[ResponseFor(DESK, "1/BNV", date(2026, 11, 20), UID)],
    )
)  # fmt: skip


def comes(line, package: bytes) -> Inbound:
    raw(line, package)
    line.come()
    return Inbound.objects.latest("pk")


@pytest.fixture
def paper(office, line) -> Incoming:
    comes(line, PAPER)
    return Incoming.objects.get()


def answers() -> list[tuple]:
    """What was answered to packages, as the sender reads it."""
    rows = Outbound.objects.filter(inbound__isnull=False).order_by("pk")
    said = []
    for row in rows:
        with packing.pack(row) as package:
            message = read(package)
        about = message.response_for
        said.append((message.status_code, about.document_id, about.code))
    return said


def test_the_paper_again_after_a_yes_to_an_update_hears_where_it_stands(office, line, paper):
    comes(line, UPDATE)
    change.change(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "15"]
    assert comes(line, PAPER).state == "duplicate"
    assert answers() == [("01", UID, paper.code)]


def test_a_recall_again_hears_the_no_and_about_the_paper(office, line, paper):
    comes(line, RECALL)
    recall.refuse(paper, by=office.lan, at=timezone.now(), reason=NO)
    desk.register(paper, by=office.lan, at=timezone.now())
    assert told(paper) == ["01", "16", "03"]
    assert comes(line, RECALL).state == "duplicate"
    assert answers() == [("16", UID, paper.code)]


def test_an_update_again_hears_its_own_answer(office, line, paper):
    comes(line, UPDATE)
    change.change(paper, by=office.lan, at=timezone.now())
    comes(line, RECALL)
    recall.refuse(paper, by=office.lan, at=timezone.now(), reason=NO)
    assert told(paper) == ["01", "15", "16"]
    assert comes(line, UPDATE).state == "duplicate"
    assert answers() == [("15", UID, paper.code)]


def test_the_paper_again_after_it_was_cancelled_hears_that_it_is_gone(office, line, paper):
    comes(line, RECALL)
    recall.agree(paper, by=office.lan, at=timezone.now())
    told(paper)
    comes(line, PAPER)
    assert [code for code, *_ in answers()] == ["15"]


def test_what_was_sent_back_and_is_laid_twice_is_no_new_paper(office, line, paper):
    """The axis brings the second copy when the clerk has refused the first."""
    desk.refuse(paper, by=office.lan, at=timezone.now(), reason="Gửi sai nơi nhận")
    assert comes(line, PAPER).state == "duplicate"
    assert Incoming.objects.get().state == "rejected" and answers() == [("02", UID, paper.code)]
    assert told(paper) == ["01", "02"]
    line.leave()
    assert comes(line, PAPER).state == "duplicate" and Incoming.objects.count() == 1


def test_the_same_package_sent_again_after_its_sender_read_the_refusal_is_a_new_one(office, line, paper):
    desk.refuse(paper, by=office.lan, at=timezone.now(), reason="Gửi sai nơi nhận")
    told(paper)
    line.leave()
    Outbound.objects.update(sent_at=timezone.now() - 2 * papers.CLOCKS_DIFFER)
    comes(line, PAPER)
    assert sorted(one.state for one in Incoming.objects.all()) == ["awaiting_reception", "rejected"]
