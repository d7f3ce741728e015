"""The authority of a chosen moment in the same process: what the seeded past is signed with."""

import asyncio
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from simulators import pki as demo_pki
from simulators.pki import moment

DAY = timedelta(days=1)
PAST = datetime.now(UTC).replace(microsecond=0) - 40 * DAY


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("past")
    demo_pki.build_ca(folder, base_url="http://pki.test")
    return folder


def chain_of(p12: bytes) -> list[x509.Certificate]:
    _, leaf, above = pkcs12.load_key_and_certificates(p12, demo_pki.DEMO_PASSWORD.encode())
    return [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in (leaf, *above)]


def judge(folder, chain, proofs, at) -> None:
    """pyHanko's own validator, told nothing but the root and what was gathered; raises when not satisfied."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(_der(folder, "root"))], other_certs=[*chain, *proofs.certificates],
        crls=proofs.crls, ocsps=proofs.ocsps, moment=at, allow_fetching=False, revocation_mode="hard-fail",
    )  # fmt: skip
    validator = CertificateValidator(chain[0], validation_context=context)
    asyncio.run(validator.async_validate_usage({"digital_signature"}))


def _der(folder, name) -> bytes:
    from cryptography import x509 as pyca

    return pyca.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("how", [{}, {"key": "ec"}, {"ocsp": True}], ids=["list", "ec", "ocsp"])
def test_proofs_of_a_moment_satisfy_a_strict_validator(folder, how):
    chain = chain_of(demo_pki.issue_agency(folder, "Sở Nội vụ", "H26.15", **how))
    proofs = moment.services(folder, at=PAST).evidence(chain)
    assert all(one.native["tbs_cert_list"]["this_update"] <= PAST for one in proofs.crls)
    judge(folder, chain, proofs, PAST)
    assert bool(proofs.ocsps) == bool(how.get("ocsp"))
    assert len(proofs.crls) == (1 if proofs.ocsps else 2)


@pytest.mark.parametrize("ocsp", [False, True])
def test_a_revocation_counts_from_its_second_on(folder, ocsp):
    p12 = demo_pki.issue_person(folder, f"Thôi Việc {ocsp}", "Sở Nội vụ", "Chuyên viên", ocsp=ocsp)
    chain = chain_of(p12)
    demo_pki.revoke(folder, chain[0].serial_number, at=PAST)
    before, after = PAST - timedelta(seconds=1), PAST + timedelta(seconds=1)
    judge(folder, chain, moment.services(folder, at=before).evidence(chain), before)
    with pytest.raises(RevokedError):
        judge(folder, chain, moment.services(folder, at=after).evidence(chain), after)


def test_openssl_accepts_a_stamp_of_the_past(folder, tmp_path):
    stamper = moment.services(folder, at=PAST).timestamper
    token = asyncio.run(stamper.async_timestamp(sha256(b"paper").digest(), "sha256"))
    info = token["content"]["encap_content_info"]["content"].parsed.native
    assert info["gen_time"] == PAST
    (tmp_path / "paper").write_bytes(b"paper")
    (tmp_path / "token").write_bytes(token.dump())
    line = ["openssl", "ts", "-verify", "-data", tmp_path / "paper", "-token_in", "-in", tmp_path / "token"]
    line += ["-CAfile", folder / "root.pem", "-untrusted", folder / "ca.pem", "-attime", f"{PAST:%s}"]
    assert "Verification: OK" in subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_the_stamping_authority_has_proofs_too(folder):
    chain = [x509.Certificate.load(_der(folder, name)) for name in ("tsa", "ca")]
    proofs = moment.services(folder, at=PAST).evidence(chain)
    judge(folder, chain, proofs, PAST)


def test_a_list_is_not_older_than_what_is_signed_with_it_and_serves_a_whole_minute(folder):
    chain = chain_of(demo_pki.issue_agency(folder, "Sở Tư pháp"))
    noon = (PAST - 100 * DAY).replace(hour=5, second=0)
    seen = set()
    for seconds in (0, 20, 59):
        at = noon + timedelta(seconds=seconds)
        for one in moment.services(folder, at=at).evidence(chain).crls:
            assert at - one["tbs_cert_list"]["this_update"].native < timedelta(minutes=1)
            seen.add(one.dump())
    assert len(seen) == 2


def test_the_measuring_stamp_is_made_once_and_knows_its_authority(folder):
    first, second = (moment.services(folder, at=PAST + n * DAY).timestamper for n in range(2))
    samples = [asyncio.run(one.async_dummy_response("sha256")) for one in (first, second)]
    assert samples[0] is samples[1]
    assert first.cert_registry.retrieve_by_name(samples[0]["content"]["certificates"][0].chosen.subject)
    assert second._certs == first._certs != {}


def test_strangers_are_none_of_its_business(folder, tmp_path):
    demo_pki.build_ca(tmp_path)  # of the same name
    chain = chain_of(demo_pki.issue_agency(tmp_path, "Sở Tư pháp"))
    proofs = moment.services(folder, at=PAST).evidence(chain)
    assert (proofs.ocsps, proofs.crls) == ([], [])
