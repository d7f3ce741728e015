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
from functools import cached_property, lru_cache

from asn1crypto import core, crl, ocsp, x509

from . import algorithms
from .evidence import Evidence, lists

CLOCKS = timedelta(minutes=5)  # between the clocks of two authorities
UNDATED = timedelta(minutes=30)  # for how long an answer without nextUpdate is taken
_SMALL = 300_000  # bytes; larger lists are not kept
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True)
class Answer:
    """What one OCSP response or list says of one certificate. `given` to `until`: thisUpdate, nextUpdate; `written`:
    producedAt."""

    der: bytes
    is_list: bool
    given: datetime
    until: datetime | None
    written: datetime
    good: bool
    revoked_at: datetime | None = None

    def evidence(self) -> Evidence:
        return Evidence(crls=(self.der,)) if self.is_list else Evidence(ocsps=(self.der,))

    @cached_property
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
    whose = cert.serial_number, cert.issuer.dump()
    found = [answer for der in known.ocsps for answer in _of_response(der, *whose)]
    found += [
        answer
        for der in known.crls
        for answer in (_of_list if len(der) < _SMALL else _read_list)(der, *whose)
    ]
    found = [one for one in found if max(one.given, one.written) <= now + CLOCKS]
    found = [one for one in found if one.revoked_at or one.given <= cert.not_valid_after]
    return sorted(found, key=lambda one: one.given, reverse=True)


@lru_cache(maxsize=500)
def _of_response(der: bytes, serial: int, _issuer: bytes) -> tuple[Answer, ...]:
    try:
        response = ocsp.OCSPResponse.load(der)
        if response["response_status"].native != "successful":
            return ()
        basic = response.basic_ocsp_response
        data, found = basic["tbs_response_data"], []
        if _weak(basic["signature_algorithm"]):
            return ()
        for one in data["responses"]:
            if one["cert_id"]["serial_number"].native != serial:
                continue
            status = one["cert_status"]
            gone = status.chosen["revocation_time"].native if status.name == "revoked" else None
            span = one["this_update"].native, one["next_update"].native, data["produced_at"].native
            found.append(Answer(der, False, *span, status.name == "good", gone))
        return tuple(found)
    except _BROKEN:
        return ()


def _read_list(der: bytes, serial: int, issuer: bytes) -> tuple[Answer, ...]:
    for one in lists([der]):
        try:
            told = one["tbs_cert_list"]
            if _weak(one["signature_algorithm"]) or not _speaks_for(one, issuer):
                continue
            given, until = told["this_update"].native, told["next_update"].native
            gone = _entry(serial, told, der)
            return (Answer(der, True, given, until, given, gone is None, gone),)
        except _BROKEN:
            continue
    return ()


_of_list = lru_cache(maxsize=100)(_read_list)


def _speaks_for(one: crl.CertificateList, issuer: bytes) -> bool:
    if one.issuer.dump() == issuer or one.issuer == x509.Name.load(issuer):
        return True
    point = one.issuing_distribution_point_value
    return point is not None and bool(point["indirect_crl"].native)


def _entry(serial: int, told: crl.TbsCertList, der: bytes) -> datetime | None:
    """When the list says the certificate was revoked. Lists are long: looked through only when the number occurs."""
    if der.find(core.Integer(serial).dump()) < 0:
        return None
    for entry in told["revoked_certificates"] or ():
        if entry["user_certificate"].native == serial:
            return entry["revocation_date"].native
    return None


def _weak(algorithm) -> str:
    return algorithms.unknown(algorithm) or algorithms.weak(algorithm, None, datetime.now(UTC))
