"""Asks revocation services: OCSP first, the list (CRL) when there is no answer. RFC 6960, RFC 5280.

`chain` calls this only for a certificate whose chain has already reached a trusted root, so an address comes from an
authority we trust, never from a stranger's file. What comes back over the line (`asking`) is not believed here: `chain`
hands it to pyhanko-certvalidator, which checks who signed it and for when.
"""

import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from asn1crypto import algos, crl, ocsp, x509

from .asking import BUDGET, ask
from .chain import Silent
from .evidence import Evidence

KEPT = timedelta(
    minutes=1
)  # papers come in bundles; beyond that a service is asked anew, whatever its nextUpdate
_QUIET = 20.0  # seconds for which a silent service is not asked again
_MOST_KEPT = 64 * 1024 * 1024


class Fetcher:
    """`Fetcher()(certificate, issuer)` gives what the services say. Answers are kept for a minute.

    `get(url, request)` asks in another way than `asking.ask`, and raises what that does."""

    def __init__(self, get: Callable[..., bytes] | None = None):
        self._get = get or ask
        self._kept: OrderedDict[tuple, tuple[datetime, bytes]] = OrderedDict()
        self._size = 0
        self._silent: dict[str, float] = {}
        self._spent = 0.0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A new file: its own budget of waiting."""
        self._spent = 0.0

    def __call__(self, cert: x509.Certificate, issuer: x509.Certificate) -> Evidence:
        """Raises Silent when no service of this certificate gave an answer that can be read."""
        silent: list[str] = []
        for url in cert.ocsp_urls[:2]:
            answer = self._answer(
                url, ("ocsp", issuer.sha256, cert.serial_number), _request(cert, issuer), silent
            )
            if answer:
                return Evidence(ocsps=(answer,))
        for url in [point.url for point in cert.crl_distribution_points if point.url][:2]:
            answer = self._answer(url, ("crl", url), None, silent)
            if answer:
                return Evidence(crls=(answer,))
        raise Silent(list(dict.fromkeys(silent)))

    def _answer(self, url: str, key: tuple, request: bytes | None, silent: list[str]) -> bytes | None:
        host, now = urlsplit(url).netloc or url, datetime.now(UTC)
        with self._lock:
            until, kept = self._kept.get(key, (now, b""))
            if kept and now < until:
                return kept
        if self._spent >= BUDGET or time.monotonic() < self._silent.get(url, 0):
            silent.append(host)
            return None
        begun = time.monotonic()
        try:
            answer = self._get(url, request)
            until = _good_until(answer, is_crl=request is None)
        except (OSError, ValueError, TypeError, KeyError, ssl.SSLError):
            self._silent[url] = time.monotonic() + _QUIET
            if len(self._silent) > 1000:
                self._silent.clear()
            silent.append(host)
            return None
        finally:
            self._spent += time.monotonic() - begun
        self._keep(key, until, answer)
        return answer

    def _keep(self, key: tuple, until: datetime, answer: bytes) -> None:
        with self._lock:
            _, before = self._kept.pop(key, (until, b""))
            self._kept[key] = (until, answer)
            self._size += len(answer) - len(before)
            while self._size > _MOST_KEPT or len(self._kept) > 5000:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= len(gone)


def _request(cert: x509.Certificate, issuer: x509.Certificate) -> bytes:
    name = {"algorithm": algos.DigestAlgorithm({"algorithm": "sha1"})}  # the form every responder knows
    one = ocsp.Request({
        "req_cert": ocsp.CertId({
            "hash_algorithm": name["algorithm"],
            "issuer_name_hash": issuer.subject.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": cert.serial_number,
        })
    })  # fmt: skip
    return ocsp.OCSPRequest({"tbs_request": ocsp.TBSRequest({"request_list": [one]})}).dump()


def _good_until(answer: bytes, *, is_crl: bool) -> datetime:
    """Until when it is kept. Raises ValueError for what is no answer, or one that failed."""
    now = datetime.now(UTC)
    if is_crl:
        until = crl.CertificateList.load(answer, strict=True)["tbs_cert_list"]["next_update"].native
    else:
        response = ocsp.OCSPResponse.load(answer, strict=True)
        if response["response_status"].native != "successful":
            raise ValueError("the responder refused")
        single = response.basic_ocsp_response["tbs_response_data"]["responses"][0]
        until = single["next_update"].native
    return min(until or now + KEPT, now + KEPT)
