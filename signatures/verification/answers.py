"""Which answers about revocation count for a signature: OCSP (RFC 6960) and lists (RFC 5280), by what they say of time.

ETSI EN 319 102-1, 5.2.5 and 5.6.2: an answer that nobody was revoked proves it for what existed when it was given.
- An answer from the future proves nothing; nor does one given after the certificate ended (a list drops such entries).
- A stored one speaks for the signer when it was given at or after the proven time of the signature, whatever its
  nextUpdate says: an older one would not know of a theft the day before. `CLOCKS` is all that is allowed for.
- A service that is asked now gives its own word of now; it counts while its nextUpdate has not passed.
- For the authorities above, and for time stamping authorities, whose lists come out every few months, a stored answer
  that was in force at the time is taken.
That somebody was revoked is believed whenever it was said. Nothing here is trusted before `chain` checks its signature.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import core, crl, ocsp, x509

from . import algorithms
from .evidence import Evidence, lists, responses

CLOCKS = timedelta(minutes=5)  # between the clocks of two authorities
UNDATED = timedelta(minutes=30)  # for how long an answer without nextUpdate is taken
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True)
class Answer:
    """What one OCSP response or list says of one certificate. `given` to `until`: thisUpdate, nextUpdate."""

    der: bytes
    is_list: bool
    given: datetime
    until: datetime | None
    good: bool
    revoked_at: datetime | None = None

    def evidence(self) -> Evidence:
        return Evidence(crls=(self.der,)) if self.is_list else Evidence(ocsps=(self.der,))

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.der).digest()

    def proves(self, moment: datetime) -> bool:
        """Given so late that it speaks for a signature known to have existed at `moment`."""
        return self.given >= moment - CLOCKS

    def in_force(self, moment: datetime) -> bool:
        """Given later than `moment`, or its nextUpdate had not passed then."""
        return moment <= max(self.given, self.until or self.given + UNDATED) + CLOCKS


def about(cert: x509.Certificate, known: Evidence, *, now: datetime) -> list[Answer]:
    """What is said about this certificate, the latest first; without what comes from the future or was signed with
    an algorithm that proves nothing."""
    found = []
    for response in responses(known.ocsps):
        found += _of_response(cert, response)
    for one in lists(known.crls):
        found += _of_list(cert, one)
    found = [
        one for one in found if one.given <= now + CLOCKS and (one.revoked_at or _while_it_lived(cert, one))
    ]
    return sorted(found, key=lambda one: one.given, reverse=True)


def _while_it_lived(cert: x509.Certificate, answer: Answer) -> bool:
    return answer.given <= cert.not_valid_after


def _of_response(cert: x509.Certificate, response: ocsp.OCSPResponse) -> list[Answer]:
    try:
        if response["response_status"].native != "successful":
            return []
        basic = response.basic_ocsp_response
        data, der = basic["tbs_response_data"], response.dump()
        produced = data["produced_at"].native
        if produced > datetime.now(UTC) + CLOCKS or _weak(basic["signature_algorithm"]):
            return []
        found = []
        for one in data["responses"]:
            if one["cert_id"]["serial_number"].native != cert.serial_number:
                continue
            status = one["cert_status"]
            gone = status.chosen["revocation_time"].native if status.name == "revoked" else None
            span = one["this_update"].native, one["next_update"].native
            found.append(Answer(der, False, *span, status.name == "good", gone))
        return found
    except _BROKEN:
        return []


def _of_list(cert: x509.Certificate, one: crl.CertificateList) -> list[Answer]:
    try:
        told = one["tbs_cert_list"]
        if _weak(one["signature_algorithm"]):
            return []
        if one.issuer != cert.issuer and not _is_indirect(one):
            return []
        der, span = one.dump(), (told["this_update"].native, told["next_update"].native)
        gone = _entry(cert.serial_number, told, der)
        return [Answer(der, True, *span, gone is None, gone)]
    except _BROKEN:
        return []


def _entry(serial: int, told: crl.TbsCertList, der: bytes) -> datetime | None:
    """When the list says the certificate was revoked. Lists are long: looked through only when the number occurs."""
    if der.find(core.Integer(serial).dump()) < 0:
        return None
    for entry in told["revoked_certificates"] or ():
        if entry["user_certificate"].native == serial:
            return entry["revocation_date"].native
    return None


def _is_indirect(one: crl.CertificateList) -> bool:
    point = one.issuing_distribution_point_value
    return point is not None and bool(point["indirect_crl"].native)


def _weak(algorithm) -> str:
    return algorithms.unknown(algorithm) or algorithms.weak(algorithm, None, datetime.now(UTC))
