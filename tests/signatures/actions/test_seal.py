"""Number and date into their fields, the agency's signature over the whole; resumed where it stopped."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.journey import NotAllowedNow
from documents.models import RegisterBook
from signatures import actions as signing
from signatures.errors import SigningError
from signatures.keys import agency_certificate
from signatures.models import Signature
from tests.documents.outgoing_cases import brought, field_values, kinds, sits_down


def press(client, office, paper):
    return sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)


def test_the_file_only_grows_from_the_first_signature_on(office, keys):
    paper = brought(office, "sealed")
    draft, signed, sealed = (
        blobs.read(paper.files.get(stage=stage).blob) for stage in ("draft", "signed", "sealed")
    )
    assert signed.startswith(draft) and sealed.startswith(signed)
    assert field_values(signed)["so"] != field_values(sealed)["so"] == "Số: 01/SNV-TCBC"
    verdict, report = signing.check(sealed, sender=office.home_affairs)
    assert (verdict, len(report["signatures"]), report["reasons"]) == ("valid", 2, [])
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert int(pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 2


def test_the_sealed_paper_is_saved_under_its_number(office, keys):
    paper = brought(office, "sealed")
    assert paper.current_file().name == f"{paper.code.replace('/', '-')}.pdf"


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
def test_another_program_agrees(office, keys, tmp_path):
    paper = brought(office, "sealed")
    file = tmp_path / "van-ban.pdf"
    file.write_bytes(blobs.read(paper.current_file().blob))
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert "Total document signed" in said.split("Signature #2")[1]


def test_the_agency_never_seals_what_nobody_signed(office, keys):
    for state in ("format_checked", "awaiting_signature", "signed"):
        paper = brought(office, state)
        with pytest.raises(NotAllowedNow):
            signing.seal(paper, by=office.lan, at=timezone.now())
    numbered = brought(office, "numbered")
    Signature.objects.filter(document=numbered).delete()
    with pytest.raises(SigningError, match="chưa có chữ ký số của người có thẩm quyền"):
        signing.seal(numbered, by=office.lan, at=timezone.now())


def test_the_signature_must_be_the_named_signers(office, keys):
    paper = brought(office, "numbered")
    other = office.thao.user.certificates.get()
    Signature.objects.filter(document=paper).update(certificate=other)
    with pytest.raises(SigningError, match="người có thẩm quyền"):
        signing.seal(paper, by=office.lan, at=timezone.now())


def test_a_failed_seal_keeps_the_number_and_the_next_press_goes_on(client, office, keys):
    paper = brought(office, "signed")
    key = keys / agency_certificate(office.home_affairs).key_ref
    key.rename(keys / "away")
    try:
        answer = press(client, office, paper)
    finally:
        (keys / "away").rename(key)
    assert "Không tìm thấy khóa ký" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.code, paper.deliveries.count()) == ("numbered", "01/SNV-TCBC", 0)
    page = sits_down(client, office.lan).get(paper.get_absolute_url())
    assert [step["label"] for step in page.context["steps"]] == ["Đóng dấu, phát hành", "Hủy số đã cấp"]
    press(client, office, paper)
    paper.refresh_from_db()
    assert (paper.state, paper.code, paper.deliveries.count()) == ("issued", "01/SNV-TCBC", 1)
    assert kinds(paper).count("number") == 1
    assert RegisterBook.objects.get(direction="out").last_number == 1


def test_no_number_is_taken_for_a_paper_that_cannot_be_sealed(client, office, keys):
    paper = brought(office, "signed")
    office.home_affairs.certificates.all().delete()
    answer = press(client, office, paper)
    assert "chưa có chứng thư số cơ quan" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("signed", "")


def test_a_process_killed_between_seal_and_issue_is_resumed(client, office, keys):
    paper = brought(office, "sealed")
    sealed = paper.current_file().blob_id
    press(client, office, paper)
    paper.refresh_from_db()
    assert (paper.state, paper.current_file().blob_id) == ("issued", sealed)


def test_a_tampered_signed_file_is_not_sealed(office, keys):
    paper = brought(office, "numbered")
    path = blobs.path_of(paper.current_file().blob)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(SigningError, match="không còn đúng"):
        signing.seal(paper, by=office.lan, at=timezone.now())
    assert paper.state == "numbered"
