"""Is this paper signed, by whom, and unchanged? Works on files from anywhere, and never raises for the file.

Duty: Decree 30/2020, Article 21.2 (check before accepting an electronic document).

Each signature is judged in this order: it is really one, over this file, which
is complete as it was signed (`finding`); its digest and its value are
right (`signer`); what was changed later is allowed (`changes`) and does not show
(`pictures`); the best proven time (`stamps`): a trusted time stamp
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

import pikepdf
from asn1crypto import pem, x509

from . import signer
from .chain import Fetch, World
from .evidence import certificate
from .finding import signatures_of
from .judging import judge_all
from .limits import TOO_HEAVY
from .pdf import File
from .pdf.encryption import NeedsPassword
from .remarks import remarks
from .verdict import VIETNAM, SignatureVerdict, Verdict

__all__ = ["VIETNAM", "SignatureVerdict", "Verdict", "intact_signature", "readable", "verify"]

_MAX_SIGNATURES = 60
_BROKEN = "Tệp không phải PDF, đã hỏng, hoặc chữ ký có cấu trúc không đọc được."
_ENCRYPTED = "Tệp PDF đặt mật khẩu hoặc mã hóa cho riêng người nhận, không kiểm tra được chữ ký."
_UNSIGNED = "Tệp không có chữ ký số."
_BESIDE = "sau dấu hết tệp có dữ liệu lạ không thuộc tài liệu."
_NOTHING = b"\x00\t\n\x0c\r "
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
        end = len(pdf) - len(
            pdf[pdf.rfind(b"%%EOF") + len(b"%%EOF") :].lstrip(_NOTHING)
        )  # its line end was signed
        beside = end < len(pdf)  # behind the end: some readers see it, some do not
        file = File(pdf[:end])
        found = signatures_of(file)
        noticed = remarks(file.newest)
        if not found and b" obj" in pdf[end:]:  # cut off in the middle of what somebody wrote
            return Verdict("invalid", [], [_BROKEN])
        if not found:
            return Verdict("unsigned", [], [_UNSIGNED], noticed)
        if len(found) > _MAX_SIGNATURES:
            return Verdict("unknown", [], [f"Tệp có {len(found)} chữ ký, quá nhiều để kiểm tra."])
        judged = judge_all(file, found, world, at)
        judged = [_not_whole(one) for one in judged] if beside else judged
    except NeedsPassword:
        return Verdict("unknown", [], [_ENCRYPTED])
    except (MemoryError, RecursionError):
        return Verdict("unknown", [], [TOO_HEAVY])
    except Exception:  # hostile files make libraries fail in ways nobody can list
        _log.debug("unreadable file given for verification", exc_info=True)
        return (
            Verdict("unsigned", [], [_UNSIGNED])
            if _mended_is_unsigned(pdf)
            else Verdict("invalid", [], [_BROKEN])
        )
    return replace(_sum_up(judged), remarks=noticed)


def _mended_is_unsigned(pdf: bytes) -> bool:
    """A damaged file that readers mend by themselves, with no trace of a signature in it."""
    if b"ByteRange" in pdf:
        return False
    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as mended:
            fields = mended.Root.get("/AcroForm", {}).get("/Fields", [])
            return not any("/Sig" in str(field.get("/FT")) or "/Kids" in field for field in fields)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
        return False


def intact_signature(pdf: bytes, field: str) -> tuple[x509.Certificate, ...]:
    """The certificates in the signature in `field`, the signer's first, when it is cryptographically right and covers
    the file to its end; else none."""
    try:
        one = next(one for one in signatures_of(File(pdf)) if one.name == field)
        if not one.whole:
            return ()
        found = signer.of_pdf(one.form, one.signed_data, one.digest)
        return signer.certificates_of(one.signed_data) if found.intact and found.right else ()
    except Exception:  # as above: whatever fails, the signature is not shown to be right
        return ()


def readable(certificates: list[bytes]) -> None:
    """Raises ValueError for what is not a certificate, PEM or DER."""
    _load_all(certificates)


def _not_whole(one: SignatureVerdict) -> SignatureVerdict:
    return replace(one, verdict="invalid", changes_after="", reasons=[*one.reasons, _BESIDE])


def _sum_up(judged: list[SignatureVerdict]) -> Verdict:
    if all(one.capacity == "stamp" for one in judged):
        return Verdict("unsigned", judged, ["Tệp chỉ có dấu thời gian, không có chữ ký số của ai."])
    # A stamp we cannot trust proves nothing; whatever does not need it is judged without it.
    verdicts = {one.verdict for one in judged if one.capacity != "stamp" or one.verdict == "invalid"}
    overall = next((name for name in ("invalid", "unknown") if name in verdicts), "valid")
    reasons = [f"{one.signer_name}: {reason}" for one in judged for reason in one.reasons]
    return Verdict(overall, judged, list(dict.fromkeys(reasons)))


def _load_all(blobs) -> tuple[x509.Certificate, ...]:
    found = []
    for blob in blobs:
        ders = [der for _, _, der in pem.unarmor(blob, multiple=True)] if pem.detect(blob) else [blob]
        found += [certificate(bytes(der)) for der in ders]
    return tuple(found)
