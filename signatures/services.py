"""Where time stamps and answers about revocation come from. One object, so that a moment can be played."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from asn1crypto import cms, crl, ocsp, pem, x509
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from signatures.errors import ServiceDown, SigningError
from signatures.verification.chain import World, standing
from signatures.verification.evidence import Evidence as Told
from signatures.verification.evidence import lists, responses
from signatures.verification.revocation import Fetcher

FRESH = 60.0  # seconds for which an answer about a chain is used again
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
        digest = sha256(data).digest()
        token = self._ask(digest)
        said = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if said["hashed_message"].native != digest:
            raise ServiceDown(
                "Dịch vụ cấp dấu thời gian trả lời sai, chưa ký được. Hãy báo quản trị hệ thống."
            )
        return token.dump()

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
        # AttributeError: what pyHanko 0.38 stumbles over when a service answers with another nonce.
        except (TimestampRequestError, OSError, ValueError, AttributeError) as error:
            raise ServiceDown(STAMP_DOWN) from error


def configured() -> Services:
    """The services of the settings, and the authorities the operator trusts."""
    from django.conf import settings

    from signatures.trust import both

    roots, others = both()
    return asked_of(settings.TSA_URL, roots=roots, others=others)


def asked_of(tsa_url: str, *, roots: Sequence[bytes], others: Sequence[bytes]) -> Services:
    """Stamps from `tsa_url`; revocation from the services that the certificates of trusted authorities name.

    `roots` and `others` in PEM. One object for the same arguments: what was asked is asked again only when it
    is no longer fresh.
    """
    return _asked_of(tsa_url, tuple(roots), tuple(others))


@lru_cache(maxsize=8)
def _asked_of(tsa_url: str, roots: tuple[bytes, ...], others: tuple[bytes, ...]) -> Services:
    timestamper = RequestsHTTPTimeStamper(tsa_url, timeout=10) if tsa_url else None
    return Services(timestamper, _Asked(World(_certificates(roots), _certificates(others))))


class _Asked:
    """Evidence about a chain, the way a verifier would look for it, kept for a minute: papers come in bundles."""

    def __init__(self, world: World):
        self._world, self._fetch = world, Fetcher()
        self._kept: dict[bytes, tuple[float, Evidence]] = {}

    def __call__(self, chain: Sequence[x509.Certificate]) -> Evidence:
        leaf, now = chain[0], time.monotonic()
        until, kept = self._kept.get(leaf.sha256, (0.0, None))
        if now < until:
            return kept
        found = self._gather(chain)
        if len(self._kept) > 1000:
            self._kept.clear()
        self._kept[leaf.sha256] = (now + FRESH, found)
        return found

    def _gather(self, chain: Sequence[x509.Certificate]) -> Evidence:
        answers, issuers = [], []

        def fetch(certificate, issuer):
            answers.append(self._fetch(certificate, issuer))
            issuers.append(issuer)
            return answers[-1]

        self._fetch.begin()
        purpose = "stamp" if _stamps(chain[0]) else "sign"
        world = replace(self._world, others=(*self._world.others, *chain[1:]), fetch=fetch)
        told = standing(chain[0], purpose=purpose, at=datetime.now(UTC), known=Told(), world=world)
        if told.state == "revoked":
            raise SigningError(f"Không ký được: {told.reason}")
        if told.state != "good":
            raise ServiceDown(f"Chưa ký được ở mức có dữ liệu xác thực: {told.reason}")
        told_by = sum(answers, Told())
        # The root as well: a validator looks for the issuer of a list among the certificates of the file.
        certificates = {one.sha256: one for one in (*chain[1:], *issuers)}
        return Evidence(list(certificates.values()), responses(told_by.ocsps), lists(told_by.crls))


def _stamps(certificate: x509.Certificate) -> bool:
    usage = certificate.extended_key_usage_value
    return usage is not None and "time_stamping" in usage.native


def _certificates(files: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    return tuple(
        x509.Certificate.load(der) for data in files for _, _, der in pem.unarmor(data, multiple=True)
    )
