"""A letter that came on paper: the clerk signs its scan as an electronic copy (decree 30 art. 25.1c)."""

import base64
import io
import re
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents import blobs
from documents.actions.copies import make_copy
from documents.actions.incoming.reception import purge, register_paper
from documents.arrival import Arrival, NewFile
from documents.journey import NotAllowedNow
from documents.models import CertifiedCopy, Event, File
from documents.pdf import rewrite
from signatures import actions as signing
from signatures.errors import SigningError
from signatures.models import Proof, Signature, SigningSession
from signatures.tasks import collect_remote
from signatures.verification import VIETNAM
from tests.documents.desks import at_desk, kinds, pdf_saying
from tests.documents.outgoing_cases import brought
from tests.signatures.key_cases import agency, seal_at_service
from tests.signatures.softhsm import PIN


def letter(office, data: bytes | None = None):
    arrival = Arrival(subject="Về việc đề nghị cung cấp số liệu", kind="CV", issuer_name="Bộ Nội vụ")
    scan = blobs.store(data or pdf_saying("Nội dung bản quét"))
    files = [NewFile("quet.pdf", scan, File.Part.MAIN, 1)]
    return register_paper(arrival, files=files, by=office.lan, at=timezone.now())


def press(office, paper, post=None):
    return at_desk(post or office.lan).post(reverse("incoming_certify_copy", args=[paper.pk]), follow=True)


def test_one_press_signs_a_copy_and_keeps_the_scan(office, keys):
    paper, lan = letter(office), at_desk(office.lan)
    assert "Ký số bản sao" in lan.get(paper.get_absolute_url()).content.decode()
    page = press(office, paper).content.decode()
    assert "Đã ký số bản sao điện tử" in page
    scan, copy = paper.files.order_by("pk")
    assert (scan.stage, copy.stage, copy.made_from) == ("received", "copy", scan)
    before, after = blobs.read(scan.blob), blobs.read(copy.blob)
    assert after.startswith(before)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=after, capture_output=True, check=True
    ).stdout
    at = Signature.objects.get().signed_at.astimezone(VIETNAM)
    assert f"Sao y; Sở Nội vụ; {at:%d/%m/%Y}; {at:%H:%M:%S} +07:00" in text.decode()
    verdict, report = signing.check(after)
    assert (verdict, report["signatures"][0]["organisation"]) == ("valid", "Sở Nội vụ")
    assert kinds(paper)[-1] == "certify_copy"
    said = paper.events.get(kind="certify_copy").payload
    assert (said["before"], said["sha256"]) == (scan.blob_id, copy.blob_id) and said["line"].startswith(
        "Sao y; "
    )


def test_the_copy_is_shown_first_and_the_scan_can_still_be_had(office, keys):
    paper = letter(office)
    press(office, paper)
    scan, copy = paper.files.order_by("pk")
    page = at_desk(office.lan).get(paper.get_absolute_url()).content.decode()
    assert re.findall(r'src="(/tep/\d+/trang/1/)"', page) == [reverse("file_page", args=[copy.pk, 1])]
    assert f'href="{reverse("file", args=[scan.pk])}"' in page and "Tải bản quét gốc" in page
    assert "Ký số bản sao" not in page
    tab = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=signature").content.decode()
    assert "Bản sao điện tử" in tab and "Chữ ký số hợp lệ" in tab and "Chữ ký số cơ quan" in tab


def test_a_second_press_makes_no_second_copy(office, keys):
    paper = letter(office)
    press(office, paper)
    assert "bản sao đã được ký" in press(office, paper).content.decode()
    assert (paper.files.count(), Signature.objects.count(), kinds(paper).count("certify_copy")) == (2, 1, 1)


def test_only_the_clerk_signs(office, keys):
    paper = letter(office)
    for post in (office.dung, office.thao):
        assert "Ký số bản sao" not in at_desk(post).get(paper.get_absolute_url()).content.decode()
        assert press(office, paper, post).status_code == 403
    with pytest.raises(PermissionDenied):
        signing.certify_copy(paper, by=office.khach, at=timezone.now())
    assert paper.files.count() == 1


def scan(dpi: int, mode: str = "RGB") -> bytes:
    """An A4 page as a scanner gives it: one picture."""
    out = io.BytesIO()
    size = round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)
    Image.new(mode, size, 255 if mode == "L" else "white").save(out, "PDF", resolution=dpi)
    return rewrite(out.getvalue())  # Pillow's own table of contents is too loose to be signed


@pytest.mark.parametrize(
    ("dpi", "mode", "said"),
    [(150, "RGB", "chỉ có 150 dpi"), (200, "L", "không phải ảnh màu"), (200, "RGB", "Đã ký số bản sao"), (300, "RGB", "Đã ký số bản sao")],
)  # fmt: skip
def test_a_scan_that_is_grey_or_has_too_few_dots_becomes_no_electronic_copy(office, keys, dpi, mode, said):
    paper = letter(office, scan(dpi, mode))
    page = press(office, paper).content.decode()
    assert said in page and (paper.files.count() == 2) == ("Đã ký" in said)
    if "Đã ký" not in said:
        assert "Phụ lục I Nghị định 30/2020/NĐ-CP" in page and not CertifiedCopy.objects.exists()


def test_the_signed_copy_has_its_number_in_the_book_and_stands_among_the_copies(office, keys):
    paper = letter(office)
    press(office, paper)
    copy = CertifiedCopy.objects.get()
    assert (copy.code, copy.source, copy.medium) == ("01/SY-SNV", "paper", "electronic")
    assert copy.file == paper.files.get(stage="copy")
    here = reverse("copies", args=[paper.pk])
    page = at_desk(office.lan).get(here).content.decode()
    assert "01/SY-SNV" in page and reverse("file", args=[copy.file_id]) in page
    assert paper.events.get(kind="certify_copy").payload["code"] == "01/SY-SNV"


def test_a_letter_that_was_a_true_copy_itself_becomes_a_copy_of_it(office, keys):
    paper = letter(office)
    asked = {
        "kind": "SL",
        "source": "copy",
        "medium": "electronic",
        "signer": office.dung.pk,
        "quantity": "1",
    }
    page = at_desk(office.lan).post(reverse("copies", args=[paper.pk]), asked, follow=True)
    assert "Đã ký số bản sao điện tử" in page.content.decode()
    assert CertifiedCopy.objects.get().code == "01/SL-SNV"
    assert paper.events.get(kind="certify_copy").payload["line"].startswith("Sao lục; Sở Nội vụ; ")


def test_an_electronic_extract_is_signed_by_the_agency_and_numbered_then(office, keys):
    paper = brought(office, "issued")
    body = "Sở Nội vụ đề nghị báo cáo."
    asked = {"kind": "TrS", "source": "original", "medium": "electronic", "text": body, "signer": office.dung.pk, "quantity": "1"}  # fmt: skip
    lan, here = at_desk(office.lan), reverse("copies", args=[paper.pk])
    page = lan.post(here, asked, follow=True).content.decode()
    extract = CertifiedCopy.objects.get()
    assert "Chưa có số" in page and extract.code == "" and kinds(paper)[-1] == "prepare_extract"
    before, goes = paper.current_file(), list(paper.attachments())
    url = reverse("copy_sign", args=[extract.pk])
    assert (
        at_desk(office.khach).post(url).status_code == 404
        and at_desk(office.dung).post(url).status_code == 403
    )
    for _ in "12":  # pressed twice
        page = lan.post(url, follow=True).content.decode()
    extract.refresh_from_db()
    assert extract.code == "01/TrS-SNV" and Signature.objects.filter(file=extract.file).count() == 1
    data = blobs.read(extract.file.blob)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout
    assert "Trích sao; Sở Nội vụ; " in text.decode() and body[:-1] in text.decode()
    assert signing.check(data)[0] == "valid"
    assert (paper.current_file(), list(paper.attachments())) == (
        before,
        goes,
    )  # it goes nowhere with the paper
    assert "01/TrS-SNV" in page


def test_the_telephone_confirms_an_extract(office, keys, csc):
    paper = letter(office)
    given = {"kind": "TrS", "medium": "electronic", "signer": office.dung, "text": "Nội dung bản quét"}
    extract = make_copy(paper, by=office.lan, at=timezone.now(), **given)
    seal_at_service(csc, keys, office.home_affairs)
    at_desk(office.lan).post(reverse("copy_sign", args=[extract.pk]), follow=True)
    assert "Ký bản trích sao" in csc.phone()
    csc.press()
    collect_remote()
    extract.refresh_from_db()
    assert extract.code == "01/TrS-SNV" and signing.check(blobs.read(extract.file.blob))[0] == "valid"
    assert paper.scan_to_copy() is not None  # the scan itself can still be signed


def test_what_came_as_a_file_is_no_paper_to_copy(office, keys):
    paper = office.paper()
    assert "Ký số bản sao" not in at_desk(office.lan).get(paper.get_absolute_url()).content.decode()
    with pytest.raises(NotAllowedNow):
        signing.certify_copy(paper, by=office.lan, at=timezone.now())


def test_without_a_certificate_or_its_key_nothing_changes(office, keys):
    paper = letter(office)
    office.home_affairs.certificates.all().delete()
    assert "chưa có chứng thư số cơ quan" in press(office, paper).content.decode()
    assert paper.files.count() == 1 and "certify_copy" not in kinds(paper)


def test_with_a_token_the_pin_is_asked_for_and_a_wrong_one_changes_nothing(office, keys, hsm):
    held = agency(keys)
    hsm.token("vanthu")
    hsm.put("vanthu", "khoa", held)
    held.row(holder="token", key_ref="vanthu", organisation=office.home_affairs)
    paper, lan = letter(office), at_desk(office.lan)
    url = reverse("incoming_certify_copy", args=[paper.pk])
    for answer in (lan.get(url), lan.post(url)):
        assert 'name="pin"' in answer.content.decode()
    said = lan.post(url, {"pin": "0000"}, follow=True).content.decode()
    assert "PIN" in said and 'name="pin"' in said and paper.files.count() == 1
    lan.post(url, {"pin": PIN})
    assert signing.check(blobs.read(paper.files.get(stage="copy").blob))[0] == "valid"


def certified(paper) -> bool:
    """One copy beside its scan, with the line of the moment it was asked for, and valid."""
    copy = paper.files.get(stage="copy")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=blobs.read(copy.blob), capture_output=True, check=True
    )
    line = Event.objects.get(document=paper, kind="certify_copy").payload["line"]
    return (
        line in text.stdout.decode()
        and signing.check(blobs.read(copy.blob))[0] == "valid"
        and Proof.objects.filter(original=copy).count() == 1
    )


def test_the_clerks_own_token_signs_the_copy(office, keys):
    held = agency(keys)
    held.row(holder="agent", key_ref="", organisation=office.home_affairs)
    paper = letter(office)
    page = press(office, paper)
    session = SigningSession.objects.get()
    assert (session.step, session.document_id, paper.files.count()) == ("copy", paper.pk, 1)
    (text,) = [base64.b64decode(one) for one in page.context["texts"]]
    answer = base64.b64encode(held.key.sign(text, ec.ECDSA(hashes.SHA256()))).decode()
    lan = at_desk(office.lan)
    assert "Đang chờ xác nhận ký" in lan.get(paper.get_absolute_url()).content.decode()
    done = lan.post(reverse("signing_finish", args=[session.pk]), {"signature": [answer]}, follow=True)
    assert "ghép vào văn bản" in done.content.decode() and certified(paper)
    assert "Đang chờ xác nhận ký" not in lan.get(paper.get_absolute_url()).content.decode()


def test_the_telephone_confirms_the_copy_and_a_second_press_asks_once(office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper = letter(office)
    press(office, paper)
    press(office, paper)
    assert len(csc.requests()) == 1 and "Ký bản sao" in csc.phone()
    csc.press()
    collect_remote()
    assert certified(paper)


def test_a_copy_refused_on_the_telephone_leaves_the_scan_alone(office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper = letter(office)
    press(office, paper)
    csc.press("refuse")
    collect_remote()
    assert paper.files.count() == 1 and SigningSession.objects.get().state == "refused"
    press(office, paper)
    csc.press()
    collect_remote()
    assert certified(paper)


def test_a_scan_destroyed_while_the_telephone_waits_gets_no_copy(office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper = letter(office)
    press(office, paper)
    purge(paper, by=office.lan, at=timezone.now())
    csc.press()
    collect_remote()
    assert SigningSession.objects.get().state == "failed" and not paper.files.filter(stage="copy").exists()


def test_a_scan_that_is_signed_already_is_left_alone(office, keys):
    signed = blobs.read(brought(office, "sealed").current_file().blob)
    paper = letter(office, signed)
    with pytest.raises(SigningError, match="đã có chữ ký số"):
        signing.certify_copy(paper, by=office.lan, at=timezone.now())


def test_a_secret_takes_the_copy_with_it(office, keys):
    paper = letter(office)
    press(office, paper)
    held = [file.blob for file in paper.files.all()]
    purge(paper, by=office.lan, at=timezone.now())
    assert not any(blobs.path_of(blob).exists() for blob in held)
    page = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=signature")
    assert page.status_code == 200 and "Nội dung đã bị hủy" in page.content.decode()
    with pytest.raises(NotAllowedNow):
        signing.certify_copy(paper, by=office.lan, at=timezone.now())
