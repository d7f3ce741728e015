"""The line to revocation services: http and https, no redirects, three seconds, a bounded answer. RFC 6960, RFC 5280.

Only here is the network touched. A reader behind its walls (documents/pdf/sandbox.py) has no network and asks its parent
over a `Line`, which carries requests about certificates and lists, and nothing back but answers of that form: even a
reader that a file has taken over cannot look at other services through it.
"""

import http.client
import queue
import threading
import time
import urllib.request
from contextlib import suppress
from urllib.parse import urlsplit

from asn1crypto import crl, ocsp

SECONDS = 3.0
BUDGET = 6.0  # seconds of waiting for one file, all services together
MAX_OCSP, MAX_CRL = 64 * 1024, 10 * 1024 * 1024
_MAX_URL, _MAX_REQUEST = 1000, 10_000


def ask(url: str, request: bytes | None) -> bytes:
    """POST a request, or GET a list. Raises OSError for silence, ValueError for what nobody asked for."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("not an address of the web")
    limit, kind = (
        (MAX_CRL, {}) if request is None else (MAX_OCSP, {"Content-Type": "application/ocsp-request"})
    )
    asked = urllib.request.Request(url, data=request, headers=kind)
    deadline, pieces, size = time.monotonic() + SECONDS, [], 0
    try:
        with _opener.open(asked, timeout=SECONDS) as answer:
            while piece := answer.read1(65536):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise ValueError("the answer is too long")
                if time.monotonic() > deadline:  # a trickle is silence too
                    raise TimeoutError
    except http.client.HTTPException as error:
        raise OSError("not the language of the web") from error
    return b"".join(pieces)


class Line:
    """What may be asked for one file by a process that cannot ask itself; closed, nothing."""

    def __init__(self, *, is_open: bool):
        self._left = BUDGET if is_open else 0.0

    def ask(self, url: str, request: bytes | None) -> bytes:
        """The answer; b"" for silence, for what is no such question, and for what is no answer to it."""
        if self._left <= 0 or len(url) > _MAX_URL:
            return b""
        begun = time.monotonic()
        try:
            _read_request(request)
            answer = _within(self._left, url, request)
            _read_answer(answer, is_list=request is None)
            return answer
        except (OSError, ValueError, TypeError, KeyError):
            return b""
        finally:
            self._left -= time.monotonic() - begun


def _within(seconds: float, url: str, request: bytes | None) -> bytes:
    """In a thread of its own: nobody can set a limit on looking up a name."""
    said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_say, args=(said, url, request), daemon=True).start()
    try:
        return said.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None


def _say(said: queue.SimpleQueue, url: str, request: bytes | None) -> None:
    answer = b""
    with suppress(OSError, ValueError):
        answer = ask(url, request)
    said.put(answer)


def _read_request(request: bytes | None) -> None:
    if request is not None:
        if len(request) > _MAX_REQUEST:
            raise ValueError("the request is too long")
        _ = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]["request_list"][0].native


def _read_answer(answer: bytes, *, is_list: bool) -> None:
    if is_list:
        _ = crl.CertificateList.load(answer, strict=True)["tbs_cert_list"]["issuer"].native
    else:
        _ = ocsp.OCSPResponse.load(answer, strict=True)["response_status"].native


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        """None: the redirect itself becomes the error."""


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
