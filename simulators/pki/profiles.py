"""What stands in each kind of certificate (RFC 5280, RFC 3161 §2.3, RFC 6960 §4.2.2.2)."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID


def name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """A Vietnamese subject. X.520 bounds a name part at 64 characters; empty parts are left out."""
    parts = [(NameOID.COUNTRY_NAME, "VN"), *attributes]
    return x509.Name([x509.NameAttribute(oid, value[:64]) for oid, value in parts if value])


def own_name(common_name: str) -> x509.Name:
    """The subject of one of the authority's own certificates."""
    return name((NameOID.ORGANIZATION_NAME, "Bản thử nghiệm"), (NameOID.COMMON_NAME, common_name))


def authority(path_length: int) -> list:
    """Signs certificates and revocation lists, nothing else."""
    return [(x509.BasicConstraints(True, path_length), True), (_usage(authority=True), True)]


def holder(email: str = "") -> list:
    """Signs papers: a person or an agency."""
    extra = [(x509.SubjectAlternativeName([x509.RFC822Name(email)]), False)] if email else []
    return [(x509.BasicConstraints(False, None), True), (_usage(), True), *extra]


def time_stamping() -> list:
    """The one extended usage, and critical, as RFC 3161 §2.3 wants it."""
    return [*holder(), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)]


def ocsp_signing() -> list:
    """A delegated responder, itself not asked about (RFC 6960 §4.2.2.2.1)."""
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    return [*holder(), (usage, False), (x509.OCSPNoCheck(), False)]


def pointers(base_url: str, issuer: str, *, ocsp: bool = False) -> list:
    """Where a stranger finds the issuer's certificate and what it revoked; nothing without an address.

    `issuer` is "root" or "ca". Without `ocsp` a certificate names only the revocation list: poppler's
    pdfsig calls no certificate with an OCSP address trusted when the responder cannot be reached.
    """
    if not base_url:
        return []
    access = [(AuthorityInformationAccessOID.CA_ISSUERS, f"{base_url}/{issuer}.crt")]
    if ocsp:
        access.insert(0, (AuthorityInformationAccessOID.OCSP, f"{base_url}/ocsp"))
    descriptions = [x509.AccessDescription(method, _uri(url)) for method, url in access]
    point = x509.DistributionPoint([_uri(f"{base_url}/crl/{issuer}.crl")], None, None, None)
    return [
        (x509.AuthorityInformationAccess(descriptions), False),
        (x509.CRLDistributionPoints([point]), False),
    ]


def certificate(
    subject: x509.Name,
    public_key,
    *,
    issuer: x509.Name,
    issuer_key,
    extensions: list,
    valid: tuple[datetime, datetime],
) -> x509.Certificate:
    """Signed with SHA-256, a random serial number of 20 bytes and the two key identifiers."""
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    identifiers = [(x509.SubjectKeyIdentifier.from_public_key(public_key), False), (issuer_id, False)]
    builder = x509.CertificateBuilder(issuer, subject, public_key, x509.random_serial_number())
    builder = builder.not_valid_before(valid[0]).not_valid_after(valid[1])
    for value, critical in [*extensions, *identifiers]:
        builder = builder.add_extension(value, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _uri(url: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(url)


def _usage(*, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority,
        crl_sign=authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
