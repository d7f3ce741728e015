"""Is this paper signed, by whom, and unchanged? Works on files from anywhere, and never raises for the file.

Duty: Decree 30/2020, Article 21.2 (check before accepting an electronic document).

Each signature is judged in this order: it is really one, over this file (`structure`); its digest and its value are
right (`signer`); what was changed later is allowed (`changes`); the best proven time (`stamps`): a trusted time stamp
in the signature or over the document, else the arrival or now, never the signer's own clock; the chain to a trusted
root at that time and revocation then (`chain`, `evidence`, `revocation`). The worst signature is the file's verdict.

A time stamp over the document proves a signature only when its own bytes hold all of it. Revoked before the proven
time: invalid. Revoked after a trusted stamp: valid, with a remark. Revoked and no stamp: invalid. Services are asked
before anything stored in the file is believed; a stored answer must have been given at or after the proven time
(`answers`). A service that does not answer: "unknown", with its name. A stamp we cannot trust leaves the time open, and
one that does not fit its signature makes it invalid: nobody attaches such a thing by mistake.

"unknown" also: a certificate that was issued for something else (`purpose`), an algorithm that is too weak or not
known here (`algorithms`), a PAdES signature that does not say which certificate it was made with, an older form (`signer`).
"""

import io
import logging
from dataclasses import replace
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import signer, structure
from .chain import Fetch, World
from .evidence import certificate
from .finding import end_of, signatures_of
from .judging import judge_all
from .limits import TOO_HEAVY
from .reading import Reader
from .verdict import VIETNAM, SignatureVerdict, Verdict

__all__ = ["VIETNAM", "SignatureVerdict", "Verdict", "intact_signature", "readable", "verify"]

_MAX_SIGNATURES = 20
_BROKEN = "Tệp không phải PDF, đã hỏng, hoặc chữ ký có cấu trúc không đọc được."
_ENCRYPTED = "Tệp PDF đặt mật khẩu, không kiểm tra được chữ ký."
_UNSIGNED = "Tệp không có chữ ký số."
_log = logging.getLogger(__name__)
# A signer whom nobody knows is an ordinary answer here, not a fault to fill the log with.
for _name in ("pyhanko.sign", "pyhanko.pdf_utils", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def verify(
    pdf: bytes, *, trust_roots: list[bytes], other_certs=(), at: datetime | None = None, fetch: Fetch | None = None
) -> Verdict:  # fmt: skip
    """Judge every signature of a PDF.

    `trust_roots` and `other_certs` are certificates, PEM or DER (a PEM may hold several). `at` is a moment at which
    the file is known to have existed (its arrival); now when not given. `fetch(certificate, issuer)` asks revocation
    services (see `revocation.Fetcher`); without it nothing is ever asked of the network. Raises ValueError for an
    unreadable certificate, never for the PDF.
    """
    world = World(_load_all(trust_roots), _load_all(other_certs), fetch)
    try:
        reader = Reader(pdf)
        if reader.encrypted:
            return Verdict("unknown", [], [_ENCRYPTED])
        found = signatures_of(reader)
        if not found:
            return Verdict("unsigned", [], [_UNSIGNED])
        if len(found) > _MAX_SIGNATURES:
            return Verdict("unknown", [], [f"Tệp có {len(found)} chữ ký, quá nhiều để kiểm tra."])
        judged = judge_all(reader, found, world, at)
        covered = max((end_of(one) for one in found if _covers(one)), default=0)
        hidden = structure.hidden_bytes(reader, covered)
    except (MemoryError, RecursionError):
        return Verdict("unknown", [], [TOO_HEAVY])
    except Exception:  # hostile files make the parser fail in ways nobody can list
        _log.debug("unreadable file given for verification", exc_info=True)
        return Verdict("invalid", [], [_BROKEN])
    return _sum_up(judged, hidden)


def intact_signature(pdf: bytes, field: str) -> tuple[x509.Certificate, ...]:
    """The certificates in the signature in `field`, the signer's first, when it is cryptographically right and covers
    the file to its end; else none."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signature = next(one for one in reader.embedded_regular_signatures if one.field_name == field)
        if structure.fault(signature, pdf):
            return ()
        found = signer.of_pdf(signature)
        if signature.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
            return ()
        return (
            (signature.signer_cert, *signature.other_embedded_certs) if found.intact and found.right else ()
        )
    except Exception:  # as above: whatever fails, the signature is not shown to be right
        return ()


def readable(certificates: list[bytes]) -> None:
    """Raises ValueError for what is not a certificate, PEM or DER."""
    _load_all(certificates)


def _covers(one) -> bool:
    return one.signature is not None and not one.fault


def _sum_up(judged: list[SignatureVerdict], hidden: bool) -> Verdict:
    if all(one.capacity == "stamp" for one in judged):
        return Verdict("unsigned", judged, ["Tệp chỉ có dấu thời gian, không có chữ ký số của ai."])
    if hidden:  # nobody closed the file as it lies here: none of its signatures stands for it
        judged = [_beside(one) for one in judged]
    # A stamp we cannot trust proves nothing; whatever does not need it is judged without it.
    verdicts = {one.verdict for one in judged if one.capacity != "stamp" or one.verdict == "invalid"}
    overall = next((name for name in ("invalid", "unknown") if name in verdicts), "valid")
    reasons = [f"{one.signer_name}: {reason}" for one in judged for reason in one.reasons]
    return Verdict(overall, judged, list(dict.fromkeys(reasons)))


def _beside(one: SignatureVerdict) -> SignatureVerdict:
    return replace(one, verdict="invalid", changes_after="", reasons=[*one.reasons, structure.HIDDEN])


def _load_all(blobs) -> tuple[x509.Certificate, ...]:
    found = []
    for blob in blobs:
        ders = [der for _, _, der in pem.unarmor(blob, multiple=True)] if pem.detect(blob) else [blob]
        found += [certificate(bytes(der)) for der in ders]
    return tuple(found)
