"""By what right a signature was given: asked before the key is used, kept with it for as long as it is kept.

Decree 30/2020 Article 13. A right may be ended and a person may move on; what stood at that second is in the evidence.
"""

from datetime import datetime
from functools import lru_cache

from cryptography.x509 import load_pem_x509_certificate
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing.signing_right import right_to_sign
from documents.models import Outgoing
from orgs.authority import block_lines, capacity_words, head_of
from orgs.kinds import kind_names
from orgs.models import Post, Role, SigningAuthority
from signatures.errors import SigningError
from signatures.models import Certificate, Signature


def ask(outgoing: Outgoing, at: datetime) -> SigningAuthority:
    """The signer's right at that second, before a key is used for nothing. Raises SigningError with the reason."""
    try:
        return right_to_sign(outgoing, at)
    except ValidationError as why:
        raise SigningError(" ".join(why.messages)) from why


def kept_right(
    outgoing: Outgoing,
    kind: str,
    certificate: Certificate,
    at: datetime,
    known: SigningAuthority | None = None,
) -> dict:
    """What a personal signature keeps of the right it was given by, and that of who signs at the left of its giver, who
    needs none; an agency's seal has none of its own.

    Asked anew under a lock, inside the transaction of the act: a slow key may have outlived the right, and nobody
    ends it between the question and the signature. `known` is the right found a moment ago: it is only looked at
    again. Raises SigningError.
    """
    if kind == Signature.Kind.BESIDE:
        return {"evidence": {"at": _iso(at), **_giver(outgoing.secretary_post), **_by(certificate)}}
    if kind != Signature.Kind.PERSONAL:
        return {}
    rights = SigningAuthority.objects.select_for_update(no_key=True).filter(post=outgoing.signer_id)
    running = {pk for pk, ended in rights.order_by("pk").values_list("pk", "ended_at") if ended is None}
    authority = known if known and not known.through_id and known.pk in running else ask(outgoing, at)
    return {"authority": authority, "evidence": evidence_of(authority, certificate, at)}


def asked(outgoing: Outgoing, at: datetime) -> dict:
    """For the signer's page: `right`, in one line, or `no_right`, why it cannot be signed now."""
    try:
        return {"right": said({"authority": _right(right_to_sign(outgoing, at), at)})}
    except ValidationError as why:
        return {"no_right": " ".join(why.messages)}


def named(right: dict) -> dict:
    """The right as the event of the act names it."""
    return {"authority": right["evidence"]["authority"]} if "authority" in right else {}


def evidence_of(authority: SigningAuthority, certificate: Certificate, at: datetime) -> dict:
    """The right, who led the body and the certificate as they stand at that second; times are ISO 8601."""
    body, post = authority.organisation, authority.post
    leads = post.role == Role.LEADER and post.head
    head = post if leads else head_of(body, at)
    return {
        "at": _iso(at),
        "organisation": {"name": body.name_on(timezone.localdate(at)), "code": body.code},
        **_giver(post),
        "head": {"name": str(head.user), "title": head.title} if head else None,
        "authority": _right(authority, at),
        **_by(certificate),
    }


def _giver(post: Post) -> dict:
    return {"signer": {"name": str(post.user), "title": post.title, "unit": str(post.unit or "")}}


def _by(certificate: Certificate) -> dict:
    said = {"serial": certificate.serial, "subject": certificate.subject, "issuer": issuer_of(certificate)}
    return {"certificate": said | {"from": _iso(certificate.valid_from), "to": _iso(certificate.valid_to)}}


def _right(authority: SigningAuthority, at: datetime) -> dict:
    return {
        "id": authority.pk,
        "capacity": authority.capacity,
        "words": capacity_words(authority, at),
        "block": list(block_lines(authority, at)),
        "passed_on_by": str(authority.through.post.user) if authority.through_id else "",
        "basis": authority.basis,
        "scope": authority.scope,
        "kinds": authority.kinds,
        "from": _iso(authority.valid_from),
        "to": _iso(authority.valid_to),
        "granted_by": str(authority.granted_by or ""),
        "granted_at": _iso(authority.granted_at),
    }


def said(evidence: dict) -> str:
    """One line for the desk: "KT. Giám đốc; căn cứ: … ; phạm vi: …". Empty for signatures from before."""
    kept = evidence.get("authority")
    if not kept:
        return ""
    parts = [kept["words"], f"căn cứ: {kept['basis']}"]
    parts += [f"loại văn bản: {kind_names(kept['kinds'])}"] if kept["kinds"] else []
    parts += [f"phạm vi: {kept['scope']}"] if kept["scope"] else []
    return "; ".join(parts)


def issuer_of(certificate: Certificate) -> str:
    return _issuer(certificate.pem)


@lru_cache(maxsize=1000)
def _issuer(pem: str) -> str:
    return load_pem_x509_certificate(pem.encode()).issuer.rfc4514_string()


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
