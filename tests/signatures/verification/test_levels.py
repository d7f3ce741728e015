"""Every PAdES level over real services, judged by pyHanko's own validators and by poppler."""

import asyncio
import io
import shutil
import subprocess
from datetime import UTC, date, datetime

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from documents.layout import prepare, render
from documents.layout.dates import date_text
from hanoi_docs.demo.marks import person_mark, seal_mark
from signatures import pades
from signatures.errors import ServiceDown, SigningError
from signatures.providers.file import FileKey
from signatures.services import _asked_of, asked_of
from signatures.verification import verify
from simulators import pki as demo_pki
from tests.documents.papers import DECISION

BODY = "Ủy ban nhân dân thành phố Hà Nội"
DAY = date_text(date(2026, 8, 17))


@pytest.fixture(scope="module")
def prepared() -> bytes:
    return prepare(render(DECISION))


@pytest.fixture(scope="module")
def services(pki):
    return asked_of(pki.tsa, roots=[pki.root.read_bytes()], others=[pki.ca.read_bytes()])


def asked_anew(pki):
    """Services that remember nothing of what was asked before."""
    _asked_of.cache_clear()
    return asked_of(pki.tsa, roots=[pki.root.read_bytes()], others=[pki.ca.read_bytes()])


def keys(pki, **given) -> tuple[FileKey, FileKey]:
    person = demo_pki.issue_person(pki.folder, "Hoàng Gia Khánh", BODY, "Phó Chủ tịch", **given)
    agency = demo_pki.issue_agency(pki.folder, BODY, "H26")
    return tuple(FileKey.load(data, demo_pki.DEMO_PASSWORD) for data in (person, agency))


def both(prepared, pki, services, level, **given) -> bytes:
    person, agency = keys(pki, **given)
    now = datetime.now(UTC)
    signed = pades.certify(
        prepared, person, at=now, appearance=person_mark("Khánh").page(), level=level, services=services
    )
    return pades.seal(
        signed, agency, number_text="05", date_text=DAY, at=now, appearance=seal_mark(BODY).beside(person_mark("Khánh")), level=level,
        services=services,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sealed(prepared, pki, services) -> dict[str, bytes]:
    return {level: both(prepared, pki, services, level) for level in pades.LEVELS}


def roots(pki) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(pki.root.read_bytes(), multiple=True)]


@pytest.mark.parametrize("level", pades.LEVELS)
def test_pyhanko_finds_the_level_that_was_asked_for(sealed, pki, level):
    reader = PdfFileReader(io.BytesIO(sealed[level]))
    person, agency = reader.embedded_regular_signatures
    offline = level in ("B-LT", "B-LTA")
    if offline:
        context = DocumentSecurityStore.read_dss(reader).as_validation_context(
            {"trust_roots": roots(pki), "revocation_mode": "hard-fail", "allow_fetching": False}
        )
    else:
        context = ValidationContext(trust_roots=roots(pki), revocation_mode="hard-fail", allow_fetching=True)
    for signature in (person, agency):
        status = validate_pdf_signature(signature, context)
        assert status.bottom_line, status.pretty_print_details()
        assert (status.timestamp_validity is not None) == (level != "B-B")
        if level != "B-B":
            assert status.timestamp_validity.trusted
    status = validate_pdf_signature(person, context)
    assert status.docmdp_ok and status.modification_level == ModificationLevel.FORM_FILLING
    assert ("/DSS" in reader.root) == offline
    assert len(reader.embedded_timestamp_signatures) == int(level == "B-LTA")


def test_the_archival_form_needs_nothing_but_the_file(sealed, pki):
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(roots(pki)),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    gathering = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=gathering)
    )
    for signature in PdfFileReader(io.BytesIO(sealed["B-LTA"])).embedded_regular_signatures:
        report = asyncio.run(ades_lta_validation(signature, spec))
        assert report.ades_subindic == AdESPassed.OK, (signature.field_name, report.ades_subindic)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_the_seal_covers_the_whole_file(sealed, level, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(sealed[level])
    said = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "paper.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert said.count("Signature is Valid.") == 2
    assert "Total document signed" in said.split("Signature #2")[1]


@pytest.mark.parametrize("level", pades.LEVELS)
def test_our_verdict_names_the_same_level(sealed, pki, level):
    from signatures.verification.revocation import Fetcher

    verdict = verify(sealed[level], trust_roots=[pki.root.read_bytes()], fetch=Fetcher())
    assert verdict.verdict == "valid", verdict.reasons
    assert [one.level for one in verdict.signatures if one.capacity != "stamp"] == [level, level]
    offline = verify(sealed[level], trust_roots=[pki.root.read_bytes()])
    assert offline.verdict == ("valid" if level in ("B-LT", "B-LTA") else "unknown")


def test_a_silent_service_stops_the_signature_with_a_sentence(prepared, pki):
    fresh = asked_anew(pki)
    with pki.broken(tsa="down"), pytest.raises(ServiceDown, match="dấu thời gian không trả lời"):
        both(prepared, pki, fresh, "B-T")
    with pki.broken(crl="down", ocsp="down"), pytest.raises(ServiceDown, match="thu hồi"):
        both(prepared, pki, asked_anew(pki), "B-LT")


def test_a_stamp_over_something_else_is_not_put_in(prepared, pki):
    fresh = asked_anew(pki)
    with pki.broken(tsa="wrong"), pytest.raises(SigningError):
        both(prepared, pki, fresh, "B-T")


def test_a_withdrawn_certificate_reaches_no_level_that_asks(prepared, pki, services):
    data = demo_pki.issue_person(pki.folder, "Người Bị Thu Hồi", BODY, "Phó Chủ tịch")
    pki.revoke(data)
    key = FileKey.load(data, demo_pki.DEMO_PASSWORD)
    with pytest.raises(SigningError, match="đã bị thu hồi"):
        pades.certify(
            prepared,
            key,
            at=datetime.now(UTC),
            level="B-LT",
            services=asked_anew(pki),
        )
