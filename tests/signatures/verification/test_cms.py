"""The container of a signature, judged by OpenSSL and by pyHanko's own parser."""

import io
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.layout import prepare, render
from signatures.errors import SigningError
from signatures.pades import begin_certify, certify, finish
from signatures.providers import Identity
from signatures.providers.file import FileKey, _asn1
from signatures.verification import VIETNAM
from tests.documents.papers import DECISION

NOW = datetime.now(VIETNAM).replace(microsecond=0)
_PEM = serialization.Encoding.PEM


def self_made(key) -> FileKey:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người ký thử")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW.replace(year=NOW.year - 1))
    builder = builder.not_valid_after(NOW.replace(year=NOW.year + 1))
    return FileKey(Identity(_asn1(builder.sign(key, hashes.SHA256()))), key)


@pytest.fixture(scope="module", params=["rsa", "ec"])
def key(request) -> FileKey:
    made = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    }
    return self_made(made[request.param]())


@pytest.fixture(scope="module")
def prepared() -> bytes:
    return prepare(render(DECISION))


def test_openssl_accepts_it_as_cades(prepared, key, tmp_path: Path):
    signed = certify(prepared, key, at=NOW)
    signature = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0]
    start, end, again, rest = signature.byte_range
    (tmp_path / "content").write_bytes(signed[start : start + end] + signed[again : again + rest])
    (tmp_path / "cms.der").write_bytes(signature.pkcs7_content.rstrip(b"\0") + bytes(8))
    (tmp_path / "cert.pem").write_text(
        x509.load_der_x509_certificate(key.identity.certificate.dump()).public_bytes(_PEM).decode()
    )
    command = (
        "openssl cms -verify -cades -binary -inform DER -in cms.der -content content -CAfile cert.pem"
        " -purpose any -out /dev/null"
    )
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "successful" in done.stderr.lower(), done.stderr


def test_it_is_strict_der_with_what_pades_asks_for(prepared, key):
    signature = PdfFileReader(io.BytesIO(certify(prepared, key, at=NOW))).embedded_regular_signatures[0]
    content = cms.ContentInfo.load(signature.pkcs7_content.rstrip(b"\0") + bytes(8))
    der = content.dump()
    assert cms.ContentInfo.load(der, strict=True).dump(force=True) == der
    info = content["content"]["signer_infos"][0]
    kinds = [one["type"].native for one in info["signed_attrs"]]
    assert sorted(kinds) == [
        "cms_algorithm_protection",
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    ]
    assert content["content"]["encap_content_info"]["content"].native is None


def test_a_signature_by_another_key_never_enters_the_paper(prepared, key):
    stranger = self_made(ec.generate_private_key(ec.SECP256R1()))
    pending = begin_certify(prepared, key.identity, at=NOW)
    (wrong,) = stranger.sign([pending.attributes])
    with pytest.raises(SigningError, match="không khớp"):
        finish(pending, key.identity, wrong)
    (right,) = key.sign([pending.attributes])
    with pytest.raises(SigningError, match="không khớp"):
        finish(pending, key.identity, right[:-1] + bytes([right[-1] ^ 1]))
    assert finish(pending, key.identity, right).startswith(prepared)
