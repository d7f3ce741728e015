"""Small files kept beside the project, each with the right value: those about who signed, when and with what."""

from pathlib import Path

import pytest

from signatures.verification.guard import shared

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this checkout")


def judged(file: str, anchor: str = "root.pem"):
    return shared.verify(
        (CASES / file).read_bytes(), trust_roots=[(CASES / anchor).read_bytes()], fetch=False
    )


@pytest.mark.parametrize(
    "file, words",
    [
        ("adbe-pkcs7-sha1/signed.pdf", "chữ ký theo kiểu cũ (adbe.pkcs7.sha1)"),
        ("unknown-algorithm/signed-sha3-rsa.pdf", "RSA với SHA3-256"),
    ],
)
def test_what_cannot_be_checked_is_unknown_and_named(file, words):
    found = judged(file)
    assert found.verdict == "unknown" and words in found.sentence()


def test_a_trusted_certificate_that_signed_itself_is_no_broken_file():
    assert judged("self-signed-root/signed.pdf", "self-signed-root/signer.pem").verdict == "valid"


@pytest.mark.parametrize(
    "level, file", [("B-T", "doctimestamp-appearance/plain.pdf"), ("B-LT", "vri-rewritten/dss-once.pdf")]
)
def test_a_stamp_that_holds_the_signature_proves_its_time(level, file):
    found = judged(file)
    assert (found.verdict, found.signatures[0].level) == ("valid", level), found.reasons
