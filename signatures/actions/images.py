"""The picture of a person's signature or an organisation's seal is registered; the former one is kept."""

import hashlib
import logging
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents import blobs
from documents.journey import record
from orgs.access import may
from orgs.actions.proposals import ask_for_two
from orgs.models import Organisation, Post, Proposal, User
from signatures.appearance.pictures import Picture, check_png, check_size
from signatures.appearance.png import ImageRefused
from signatures.models import SignatureImage

log = logging.getLogger(__name__)


def register_image(
    owner: User | Organisation, *, data: bytes, width_mm: float, by: Post | None, at: datetime,
    confirmed: Proposal | None = None,
) -> SignatureImage:  # fmt: skip
    """From `at` on this picture is put on papers, `width_mm` wide: the real width of the mark.

    `by` None is the demonstration itself. Raises ValidationError by field, and PermissionDenied: a signature
    is registered by its own person, a seal by the clerk or an administrator (decree 30 art. 32), and by two
    (`signatures.powers`).
    """
    seal = isinstance(owner, Organisation)
    if by is not None and not (may(by, "manage_seal", owner) if seal else by.operator == owner):
        raise PermissionDenied("Bạn không được đăng ký hình ảnh này.")
    if seal:
        said = {"sha256": hashlib.sha256(data).hexdigest(), "width_mm": float(width_mm)}
        ask_for_two(by, confirmed, "register_seal", at=at, organisation=owner, **said)
    picture, height = looked_at(data, width_mm, ink="red" if seal else "blue")
    blob = blobs.store(picture.png, "image/png")
    with transaction.atomic():
        model, owned = (Organisation, {"organisation": owner}) if seal else (User, {"user": owner})
        model.objects.select_for_update().get(pk=owner.pk)  # two at once: one after the other
        SignatureImage.objects.filter(**owned, ended_at=None).update(ended_at=at)
        image = SignatureImage.objects.create(
            blob=blob, width_mm=_tenths(width_mm), height_mm=_tenths(height), uploaded_at=at,
            uploaded_by=by.operator if by else None, **owned,
        )  # fmt: skip
        if by is not None:
            said = {"sha256": blob.sha256, "width_mm": float(image.width_mm), "of": str(owner)}
            kind = "register_seal" if seal else "register_signature"
            record(kind, None, by=by, at=at, payload=said, organisation=owner if seal else by.organisation)
    log.info("image %s registered for %s by %s", blob, owner, by and by.operator)
    return image


def looked_at(data: bytes, width_mm: float, *, ink: str) -> tuple[Picture, float]:
    """The picture and its height in millimetres. Raises ValidationError by field."""
    try:
        picture = check_png(data, ink=ink)
        return picture, check_size(picture, width_mm, ink=ink)
    except ImageRefused as refusal:
        raise ValidationError({refusal.field: str(refusal)}) from refusal


def _tenths(millimetres: float) -> Decimal:
    return Decimal(str(round(float(millimetres), 1)))
