"""Does somebody we trust stand behind a certificate, and was it in force at a moment?

The chain is built to a trusted root and checked by pyhanko-certvalidator (RFC 5280) at the moment that is proven, with
our own tables of purposes and algorithms (`purpose`, `algorithms`). Revocation is needed wherever a certificate names a
service for it. Fresh before stored (ETSI EN 319 102-1): where services can be asked they are, and what they say counts;
what lies in the file counts for those that are silent, within the rules of `answers`. Until the chain has reached a
trusted root no address in it is ever opened.

A certificate that is itself trusted needs no chain; it must be in force and meant for signing like any other.
"""

import contextlib
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from asn1crypto import x509
from pyhanko_certvalidator import find_valid_path
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from . import purpose as purposes
from .answers import Answer, about
from .evidence import Evidence
from .library import Kept, context, run
from .verdict import VIETNAM

STRANGER = "chứng thư số không do tổ chức cung cấp dịch vụ chứng thực được tin cậy cấp."
WEAK = "chứng thư số được cấp bằng thuật toán đã lỗi thời hoặc không kiểm tra được."
_NOBODY_TO_ASK = "Chứng thư số không nêu nơi kiểm tra thu hồi."
_FROM_FILE = "Chưa bị thu hồi (theo dữ liệu kèm trong tệp)."
_FROM_SERVICE = "Chưa bị thu hồi (đã hỏi cơ quan cấp chứng thư)."
_MOST = 5  # answers of a kind about one certificate that are looked at
_GOOD = "good"
# After these a key was in good hands to its end: what it stamped before counts (RFC 3161, 4.1).
_HARMLESS = ("affiliation_changed", "superseded", "cessation_of_operation")
Fetch = Callable[[x509.Certificate, x509.Certificate], Evidence]
Link = tuple[x509.Certificate, x509.Certificate]  # a certificate that names a service, and its issuer


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
    """`state`: "good", "unknown" or "revoked". `revoked_at` may stand beside "good": it was later than what was asked
    about. `revocation` says in words what was found;
    `silent` names services that did not answer; `proven_by_file`: the file alone would have been enough."""

    state: str
    reason: str = ""
    revocation: str = ""
    revoked_at: datetime | None = None
    silent: tuple[str, ...] = ()
    proven_by_file: bool = False
    expired: bool = False


_EARLY = Standing("unknown", "chứng thư số chưa có hiệu lực vào lúc ký.")


def standing(
    cert: x509.Certificate, *, purpose: str, at: datetime, known: Evidence, world: World,
    revocation_at: datetime | None = None,
) -> Standing:  # fmt: skip
    """Whether `cert` could be relied on at `at`, for "sign" or "stamp". Revocation is asked for `revocation_at`
    when that is another moment (a time stamp is as good as its authority was when it was made)."""
    path = _placed(cert, purpose, at, known, world)
    if isinstance(path, Standing):
        return path
    links = [
        (one, issuer) for issuer, one in itertools.pairwise(path.iter_certs(include_root=True)) if _names(one)
    ]
    if not links:
        return Standing("good", revocation=_NOBODY_TO_ASK, proven_by_file=True)
    case = _Case(path, links, purpose, at, revocation_at or at, world)
    stored = case.judge(known, {})
    by_file = stored is not None and stored.state == "good"
    live, silent = _asked(links, world) if world.fetch else ({}, ())
    # Silent, or it says nothing that can be believed: what lies in the file is all there is.
    told = (case.judge(known, live) if live else None) or stored
    return replace(told, proven_by_file=by_file) if told else case.unproven(known, silent, live)


def _placed(cert, purpose, at, known, world) -> Standing | ValidationPath:
    """The good path at `at`, or why there is none. Kept: a desk meets the same signers again and again."""
    minute = at.replace(second=0, microsecond=0)
    key = ("path", cert.sha256, purpose, minute, known.digest, world.fingerprint)
    found = _kept.get(key)
    # A certificate may begin or end within the minute.
    if found is None or not _in_force(found, at):
        found = _find(cert, purpose, at, known, world)
        if isinstance(found, ValidationPath):
            _kept.put(key, found)
    return found


def _find(cert, purpose, at, known, world) -> Standing | ValidationPath:
    fault = purposes.fault(cert, purpose)
    try:
        asked = context(world, known.certs, at)
        path = run(find_valid_path(cert, asked.path_builder.async_build_paths_lazy(cert), asked))
    except (ValidationError, PathError, ValueError, TypeError) as error:
        return _refusal(error)
    if fault:
        return Standing("unknown", fault)
    # Of a certificate that is itself trusted the library does not ask until when.
    if at > cert.not_valid_after:
        return _expired(cert.not_valid_after)
    return _EARLY if at < cert.not_valid_before else path


class _Case:
    """One certificate with its good path, about which revocation is asked for one moment."""

    def __init__(self, path: ValidationPath, links: list[Link], purpose, at, moment, world):
        self.path, self.links, self.purpose, self.at, self.moment = path, links, purpose, at, moment
        self.world, self.now = world, datetime.now(UTC)

    def judge(self, stored: Evidence, live: dict[bytes, Evidence]) -> Standing | None:
        """Good or revoked, by what services said (`live`, by certificate) and, where they said nothing, by what is
        stored; None when that proves neither."""
        found, beside = [], sum(live.values(), stored)
        for cert, _ in self.links:
            told, words = (
                self._told(cert, self._of_service(cert, live.get(cert.sha256)), beside),
                _FROM_SERVICE,
            )
            if told is None:
                told, words = self._told(cert, self._of_file(cert, stored), beside), _FROM_FILE
            found.append(told and replace(told, revocation=told.revocation or words))
        worst = next((one for one in found if one and one.state != "good"), None)
        return worst or (None if None in found else found[-1])

    def unproven(self, stored: Evidence, silent: tuple[str, ...], live=None) -> Standing:
        """Why it is not known, in words."""
        leaf = self.path.leaf
        names = ", ".join(dict.fromkeys(name for cert, _ in self.links for name in _names(cert)))
        if live and self.now > leaf.not_valid_after:
            why = "chứng thư số đã hết hạn, dịch vụ không còn nói gì về lúc ký, tệp không kèm đủ dữ liệu của lúc đó"
        elif silent:
            why = f"dịch vụ {', '.join(silent)} không trả lời"
        elif live:
            why = f"câu trả lời của {names} không dùng được"
        elif self.purpose == "sign" and any(one.good for one in about(leaf, stored, now=self.now)):
            why = f"dữ liệu kèm trong tệp được lập trước thời điểm ký đã chứng minh được, cần hỏi {names}"
        else:
            why = f"cần hỏi {names}"
        words = f"chưa kiểm tra được chứng thư số có bị thu hồi hay không: {why}."
        return Standing("unknown", words, "Chưa kiểm tra được.", silent=silent)

    def _of_service(self, cert, told: Evidence | None) -> list[Answer]:
        answers = about(cert, told, now=self.now) if told else []
        return [one for one in answers if one.revoked_at or (one.good and one.in_force(self.now))]

    def _of_file(self, cert, stored: Evidence) -> list[Answer]:
        strict = self.purpose == "sign" and cert is self.path.leaf
        counts = Answer.proves if strict else Answer.in_force
        answers = about(cert, stored, now=self.now)
        return [one for one in answers if one.revoked_at or (one.good and counts(one, self.moment))]

    def _told(self, cert, answers: list[Answer], beside: Evidence) -> Standing | None:
        """The first answers whose signature is what it should be; that it was revoked goes before all else."""
        for answer in [one for one in answers if one.revoked_at][:_MOST]:
            error = self._checked(cert, answer, beside)
            if isinstance(error, RevokedError):
                return self._revoked(cert, error)
        good = any(self._checked(cert, one, beside) is _GOOD for one in answers[:_MOST] if one.good)
        return Standing("good") if good else None

    def _revoked(self, cert, error: RevokedError) -> Standing:
        when, of_leaf = error.revocation_dt, cert is self.path.leaf
        local = when.astimezone(VIETNAM)
        since = f"thu hồi từ {local:%H:%M ngày %d/%m/%Y}."
        whose = "chứng thư số" if of_leaf else "chứng thư của cơ quan cấp"
        told = Standing("revoked", f"{whose} đã bị {since}", f"Đã {since}", when)
        if when <= self.moment:
            return told
        if self.purpose == "stamp" and when <= self.at and error.reason.native not in _HARMLESS:
            return replace(told, state="unknown")  # whoever has the key can write any time into a stamp
        return replace(told, state="good", reason="")

    def _checked(self, cert, answer: Answer, beside: Evidence):
        """_GOOD, the RevokedError, or None when the answer was not signed by who may give it. Asked as of the moment
        it was given, so it holds for every signature of that certificate and is kept."""
        try:
            path = self.path.truncate_to_issuer_and_append(cert)
        except (
            LookupError
        ):  # the library finds issuers by key identifiers, which some certificates contradict
            return None
        key = ("answer", *(one.sha256 for one in path.iter_certs(include_root=True)), answer.digest)
        found = _kept.get(key)
        if found is None:
            found = _check(path, answer, beside, self.world)
            if found is not None:  # another file may bring what was missing here
                _kept.put(key, found)
        return found


def _check(path: ValidationPath, answer: Answer, beside: Evidence, world: World):
    cert, given = path.leaf, answer.evidence()
    # The library counts a revocation from the second after it.
    gone = answer.revoked_at and answer.revoked_at + timedelta(seconds=1)
    when = min(max(answer.given, gone or answer.given), cert.not_valid_after)
    # Lists also tell about a responder that does not say it needs no check (RFC 6960, 4.2.2.2.1).
    crls = given.crls if answer.is_list else beside.crls
    asked = context(world, beside.certs, when, Evidence(ocsps=given.ocsps, crls=crls))
    for above in path.iter_certs(include_root=True):
        if above is not cert:  # found good; whether it was revoked is asked about it by itself
            with contextlib.suppress(LookupError):  # as in `_checked`, or the first one is no root
                asked.record_validation(above, path.truncate_to_issuer_and_append(above))
    verify = verify_crl if answer.is_list else verify_ocsp_response
    try:
        run(verify(cert, path, asked))
    except RevokedError as error:
        return None if error.is_side_validation else error.with_traceback(None)
    except Exception:  # answers of strangers make the library fail in ways nobody can list
        return None
    return _GOOD


def _asked(links: list[Link], world: World) -> tuple[dict[bytes, Evidence], tuple[str, ...]]:
    live, silent = {}, []
    for cert, issuer in links:
        try:
            live[cert.sha256] = world.fetch(cert, issuer)
        except Silent as error:
            silent += error.names
    return live, tuple(dict.fromkeys(silent))


def _expired(when: datetime) -> Standing:
    return Standing(
        "unknown", f"chứng thư số đã hết hạn từ {when.astimezone(VIETNAM):%d/%m/%Y}.", expired=True
    )


def _refusal(error: Exception) -> Standing:
    if isinstance(error, ExpiredError):
        return _expired(error.expired_dt)
    if isinstance(error, NotYetValidError):
        return _EARLY
    if isinstance(error, DisallowedAlgorithmError):
        return Standing("unknown", WEAK)
    return Standing("unknown", STRANGER)


def _in_force(path: ValidationPath, at: datetime) -> bool:
    return all(
        one.not_valid_before <= at <= one.not_valid_after for one in path.iter_certs(include_root=False)
    )


def _names(cert: x509.Certificate) -> list[str]:
    """Hosts that can tell about this certificate; none for a responder that says it needs no check."""
    if cert.ocsp_no_check_value is not None:
        return []
    points = [url for point in cert.crl_distribution_points for url in [point.url] if url]
    return [urlsplit(url).netloc or url for url in (*cert.ocsp_urls, *points)]


_kept = Kept(2000)
