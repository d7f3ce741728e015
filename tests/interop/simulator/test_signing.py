"""What the played ministries sign is judged as any stranger's file, each with its own trouble."""

import io
from datetime import date

import pikepdf
import pytest

from signatures.verification import verify
from signatures.verification.revocation import Fetcher
from simulators.axis.papers import Paper, draw
from simulators.axis.signing import EXPIRED, FOREIGN, REVOKED, UNSIGNED, Signatures


@pytest.fixture(scope="module")
def page() -> bytes:
    return draw(
        Paper(
            issuer="Bộ Nội vụ",
            code="12/BNV-TCBC",
            place="Hà Nội",
            day=date(2026, 11, 25),
            type_name="Công văn",
            subject="Về việc báo cáo",
            body="Đề nghị báo cáo.",
            addressees=("Sở Nội vụ",),
            signer_title="Thứ trưởng",
            signer="Nguyễn Văn Hiền",
        )
    )


def judged(pki, page: bytes, code: str):
    by = Signatures(pki.folder, pki.tsa)
    signed = by.sign(page, code=code, organisation="Bộ Nội vụ", person="Nguyễn Văn Hiền", title="Thứ trưởng")
    return verify(signed, trust_roots=[pki.root.read_bytes()], fetch=Fetcher())


def test_most_sign_well_and_in_the_right_order(pki, page):
    verdict = judged(pki, page, "G09")
    assert verdict.verdict == "valid", verdict.reasons
    person, agency = verdict.signatures
    assert (person.signer_name, agency.signer_name) == ("Nguyễn Văn Hiền", "Bộ Nội vụ")
    assert (person.level, agency.organisation_code) == ("B-T", "G09")


@pytest.mark.parametrize(
    ("code", "expected"),
    [(UNSIGNED, "unsigned"), (REVOKED, "invalid"), (EXPIRED, "unknown"), (FOREIGN, "valid")],
)
def test_each_trouble_is_found(pki, page, code, expected):
    verdict = judged(pki, page, code)
    assert verdict.verdict == expected, verdict.reasons
    if code == FOREIGN:
        assert verdict.signatures[-1].organisation == "Công ty cổ phần Dịch vụ Thử nghiệm"


def test_a_ministry_does_not_wait_for_its_time_stamps(pki, page):
    with pki.broken(tsa="down"):
        verdict = judged(pki, page, "G22")
    assert [one.level for one in verdict.signatures] == ["B-B", "B-B"] and verdict.verdict == "valid"


def test_the_played_papers_are_set_in_the_products_own_typeface(page):
    """On a machine without a face of the width of Times the words ran into each other."""
    pdf = pikepdf.open(io.BytesIO(page))
    fonts = pdf.pages[0].Resources.Font
    assert {str(font.BaseFont).partition("+")[2].partition("-")[0] for font in fonts.values()} == {"Tinos"}
