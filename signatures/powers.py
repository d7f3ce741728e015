"""What of this floor goes by two: trusting an authority, the picture of a seal, the certificate that seals."""

from datetime import datetime

from django.core.exceptions import ValidationError

from documents import blobs
from documents.models import Blob
from orgs.actions.proposals import propose
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post, Proposal
from orgs.proposals import Kind, register
from signatures import certificates as files
from signatures import trust
from signatures.actions import certificates, images
from signatures.models import TrustedAuthority


def propose_trust(data: bytes, *, reason: str, by: Post, at: datetime) -> Proposal:
    """Raises NotAnAuthority for a file that is none."""
    found = trust.read(data, at=at)
    kind = TrustedAuthority.Kind(found.kind).label
    return propose(
        "trust_authority", organisation=by.organisation, by=by, at=at, operators_only=True, pem=found.pem, reason=reason[:300],
        text=f"Tin cậy tổ chức cung cấp dịch vụ chứng thực {found.name} ({kind}), SHA-256 {found.fingerprint}. Căn cứ: {reason}",
    )  # fmt: skip


def propose_seal(owner: Organisation, *, data: bytes, width_mm: float, by: Post, at: datetime) -> Proposal:
    """The picture is kept where papers' files are, and used once it is confirmed. Raises ValidationError by field."""
    picture, _ = images.looked_at(data, width_mm, ink="red")
    blob = blobs.store(picture.png, "image/png")
    return propose(
        "register_seal", organisation=owner, by=by, at=at, sha256=blob.sha256, width_mm=float(width_mm),
        text=f"Đăng ký hình con dấu của {owner.full_name}, đường kính {width_mm:g} mm",
    )  # fmt: skip


def propose_agencys(
    data: bytes, *, organisation: Organisation, holder: str, key_ref: str, by: Post, at: datetime
) -> Proposal:
    """The certificate that seals. Raises ValidationError with every objection of `examine`."""
    found = certificates.examine(
        data, user=None, organisation=organisation, holder=holder, key_ref=key_ref, at=at
    )
    return propose(
        "register_agencys", organisation=organisation, by=by, at=at, holder=holder, key_ref=key_ref,
        pem=files.armored(found.certificate, *found.chain),
        text=f"Đăng ký chứng thư số {found.name} của cơ quan, SHA-256 {found.fingerprint}",
    )  # fmt: skip


def _check_trust(proposal: Proposal, at: datetime) -> None:
    try:
        found = trust.read(proposal.payload["pem"].encode(), at=at)
    except trust.NotAnAuthority as refusal:
        raise Refused(str(refusal)) from refusal
    if TrustedAuthority.objects.filter(fingerprint=found.fingerprint, ended_at=None).exists():
        raise Refused("Tổ chức này đang được tin cậy, không cần thêm nữa.")


def _trust(proposal: Proposal, by: Post, at: datetime) -> str:
    said = proposal.payload
    trust.trust(said["pem"].encode(), reason=said["reason"], by=by, at=at, confirmed=proposal)
    return ""


def picture_of(proposal: Proposal) -> bytes:
    """Raises Refused when the file is no longer there."""
    try:
        return blobs.read(Blob(sha256=proposal.payload["sha256"]))
    except FileNotFoundError as error:
        raise Refused("Hình con dấu đã đề nghị không còn. Hãy lập đề nghị mới.") from error


def _check_seal(proposal: Proposal, at: datetime) -> None:
    _refusing(lambda: images.looked_at(picture_of(proposal), proposal.payload["width_mm"], ink="red"))


def _register_seal(proposal: Proposal, by: Post, at: datetime) -> str:
    images.register_image(
        proposal.organisation, data=picture_of(proposal), width_mm=proposal.payload["width_mm"], by=by, at=at,
        confirmed=proposal,
    )  # fmt: skip
    return ""


def _agencys(proposal: Proposal) -> dict:
    said = proposal.payload
    return {"organisation": proposal.organisation, "holder": said["holder"], "key_ref": said["key_ref"]}


def _check_agencys(proposal: Proposal, at: datetime) -> None:
    data = proposal.payload["pem"].encode()
    _refusing(lambda: certificates.looked_at(data, user=None, at=at, **_agencys(proposal)))


def _register_agencys(proposal: Proposal, by: Post, at: datetime) -> str:
    data = proposal.payload["pem"].encode()
    certificates.enter_agencys(data, by=by, at=at, confirmed=proposal, **_agencys(proposal))
    return ""


def _refusing(act) -> None:
    try:
        act()
    except ValidationError as refusal:
        raise Refused(" ".join(refusal.messages)) from refusal


def register_kinds() -> None:
    """Called once, when the floor is ready."""
    register(
        Kind(
            "trust_authority",
            "Tin cậy tổ chức cung cấp dịch vụ chứng thực",
            "manage_registry",
            _check_trust,
            _trust,
        )
    )
    register(
        Kind("register_seal", "Đăng ký hình con dấu", "manage_seal", _check_seal, _register_seal,
             picture="proposed_seal")
    )  # fmt: skip
    register(
        Kind("register_agencys", "Đăng ký chứng thư số của cơ quan", "manage_certificates", _check_agencys,
             _register_agencys)
    )  # fmt: skip
