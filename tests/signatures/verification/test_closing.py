"""What we sign is complete by itself, or is not signed."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic

from signatures.errors import SigningError
from signatures.pades import certify, mark
from signatures.verification import verify
from signatures.verification.pdf import File
from signatures.verification.pdf.whole import open_end
from tests.signatures.attacks import tools
from tests.signatures.attacks.cast import Cast
from tests.signatures.verification.test_changes import after

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
BOX = (400.0, 800.0, 560.0, 830.0)


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


def look() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(160, 30))
    pdf.save(out)
    return out.getvalue()


def letter(extra: bytes = b"", catalog: bytes = b"") -> bytes:
    """A file as a careless program writes it; object 9 is nowhere."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % extra,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begun = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % begun


OPEN = {
    "contents": letter(b"/Contents 9 0 R"),
    "contents among others": letter(b"/Contents [9 0 R 9 0 R]"),
    "a font": letter(b"/Resources << /Font << /F1 9 0 R >> >>"),
    "a picture": letter(b"/Resources << /XObject << /X 9 0 R >> >>"),
    "notes": letter(b"/Annots [9 0 R]"),
    "an action": letter(catalog=b"/OpenAction 9 0 R"),
    "names": letter(catalog=b"/Names << /EmbeddedFiles 9 0 R >>"),
}


@pytest.mark.parametrize("what", OPEN)
def test_a_file_with_a_place_left_open_is_written_anew_before_it_is_signed(cast, what):
    assert open_end(File(OPEN[what]))
    signed = mark(OPEN[what], cast.agency(), look=look(), box=BOX, at=cast.now)
    assert verify(signed, trust_roots=cast.roots).verdict == "valid"
    assert not open_end(File(signed))
    number = tools.next_number(signed)
    filled = after(signed, b"%d 0 obj\n(later)\nendobj\n" % number, number)
    assert verify(filled, trust_roots=cast.roots).verdict == "valid"  # nothing names it


def test_a_file_whose_index_points_behind_it_is_written_anew(cast):
    pdf = letter(b"/Contents 9 0 R")
    forward = re.sub(rb"0000000\d\d\d 00000 n \ntrailer", b"0000090000 00000 n \ntrailer", pdf)
    assert forward != pdf and open_end(File(forward))
    signed = mark(forward, cast.agency(), look=look(), box=BOX, at=cast.now)
    assert not open_end(File(signed)) and verify(signed, trust_roots=cast.roots).verdict == "valid"


def test_a_prepared_paper_with_a_place_left_open_is_not_signed(cast):
    def leave_open(writer):
        page = tools.page_of(writer)
        page[tools.name("/Thumb")] = generic.IndirectObject(number + 50, 0, writer)
        writer.update_container(page)

    number = tools.next_number(cast.prepared)
    grown = tools.updated(cast.prepared, leave_open)
    with pytest.raises(SigningError, match="chưa trọn vẹn"):
        certify(grown, cast.person(), at=cast.now)


def test_what_we_prepare_ourselves_is_complete(cast):
    assert not open_end(File(cast.prepared))
    assert not open_end(File(cast.signed)) and not open_end(File(cast.sealed))


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside this checkout")
@pytest.mark.parametrize(
    "case", ["dangling-then-defined/contents-signed", "dangling-then-defined/page-signed"]
)
def test_a_file_that_somebody_signed_so_is_refused(cast, case):
    pdf = (CASES / f"{case}.pdf").read_bytes()
    with pytest.raises(SigningError, match="chưa trọn vẹn"):
        mark(pdf, cast.agency(), look=look(), box=BOX, at=cast.now)
