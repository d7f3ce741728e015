"""A letter that came on paper: the clerk signs its scan as an electronic copy (decree 30 art. 25.1c)."""

import re
import subprocess

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import Arrival, NewFile, purge, register_paper
from documents.journey import NotAllowedNow
from documents.models import File
from signatures import actions as signing
from signatures.errors import SigningError
from signatures.models import Signature
from signatures.verification import VIETNAM
from tests.documents.desks import at_desk, kinds, pdf_saying
from tests.documents.outgoing_cases import brought
from tests.signatures.key_cases import agency
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


def test_a_key_that_answers_elsewhere_is_not_asked_yet(office, keys):
    agency(keys).row(holder="agent", key_ref="", organisation=office.home_affairs)
    paper = letter(office)
    assert "phải được xác nhận ở nơi khác" in press(office, paper).content.decode()
    assert paper.files.count() == 1


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
