"""Another name on the same key, and persons that count as agencies."""

from hashlib import sha1, sha256

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from . import handmade, people, raw
from .cast import BODY, Cast
from .table import attack

GROUP = "Người ký là ai (ESS, hai chứng thư một khóa)"
LEADER = (
    (NameOID.ORGANIZATION_NAME, BODY), (NameOID.TITLE, "Chủ tịch"), (NameOID.COMMON_NAME, "Trần Văn Chủ Tịch"),
)  # fmt: skip
AGENCY = (
    (NameOID.ORGANIZATION_IDENTIFIER, "H26"),
    (NameOID.ORGANIZATION_NAME, BODY),
    (NameOID.COMMON_NAME, BODY),
)
_FORM = b"/AcroForm << /Fields [10 0 R] /SigFlags 3 >>"
ESS = ("signing_certificate", "signing_certificate_v2")


def _signed(sign, form: bytes = handmade.PADES) -> bytes:
    own = {10: handmade.field(b"ChuKy", 11), 11: handmade.value(form)}
    return handmade.filled(raw.written(raw.parts(catalog=_FORM, page=b"/Annots [10 0 R]", more=own)), sign)


def _without_ess(attributes: list) -> list:
    return [one for one in attributes if one["type"].native not in ESS]


def _shown_as(other):
    """The signature names another certificate of the same key."""

    def change(signed):
        cert = other.identity.certificate
        signed["certificates"] = cms.CertificateSet([cert, *other.identity.chain])
        who = cms.IssuerAndSerialNumber({"issuer": cert.issuer, "serial_number": cert.serial_number})
        signed["signer_infos"][0]["sid"] = cms.SignerIdentifier("issuer_and_serial_number", who)

    return change


def _two(cast: Cast, subject=LEADER):
    """One key, two certificates: who signs, and who is to be seen."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return people.issued(cast, key=key), people.issued(cast, subject, key=key)


@attack(GROUP, "Không có thuộc tính ESS mà xưng là PAdES")
def no_ess(cast: Cast) -> bytes:
    return _signed(handmade.with_attributes(people.issued(cast), _without_ess))


@attack(GROUP, "Không có ESS, chứng thư bị tráo bằng chứng thư khác cùng khóa")
def swapped(cast: Cast) -> bytes:
    own, other = _two(cast)
    return _signed(handmade.with_attributes(own, _without_ess, _shown_as(other)))


@attack(GROUP, "Không có ESS, chứng thư cá nhân bị tráo bằng chứng thư cơ quan cùng khóa")
def swapped_for_the_agency(cast: Cast) -> bytes:
    own, other = _two(cast, AGENCY)
    return _signed(handmade.with_attributes(own, _without_ess, _shown_as(other)))


@attack(GROUP, "ESS nêu chứng thư khác với chứng thư trong chữ ký")
def other_in_ess(cast: Cast) -> bytes:
    own, other = _two(cast)
    return _signed(handmade.with_attributes(own, list, _shown_as(other)))


def _and_older(other):
    """Behind the usual attribute the older one (SHA-1), which names another certificate."""
    said = tsp.SigningCertificate(
        {"certs": [{"cert_hash": sha1(other.identity.certificate.dump()).digest()}]}
    )
    return lambda usual: [*usual, handmade.attribute("signing_certificate", said)]


@attack(GROUP, "Hai thuộc tính ESS mâu thuẫn: bản SHA-1 nêu người khác")
def contradicting(cast: Cast) -> bytes:
    """Both have to be right where both are there (RFC 5035, 5)."""
    own, other = _two(cast)
    return _signed(handmade.with_attributes(own, _and_older(other)))


@attack(GROUP, "Hai thuộc tính ESS mâu thuẫn: chứng thư hiện ra theo bản SHA-1")
def contradicting_shown(cast: Cast) -> bytes:
    own, other = _two(cast)
    return _signed(handmade.with_attributes(own, _and_older(other), _shown_as(other)))


@attack(GROUP, "ESS nằm ngoài phần được ký")
def unsigned_ess(cast: Cast) -> bytes:
    own, other = _two(cast)
    said = tsp.SigningCertificateV2(
        {"certs": [{"cert_hash": sha256(other.identity.certificate.dump()).digest()}]}
    )

    def change(signed):
        _shown_as(other)(signed)
        extra = handmade.attribute("signing_certificate_v2", said)
        signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([extra])

    return _signed(handmade.with_attributes(own, _without_ess, change))


@attack(GROUP, "ESS nêu hai chứng thư, chứng thư hiện ra đứng sau")
def second_in_ess(cast: Cast) -> bytes:
    """Only the first entry names the signer (RFC 5035, 5.4)."""
    own, other = _two(cast)
    named = [{"cert_hash": sha256(one.identity.certificate.dump()).digest()} for one in (own, other)]
    said = handmade.attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": named}))
    return _signed(
        handmade.with_attributes(own, lambda usual: [*_without_ess(usual), said], _shown_as(other))
    )


@attack(GROUP, "ESS trống")
def empty_ess(cast: Cast) -> bytes:
    own, other = _two(cast)
    said = handmade.attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": []}))
    return _signed(
        handmade.with_attributes(own, lambda usual: [*_without_ess(usual), said], _shown_as(other))
    )


@attack(GROUP, "Người ký được nêu bằng mã khóa, hai chứng thư cùng khóa trong tệp")
def by_key_identifier(cast: Cast) -> bytes:
    own, other = _two(cast)

    def change(signed):
        certs = [other.identity.certificate, own.identity.certificate, *own.identity.chain]
        signed["certificates"] = cms.CertificateSet(certs)
        identifier = own.identity.certificate.key_identifier
        info = signed["signer_infos"][0]
        info["version"] = "v3"
        info["sid"] = cms.SignerIdentifier("subject_key_identifier", identifier)

    return _signed(handmade.with_attributes(own, _without_ess, change))
