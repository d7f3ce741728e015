"""Does somebody we trust stand behind a certificate, and was it in force at a moment?

The chain is built to a trusted root and checked by pyhanko-certvalidator (RFC 5280) at the moment that is proven.
Revocation is needed wherever a certificate names a service for it ("hard-fail"); answers are taken from the file
first, then from the services. Until the chain has reached a trusted root no address in it is ever opened.

Algorithms: MD2, MD5, SHA-1 and RSA below 2048 bits prove nothing any more, in a signature as in a certificate. As
ETSI EN 319 102-1 (CRYPTO_CONSTRAINTS_FAILURE) and TS 119 312 have it, such a signature cannot be decided: "unknown".
"""

import hashlib
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from asn1crypto import x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from .evidence import Evidence, certificates, lists, responses
from .verdict import VIETNAM

STRANGER = "chứng thư số không do cơ quan chứng thực được tin cậy cấp."
WEAK = "chữ ký hoặc chứng thư số dùng thuật toán đã lỗi thời, không còn đủ tin cậy."
NOT_FOR_THIS = "chứng thư số không được cấp để dùng vào việc này."
_USAGES: dict[str, KeyUsageConstraints] = {
    "sign": PdfSignatureStatus.default_usage_constraints(),
    "stamp": TimestampSignatureStatus.default_usage_constraints(),
}
_MISSING = object()
Fetch = Callable[[x509.Certificate, x509.Certificate], Evidence]


class Silent(Exception):
    """Services that did not answer, by name."""

    def __init__(self, names: list[str]):
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True)
class World:
    """Whom we trust, whom we know, and how to ask. `fetch(certificate, issuer)` gives Evidence or raises Silent."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...]
    fetch: Fetch | None = None
    fingerprint: bytes = field(init=False)

    def __post_init__(self):
        parts = [b"".join(sorted(c.sha256 for c in kind)) for kind in (self.roots, self.others)]
        object.__setattr__(self, "fingerprint", hashlib.sha256(b"|".join(parts)).digest())


@dataclass(frozen=True)
class Standing:
    """`state`: "good", "unknown" or "revoked" (at `revoked_at`). `revocation` says in words what was found;
    `silent` names services that did not answer; `proven_by_file`: no answer from outside was needed."""

    state: str
    reason: str = ""
    revocation: str = ""
    revoked_at: datetime | None = None
    silent: tuple[str, ...] = ()
    proven_by_file: bool = False
    expired: bool = False
    of_leaf: bool = False
    good_from: datetime | None = None
    good_until: datetime | None = None


def standing(
    cert: x509.Certificate, *, purpose: str, at: datetime, known: Evidence, world: World,
    revocation_at: datetime | None = None,
) -> Standing:  # fmt: skip
    """Whether `cert` could be relied on at `at`, for "sign" or "stamp". Revocation is asked for `revocation_at`
    when that is another moment (a time stamp is as good as its authority was when it was made)."""
    asked = revocation_at or at
    minutes = (at.replace(second=0, microsecond=0), asked.replace(second=0, microsecond=0))
    key = (cert.sha256, purpose, *minutes, known.digest, world.fingerprint)
    found = _kept.get(key)
    # A certificate may begin or end within the minute.
    if found is None or not (found.good_from is None or found.good_from <= at <= found.good_until):
        found = _without_asking(cert, purpose, at, asked, known, world)
        if isinstance(found, Standing):
            _kept.put(key, found)
    if isinstance(found, Standing):
        return found
    return _with_asking(cert, purpose, asked, known, world, found)


def _without_asking(cert, purpose, at, asked, known, world) -> "Standing | ValidationPath":
    """The answer from what lies in the file; the good path when a revocation service has to be asked."""
    try:
        path = _path(_context(world, known, at), cert)
        _USAGES[purpose].validate(cert)
    except (ValidationError, PathError) as error:
        return _refusal(error, at)
    span = _span(path)
    if not _services(path):
        words = "Chứng thư số không nêu nơi kiểm tra thu hồi."
        return Standing("good", revocation=words, proven_by_file=True, **span)
    found = _revocation(path, asked, known, world)
    if found is _MISSING:
        return path
    if found is not None:
        return found
    words = "Chưa bị thu hồi (theo dữ liệu kèm trong tệp)."
    return Standing("good", revocation=words, proven_by_file=True, **span)


def _with_asking(cert, purpose, asked, known, world, path: ValidationPath) -> Standing:
    names = _services(path)
    if world.fetch is None:
        return _not_asked(names, ())
    answers, silent = Evidence(), []
    links = list(path.iter_certs(include_root=True))
    for issuer, one in itertools.pairwise(links):
        if not _names(one):
            continue
        try:
            answers += world.fetch(one, issuer)
        except Silent as error:
            silent += error.names
    found = _revocation(path, asked, known + answers, world)
    if found is _MISSING:
        return _not_asked(names, tuple(dict.fromkeys(silent)) or tuple(names))
    if found is not None:
        return found
    return Standing("good", revocation="Chưa bị thu hồi (đã hỏi cơ quan cấp chứng thư).", **_span(path))


def _not_asked(names: list[str], silent: tuple[str, ...]) -> Standing:
    why = f"dịch vụ {', '.join(silent)} không trả lời" if silent else f"cần hỏi {', '.join(names)}"
    words = f"chưa kiểm tra được chứng thư số có bị thu hồi hay không: {why}."
    return Standing("unknown", words, "Chưa kiểm tra được.", silent=silent)


def _revocation(path, asked, known: Evidence, world: World):
    """None when nobody in the path was revoked at `asked`; else a Standing, or _MISSING without usable answers."""
    found = _revoked_at(path, asked, known, world)
    if found is not _MISSING:
        return found
    # Of a certificate revoked later OCSP says "revoked", which the library does not take for an answer about before.
    later = _revoked_at(path, datetime.now(UTC), known, world)
    said_later = isinstance(later, Standing) and later.of_leaf and later.revoked_at > asked
    return None if said_later else _MISSING


def _revoked_at(path, asked, known: Evidence, world: World):
    context = _context(world, known, asked, revocation=True)
    try:
        _run(_validated(context, path))
    except RevokedError as error:
        return _MISSING if error.is_side_validation else _revoked(error)
    except InsufficientRevinfoError:
        return _MISSING
    except (ValidationError, PathError) as error:
        return _refusal(error, asked)
    return None


def _revoked(error: RevokedError) -> Standing:
    when = error.revocation_dt.astimezone(VIETNAM)
    whose = "chứng thư số" if error.is_ee_cert else "chứng thư của cơ quan cấp"
    words = f"{whose} đã bị thu hồi từ {when:%H:%M ngày %d/%m/%Y}."
    return Standing("revoked", words, f"Đã thu hồi từ {when:%H:%M ngày %d/%m/%Y}.", error.revocation_dt,
                    of_leaf=error.is_ee_cert)  # fmt: skip


def _refusal(error: Exception, at: datetime) -> Standing:
    if isinstance(error, ExpiredError):
        ended = error.expired_dt.astimezone(VIETNAM)
        return Standing("unknown", f"chứng thư số đã hết hạn từ {ended:%d/%m/%Y}.", expired=True)
    if isinstance(error, NotYetValidError):
        return Standing("unknown", "chứng thư số chưa có hiệu lực vào lúc ký.")
    if isinstance(error, DisallowedAlgorithmError):
        return Standing("unknown", WEAK)
    if isinstance(error, InvalidCertificateError) and "usage" in str(error).lower():
        return Standing("unknown", NOT_FOR_THIS)
    return Standing("unknown", STRANGER)


def _context(world: World, known: Evidence, at: datetime, *, revocation: bool = False) -> ValidationContext:
    more = {"crls": lists(known.crls), "ocsps": responses(known.ocsps)} if revocation else {}
    return ValidationContext(
        trust_roots=list(world.roots), other_certs=[*world.others, *certificates(known.certs)],
        moment=at.astimezone(UTC), allow_fetching=False, retroactive_revinfo=True,
        revocation_mode="hard-fail" if revocation else "none", **more,
    )  # fmt: skip


def _path(context: ValidationContext, cert: x509.Certificate) -> ValidationPath:
    return _run(find_valid_path(cert, context.path_builder.async_build_paths_lazy(cert), context))


async def _validated(context: ValidationContext, path: ValidationPath) -> None:
    from pyhanko_certvalidator.validate import async_validate_path

    await async_validate_path(context, path)


def _run(coroutine):
    """Nothing in it waits (nothing is fetched), so no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("validation waited for something")


def _span(path: ValidationPath) -> dict:
    certs = list(path.iter_certs(include_root=False))
    return {
        "good_from": max(one.not_valid_before for one in certs),
        "good_until": min(one.not_valid_after for one in certs),
    }


def _services(path: ValidationPath) -> list[str]:
    found = [name for one in path.iter_certs(include_root=False) for name in _names(one)]
    return list(dict.fromkeys(found))


def _names(cert: x509.Certificate) -> list[str]:
    """Hosts that can tell about this certificate; none for a responder that says it needs no check."""
    if cert.ocsp_no_check_value is not None:
        return []
    points = [url for point in cert.crl_distribution_points for url in [point.url] if url]
    return [urlsplit(url).netloc or url for url in (*cert.ocsp_urls, *points)]


class _Kept:
    """The last answers, bounded; a desk meets the same signers again and again."""

    def __init__(self, most: int):
        self._most, self._found, self._lock = most, OrderedDict(), threading.Lock()

    def get(self, key) -> Standing | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key, value: Standing) -> None:
        with self._lock:
            self._found[key] = value
            if len(self._found) > self._most:
                self._found.popitem(last=False)


_kept = _Kept(2000)
