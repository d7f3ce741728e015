"""Where time stamps and answers about revocation come from. One object, so that a moment can be played."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError

from signatures.errors import ServiceDown

STAMP_DOWN = "Dịch vụ cấp dấu thời gian không trả lời, chưa ký được. Hãy thử lại sau ít phút."


@dataclass(frozen=True)
class Evidence:
    """What a verifier will need years from now: certificates and what was said of their revocation."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)


def no_evidence(chain: Sequence[x509.Certificate]) -> Evidence:
    """Nothing can be asked: only level B-B and B-T are within reach."""
    raise ServiceDown("Chưa cấu hình dịch vụ kiểm tra thu hồi chứng thư, không ký được ở mức này.")


@dataclass(frozen=True)
class Services:
    """`evidence(chain)` tells about every certificate of a chain, leaf first, that none is revoked.

    It raises ServiceDown when it cannot know, SigningError when one is revoked.
    """

    timestamper: TimeStamper | None = None
    evidence: Callable[[Sequence[x509.Certificate]], Evidence] = no_evidence

    def stamp(self, data: bytes) -> bytes:
        """The DER of a time stamp token over `data` (RFC 3161). Raises ServiceDown."""
        return self._ask(sha256(data).digest()).dump()

    def stamp_chain(self) -> list[x509.Certificate]:
        """The time stamping authority's certificates, leaf first; asked for once. Raises ServiceDown."""
        token = self._dummy()
        signer = token["content"]["signer_infos"][0]["sid"].chosen
        found = [one.chosen for one in token["content"]["certificates"]]
        own = [one for one in found if one.serial_number == signer["serial_number"].native]
        return own + [one for one in found if one not in own and not one.self_issued]

    def stamp_size(self) -> int:
        """Bytes a token takes, with room to spare. Raises ServiceDown."""
        return len(self._dummy().dump()) * 3 // 2

    def _dummy(self) -> cms.ContentInfo:
        return self._run(lambda: self.timestamper.async_dummy_response("sha256"))

    def _ask(self, digest: bytes) -> cms.ContentInfo:
        return self._run(lambda: self.timestamper.async_timestamp(digest, "sha256"))

    def _run(self, ask: Callable) -> cms.ContentInfo:
        if self.timestamper is None:
            raise ServiceDown("Chưa cấu hình dịch vụ cấp dấu thời gian, không ký được ở mức này.")
        try:
            return asyncio.run(ask())
        except (TimestampRequestError, OSError, ValueError) as error:
            raise ServiceDown(STAMP_DOWN) from error


def configured() -> Services:
    """The services of the settings; one object a process, so that a chain is asked for once."""
    from django.conf import settings

    return _configured(settings.TSA_URL)


@lru_cache(maxsize=4)
def _configured(tsa_url: str) -> Services:
    return Services(HTTPTimeStamper(tsa_url, timeout=10) if tsa_url else None)
