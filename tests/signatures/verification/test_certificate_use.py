"""Which certificates may sign papers: by their purpose, by their strength, by being named in what is signed."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.sign.fields import SigSeedSubFilter

from signatures.cms import signed_attributes, signed_data
from signatures.services import Services
from signatures.verification import algorithms, verify
from simulators import pki as demo_pki
from simulators.pki import folder as store
from simulators.pki import moment, profiles
from tests.signatures.signers import DAY, Signer, signed

SERVER, CLIENT, CODE, MAIL = (f"1.3.6.1.5.5.7.3.{number}" for number in (1, 2, 3, 4))
STAMPS, ANSWERS, DOCUMENTS = (f"1.3.6.1.5.5.7.3.{number}" for number in (8, 9, 36))
ADBE = SigSeedSubFilter.ADOBE_PKCS7_DETACHED


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("use")
    demo_pki.build_ca(made)
    return made


def judged(folder, pdf: bytes, **how):
    return verify(pdf, trust_roots=[(folder / "root.pem").read_bytes()], **how)


@pytest.mark.parametrize(
    "usages",
    [(), (DOCUMENTS,), (MAIL,), (CLIENT, "1.3.6.1.4.1.311.20.2.2"), ("1.3.6.1.4.1.311.10.3.12",),
     ("1.2.840.113583.1.1.5",), ("2.5.29.37.0",), (SERVER, MAIL)],
)  # fmt: skip
def test_a_certificate_issued_to_sign_is_taken(folder, usages):
    assert judged(folder, signed(Signer(folder, usages=usages))).verdict == "valid"


@pytest.mark.parametrize("usages", [(SERVER,), (CODE,), (STAMPS,), (ANSWERS,), (SERVER, CODE), ("1.2.3.4",)])
def test_one_issued_for_something_else_signs_no_paper(folder, usages):
    found = judged(folder, signed(Signer(folder, usages=usages, critical=usages == (STAMPS,))))
    assert found.verdict == "unknown" and "không được cấp để ký văn bản" in found.sentence()


@pytest.mark.parametrize("bits", [{"key_encipherment": True}, {"key_agreement": True}])
def test_a_key_that_only_encrypts_signs_no_paper(folder, bits):
    none = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    usage = (x509.KeyUsage(**(none | bits)), True)
    found = judged(folder, signed(Signer(folder, extensions=[usage])))
    assert found.verdict == "unknown" and "không được cấp để ký văn bản" in found.sentence()


def test_an_authority_signs_certificates_and_no_papers(folder):
    extensions = [(x509.BasicConstraints(True, None), True)]
    found = judged(folder, signed(Signer(folder, extensions=extensions)))
    assert found.verdict == "unknown" and "tổ chức cung cấp dịch vụ chứng thực" in found.sentence()


@pytest.mark.parametrize("critical, usages", [(False, (STAMPS,)), (True, (STAMPS, MAIL)), (True, (MAIL,))])
def test_a_stamp_needs_the_one_critical_usage(folder, tmp_path, critical, usages):
    """RFC 3161, 2.3."""
    here = tmp_path / "pki"
    shutil.copytree(folder, here)
    other = Signer(here, usages=usages, critical=critical, key=store.key_of(here, "tsa"))
    store.keep_holding(here, "tsa", x509.load_der_x509_certificate(other.certificate.dump()))
    token = moment.services(here, at=datetime.now(UTC)).timestamper
    found = judged(here, signed(Signer(here), stamp=Services(token).stamp))
    assert found.verdict == "unknown" and "đóng dấu thời gian" in found.sentence()


@pytest.mark.parametrize(
    "key, name",
    [(lambda: ec.generate_private_key(ec.SECP192R1()), "secp192r1"),
     (lambda: ec.generate_private_key(ec.SECP224R1()), "secp224r1"),
     (lambda: ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
     (lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), "RSA 1024 bit")],
)  # fmt: skip
def test_a_short_key_proves_nothing(folder, key, name):
    found = judged(folder, signed(Signer(folder, key=key())))
    assert found.verdict == "unknown" and name in found.sentence()


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.BrainpoolP256R1])
def test_a_good_curve_is_taken(folder, curve):
    found = judged(folder, signed(Signer(folder, key=ec.generate_private_key(curve()))))
    assert found.verdict == "valid", found.reasons


class WithPss(Signer):
    """Signs by RSASSA-PSS with SHA-256, and masks with `mask`."""

    mask = "sha256"

    def sign(self, data: bytes) -> bytes:
        mask = padding.MGF1(getattr(hashes, self.mask.upper())())
        return self.key.sign(data, padding.PSS(mask, 32), hashes.SHA256())

    def message(self, digest: bytes, **how) -> bytes:
        made = cms.ContentInfo.load(super().message(digest, without=("cms_algorithm_protection",), **how))
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": self.mask}}
        given = {"hash_algorithm": {"algorithm": "sha256"}, "mask_gen_algorithm": mask, "salt_length": 32}
        made["content"]["signer_infos"][0]["signature_algorithm"] = {
            "algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(given),
        }  # fmt: skip
        return made.dump(force=True)


@pytest.mark.parametrize(("mask", "verdict"), [("sha256", "valid"), ("sha512", "unknown")])
def test_pss_goes_with_one_digest(folder, mask, verdict):
    signer = WithPss(folder)
    signer.mask = mask
    found = judged(folder, signed(signer))
    assert found.verdict == verdict, found.reasons
    assert verdict == "valid" or "hai hàm băm khác nhau" in found.sentence()


@pytest.mark.parametrize(
    ("curve", "digest", "name"),
    [("ed25519", "sha512", ""), ("ed25519", "sha256", "Ed25519 với hàm băm SHA256"), ("ed448", "shake256", ""),
     ("ed448", "sha512", "Ed448 với hàm băm SHA512"), ("ed448", "", "")],
)  # fmt: skip
def test_an_edwards_curve_goes_with_its_own_digest(curve, digest, name):
    """RFC 8419, 3.1."""
    assert algorithms.unknown(algos.SignedDigestAlgorithm({"algorithm": curve}), digest) == name


def test_a_key_that_cannot_be_read_leaves_it_open(folder):
    """Its modulus lacks the leading zero, and so is a negative number."""
    signer = Signer(folder)
    told = signer.certificate["tbs_certificate"]["subject_public_key_info"]
    numbers = told["public_key"].parsed
    numbers["modulus"] = numbers["modulus"].native - (1 << 2048)
    signer.certificate = asn1.Certificate.load(signer.certificate.dump(force=True))
    pdf = signed(signer)
    found = judged(folder, pdf)
    assert found.verdict == "unknown" and "không đọc được khóa" in found.sentence(), found.reasons
    bent = pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 942 ]", 1)
    assert bent != pdf and judged(folder, bent).verdict == "invalid"


def test_what_is_weak_is_asked_for_the_proven_day(folder):
    far = datetime(2036, 1, 1, tzinfo=UTC)
    pdf = signed(Signer(folder, valid=(datetime.now(UTC) - DAY, far + 400 * DAY)))
    assert judged(folder, pdf, at=datetime.now(UTC) + DAY).verdict == "valid"
    assert judged(folder, pdf, at=far + DAY).verdict == "unknown"


def two_on_one_key(folder) -> tuple[Signer, Signer]:
    one = Signer(folder)
    names = (
        (NameOID.ORGANIZATION_NAME, "UBND"),
        (NameOID.TITLE, "Chủ tịch"),
        (NameOID.COMMON_NAME, "Người Khác"),
    )
    return one, Signer(folder, *names, key=one.key)


def test_another_certificate_on_the_same_key_cannot_be_shown(folder):
    one, other = two_on_one_key(folder)
    found = judged(folder, signed(one, shown=other))
    assert found.verdict == "invalid" and "nêu một chứng thư số khác" in found.sentence()


def test_pades_has_to_name_its_certificate(folder):
    one, other = two_on_one_key(folder)
    for shown in (one, other):
        found = judged(folder, signed(one, shown=shown, without=("signing_certificate_v2",)))
        assert found.verdict == "unknown" and "thiếu thuộc tính signing-certificate" in found.sentence()
        assert found.signatures[0].level == "CMS"


def test_the_older_form_need_not_unless_two_share_the_key(folder):
    one, other = two_on_one_key(folder)
    lacking = {"form": ADBE, "without": ("signing_certificate_v2",)}
    found = judged(folder, signed(one, **lacking))
    assert (found.verdict, found.signatures[0].level) == ("valid", "CMS")
    found = judged(folder, signed(one, shown=other, beside=(one,), **lacking))
    assert found.verdict == "unknown" and "dùng chung một khóa" in found.sentence()


class Unsorted(Signer):
    """Signs the attributes from the last to the first, though in DER a set is sorted (RFC 5652, 5.3). The one that names
    the certificate has 128 bytes: the library writes such a thing anew when it reads it."""

    def message(self, digest: bytes) -> bytes:
        one = {"cert_hash": sha256(self.certificate.dump()).digest()}
        policies = [{"policy_identifier": f"2.25.{1 << 7 * 82}"}]
        named = tsp.SigningCertificateV2({"certs": [one], "policies": policies})
        assert named.dump()[:3] == b"\x30\x81\x80"
        told = {"signing_certificate_v2": [named]}
        parts = [
            cms.CMSAttribute({"type": kind, "values": told.get(kind, part["values"])}).dump()
            for part in reversed(cms.CMSAttributes.load(signed_attributes(self.identity, digest)))
            for kind in [part["type"].native]
        ]
        content = b"".join(parts)
        assert len(content) >= 256 and parts != sorted(parts)
        attributes = b"\x31\x82" + len(content).to_bytes(2, "big") + content
        return signed_data(self.identity, attributes, self.sign(attributes))


def test_attributes_in_an_order_of_their_own_count_as_they_were_signed(folder):
    pdf = signed(Unsorted(folder))
    found = judged(folder, pdf)
    assert found.verdict == "valid", found.reasons
    bent = pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 942 ]", 1)
    assert bent != pdf and judged(folder, bent).verdict == "invalid"


@pytest.mark.parametrize("name", ["message_digest", "content_type"])
def test_a_missing_attribute_is_named(folder, name):
    found = judged(folder, signed(Signer(folder), without=(name,)))
    assert found.verdict == "invalid" and f"thiếu thuộc tính {name.replace('_', '-')}" in found.sentence()


def test_a_trusted_certificate_may_sign_itself_and_may_expire(tmp_path):
    for name, days in (("con han", 30), ("het han", -1)):
        pem, pdf = _alone(tmp_path / name.replace(" ", "-"), timedelta(days=days))
        found = verify(pdf, trust_roots=[pem])
        assert found.verdict == ("valid" if days > 0 else "unknown"), found.reasons


def _alone(folder, left: timedelta) -> tuple[bytes, bytes]:
    demo_pki.build_ca(folder)
    signer, now = Signer(folder), datetime.now(UTC)
    own = profiles.name((NameOID.COMMON_NAME, "Tự ký một mình"))
    made = profiles.certificate(
        own, signer.key.public_key(), issuer=own, issuer_key=signer.key, extensions=profiles.holder(),
        valid=(now - 90 * DAY, now + left),
    )  # fmt: skip
    signer.certificate = asn1.Certificate.load(made.public_bytes(Encoding.DER))
    return made.public_bytes(Encoding.PEM), signed(signer)


def test_the_command_says_the_same(folder, tmp_path):
    file = tmp_path / "ky.pdf"
    file.write_bytes(signed(Signer(folder, usages=(SERVER,))))
    line = [sys.executable, "-m", "signatures.verify", file, "--trust", folder / "root.pem", "--offline"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    said = json.loads(done.stdout)
    found = judged(folder, file.read_bytes())
    assert done.returncode == 2 and said["verdict"] == found.verdict == "unknown"
    assert (said["reasons"], said["sentence"], said["todo"]) == (found.reasons, found.sentence(), found.todo)
