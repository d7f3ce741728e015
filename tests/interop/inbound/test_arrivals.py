"""A paper that comes over the axis lies on the right desk once, or its sender learns why not."""

import base64
import logging

from django.utils import timezone

from documents import blobs
from documents.actions.incoming import reception as papers
from documents.models import Blob, Event, Incoming
from interop.edxml import BusinessType, ResponseFor, write
from interop.models import Inbound, Outbound
from orgs.models import Code, Lineage
from tests.conftest import tiny_pdf
from tests.documents.desks import pdf_saying
from tests.documents.outgoing.word_cases import docx, p
from tests.interop.ministry import DESK, from_ministry, ordered, raw


def test_a_paper_of_the_ministry_lies_on_the_desk_with_everything_filled_in(office, line):
    order = {"urgency": 4, "due_date": "2026-12-01", "type_name": "Quyết định (cá biệt)", "number": "77"}
    sent = ordered(line, files=[], **order)  # drawn by the ministry
    assert line.come() == 1
    paper = Incoming.objects.get()
    assert (paper.organisation, paper.state) == (office.home_affairs, "awaiting_reception")
    assert (paper.subject, paper.kind, paper.urgency) == ("Về việc tinh giản biên chế", "QĐ", 3)
    assert (paper.code, paper.issuer, paper.issuer_name) == ("77/BNV-TCBC", office.ministry, "Bộ Nội vụ")
    assert (paper.document_uid, paper.sender_code) == (sent["document_id"], "G09")
    assert (paper.due_on.isoformat(), paper.pages, paper.signature_verdict) == ("2026-12-01", 1, "unsigned")
    main = paper.files.get()
    assert (main.part, main.pages, main.blob.content_type) == ("main", 1, "application/pdf")
    inbound = Inbound.objects.get()
    assert (inbound.state, inbound.acknowledged) == ("unpacked", True)
    assert line.come() == 0, "the axis does not list what was acknowledged"


def test_each_desk_addressed_gets_its_own_paper_by_any_code_it_ever_had(office, line):
    Code.objects.create(organisation=office.justice, value="000.00.03.H26", form=2018)
    ordered(line, to=[DESK, "000.00.03.H26", "H26.TAM003", "G22"])
    line.come()
    assert {p.organisation for p in Incoming.objects.all()} == {office.home_affairs, office.justice}
    assert Incoming.objects.count() == 2
    assert Blob.objects.filter(files__isnull=False).distinct().count() == 1, "the bytes are shared"


def test_a_repeat_makes_no_second_paper_and_is_answered_again(office, line):
    ordered(line, number="5")
    line.come()
    papers.register(Incoming.objects.get(), by=office.lan, at=timezone.now())
    line.leave()
    ordered(line, number="5")
    line.come()
    assert Incoming.objects.count() == 1
    assert [i.state for i in Inbound.objects.order_by("pk")] == ["unpacked", "duplicate"]
    line.leave()
    assert [status["code"] for status in line.heard("G09")] == ["01", "03", "03"]


def test_a_repeat_to_another_desk_is_a_paper_there(office, line):
    ordered(line, number="5")
    line.come()
    ordered(line, number="5", to=[DESK, "H26.TAM003"])
    line.come()
    assert sorted(p.organisation.code for p in Incoming.objects.all()) == ["H26.TAM002", "H26.TAM003"]


def test_a_paper_that_was_sent_back_may_come_again(office, line):
    ordered(line, number="5")
    line.come()
    papers.refuse(Incoming.objects.get(), reason="Thiếu phụ lục số 2", by=office.lan, at=timezone.now())
    ordered(line, number="5", files=[{"name": "phu-luc-2.txt", "data": "eA=="}])
    line.come()
    assert sorted(p.state for p in Incoming.objects.all()) == ["awaiting_reception", "rejected"]


def test_a_secret_is_refused_destroyed_and_nowhere_named(office, line, caplog, settings):
    caplog.set_level(logging.DEBUG)
    sent = line.axis.order("G09", [DESK], subject="Về việc kế hoạch phòng thủ", secret=True, number="9")
    line.come()
    inbound = Inbound.objects.get()
    assert (inbound.state, inbound.raw, inbound.message_id) == ("refused", None, "")
    assert inbound.sender_code == "G09"
    assert (Incoming.objects.count(), Blob.objects.count()) == (0, 0)
    assert not [path for path in (settings.STATE_DIR / "files").rglob("*") if path.is_file()]
    event = Event.objects.get(kind="purge")
    assert (event.organisation, event.payload["sha256"]) == (office.home_affairs, [inbound.sha256])
    assert "phòng thủ" not in f"{event.payload}{inbound.reason}{caplog.text}"
    line.leave()
    (status,) = line.heard("G09")
    assert (status["code"], status["other"]) == ("02", DESK)
    assert "phòng thủ" not in status["description"]
    answer = Outbound.objects.get()
    assert (answer.state, answer.message_id) == ("sent", ""), "the notation does not stay either"
    assert sent["document_id"] not in caplog.text


def test_a_clerk_who_finds_a_secret_destroys_the_package_too(office, line):
    ordered(line, number="6")
    line.come()
    raw_file, at = blobs.path_of(Inbound.objects.get().raw), timezone.now()
    uid = Incoming.objects.get().document_uid
    line.leave()
    papers.refuse(Incoming.objects.get(), reason="Văn bản có dấu mật", by=office.lan, at=at, secret=True)
    line.leave()
    inbound = Inbound.objects.get()
    assert (inbound.state, inbound.raw, inbound.message_id) == ("refused", None, "")
    assert not raw_file.exists()
    assert [status["code"] for status in line.heard("G09")] == ["01", "02"]
    left = [*Incoming.objects.values(), *Outbound.objects.values(), *Inbound.objects.values()]
    assert uid.endswith("6/BNV-TCBC") and "6/BNV" not in str(left), "answered, so the notation goes too"
    ordered(line, number="6")
    line.come()
    assert Incoming.objects.filter(purged_at=None).count() == 0, "the same paper does not come in again"


def test_wrong_closed_and_ungated_receivers_are_told_to_the_sender(office, line):
    closed = office.org("H26.TAM009", "Quận Cũ", 2, parent=office.city, valid_to="2025-07-01")
    heir = office.org("H26.TAM010", "Phường Mới", 2, parent=office.city)
    Lineage.objects.create(predecessor=closed, successor=heir, on="2025-07-01")
    office.org("H26.TAM002.01", "Trung tâm Lưu trữ", 3, parent=office.home_affairs, gate=False)
    ordered(line, to=["H26.KHONGCO", "H26.TAM009", "H26.TAM002.01"])
    line.come()
    assert (Incoming.objects.count(), Inbound.objects.get().state) == (0, "returned")
    line.leave()
    told = {status["other"]: (status["code"], status["description"]) for status in line.heard("G09")}
    assert set(told) == {"H26.KHONGCO", "H26.TAM009", "H26.TAM002.01"}
    assert {code for code, _ in told.values()} == {"02"}
    assert "sai nơi nhận" in told["H26.KHONGCO"][1]
    assert "Phường Mới" in told["H26.TAM009"][1]
    assert "Sở Nội vụ" in told["H26.TAM002.01"][1]


def test_one_wrong_receiver_does_not_keep_the_paper_from_the_right_one(office, line):
    ordered(line, to=["H26.KHONGCO", DESK])
    line.come()
    assert Incoming.objects.get().organisation == office.home_affairs
    line.leave()
    assert sorted((s["other"], s["code"]) for s in line.heard("G09")) == [("H26.KHONGCO", "02"), (DESK, "01")]


def test_a_package_without_its_file_goes_back(office, line):
    raw(line, write(from_ministry(attachments=[])))
    line.come()
    line.leave()
    assert (Incoming.objects.count(), Inbound.objects.get().state) == (0, "returned")
    (status,) = line.heard("G09")
    assert (status["code"], "thiếu tệp văn bản" in status["description"]) == ("02", True)


def test_a_pdf_that_cannot_be_opened_comes_with_a_note(office, line):
    broken = base64.b64encode(b"%PDF-1.7 cut short").decode()
    ordered(line, files=[{"name": "cong-van.pdf", "data": broken}])
    line.come()
    paper = Incoming.objects.get()
    assert (paper.signature_verdict, paper.pages, paper.files.get().part) == ("unknown", None, "attachment")
    assert "Không mở được tệp PDF" in paper.note


def test_a_mark_of_secrecy_on_what_is_attached_is_seen_too(office, line):
    files = [
        ("van-ban.pdf", tiny_pdf()),
        ("Phụ lục.pdf", pdf_saying("MẬT")),
        ("hong.pdf", b"%PDF-1.7 broken"),
    ]
    ordered(line, files=[{"name": name, "data": base64.b64encode(data).decode()} for name, data in files])
    line.come()
    paper = Incoming.objects.get()
    assert paper.secrecy_marks == "MẬT" and paper.pages == 1
    assert "chưa xem được dấu độ mật" in paper.note  # of the one that cannot be opened


def test_a_mark_at_the_head_of_an_attached_word_file_is_seen_too(office, line):
    files = [("van-ban.pdf", tiny_pdf()), ("Phụ lục.docx", docx(p("TỐI MẬT"), p("Danh sách")))]
    ordered(line, files=[{"name": name, "data": base64.b64encode(data).decode()} for name, data in files])
    line.come()
    paper = Incoming.objects.get()
    assert paper.secrecy_marks == "TỐI MẬT" and "chưa xem được dấu độ mật" not in paper.note


def test_a_recall_of_a_paper_we_never_had_is_seen_by_a_person(office, line):
    named = ResponseFor("G09", "8/BNV-TCBC", None, "G09,2026/11/20,8/BNV-TCBC")
    recall = from_ministry(
        document_id="G09,2026/11/20,9/BNV-TCBC", number="9", notation="BNV-TCBC", response_for=[named],
        business_type=BusinessType.RECALL, business_reason="Ban hành nhầm",
    )  # fmt: skip
    raw(line, write(recall))
    line.come()
    assert "thu hồi văn bản 8/BNV-TCBC" in Incoming.objects.get().note


def test_a_hostile_file_is_never_served_as_what_it_says(office, line):
    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    ordered(line, files=[{"name": "trang.html", "data": page}, {"name": "anh.png", "data": page}])
    line.come()
    types = {file.blob.content_type for file in Incoming.objects.get().files.all()}
    assert types == {"application/octet-stream"}


def test_desks_are_served_in_one_order_whatever_the_package_says(office, line):
    """Two packages to the same two desks in opposite orders would wait for each other's chain of events."""
    ordered(line, to=[office.justice.code, DESK])
    line.come()
    desks = list(Incoming.objects.order_by("pk").values_list("organisation_id", flat=True))
    assert desks == sorted([office.justice.pk, office.home_affairs.pk])
