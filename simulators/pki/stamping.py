"""The time stamping authority (RFC 3161): questions in, tokens out."""

import secrets
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.sign.general import as_signing_certificate_v2

from simulators.pki.asn import UNREADABLE, encoded, read_whole
from simulators.pki.folder import Holding, holding

# Under the arc for examples (ITU-T X.660): a policy of no value, like everything here.
POLICY = "2.999.26.1"
_DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


class Unservable(ValueError):
    """A question that gets no stamp; the text is the PKIFailureInfo of RFC 3161 §2.4.2."""


class _Rejection(core.Sequence):
    """A TimeStampResp without a token, which asn1crypto's own takes for incomplete."""

    _fields = [("status", tsp.PKIStatusInfo)]


def answer(folder: Path, question: bytes, *, at: datetime, wrong: bool = False) -> bytes:
    """The TimeStampResp (DER) to a TimeStampReq (DER), or a rejection that says why.

    `wrong` gives a sound token over other bytes than the ones asked about: what a client must notice itself.
    """
    try:
        return respond(folder, _parsed(question), at=at, wrong=wrong).dump()
    except Unservable as error:
        return _Rejection({"status": {"status": "rejection", "fail_info": {str(error)}}}).dump()


def respond(folder: Path, asked: tsp.TimeStampReq, *, at: datetime, wrong: bool = False) -> tsp.TimeStampResp:
    """The same for parsed messages. Raises Unservable."""
    reason = _objection(asked)
    if reason:
        raise Unservable(reason)
    imprint = asked["message_imprint"]
    if wrong:
        algorithm = imprint["hash_algorithm"]
        other = secrets.token_bytes(_DIGEST_SIZES[algorithm["algorithm"].native])
        imprint = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": other})
    by = holding(folder, "tsa")
    certificates = [by.plain, holding(folder, "ca").plain] if asked["cert_req"].native else []
    token = _token(by, _told(by, asked, imprint, at), certificates)
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def _parsed(question: bytes) -> tsp.TimeStampReq:
    try:
        return read_whole(tsp.TimeStampReq, question)
    except UNREADABLE as error:
        raise Unservable("bad_data_format") from error


def _objection(asked: tsp.TimeStampReq) -> str:
    imprint = asked["message_imprint"]
    size = _DIGEST_SIZES.get(imprint["hash_algorithm"]["algorithm"].native)
    if asked["version"].native != "v1":
        return "bad_request"
    if size is None:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != size:
        return "bad_data_format"
    if asked["req_policy"].native not in (None, POLICY):
        return "unaccepted_policy"
    return "unaccepted_extensions" if asked["extensions"].native else ""


def _told(by: Holding, asked: tsp.TimeStampReq, imprint: tsp.MessageImprint, at: datetime) -> tsp.TSTInfo:
    told = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": imprint,
        "serial_number": secrets.randbits(127) + 1,
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": 1},
        "tsa": asn1.GeneralName("directory_name", by.plain.subject),
    }
    if asked["nonce"].native is not None:
        told["nonce"] = asked["nonce"]
    return tsp.TSTInfo(told)


def _token(by: Holding, told: tsp.TSTInfo, certificates: list[asn1.Certificate]) -> cms.ContentInfo:
    content = told.dump()
    attributes = encoded(
        cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [sha256(content).digest()]}),
                _signing_certificate(by),
            ]
        )
    )
    digest = {"algorithm": "sha256"}
    issuer = {"issuer": by.plain.issuer, "serial_number": by.plain.serial_number}
    signer = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(issuer)),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": by.key.sign(attributes.dump(), PKCS1v15(), hashes.SHA256()),
    })  # fmt: skip
    signed = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [encoded(signer)],
    }
    if certificates:
        signed["certificates"] = [cms.CertificateChoices("certificate", one) for one in certificates]
    return cms.ContentInfo({"content_type": "signed_data", "content": encoded(cms.SignedData(signed))})


@lru_cache(maxsize=4)
def _signing_certificate(by: Holding) -> cms.CMSAttribute:
    """Which certificate the signature is of, inside what is signed (RFC 5816)."""
    value = as_signing_certificate_v2(by.plain)
    return encoded(cms.CMSAttribute({"type": "signing_certificate_v2", "values": [value]}))
