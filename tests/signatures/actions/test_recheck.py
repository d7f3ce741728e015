"""A service was silent when the paper came; the clerk, or the timetable, asks again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.layout import prepare, render
from documents.models import Incoming
from signatures import actions, trust
from signatures.pades import certify
from signatures.providers.file import FileKey
from signatures.tasks import recheck_unknown
from signatures.verification.guard import shared
from simulators import pki as demo_pki
from tests.documents.desks import at_desk
from tests.documents.papers import DECISION


@pytest.fixture(scope="module")
def pdf(pki) -> bytes:
    key = FileKey.load(
        demo_pki.issue_person(pki.folder, "Vũ Chiến Thắng Mẫu", "Bộ Nội vụ", "Thứ trưởng"),
        demo_pki.DEMO_PASSWORD,
    )
    return certify(prepare(render(DECISION)), key, at=timezone.now())


@pytest.fixture
def arrived(office, pki, pdf):
    """A signed paper that came while no revocation service answered."""
    shared.close()  # a child remembers for a while who was silent, and what was answered
    trust.trust(pki.root.read_bytes(), reason="Thử nghiệm", by=None, at=timezone.now())
    with pki.broken(crl="down", ocsp="down"):
        verdict, report = actions.check(pdf, sender=office.ministry)
    shared.close()
    assert verdict == "unknown" and report["ask_again"]
    paper = office.paper(signature_verdict=verdict, signature_report=report)
    paper.files.update(blob=blobs.store(pdf))
    return Incoming.objects.get(pk=paper.pk)


def test_the_clerk_sees_what_to_do_and_asks_again(office, arrived):
    lan = at_desk(office.lan)
    page = lan.get(reverse("incoming_register", args=[arrived.pk])).content.decode()
    assert "không trả lời" in page and "kiểm tra lại sau ít phút" in page and "Kiểm tra lại</button>" in page
    answer = lan.post(reverse("incoming_recheck", args=[arrived.pk]))
    assert answer.url == reverse("incoming_register", args=[arrived.pk])
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "valid"
    assert arrived.events.last().kind == "recheck" and arrived.events.last().post == office.lan
    page = lan.get(answer.url).content.decode()
    assert "Chữ ký số hợp lệ" in page and "Kiểm tra lại</button>" not in page
    assert "Thiếu chữ ký số của cơ quan ban hành" in page  # valid, and yet to be looked at
    assert "Nơi cấp chứng thư" in page and "Đã hỏi" not in page


def test_others_of_the_office_cannot_press_and_see_no_button(office, arrived):
    dung = at_desk(office.dung)
    assert "Kiểm tra lại</button>" not in dung.get(arrived.get_absolute_url()).content.decode()
    assert dung.post(reverse("incoming_recheck", args=[arrived.pk])).status_code == 403
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "unknown"


def test_the_timetable_asks_again_for_seven_days(office, arrived):
    Incoming.objects.filter(pk=arrived.pk).update(arrived_at=timezone.now() - timedelta(days=8))
    recheck_unknown()
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "unknown"
    Incoming.objects.filter(pk=arrived.pk).update(arrived_at=timezone.now() - timedelta(days=6))
    recheck_unknown()
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "valid" and arrived.events.last().user is None


def test_while_the_service_stays_silent_it_stays_unknown_without_an_event(office, arrived, pki):
    before, events = arrived.signature_report["checked_at"], arrived.events.count()
    with pki.broken(crl="down", ocsp="down"):
        assert actions.recheck_unknown(at=timezone.now()) == 0
    shared.close()
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "unknown" and arrived.events.count() == events
    assert arrived.signature_report["checked_at"] > before


def test_a_stranger_is_not_asked_about_again(office, arrived):
    for root in trust.TrustedAuthority.objects.all():
        trust.end(root, reason="thử", by=None, at=timezone.now())
    actions.recheck_unknown(at=timezone.now())
    arrived.refresh_from_db()
    assert arrived.signature_verdict == "unknown" and arrived.signature_report["ask_again"] is False
    assert actions.recheck_unknown(at=timezone.now()) == 0


def test_attached_files_are_told_one_by_one(office, arrived, pdf):
    from tests.conftest import tiny_pdf

    lines = actions.check_attachments(
        [("a.pdf", pdf), ("b.pdf", tiny_pdf()), ("c.docx", b"PK")], sender=office.ministry
    )
    assert [(line["name"], line["verdict"]) for line in lines] == [("a.pdf", "valid"), ("b.pdf", "unsigned")]
