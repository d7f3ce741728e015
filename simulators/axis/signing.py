"""The signatures of the played participants: plain pyHanko, as other agencies' software would do it.

Most sign well. A few have the troubles a clerk meets, always the same participant the same one, so that the desk
has something to show: an unsigned copy, a withdrawn, an expired and another body's certificate.
"""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from simulators import pki as demo_pki

UNSIGNED, EXPIRED, REVOKED, FOREIGN = "G15", "H24", "H17", "H49"
_ANOTHER_BODY = "Công ty cổ phần Dịch vụ Thử nghiệm"


class Signatures:
    """Signs with certificates of the authority in `folder`; time stamps from `tsa_url` when it answers."""

    def __init__(self, folder: Path, tsa_url: str = ""):
        self._folder = folder
        self._stamper = RequestsHTTPTimeStamper(tsa_url, timeout=5) if tsa_url else None

    def sign(self, pdf: bytes, *, code: str, organisation: str, person: str, title: str) -> bytes:
        """Person first, agency second, two approval signatures; the file as it is for those who do not sign."""
        if code == UNSIGNED:
            return pdf
        given = {}
        if code == EXPIRED:  # it ended yesterday, and nobody has noticed
            given["valid_to"] = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        theirs = _ANOTHER_BODY if code == FOREIGN else organisation
        own = demo_pki.issue_person(self._folder, person, organisation, title, **given)
        agency = demo_pki.issue_agency(self._folder, theirs, "" if code == FOREIGN else code)
        if code == REVOKED:
            self._withdraw(agency)
        return self._add(self._add(pdf, own, "NguoiKy"), agency, "CoQuan")

    def _add(self, pdf: bytes, p12: bytes, field: str) -> bytes:
        meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        for stamper in (self._stamper, None):  # an agency elsewhere does not wait for its time stamps
            out = io.BytesIO()
            try:
                signers.PdfSigner(meta, _signer(p12), timestamper=stamper).sign_pdf(
                    IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=32768
                )
            except (TimestampRequestError, OSError):
                if stamper is None:
                    raise
                continue
            break
        return out.getvalue()

    def _withdraw(self, p12: bytes) -> None:
        certificate = pkcs12.load_key_and_certificates(p12, demo_pki.DEMO_PASSWORD.encode())[1]
        at = datetime.now(UTC) - timedelta(days=10)
        demo_pki.revoke(
            self._folder, certificate.serial_number, at=at, reason=x509.ReasonFlags.key_compromise
        )


@cache
def _signer(p12: bytes) -> signers.SimpleSigner:
    return signers.SimpleSigner.load_pkcs12_data(
        p12, other_certs=[], passphrase=demo_pki.DEMO_PASSWORD.encode()
    )
