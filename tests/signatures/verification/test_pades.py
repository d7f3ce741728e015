"""Person signs, agency numbers and seals; judged by pyHanko, by poppler's pdfsig, and by our own check."""

import io
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents.layout import prepare, render
from documents.layout.dates import date_text
from documents.pdf import inspect
from hanoi_docs.demo.marks import person_mark, seal_mark
from signatures.errors import SigningError
from signatures.pades import certify, seal
from signatures.providers.file import FileKey
from signatures.verification import VIETNAM, verify
from signatures.verify import main as command_line
from simulators import pki as demo_pki
from tests.documents.papers import DECISION

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime.now(VIETNAM).replace(microsecond=0)
BODY = "Ủy ban nhân dân thành phố Hà Nội"


@pytest.fixture(scope="module")
def ca(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ca")
    demo_pki.build_ca(folder)
    return folder


@pytest.fixture(scope="module")
def person(ca) -> FileKey:
    data = demo_pki.issue_person(ca, "Hoàng Gia Khánh", BODY, "Phó Chủ tịch", "khanh@hanoi.test")
    return FileKey.load(data, demo_pki.DEMO_PASSWORD)


@pytest.fixture(scope="module")
def agency(ca) -> FileKey:
    return FileKey.load(demo_pki.issue_agency(ca, BODY, "H26"), demo_pki.DEMO_PASSWORD)


@pytest.fixture(scope="module")
def prepared() -> bytes:
    return prepare(render(DECISION))


@pytest.fixture(scope="module")
def signed(prepared, person) -> bytes:
    return certify(prepared, person, at=NOW, appearance=person_mark(person.identity.name).page())


@pytest.fixture(scope="module")
def sealed(signed, agency) -> bytes:
    return put_seal(signed, agency)


def put_seal(pdf: bytes, agency: FileKey, number: str = "05") -> bytes:
    day = date_text(date(2026, 8, 17))
    mark = seal_mark(BODY).beside(person_mark("Hoàng Gia Khánh"))
    return seal(pdf, agency, number_text=number, date_text=day, at=NOW, appearance=mark)


def roots(ca: Path) -> list[bytes]:
    return [(ca / "root.pem").read_bytes()]


def appended(pdf: bytes, change) -> bytes:
    """The file with one more incremental update made by `change(writer)`."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def turn_page(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)


def change_number(writer) -> None:
    field = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "so")
    field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
    writer.update_container(field)


def test_both_signatures_valid_in_poppler(sealed, ca, tmp_path):
    database = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    for name, trust in (("root", "CT,C,C"), ("ca", "c,c,c")):
        command = ["certutil", "-A", "-d", database, "-n", name, "-t", trust, "-i", str(ca / f"{name}.pem")]
        subprocess.run(command, check=True)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(sealed)
    command = ["pdfsig", "-nssdir", database, str(paper)]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert said.count("Signature is Valid") == 2 and said.count("Certificate is Trusted") == 2
    first, second = said.split("Signature #2")
    assert "Hoàng Gia Khánh" in first and "Not total document signed" in first
    assert "Total document signed" in second


def test_pyhanko_sees_form_filling_between_the_two(sealed, ca):
    context = ValidationContext(
        trust_roots=[load_cert_from_pemder(str(ca / "root.pem"))],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    first, second = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    status = validate_pdf_signature(first, context)
    assert status.bottom_line and status.docmdp_ok
    assert status.modification_level == ModificationLevel.FORM_FILLING
    assert validate_pdf_signature(second, context).bottom_line


def test_verdict_of_a_sealed_paper(sealed, ca):
    verdict = verify(sealed, trust_roots=roots(ca))
    assert verdict.verdict == "valid" and verdict.reasons == []
    first, second = verdict.signatures
    assert (first.field, second.field) == ("ky_ca_nhan", "dau_co_quan")
    assert (first.signer_name, first.organisation, first.title) == ("Hoàng Gia Khánh", BODY, "Phó Chủ tịch")
    assert first.signed_at == NOW and first.signed_at.utcoffset() == timedelta(hours=7)
    assert (first.level, first.covers_whole_file, second.covers_whole_file) == ("B-B", False, True)
    assert "Hoàng Gia Khánh" in verdict.sentence() and "hợp lệ" in verdict.sentence()


def test_number_and_date_are_printed_and_the_first_revision_is_untouched(signed, sealed, prepared):
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=sealed, capture_output=True, check=True
    ).stdout
    assert "Số: 05/QĐ-UBND" in text.decode() and "Hà Nội, ngày 17 tháng 8 năm 2026" in text.decode()
    assert sealed.startswith(signed) and signed.startswith(prepared)
    facts = inspect(sealed)
    assert facts.text_first_page.startswith("Số: 05/QĐ-UBND\nngày 17 tháng 8 năm 2026")
    assert facts.signatures == 2 and inspect(signed).signatures == 1
    fonts = subprocess.run(["pdffonts", "-"], input=sealed, capture_output=True, check=True).stdout.decode()
    assert all("yes yes yes" in line for line in fonts.splitlines()[2:])


def test_xmp_survives_signing(prepared, sealed):
    def xmp(data: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(data)) as file:
            return file.Root.Metadata.read_bytes()

    assert xmp(sealed) == xmp(prepared) and b"pdfaid" in xmp(sealed)


@pytest.mark.parametrize("change", [turn_page, change_number])
def test_change_after_the_seal_is_found(sealed, ca, change):
    verdict = verify(appended(sealed, change), trust_roots=roots(ca))
    assert verdict.verdict == "invalid" and "từ chối" in verdict.todo


def test_what_lies_behind_the_end_is_said_once_of_each_who_signed(sealed, ca):
    verdict = verify(sealed + b"% more\n", trust_roots=roots(ca))
    why = ["sau dấu hết tệp có dữ liệu lạ không thuộc tài liệu."]
    assert [(one.verdict, one.reasons) for one in verdict.signatures] == [("invalid", why)] * 2
    assert all(one.organisation for one in verdict.signatures)


def test_flipped_bytes_are_found_wherever_the_seal_covers(sealed, ca):
    seal_range = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures[-1].byte_range
    end, again = seal_range[1], seal_range[2]
    assert seal_range[0] == 0 and again + seal_range[3] == len(sealed)
    # Between the two lies only the signature itself, padded with zeros that mean nothing.
    for at in [*range(20, end, end // 10), again + 1, again + 100, len(sealed) - 20]:
        broken = bytearray(sealed)
        broken[at] ^= 0x01
        assert verify(bytes(broken), trust_roots=roots(ca)).verdict == "invalid", at


def test_number_filled_without_a_seal_is_not_vouched_for(signed, ca):
    verdict = verify(appended(signed, change_number), trust_roots=roots(ca))
    assert verdict.verdict == "invalid" and "không ai xác nhận" in verdict.sentence()


def test_stranger_unsigned_and_broken_files(sealed, prepared, ca, tmp_path):
    demo_pki.build_ca(tmp_path)
    stranger = verify(sealed, trust_roots=roots(tmp_path))
    assert stranger.verdict == "unknown" and "tin cậy" in stranger.sentence()
    assert verify(sealed, trust_roots=[]).verdict == "unknown"
    assert verify(prepared, trust_roots=roots(ca)).verdict == "unsigned"
    for data in (b"", b"%PDF-1.7", b"hello", sealed[: len(sealed) // 2], sealed[:-300]):
        assert verify(data, trust_roots=roots(ca)).verdict in ("invalid", "unknown"), len(data)


def test_expired_certificate_is_unknown_unless_the_file_was_seen_in_time(sealed, ca):
    later = NOW + timedelta(days=365 * 6)
    verdict = verify(sealed, trust_roots=roots(ca), at=later)
    assert verdict.verdict == "unknown" and "dấu thời gian" in verdict.sentence()
    assert verify(sealed, trust_roots=roots(ca), at=NOW + timedelta(days=1)).verdict == "valid"


def test_seal_needs_an_intact_personal_signature(prepared, signed, sealed, agency):
    refused = [
        (prepared, "chưa có chữ ký số của người có thẩm quyền"),
        (sealed, "không đóng dấu lần nữa"),
        (appended(signed, turn_page), "đã bị thay đổi sau khi ký"),
        (signed.replace(b"/Rect", b"/RecT", 1), "đã bị thay đổi|chưa được chuẩn bị"),
        (render(DECISION), "chưa được chuẩn bị"),
        (b"not a pdf", "không đọc được"),
    ]
    for data, words in refused:
        with pytest.raises(SigningError, match=words):
            put_seal(data, agency)


def test_seal_refuses_odd_numbers_and_dates(signed, agency):
    for number in ("", "5/QĐ", "năm", "1" * 9, "<b>"):
        with pytest.raises(SigningError):
            put_seal(signed, agency, number)
    with pytest.raises(SigningError):
        seal(signed, agency, number_text="05", date_text="\n", at=NOW)


def test_certify_refuses_twice_and_the_unprepared(signed, person):
    with pytest.raises(SigningError, match="đã có chữ ký"):
        certify(signed, person, at=NOW)
    with pytest.raises(SigningError, match="chưa được chuẩn bị"):
        certify(render(DECISION), person, at=NOW)
    with pytest.raises(SigningError, match="không đọc được"):
        certify(b"%PDF-1.7 broken", person, at=NOW)


def test_signing_outside_validity_and_with_a_wrong_password(prepared, person, ca):
    with pytest.raises(SigningError, match="hết hạn"):
        certify(prepared, person, at=NOW + timedelta(days=365 * 6))
    with pytest.raises(SigningError, match="chưa đến ngày"):
        certify(prepared, person, at=NOW - timedelta(days=500))
    data = demo_pki.issue_person(ca, "Hoàng Gia Khánh", BODY, "Phó Chủ tịch", "khanh@hanoi.test")
    for bad, password in ((data, "sai"), (b"rubbish", "x")):
        with pytest.raises(SigningError, match="mật khẩu"):
            FileKey.load(bad, password)


def test_without_pictures_and_with_five_digits(prepared, person, agency, ca):
    bare = seal(
        certify(prepared, person, at=NOW),
        agency,
        number_text="12345",
        date_text=date_text(date(2026, 1, 5)),
        at=NOW,
    )
    assert inspect(bare).text_first_page.startswith("Số: 12345/QĐ-UBND\nngày 05 tháng 01 năm 2026")
    assert verify(bare, trust_roots=roots(ca)).verdict == "valid"


def test_printed_date():
    assert date_text(date(2026, 2, 9)) == "ngày 09 tháng 02 năm 2026"
    assert date_text(date(2026, 3, 10)) == "ngày 10 tháng 3 năm 2026"
    assert date_text(date(2026, 12, 31)) == "ngày 31 tháng 12 năm 2026"


def test_command_line_needs_neither_database_nor_settings(sealed, ca, tmp_path):
    paper = tmp_path / "good.pdf"
    paper.write_bytes(sealed)
    command = [sys.executable, "-m", "signatures.verify", str(paper), "--trust", str(ca / "root.pem")]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and answer["verdict"] == "valid" and answer["reasons"] == []
    assert answer["signatures"][0]["who"] == "Hoàng Gia Khánh"
    keys = {"who", "organisation", "time", "level", "covers_whole_file", "changes_after"}
    assert set(answer["signatures"][1]) >= keys


def test_command_line_exit_codes(sealed, prepared, ca, tmp_path, capsys):
    def run(data: bytes | None, *extra: str):
        path = tmp_path / "paper.pdf"
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)
        return command_line([str(path), *extra]), json.loads(capsys.readouterr().out)

    trust = ("--trust", str(ca / "root.pem"))
    assert run(appended(sealed, turn_page), *trust)[0] == 1
    assert run(b"not a pdf", *trust)[0] == 1
    assert run(sealed)[0] == 2
    code, said = run(prepared, *trust)
    assert (code, said["verdict"], said["signatures"]) == (2, "unknown", [])
    assert said["reasons"] == ["Tệp không có chữ ký số."] and "đề nghị nơi gửi bản ký số" in said["todo"]
    assert run(None, *trust)[0] == 2
    assert run(sealed, "--trust", str(tmp_path / "paper.pdf"))[0] == 2
