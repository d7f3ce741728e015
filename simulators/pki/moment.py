"""The authority in the same process, as it was at a chosen moment: for the seeded past of the demonstration.

The same keys and the same words as over HTTP, only the clock is somebody else's.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from asn1crypto import cms, ocsp, tsp, x509
from asn1crypto import crl as asn1_crl
from pyhanko.sign.timestamps import TimeStamper

from simulators.pki import revocation, stamping
from simulators.pki.folder import Holding, holding, revocations


class Proofs(NamedTuple):
    """What a signature needs to be judged later without asking anybody."""

    certificates: list[x509.Certificate]
    ocsps: list[ocsp.OCSPResponse]
    crls: list[asn1_crl.CertificateList]


class Moment:
    """The services at `at`: `timestamper` for pyHanko, and `evidence` about a chain."""

    def __init__(self, folder: Path, at: datetime):
        self._folder, self._at = Path(folder), at
        self.timestamper: TimeStamper = Stamper(folder, at)

    def evidence(self, chain: Sequence[x509.Certificate]) -> Proofs:
        """Lists of the minute for the issuers in the chain, and OCSP for a certificate that names a responder.

        A list comes out every minute and again at each revocation: one that is older than the signature does not
        prove it (see `verification.answers`). Says nothing about certificates of other authorities. Does not object to a revoked one: the
        lists say it, and the one who signs reads them.
        """
        root, ca = holding(self._folder, "root").plain, holding(self._folder, "ca").plain
        crls, ocsps = {}, []
        for one in chain:
            if _issued_by(ca, one) and one.ocsp_urls:
                told = revocation.answer_about(self._folder, one, at=self._at)
                ocsps.append(ocsp.OCSPResponse.load(told))
            elif _issued_by(ca, one):
                crls["ca"] = self._list("ca")
            elif _issued_by(root, one) and one.subject != root.subject:
                crls["root"] = self._list("root")
        if crls or ocsps:  # who reads a list wants to know its issuer's status as well
            crls["root"] = self._list("root")
        return Proofs([ca, root], ocsps, list(crls.values()))

    def _list(self, issuer: str) -> asn1_crl.CertificateList:
        minute = self._at.replace(second=0, microsecond=0)
        within = [one.at for one in revocations(self._folder).values() if minute < one.at <= self._at]
        return _parsed(revocation.crl(self._folder, issuer, at=max([minute, *within])))


class Stamper(TimeStamper):
    """Stamps carry `at`. The token used for measuring is made once per authority, not once per moment."""

    def __init__(self, folder: Path, at: datetime):
        super().__init__()
        self._folder, self._at = Path(folder), at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return stamping.respond(self._folder, req, at=self._at)

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        if md_algorithm not in self._dummy_response_cache:
            sample = _samples.get((holding(self._folder, "tsa"), md_algorithm))
            if sample is None:
                sample = await super().async_dummy_response(md_algorithm)
                _samples[holding(self._folder, "tsa"), md_algorithm] = sample
            self._register_dummy(md_algorithm, sample)
        return self._dummy_response_cache[md_algorithm]


def services(folder: Path, *, at: datetime) -> Moment:
    """The time stamps and the revocation answers of the authority in `folder` as of `at` (aware)."""
    return Moment(folder, at)


def _issued_by(authority: x509.Certificate, one: x509.Certificate) -> bool:
    # By the key as well: every demonstration's authority has the same name.
    return one.issuer == authority.subject and one.authority_key_identifier == authority.key_identifier


@lru_cache(maxsize=256)
def _parsed(der: bytes) -> asn1_crl.CertificateList:
    return asn1_crl.CertificateList.load(der)


_samples: dict[tuple[Holding, str], cms.ContentInfo] = {}
