"""Certificates of the demonstration's authority whose keys go somewhere else than into the key folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from signatures import demo_ca
from signatures.models import Certificate


def new_key(kind: str):
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)


def certified(
    folder: Path, key, name: str, organisation: str = "Sở Nội vụ", title: str = ""
) -> x509.Certificate:
    """A certificate over this key, from the authority in the folder."""
    demo_ca.build_ca(folder)
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.TITLE, title), (NameOID.COMMON_NAME, name)]  # fmt: skip
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=1000))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_cert_sign=False, crl_sign=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(ca_key, hashes.SHA256())
    )  # fmt: skip


def row(
    leaf: x509.Certificate, folder: Path, *, holder: str, key_ref: str, save: bool = True, **owner
) -> Certificate:
    """The certificate as the system knows it; saved, it is the owner's only one."""
    certificate = Certificate(
        subject=leaf.subject.rfc4514_string()[:300], serial=f"{leaf.serial_number:x}",
        pem=leaf.public_bytes(serialization.Encoding.PEM).decode(), chain=(folder / "ca.pem").read_text(),
        valid_from=leaf.not_valid_before_utc, valid_to=leaf.not_valid_after_utc, holder=holder, key_ref=key_ref, **owner,
    )  # fmt: skip
    if save:
        Certificate.objects.filter(**owner).delete()
        certificate.save()
    return certificate


def p12(key, leaf: x509.Certificate, folder: Path, password: str) -> bytes:
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    cipher = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"signer", key, leaf, [ca], cipher)
