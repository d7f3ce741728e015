"""The CMS of a PAdES signature, put together from parts that never change (RFC 5652, ETSI EN 319 122-1).

pyHanko builds the same structure out of objects; that took more than half of the time of a signature. Of the
two kilobytes only digest, signature and time stamp are new each time, so the rest is encoded once a certificate.
"""

from functools import lru_cache
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509

from signatures.providers import Identity

_SEQUENCE, _SET, _OCTETS = 0x30, 0x31, 0x04
_DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
_DATA = cms.ContentType("data").dump()
_SIGNED_DATA = cms.ContentType("signed_data").dump()
_MESSAGE_DIGEST = cms.CMSAttributeType("message_digest").dump()
_STAMP = cms.CMSAttributeType("signature_time_stamp_token").dump()
_VERSION_1 = core.Integer(1).dump()


def signed_attributes(identity: Identity, digest: bytes) -> bytes:
    """The DER (SET OF) that the key signs: content type, the document's SHA-256, the signing certificate and the
    algorithms. No signing time: PAdES keeps it in the PDF (ETSI EN 319 142-1, 6.3)."""
    said = _tlv(_SEQUENCE, _MESSAGE_DIGEST, _tlv(_SET, _tlv(_OCTETS, digest)))
    return _tlv(_SET, *sorted([*_constant_attributes(identity), said]))


def signed_data(identity: Identity, attributes: bytes, signature: bytes, stamp: bytes = b"") -> bytes:
    """The whole ContentInfo. `stamp` is the DER of an RFC 3161 token over `signature` (B-T and up)."""
    certificates, signer, algorithm = _constant_parts(identity)
    # In the signer info the attributes carry the tag [0] instead of SET (RFC 5652, 5.4).
    parts = [_VERSION_1, signer, _DIGEST, b"\xa0" + attributes[1:], algorithm, _tlv(_OCTETS, signature)]
    if stamp:
        parts.append(_tlv(0xA1, _tlv(_SEQUENCE, _STAMP, _tlv(_SET, stamp))))
    signer_info = _tlv(_SET, _tlv(_SEQUENCE, *parts))
    body = [_VERSION_1, _tlv(_SET, _DIGEST), _tlv(_SEQUENCE, _DATA), certificates, signer_info]
    return _tlv(_SEQUENCE, _SIGNED_DATA, _tlv(0xA0, _tlv(_SEQUENCE, *body)))


def _constant_attributes(identity: Identity) -> tuple[bytes, ...]:
    return _attributes_of(identity.certificate.dump(), identity.algorithm)


def _constant_parts(identity: Identity) -> tuple[bytes, bytes, bytes]:
    others = tuple(one.dump() for one in identity.chain)
    return _parts_of(identity.certificate.dump(), others, identity.algorithm)


@lru_cache(maxsize=500)
def _attributes_of(certificate: bytes, algorithm: str) -> tuple[bytes, ...]:
    reference = tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(certificate).digest()}]})
    protection = {
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signature_algorithm": _algorithm(algorithm),
    }
    return (
        _tlv(_SEQUENCE, cms.CMSAttributeType("content_type").dump(), _tlv(_SET, _DATA)),
        _tlv(_SEQUENCE, cms.CMSAttributeType("signing_certificate_v2").dump(), _tlv(_SET, reference.dump())),
        _tlv(
            _SEQUENCE,
            cms.CMSAttributeType("cms_algorithm_protection").dump(),
            _tlv(_SET, cms.CMSAlgorithmProtection(protection).dump()),
        ),
    )


@lru_cache(maxsize=500)
def _parts_of(certificate: bytes, others: tuple[bytes, ...], algorithm: str) -> tuple[bytes, bytes, bytes]:
    own = x509.Certificate.load(certificate)
    signer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    return _tlv(0xA0, *sorted({certificate, *others})), signer.dump(), _algorithm(algorithm).dump()


def _algorithm(key: str) -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}[key]})


def _tlv(tag: int, *parts: bytes) -> bytes:
    """DER: tag, definite length, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
