"""An invalid signature at the clerk's desk, as it is really found: in a scan, and by a check that comes late."""

import io

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import present, register
from documents.layout import prepare, render
from documents.models import Incoming
from signatures import actions, trust
from signatures.pades import certify
from signatures.providers.file import FileKey
from signatures.verification.guard import shared
from simulators import pki as demo_pki
from tests.documents.desks import at_desk, words
from tests.documents.incoming.test_paper_form import URL, scan, tokens, typed
from tests.documents.papers import DECISION
from tests.documents.test_locks import overlapping

WHY = "Bản giấy có dấu đỏ, giá trị theo bản giấy."
MARK = "Chữ ký không hợp lệ"


@pytest.fixture(scope="module")
def pages() -> bytes:
    return prepare(render(DECISION))


@pytest.fixture
def signed(pki, pages) -> bytes:
    return certify(pages, key_of(someone(pki)), at=timezone.now())


@pytest.fixture
def trusted(office, pki):
    shared.close()  # a child remembers for a while who was silent, and what was answered
    trust.trust(pki.root.read_bytes(), reason="Thử nghiệm", by=None, at=timezone.now())


@pytest.fixture
def unchecked(office, pki, trusted, pages):
    """It came while no service answered; since then its signer's certificate is known to be revoked."""
    signer = someone(pki)
    pdf = certify(pages, key_of(signer), at=timezone.now())
    with pki.broken(crl="down", ocsp="down"):
        verdict, report = actions.check(pdf, sender=office.ministry)
    shared.close()
    assert verdict == "unknown"
    pki.revoke(signer)
    paper = office.paper(signature_verdict=verdict, signature_report=report)
    paper.files.update(blob=blobs.store(pdf))
    return Incoming.objects.get(pk=paper.pk)


def someone(pki) -> bytes:
    return demo_pki.issue_person(pki.folder, "Người Bị Thu Hồi Ở Bàn Văn Thư", "Bộ Nội vụ", "Thứ trưởng")


def key_of(p12: bytes) -> FileKey:
    return FileKey.load(p12, demo_pki.DEMO_PASSWORD)


def changed(pdf: bytes) -> bytes:
    """Something behind the signed bytes that no reader shows and nobody signed."""
    return pdf + b"\n1 0 obj\n<< >>\nendobj\n"


def test_a_scan_with_an_invalid_signature_is_no_way_around_the_desk(office, trusted, signed):
    lan = at_desk(office.lan)
    page = lan.post(URL, typed(file=scan(changed(signed))))
    assert page.status_code == 200 and not Incoming.objects.exists()
    assert "Chữ ký số không hợp lệ" in words(page) and "ít nhất 10 ký tự" in words(page)
    (token,) = tokens(page.content.decode())
    kept = typed(file=None, kept_file=token)
    assert lan.post(URL, kept | {"acceptance_reason": "vẫn vào"}).status_code == 200
    assert not Incoming.objects.exists()
    assert lan.post(URL, kept | {"acceptance_reason": WHY}).status_code == 302
    paper = Incoming.objects.get()
    assert (paper.signature_verdict, paper.acceptance_reason) == ("invalid", WHY)
    shown = words(lan.get(paper.get_absolute_url()))
    assert MARK in shown and WHY in shown and "Ký số bản sao" not in shown


def test_of_a_scan_without_signatures_the_letter_counts(office, trusted, signed):
    lan = at_desk(office.lan)
    lan.post(URL, typed())
    paper = Incoming.objects.get()
    assert (paper.signature_verdict, paper.signature_report) == ("", {})
    shown = words(lan.get(paper.get_absolute_url()))
    assert "giá trị theo bản giấy gốc" in shown and "Ký số bản sao" in shown
    lan.post(URL, typed(number="16", file=scan(signed)))
    paper = Incoming.objects.latest("pk")
    assert paper.signature_verdict == "valid"
    assert "Ký số bản sao" not in words(lan.get(paper.get_absolute_url()))


def test_what_else_is_in_a_scan_is_told_also_without_a_signature(office):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["phu-luc.txt"] = b"not on any page"
        pdf.save(out := io.BytesIO())
    lan = at_desk(office.lan)
    lan.post(URL, typed(file=scan(out.getvalue())))
    paper = Incoming.objects.get()
    shown = words(lan.get(paper.get_absolute_url()))
    assert paper.signature_verdict == "" and "giá trị theo bản giấy gốc" in shown
    assert "Lưu ý: Tệp mang 1 tệp khác bên trong (phu-luc.txt)" in shown


def test_a_check_that_comes_after_the_book_puts_the_mark_on(office, unchecked):
    register(unchecked, by=office.lan, at=timezone.now())
    present(unchecked, to=office.dung, by=office.lan, at=timezone.now())
    dung = at_desk(office.dung)
    assert MARK not in words(dung.get("/"))
    at_desk(office.lan).post(reverse("incoming_recheck", args=[unchecked.pk]))
    for page in ("/", "/van-ban-den/?box=direction", unchecked.get_absolute_url()):
        assert MARK in words(dung.get(page)), page
    flow = words(dung.get(f"{unchecked.get_absolute_url()}?tab=flow"))
    assert "Kiểm tra lại chữ ký số" in flow and "Chữ ký số không hợp lệ" in flow


@pytest.mark.django_db(transaction=True)
def test_a_check_that_ends_while_the_clerk_presses_counts(transactional_db, office, unchecked):
    def check():
        actions.recheck(unchecked, by=None, at=timezone.now())

    def press():
        return register(Incoming.objects.get(pk=unchecked.pk), by=office.lan, at=timezone.now())

    assert isinstance(overlapping(check, press), ValidationError)
    unchecked.refresh_from_db()
    assert (unchecked.signature_verdict, unchecked.arrival_number) == ("invalid", None)
