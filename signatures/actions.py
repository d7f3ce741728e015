"""Signing and sealing as acts of the office. The slow part runs outside any transaction; the act is one.

A failure anywhere leaves the paper exactly where it was; pressing again resumes with the same number.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from documents import blobs, journey
from documents.actions import outgoing as papers
from documents.journey import NotAllowedNow, move
from documents.layout.fields import PERSON_ROOM
from documents.models import File, Outgoing
from orgs.models import Organisation, Post, User
from signatures import pades
from signatures.images import image_of, mark_of, seal_mark
from signatures.keys import agency_certificate, personal_certificate, signer_for
from signatures.models import Certificate, Signature, SignatureImage
from signatures.pades import SigningError
from signatures.trust import known_authorities, trust_roots
from signatures.verification import verify


def sign(outgoing: Outgoing, *, by: Post, at: datetime) -> Signature:
    """The competent person's own signature over the approved version (decree 30 art. 13).

    Raises SigningError (certificate, key or file), PermissionDenied, NotAllowedNow.
    """
    unsigned = _ready(outgoing, "sign", by)
    certificate = personal_certificate(by.user)
    image = personal_image(by.user)
    signed = pades.certify(_bytes(unsigned), signer_for(certificate), at=at, appearance=mark_of(image))
    with transaction.atomic():
        signature = _keep(
            outgoing,
            "sign",
            unsigned,
            signed,
            certificate,
            Signature.Kind.PERSONAL,
            by=by,
            at=at,
            image=image,
        )
        outgoing.signed_at = at
        outgoing.signer_name, outgoing.signer_title = str(by.user), by.title
        outgoing.save(update_fields=["signed_at", "signer_name", "signer_title"])
    return signature


def seal(outgoing: Outgoing, *, by: Post, at: datetime) -> Signature:
    """Number and date go into their fields and the agency's signature closes the file, in one update.

    Only over the valid signature of the paper's own signer (art. 32.2d). Raises as `sign` does.
    """
    signed = _ready(outgoing, "seal", by)
    personal = outgoing.signatures.filter(kind=Signature.Kind.PERSONAL, file=signed).first()
    if personal is None or personal.certificate.user_id != outgoing.signer.user_id:
        raise SigningError("Văn bản chưa có chữ ký số của người có thẩm quyền nên không được đóng dấu.")
    certificate, image = agency_certificate(outgoing.organisation), agency_image(outgoing.organisation)
    sealed = pades.seal(
        _bytes(signed),
        signer_for(certificate),
        number_text=outgoing.number,
        date_text=pades.date_text(outgoing.issued_on),
        at=at,
        appearance=seal_mark(
            image, beside=personal.evidence.get("image", {}).get("width_mm", PERSON_ROOM[0])
        ),
    )
    with transaction.atomic():
        return _keep(
            outgoing, "seal", signed, sealed, certificate, Signature.Kind.AGENCY, by=by, at=at, image=image
        )


def number_seal_issue(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """One button, three durable steps. Each commits by itself; a second press goes on where one stopped."""
    if outgoing.state == "signed":
        # No number is taken for a paper that cannot be sealed.
        agency_certificate(outgoing.organisation)
        agency_image(outgoing.organisation)
        papers.number(outgoing, by=by, at=at)
    if outgoing.state == "numbered":
        seal(outgoing, by=by, at=at)
    papers.issue(outgoing, by=by, at=at)


def personal_image(user: User) -> SignatureImage:
    """Raises SigningError: without its picture a signature has not the form that decree 30 asks for."""
    return _registered(
        image_of(user),
        "Bạn chưa đăng ký hình ảnh chữ ký nên chưa ký được (Nghị định 30/2020/NĐ-CP, Phụ lục I.II.7d)."
        " Hãy đăng ký ở mục “Hình ảnh chữ ký” trong danh mục tài khoản ở góc phải, rồi ký lại.",
    )


def agency_image(organisation: Organisation) -> SignatureImage:
    """Raises SigningError as `personal_image` does."""
    return _registered(
        image_of(organisation),
        f"{organisation} chưa đăng ký hình ảnh con dấu nên chưa đóng dấu được (Nghị định 30/2020/NĐ-CP, Phụ lục I.II.8)."
        " Văn thư hoặc quản trị đơn vị đăng ký ở mục “Con dấu”, rồi làm lại.",
    )


def check(data: bytes, *, sender_name: str = "") -> tuple[str, dict]:
    """What the desk shows about the signatures of a file that came: the verdict and its report.

    An agency's signature in another name than the sender's is a remark, not yet a refusal: the clerk decides.
    """
    found = verify(data, trust_roots=trust_roots(), other_certs=known_authorities())
    report = asdict(found) | {"sentence": found.sentence()}
    for one in report["signatures"]:
        one["signed_at"] = one["signed_at"].isoformat() if one["signed_at"] else ""
    signers = {one.organisation for one in found.signatures if one.organisation}
    if sender_name and signers and sender_name not in signers:
        report["reasons"] = [
            *report["reasons"],
            f"Chữ ký của {', '.join(sorted(signers))}, nơi gửi là {sender_name}.",
        ]
    return found.verdict, report


def _registered(image: SignatureImage | None, missing: str) -> SignatureImage:
    if image is None:
        raise SigningError(missing)
    return image


def _ready(outgoing: Outgoing, name: str, by: Post) -> File:
    """Asks early what `move` will ask again, so that no key is used for an act that would be refused."""
    journey.check(outgoing, name, by=by)
    return outgoing.current_file()


def _bytes(file: File) -> bytes:
    """The very bytes that were approved, or a refusal: what is signed is a hash, not a file name."""
    data = blobs.read(file.blob)
    if hashlib.sha256(data).hexdigest() != file.blob_id:
        raise SigningError("Tệp lưu trên máy chủ không còn đúng với bản đã duyệt. Hãy báo quản trị hệ thống.")
    return data


def _keep(
    outgoing, step, before: File, data: bytes, certificate: Certificate, kind, *, by, at, image
) -> Signature:
    blob = blobs.store(data)
    # `move` holds the row's lock from here, so the version cannot change any more.
    hashes = {"sha256": blob.sha256, "before": before.blob_id, "version": before.version}
    move(outgoing, step, by=by, at=at, payload=hashes | {"certificate": certificate.serial})
    stage = File.Stage.SIGNED if kind == Signature.Kind.PERSONAL else File.Stage.SEALED
    file = File.objects.create(
        document=outgoing, blob=blob, name=before.name, part=File.Part.MAIN, stage=stage,
        version=before.version, pages=before.pages, created_at=at, created_by=by,
    )  # fmt: skip
    if not Outgoing.objects.filter(pk=outgoing.pk, version=before.version).exists():
        raise NotAllowedNow("Văn bản đã có bản mới trong lúc ký; hãy xem lại bản mới.")
    return Signature.objects.create(
        document=outgoing,
        kind=kind,
        certificate=certificate,
        post=by,
        signed_at=at,
        before=before.blob_id,
        file=file,
        evidence={"image": {"sha256": image.blob_id, "width_mm": float(image.width_mm)}},
    )
