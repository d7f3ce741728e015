"""From a draft to minutes that were issued with both signatures, through the pages."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents import blobs
from documents.actions.outgoing.page_content import page_of
from documents.layout.engine import write_pdf
from documents.models import Outgoing
from progress.actions.telling import follow
from signatures import actions as signing
from signatures import pades
from signatures.appearance.fields import Writer, draw, field_named
from signatures.errors import SigningError
from signatures.keys import open_key, personal_certificate
from signatures.models import Signature
from signatures.providers.rows import identity_of
from tests.documents.desks import at_desk, words
from tests.documents.layout.test_kinds import failures, said_by_pikepdf
from tests.documents.outgoing_cases import brought, form_data, kinds, written
from tests.signatures.verification.test_for_archives import COUNTS_WRONG

from .two_who_sign import asked, minutes, press


@pytest.fixture(autouse=True)
def _certificates(keys, office):
    from hanoi_docs.demo.certificates import give_demo_certificates

    give_demo_certificates([office.hoa], [])


def bytes_now(paper) -> bytes:
    return blobs.read(Outgoing.objects.get(pk=paper.pk).current_file().blob)


def grown(data: bytes) -> bytes:
    """With one more revision behind the signature."""
    writer, out = Writer(io.BytesIO(data)), io.BytesIO()
    writer.root["/PageMode"] = pdf_name("/UseNone")
    writer.update_root()
    writer.write(out)
    return out.getvalue()


def issued(office) -> Outgoing:
    """Every act over HTTP, by the person it belongs to."""
    minh, hoa, lan, dung = map(at_desk, (office.minh, office.hoa, office.lan, office.dung))
    data = form_data(office, kind="BB", subject="Họp giao ban tháng 01", addressees="") | {"submit": "1"}
    assert minh.post(reverse("draft"), data | {"secretary_post": office.hoa.pk}).status_code == 302
    paper = Outgoing.objects.get()
    assert (paper.secretary, paper.secretary_post, paper.state) == ("Lê Thu Hoa", office.hoa, "in_review")
    press(hoa, "check_content", paper)
    press(lan, "check_format", paper)
    page = dung.get(reverse("outgoing_approve", args=[paper.pk]))
    assert "Duyệt, chuyển người ký bên trái" in page.content.decode()
    press(dung, "approve", paper)
    paper.refresh_from_db()
    assert (paper.state, paper.holder, Signature.objects.count()) == ("awaiting_secretary", office.hoa, 0)
    press(hoa, "sign_secretary", paper)
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_signature", office.dung)
    press(dung, "approve", paper)
    press(lan, "number", paper)
    paper.refresh_from_db()
    assert paper.state == "issued"
    return paper


def test_secretary_then_chair_then_number_and_seal(office):
    paper = issued(office)
    assert kinds(paper)[-7:] == [
        "approve",
        "ask_secretary",
        "sign_secretary",
        "sign",
        "number",
        "seal",
        "issue",
    ]
    draft, first, second, sealed = (
        blobs.read(paper.files.get(stage=stage).blob) for stage in ("draft", "cosigned", "signed", "sealed")
    )
    assert first.startswith(draft) and second.startswith(first) and sealed.startswith(second)
    verdict, report = signing.check(sealed, sender=office.home_affairs)
    who = [one["signer_name"] for one in report["signatures"]]
    assert (verdict, report["reasons"]) == ("valid", [])
    assert who == ["Lê Thu Hoa", "Phạm Tiến Dũng", "Sở Nội vụ"]
    given = list(Signature.objects.values_list("kind", "post__user__full_name"))
    assert given == [("beside", "Lê Thu Hoa"), ("personal", "Phạm Tiến Dũng"), ("agency", "Nguyễn Thị Lan")]
    beside = Signature.objects.get(kind="beside")
    assert beside.evidence["signer"]["name"] == "Lê Thu Hoa" and beside.evidence["certificate"]["serial"]


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
def test_poppler_and_pyhanko_agree_of_all_three(office, tmp_path):
    data = bytes_now(issued(office))
    file = tmp_path / "bien-ban.pdf"
    file.write_bytes(data)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 3
    assert "Total document signed" in said.split("Signature #3")[1]
    found = PdfFileReader(io.BytesIO(data)).embedded_signatures
    assert [one.field_name for one in found] == ["ky_ben_trai", "ky_ca_nhan", "dau_co_quan"]
    above = [identity_of(personal_certificate(office.hoa.user)).chain[-1]]
    for one in found:
        status = validate_pdf_signature(one, ValidationContext(trust_roots=above, allow_fetching=False))
        assert status.intact and status.valid and status.bottom_line, status.pretty_print_details()


def counted_right(data: bytes, tmp_path) -> list[str]:
    return [line for line in failures(data, "2b", tmp_path) if COUNTS_WRONG not in line]


def test_the_file_is_as_archivable_as_with_one_signer(office, tmp_path):
    """The field at the left is one more annotation of the page, tagged and with a look, and nothing else is other."""
    one = bytes_now(brought(office, "issued", written(office, kind="BB", subject="Họp", addressees="")))
    paper = brought(office, "format_checked", minutes(office))
    drafted = bytes_now(paper)
    assert counted_right(drafted, tmp_path) == [] == said_by_pikepdf(drafted, tmp_path)
    press(at_desk(office.dung), "approve", paper)
    press(at_desk(office.hoa), "sign_secretary", paper)
    press(at_desk(office.dung), "approve", paper)
    press(at_desk(office.lan), "number", paper)
    two = bytes_now(paper)
    # That a signature does not cover what was signed after it, the validator says of every paper with two.
    rules = [{line.split("]")[0] for line in counted_right(data, tmp_path)} for data in (one, two)]
    assert rules[0] == rules[1] == {"[PDFA2B-SIGNATURE-BYTERANGE-001"}
    assert said_by_pikepdf(two, tmp_path) == []
    with pikepdf.open(io.BytesIO(two)) as pdf:
        assert b"pdfaid" in pdf.Root.Metadata.read_bytes()
        there = {str(one.T): one for one in pdf.Root.AcroForm.Fields}
        assert set(there) == {"so", "ky_ben_trai", "ky_ca_nhan", "dau_co_quan"}
        left, right = there["ky_ben_trai"], there["ky_ca_nhan"]
        assert all("/N" in one.AP and "/StructParent" in one and int(one.F) & 4 for one in there.values())
        assert float(left.Rect[2]) < float(right.Rect[0])
        assert float(left.Rect[1]) == pytest.approx(float(right.Rect[1]), abs=1)
        assert "/Perms" not in pdf.Root  # both approve: nobody certifies what another signed before


def test_whoever_is_asked_is_told_and_finds_it_in_the_list(office):
    paper = asked(office)
    hoa = at_desk(office.hoa)
    follow(at=timezone.now())
    assert "chờ bạn ký" in words(hoa.get(reverse("notices")))
    row = hoa.get(reverse("outgoing_list"), {"box": "signature"})
    assert paper.subject in words(row) and "Đã duyệt, chờ thư ký hoặc bên kia ký số" in words(row)
    assert reverse("outgoing_sign_secretary", args=[paper.pk]) in hoa.get(reverse("desk")).content.decode()
    press(hoa, "sign_secretary", paper)
    assert (
        reverse("outgoing_sign_secretary", args=[paper.pk]) not in hoa.get(reverse("desk")).content.decode()
    )
    assert paper.subject in words(at_desk(office.dung).get(reverse("outgoing_list"), {"box": "signature"}))
    follow(at=timezone.now())
    assert "Lê Thu Hoa chuyển văn bản, chờ bạn ký" in words(at_desk(office.dung).get(reverse("notices")))


def test_the_page_names_both_and_says_what_stands(office):
    paper = asked(office)
    press(at_desk(office.hoa), "sign_secretary", paper)
    page = words(at_desk(office.minh).get(paper.get_absolute_url(), {"tab": "signature"}))
    assert "Chữ ký số của thư ký hoặc bên kia" in page and "Lê Thu Hoa, Trưởng phòng" in page
    assert "Hết hiệu lực" not in page and "Hợp lệ" in page
    press(at_desk(office.dung), "approve", paper)
    page = words(at_desk(office.minh).get(paper.get_absolute_url(), {"tab": "signature"}))
    assert "Lê Thu Hoa" in page and "Phạm Tiến Dũng" in page and "Hết hiệu lực" not in page


def test_no_signature_of_the_chair_goes_in_before(office):
    """Also below the acts: the file itself refuses."""
    data, at = bytes_now(asked(office)), timezone.now()
    chair = open_key(personal_certificate(office.dung.user))
    with pytest.raises(SigningError, match="Chưa có chữ ký số của thư ký"):
        pades.certify(data, chair, at=at)
    first = pades.beside(data, open_key(personal_certificate(office.hoa.user)), at=at)
    with pytest.raises(SigningError, match="đã có chữ ký số"):
        pades.beside(first, chair, at=at)
    with pytest.raises(SigningError, match="không còn đúng"):
        pades.certify(grown(first), chair, at=at)
    assert pades.certify(first, chair, at=at).startswith(first)


def with_words(data: bytes) -> bytes:
    """With a signature field of a stranger's on the first page, that shows words on blank paper."""
    writer, out = Writer(io.BytesIO(data)), io.BytesIO()
    box = (60, 30, 260, 60)
    fields.append_signature_field(writer, fields.SigFieldSpec("ThemVao", on_page=0, box=box))
    mark = write_pdf("<p>Đã thanh toán</p>", "@page { size: 200pt 30pt; margin: 0 }")
    draw(writer, field_named(writer, "ThemVao"), mark, shrink=True)
    writer.write(out)
    return out.getvalue()


def test_no_field_may_be_added_behind_the_signatures(office):
    """Also before the seal, and on blank paper: as it is of a paper with one signer."""
    paper = asked(office)
    press(at_desk(office.hoa), "sign_secretary", paper)
    first = bytes_now(paper)
    press(at_desk(office.dung), "approve", paper)
    for data, signers in ((first, 1), (bytes_now(paper), 2)):
        assert "trái phép" not in str(signing.check(data)[1])
        verdict, report = signing.check(with_words(data))
        assert verdict == "invalid" and len(report["signatures"]) == signers, report
        assert "bị thay đổi trái phép" in str(report), report
    with pytest.raises(SigningError, match="không còn đúng"):
        pades.certify(with_words(first), open_key(personal_certificate(office.dung.user)), at=timezone.now())


def test_a_paper_without_a_named_secretary_is_signed_as_ever(office):
    paper = brought(office, "sealed", written(office, kind="BB", subject="Họp", addressees=""))
    with pikepdf.open(io.BytesIO(bytes_now(paper))) as pdf:
        assert [str(one.T) for one in pdf.Root.AcroForm.Fields if "/Lock" in one] == ["dau_co_quan"]
    assert [one.kind for one in Signature.objects.all()] == ["personal", "agency"]
    page = words(at_desk(office.minh).get(paper.get_absolute_url()))
    assert "Trần Quang Minh, ký tay trên bản giấy" in page


def test_the_other_party_elsewhere_is_said_not_feigned(office):
    contract = written(office, kind="HĐ", subject="Số hóa tài liệu", secretary="Trịnh Hải Vân")
    page = words(at_desk(office.minh).get(brought(office, "sealed", contract).get_absolute_url()))
    assert "Trịnh Hải Vân, ký trên bản giấy hoặc trên hệ thống của bên ấy" in page
    inside = minutes(office, kind="HĐ", subject="Khoán việc")
    shown = page_of(inside, timezone.now())
    assert (shown.beside.lines, shown.beside.name, shown.beside_signs) == (
        ("ĐẠI DIỆN BÊN B",),
        "Lê Thu Hoa",
        True,
    )
