"""The demonstration's certification authority: made once, private, and a real chain."""

import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from simulators import pki as demo_pki
from tests.signatures.pki_process import certificate_of

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
ISSUE = (
    "import sys; from pathlib import Path; from simulators import pki as demo_pki; "
    "data = demo_pki.issue_person(Path(sys.argv[1]), 'Nguyễn Thị Lan', 'Sở Nội vụ', 'Văn thư'); "
    "sys.stdout.buffer.write(data)"
)


def lan(folder, **how) -> bytes:
    return demo_pki.issue_person(folder, "Nguyễn Thị Lan", "Sở Nội vụ", "Văn thư", **how)


def load(folder, name) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def urls_of(certificate) -> str:
    found = []
    for oid in (ExtensionOID.AUTHORITY_INFORMATION_ACCESS, ExtensionOID.CRL_DISTRIBUTION_POINTS):
        found += [e.value for e in certificate.extensions if e.oid == oid]
    return str(found)


def test_two_processes_at_once_make_one_authority_and_one_certificate(tmp_path):
    folder = tmp_path / "ca"
    line = [sys.executable, "-c", ISSUE, str(folder)]
    both = [subprocess.Popen(line, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (one.communicate(timeout=60)[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert first == second == lan(folder)
    certificate_of(first).verify_directly_issued_by(load(folder, "ca"))
    load(folder, "ca").verify_directly_issued_by(load(folder, "root"))
    lines = (folder / "issued.jsonl").read_text().splitlines()
    assert len(lines) == 4  # the authority, its two services, Lan


def test_nobody_else_reads_what_lies_there(tmp_path):
    folder = tmp_path / "ca"
    data = lan(folder)
    demo_pki.revoke(folder, certificate_of(data).serial_number, at=NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private = [path for path in folder.iterdir() if path.name != ".lock"]
    assert {path.suffix for path in private} >= {".key", ".p12", ".pem", ".jsonl", ".json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


def test_keys_are_rsa_or_p256_on_request(tmp_path):
    plain, small = lan(tmp_path), lan(tmp_path, key="ec")
    assert isinstance(certificate_of(plain).public_key(), rsa.RSAPublicKey)
    assert certificate_of(plain).public_key().key_size == 2048
    assert isinstance(certificate_of(small).public_key().curve, ec.SECP256R1)
    assert small == lan(tmp_path, key="ec")


def test_an_agency_carries_its_code(tmp_path):
    certificate = certificate_of(demo_pki.issue_agency(tmp_path, "Sở Nội vụ", "H26.15"))
    codes = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert [one.value for one in codes] == ["H26.15"]


def test_validity_is_as_asked_even_when_it_is_over(tmp_path):
    over = lan(tmp_path, valid_from=NOW - 90 * DAY, valid_to=NOW - 30 * DAY)
    later = lan(tmp_path, valid_from=NOW + 30 * DAY)
    assert certificate_of(over).not_valid_before_utc == NOW - 90 * DAY
    assert certificate_of(over).not_valid_after_utc == NOW - 30 * DAY
    assert certificate_of(later).not_valid_before_utc == NOW + 30 * DAY
    assert over == lan(tmp_path, valid_from=NOW - 90 * DAY, valid_to=NOW - 30 * DAY)
    assert len({over, later, lan(tmp_path)}) == 3


def test_without_an_address_certificates_name_none(tmp_path):
    assert urls_of(certificate_of(lan(tmp_path, ocsp=True))) == "[]"
    assert urls_of(load(tmp_path, "ca")) == urls_of(load(tmp_path, "tsa")) == "[]"


def test_an_address_is_remembered_and_a_new_one_gives_new_certificates(tmp_path):
    demo_pki.build_ca(tmp_path)
    nameless = lan(tmp_path)
    demo_pki.build_ca(tmp_path, base_url="http://one.test:1/")
    first, root, old_ca = lan(tmp_path), load(tmp_path, "root"), load(tmp_path, "ca")
    assert "http://one.test:1/crl/ca.crl" in urls_of(certificate_of(first))
    assert "http://one.test:1/ca.crt" in urls_of(certificate_of(first))
    assert "/ocsp" not in urls_of(certificate_of(first))
    assert "http://one.test:1/ocsp" in urls_of(certificate_of(lan(tmp_path, ocsp=True)))
    assert "http://one.test:1/crl/root.crl" in urls_of(old_ca)
    assert demo_pki.build_ca(tmp_path) and lan(tmp_path) == first

    demo_pki.build_ca(tmp_path, base_url="http://two.test:2")
    second = lan(tmp_path)
    assert "http://two.test:2/crl/ca.crl" in urls_of(certificate_of(second))
    assert load(tmp_path, "root") == root and load(tmp_path, "ca") != old_ca
    for data in (nameless, first, second):  # what was signed before stays good
        certificate_of(data).verify_directly_issued_by(load(tmp_path, "ca"))


def test_each_service_has_a_certificate_for_itself_alone(tmp_path):
    demo_pki.build_ca(tmp_path, base_url="http://one.test")
    stamps, answers = load(tmp_path, "tsa"), load(tmp_path, "ocsp")
    usage = stamps.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    usage = answers.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert list(usage.value) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert answers.extensions.get_extension_for_class(x509.OCSPNoCheck)
    assert urls_of(answers) == "[]"


def test_a_folder_of_the_time_before_the_services_is_completed(tmp_path):
    demo_pki.build_ca(tmp_path)
    before = lan(tmp_path)
    for name in ("tsa.pem", "tsa.key", "ocsp.pem", "ocsp.key", "issued.jsonl"):
        (tmp_path / name).unlink()
    demo_pki.build_ca(tmp_path)
    assert lan(tmp_path) == before
    load(tmp_path, "tsa").verify_directly_issued_by(load(tmp_path, "ca"))


def test_only_its_own_certificates_can_be_revoked(tmp_path):
    demo_pki.build_ca(tmp_path)
    with pytest.raises(demo_pki.NotIssued):
        demo_pki.revoke(tmp_path, 4711, at=NOW)
