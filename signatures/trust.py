"""Whom we trust: rows the operator keeps. An ended row stays, so that an old verdict can be explained."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import pem, x509
from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from orgs.actions.notices import tell
from orgs.actions.proposals import ask_for_two
from orgs.models import Post, Proposal
from orgs.proposals import operators
from orgs.record import record
from signatures.models import TrustedAuthority

MOST_BYTES = 64 * 1024
_log = logging.getLogger(__name__)


class NotAnAuthority(ValueError):
    """Not to be trusted; the message is a Vietnamese sentence for the operator."""


@dataclass(frozen=True)
class Candidate:
    """What a certificate file says of an authority, to be looked at before it is trusted."""

    kind: str
    name: str
    fingerprint: str
    pem: str
    valid_from: datetime
    valid_to: datetime


def trust_roots() -> list[bytes]:
    """Root certificates in PEM. None at all means that nothing can be called valid."""
    return [data for kind, data in _in_force() if kind == TrustedAuthority.Kind.ROOT]


def known_authorities() -> list[bytes]:
    """Issuing authorities that may be missing from a signature, in PEM."""
    return [data for kind, data in _in_force() if kind == TrustedAuthority.Kind.ISSUING]


def both() -> tuple[list[bytes], list[bytes]]:
    """`trust_roots` and `known_authorities` for one query."""
    rows = _in_force()
    kinds = (TrustedAuthority.Kind.ROOT, TrustedAuthority.Kind.ISSUING)
    roots, issuing = ([data for kind, data in rows if kind == wanted] for wanted in kinds)
    return roots, issuing


def read(data: bytes, *, at: datetime) -> Candidate:
    """Raises NotAnAuthority unless the file (PEM or DER) is one authority's certificate in force at `at`."""
    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        found = x509.Certificate.load(data, strict=True)
        constraints = found.basic_constraints_value
        bits = found.public_key.bit_size
        name = found.subject.native.get("common_name") or found.subject.human_friendly
    except (ValueError, TypeError, KeyError) as error:
        raise NotAnAuthority("Không đọc được tệp: cần một chứng thư số ở dạng PEM hoặc DER.") from error
    if constraints is None or not constraints["ca"].native:
        raise NotAnAuthority("Đây không phải chứng thư của một tổ chức cung cấp dịch vụ chứng thực.")
    if not found.not_valid_before <= at <= found.not_valid_after:
        raise NotAnAuthority("Chứng thư này chưa có hiệu lực hoặc đã hết hạn.")
    if found.public_key.algorithm == "rsa" and bits < 2048:
        raise NotAnAuthority("Khóa của chứng thư này quá ngắn (RSA dưới 2048 bit), không còn an toàn.")
    kind = TrustedAuthority.Kind.ROOT if found.self_issued else TrustedAuthority.Kind.ISSUING
    text = pem.armor("CERTIFICATE", found.dump()).decode()
    return Candidate(
        kind, str(name)[:300], found.sha256.hex(), text, found.not_valid_before, found.not_valid_after
    )


def trust(
    data: bytes,
    *,
    reason: str,
    by: Post | None,
    at: datetime,
    kind: str = "",
    confirmed: Proposal | None = None,
) -> TrustedAuthority:
    """Take an authority's word from now on; the row in force when it is there already. Raises NotAnAuthority.

    By two (`signatures.powers`); by=None is whoever holds the server itself, by a command.
    """
    found = read(data, at=at)
    ask_for_two(by, confirmed, "trust_authority", at=at, pem=found.pem)
    row = TrustedAuthority(
        kind=kind or found.kind, name=found.name, fingerprint=found.fingerprint, pem=found.pem,
        valid_from=found.valid_from, valid_to=found.valid_to, added_by=by and by.user, added_at=at, reason=reason[:300],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
            _note("trust_authority", row, reason, by=by, at=at)
    except IntegrityError:
        return TrustedAuthority.objects.get(fingerprint=found.fingerprint, ended_at=None)
    _log.warning(
        "trusted authority %s (%s) added by %s: %s", row.name, row.fingerprint, by or "command", reason
    )
    return row


@transaction.atomic
def end(row: TrustedAuthority, *, reason: str, by: Post | None, at: datetime) -> bool:
    """Stop trusting it: one person is enough, all other operators are told. False when somebody has done so before."""
    words = f"{row.reason} · Ngừng tin cậy: {reason}".strip(" ·")[:300]
    ended = TrustedAuthority.objects.filter(pk=row.pk, ended_at=None).update(
        ended_at=at, ended_by=by and by.user, reason=words
    )
    if ended:
        others = {post.user for post in operators(at)} - {by and by.user}
        tell(others, f"Ngừng tin cậy tổ chức cung cấp dịch vụ chứng thực {row.name}. Lý do: {reason}", at=at)
        _note("end_trust", row, reason, by=by, at=at)
        _log.warning("trusted authority %s (%s) ended by %s: %s", row.name, row.fingerprint, by, reason)
    return bool(ended)


def _note(kind: str, row: TrustedAuthority, reason: str, *, by: Post | None, at: datetime) -> None:
    if by is not None:
        said = {"text": row.name, "sha256": row.fingerprint, "reason": reason[:300]}
        record(kind, by.organisation, by=by, at=at, **said)


def _in_force() -> list[tuple[str, bytes]]:
    """The rows, read again only when one was added or ended: one cheap query for each check."""
    rows = TrustedAuthority.objects.all()
    return _read(tuple(rows.aggregate(Count("pk"), Max("pk"), Count("ended_at"), Max("ended_at")).values()))


@lru_cache(maxsize=4)
def _read(_state: tuple) -> list[tuple[str, bytes]]:
    rows = TrustedAuthority.objects.filter(ended_at=None).order_by("pk").values_list("kind", "pem")
    return [(kind, text.encode()) for kind, text in rows]
