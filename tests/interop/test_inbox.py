"""What comes over the axis reaches the right desk once, or its sender learns why not."""

import base64
import errno
import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import blobs
from documents.actions import incoming as papers
from documents.models import Blob, Event, Incoming
from interop import inbox
from interop.axis import AxisError
from interop.edxml import BusinessType, Organ, ResponseFor, Status, read, write
from interop.models import Inbound, Outbound
from orgs.models import Code, Lineage
from tests.conftest import tiny_pdf

from .city_side import issued
from .edxml_cases import full_edoc

DESK = "H26.TAM002"


def ordered(line, **fields):
    """A paper of the ministry; with a ready file, since drawing one takes seconds."""
    pdf = {"name": "van-ban.pdf", "data": base64.b64encode(tiny_pdf()).decode()}
    fields = {"files": [pdf]} | fields
    return line.axis.order("G09", fields.pop("to", [DESK]), subject="Về việc tinh giản biên chế", **fields)


def raw(line, package: bytes, *, to=(DESK,), messagetype="edoc", by="G09") -> None:
    line.axis.order(by, list(to), raw=base64.b64encode(package).decode(), messagetype=messagetype)


def from_ministry(**changes):
    own = {"sender": Organ("G09"), "receivers": [Organ(DESK)], "document_id": "G09,2026/11/20,1/BNV"}
    return full_edoc(**own | changes)


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
    ordered(line, number="5")
    line.come()
    assert sorted(p.state for p in Incoming.objects.all()) == ["awaiting_reception", "rejected"]


def test_a_crash_between_keeping_and_acknowledging_only_means_another_listing(office, line, monkeypatch):
    ordered(line)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("interop.axis.AxisClient.acknowledge", die)
        with pytest.raises(KeyboardInterrupt):
            line.poll()
    assert Inbound.objects.get().acknowledged is False
    assert line.come() == 0
    assert (Inbound.objects.get().acknowledged, Incoming.objects.count()) == (True, 1)
    assert line.axis.client().list_received("edoc") == []


def test_what_cannot_be_read_is_kept_with_the_reason_and_told_to_the_axis(office, line):
    raw(line, b"<edXML>broken")
    line.come()
    inbound = Inbound.objects.get()
    assert (inbound.state, inbound.sender_code, Incoming.objects.count()) == ("invalid", "G09", 0)
    assert inbound.reason and inbound.raw is not None
    assert [item.status for item in line.axis.client().list_received("edoc")] == ["fail"]
    assert line.come() == 0, "kept once, however long the axis lists it"


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


def test_five_failures_and_a_person_must_look(office, line):
    ordered(line)
    line.poll()
    inbound, at = Inbound.objects.get(), timezone.now()
    lost = blobs.path_of(inbound.raw)
    lost.rename(lost.with_suffix(".away"))  # a disk that is not mounted
    for attempt in range(6):
        inbox.unpack(inbound.pk, at=at + attempt * 2 * inbox.STUCK_AFTER)
    inbox.revive(at=at + timedelta(hours=2))
    inbound.refresh_from_db()
    assert (inbound.state, inbound.attempts) == ("invalid", 5)
    assert "FileNotFoundError" in inbound.reason
    lost.with_suffix(".away").rename(lost)
    assert inbox.open_again(inbound.pk)
    inbox.unpack_waiting(at=timezone.now())
    assert Incoming.objects.count() == 1


def test_a_claimed_package_is_left_to_its_worker_until_that_one_must_be_dead(office, line):
    ordered(line)
    line.poll()
    at = timezone.now()
    Inbound.objects.update(claimed_at=at, attempts=1)
    assert inbox.unpack_waiting(at=at + timedelta(minutes=1)) == 0
    assert inbox.unpack_waiting(at=at + timedelta(minutes=6)) == 1
    assert Incoming.objects.count() == 1


def status(line, *, code, description="", document_id="", sender="G09", number="15/SNV-TCBC", day=None):
    message = Status(
        sender=Organ(sender),
        response_for=ResponseFor(DESK, number, day, document_id or f"{DESK},khác"),
        status_code=code,
        description=description,
    )
    raw(line, write(message), messagetype="status", by=sender)
    line.come()
    return Inbound.objects.order_by("-pk").first()


def test_a_status_without_our_id_is_matched_by_number_and_date(office, line):
    paper = issued(office, office.ministry)
    words = "Vào sổ văn bản đến số 321 ngày 20/11/2026"
    assert status(line, code="03", description=words, day=paper.issued_on).state == "unpacked"
    delivery = paper.deliveries.get()
    assert (delivery.state, delivery.their_number) == ("accepted", "321")


def test_statuses_that_fit_nowhere_or_ask_for_more_wait_for_a_person(office, line):
    paper = issued(office, office.ministry)
    uid = paper.document_uid
    assert "Không tìm thấy" in status(line, code="03", number="99/X", day=paper.issued_on).reason
    assert "nơi nhận" in status(line, code="03", document_id=uid, sender="G22").reason
    asked = status(line, code="13", description="Gửi nhầm", document_id="G09,2026/11/20,1/BNV")
    assert "không có ở đây" in asked.reason and "Gửi nhầm" in asked.reason
    assert paper.deliveries.get().state == "queued"


def test_a_package_in_the_name_of_another_waits_for_a_person(office, line):
    raw(line, write(from_ministry()), by="G22")
    line.come()
    inbound = Inbound.objects.get()
    assert (inbound.state, Incoming.objects.count()) == ("invalid", 0)
    assert "G22" in inbound.reason and "G09" in inbound.reason
    assert inbox.open_again(inbound.pk), "somebody has asked the ministry"
    inbox.unpack_waiting(at=timezone.now())
    assert Incoming.objects.get().sender_code == "G09"


def test_who_hands_over_for_a_body_below_or_by_its_code_of_before_is_no_stranger(office, line):
    office.org("G09.12", "Cục Văn thư", 2, external=True, parent=office.ministry)
    for number, sender in (("1", "G09.12"), ("2", "000.00.12.G09")):
        raw(line, write(from_ministry(sender=Organ(sender), document_id=f"{sender},2026/11/20,{number}/X")))
    line.come()
    assert set(Inbound.objects.values_list("state", flat=True)) == {"unpacked"}


def test_the_raw_package_is_kept_as_it_came(office, line):
    ordered(line)
    line.come()
    inbound = Inbound.objects.get()
    assert read(blobs.read(inbound.raw)).subject == "Về việc tinh giản biên chế"


def test_desks_are_served_in_one_order_whatever_the_package_says(office, line):
    """Two packages to the same two desks in opposite orders would wait for each other's chain of events."""
    ordered(line, to=[office.justice.code, DESK])
    line.come()
    desks = list(Incoming.objects.order_by("pk").values_list("organisation_id", flat=True))
    assert desks == sorted([office.justice.pk, office.home_affairs.pk])


def test_a_confirmation_whose_answer_was_lost_counts_once_the_axis_lists_the_package_no_more(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    line.axis.faults(drop_after=1, calls=["/updateStatus"])
    with pytest.raises(AxisError):
        line.poll()
    assert Inbound.objects.get().acknowledged is False
    line.axis.faults()
    assert line.poll() == 0
    assert Inbound.objects.get().acknowledged is True


def test_many_statuses_cost_no_more_questions_than_one(office, line):
    papers_out = [issued(office, office.ministry, number=str(n)) for n in range(1, 7)]

    def questions(papers) -> int:
        for paper in papers:
            about = ResponseFor(DESK, paper.code, paper.issued_on, paper.document_uid)
            raw(line, write(Status(Organ("G09"), about, "04", "Đã phân công", None)), messagetype="status")
        with CaptureQueriesContext(connection) as asked:
            assert line.poll() == len(papers)
        assert inbox.unpack_waiting(at=timezone.now()) == 0, "the poll has taken them down"
        return len(asked)

    assert questions(papers_out[:1]) == questions(papers_out[1:])
    assert {paper.deliveries.get().state for paper in papers_out} == {"assigned"}


def test_a_status_that_the_poll_died_over_is_opened_after_it(office, line, monkeypatch):
    paper = issued(office, office.ministry)
    about = ResponseFor(DESK, paper.code, paper.issued_on, paper.document_uid)
    raw(line, write(Status(Organ("G09"), about, "04", "Đã phân công", None)), messagetype="status")

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash, pytest.raises(KeyboardInterrupt):
        crash.setattr("interop.statuses.take_down_all", die)
        line.poll()
    assert (Inbound.objects.get().acknowledged, paper.deliveries.get().state) == (True, "queued")
    assert inbox.unpack_waiting(at=timezone.now()) == 1
    assert paper.deliveries.get().state == "assigned"


def test_one_package_that_cannot_be_kept_does_not_hold_up_the_others(office, line, monkeypatch):
    for number in ("1", "2", "3"):
        ordered(line, number=number)
    keep = inbox.keep

    def full_for_the_second(came, *, at):
        if any("2/" in envelope_code(raw) for _, raw in came):
            raise OSError(errno.ENOSPC, "No space left on device")
        return keep(came, at=at)

    monkeypatch.setattr(inbox, "keep", full_for_the_second)
    line.come()
    assert Incoming.objects.count() == 2
    monkeypatch.undo()
    line.come()
    assert Incoming.objects.count() == 3


def envelope_code(package) -> str:
    package.seek(0)
    return read(package).code
