"""What the authority says of its certificates at a moment: revocation lists (RFC 5280 §5) and OCSP (RFC 6960)."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import core, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from simulators.pki.asn import UNREADABLE, encoded, read_whole
from simulators.pki.folder import Holding, Revoked, holding, issued, revocations

LIFE = timedelta(days=1)  # how long an answer may be relied upon
_MAX_NONCE = 128  # bytes, RFC 9654
_MAX_ASKED = 20  # certificates in one question


def crl(folder: Path, issuer: str, *, at: datetime) -> bytes:
    """The list (DER) that "root" or "ca" gives out at `at` (aware): what it revoked until then."""
    by = holding(folder, issuer)
    at = _whole(at)
    mine = issued(folder)
    gone = {
        serial: one
        for serial, one in revocations(folder).items()
        if mine.get(serial) == issuer and one.at <= at
    }
    return _crl(by, at, tuple(gone.items()))


def answer(folder: Path, question: bytes, *, at: datetime) -> bytes:
    """The answer (DER) to an OCSP request (DER), with its nonce; what is no request gets malformedRequest.

    The delegated responder speaks for the certificates of "ca"; about others it is "unauthorized".
    """
    try:
        asked = read_whole(ocsp.OCSPRequest, question)["tbs_request"]
        certificates = [one["req_cert"] for one in asked["request_list"]]
        nonce = _nonce(asked)
        known = [_is_issuer(holding(folder, "ca").plain, one) for one in certificates]
    except UNREADABLE:
        return _refusal("malformed_request")
    if not 0 < len(certificates) <= _MAX_ASKED:
        return _refusal("malformed_request")
    if not all(known):
        return _refusal("unauthorized")
    return _answer(folder, certificates, _whole(at), nonce)


def answer_about(folder: Path, certificate: asn1.Certificate, *, at: datetime) -> bytes:
    """The answer (DER) about one certificate of "ca", as if somebody had asked at `at`."""
    issuer = holding(folder, "ca").plain
    asked = ocsp.CertId({
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": hashlib.sha1(issuer.subject.dump(), usedforsecurity=False).digest(),
        "issuer_key_hash": _key_hash(issuer, "sha1"),
        "serial_number": certificate.serial_number,
    })  # fmt: skip
    return _answer(folder, [asked], _whole(at), None)


@lru_cache(maxsize=256)
def _crl(by: Holding, at: datetime, gone: tuple[tuple[int, Revoked], ...]) -> bytes:
    number = int(at.timestamp())
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
    builder = (
        x509.CertificateRevocationListBuilder(by.certificate.subject, at, at + LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(key_id, critical=False)
    )
    for serial, one in gone:
        entry = x509.RevokedCertificateBuilder(serial, one.at)
        if one.reason is not x509.ReasonFlags.unspecified:  # RFC 5280 §5.3.1: absent rather than unspecified
            entry = entry.add_extension(x509.CRLReason(one.reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _nonce(asked: ocsp.TBSRequest) -> ocsp.TBSRequestExtension | None:
    for extension in asked["request_extensions"] or ():
        if extension["extn_id"].native == "nonce":
            if not 0 < len(extension["extn_value"].native) <= _MAX_NONCE:
                raise ValueError("a nonce of that length")
            return extension
    return None


def _is_issuer(issuer: asn1.Certificate, asked: ocsp.CertId) -> bool:
    algorithm = asked["hash_algorithm"]["algorithm"].native
    if algorithm not in ("sha1", "sha256"):
        return False
    name = hashlib.new(algorithm, issuer.subject.dump()).digest()
    return (asked["issuer_name_hash"].native, asked["issuer_key_hash"].native) == (
        name,
        _key_hash(issuer, algorithm),
    )


def _key_hash(certificate: asn1.Certificate, algorithm: str) -> bytes:
    return hashlib.new(algorithm, certificate.public_key["public_key"].contents[1:]).digest()


def _answer(folder: Path, certificates: list[ocsp.CertId], at: datetime, nonce) -> bytes:
    responder = holding(folder, "ocsp")
    data = {
        "responder_id": ocsp.ResponderId("by_key", _key_hash(responder.plain, "sha1")),
        "produced_at": at,
        "responses": [
            {
                "cert_id": one,
                "cert_status": _status(folder, one["serial_number"].native, at),
                "this_update": at,
                "next_update": at + LIFE,
            }
            for one in certificates
        ],
    }
    if nonce is not None:
        data["response_extensions"] = [
            {"extn_id": "nonce", "critical": False, "extn_value": nonce["extn_value"]}
        ]
    told = encoded(ocsp.ResponseData(data))
    basic = ocsp.BasicOCSPResponse({
        "tbs_response_data": told,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": responder.key.sign(told.dump(), PKCS1v15(), hashes.SHA256()),
        "certs": [responder.plain],
    })  # fmt: skip
    whole = {"response_type": "basic_ocsp_response", "response": encoded(basic)}
    return ocsp.OCSPResponse({"response_status": "successful", "response_bytes": whole}).dump()


def _status(folder: Path, serial: int, at: datetime) -> ocsp.CertStatus:
    if issued(folder).get(serial) != "ca":
        return ocsp.CertStatus("unknown", core.Null())
    one = revocations(folder).get(serial)
    if one is None or one.at > at:
        return ocsp.CertStatus("good", core.Null())
    told = {"revocation_time": one.at}
    if one.reason is not x509.ReasonFlags.unspecified:
        told["revocation_reason"] = one.reason.name
    return ocsp.CertStatus("revoked", ocsp.RevokedInfo(told))


def _refusal(status: str) -> bytes:
    return ocsp.OCSPResponse({"response_status": status}).dump()


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
