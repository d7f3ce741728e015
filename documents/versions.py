"""What exactly is looked at, checked, approved and signed: a version's own file and all that goes with it.

The rows say what is there now; the events, which the database never lets change, say what was looked at.
"""

import hashlib
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from documents import blobs
from documents.models import Document, Event, File, Outgoing

CHANGED = "Dự thảo đã thay đổi so với bản đang xem. Hãy xem lại bản mới trước khi quyết định."
NOT_SUBMITTED = (
    "Văn bản hoặc tài liệu kèm theo không còn đúng với bản đã trình."
    " Hãy trả lại để người soạn trình lại và kiểm tra lại từ đầu."
)
NOT_APPROVED = (
    "Văn bản hoặc tài liệu kèm theo không còn đúng với bản đã duyệt nên không được ký."
    " Hãy trả lại để trình và kiểm tra lại, và báo quản trị hệ thống."
)
HARMED = (
    "Tệp “{name}” lưu trên máy chủ không còn đúng với mã SHA-256 đã ghi nên không được duyệt."
    " Hãy trả lại dự thảo và báo quản trị hệ thống."
)


def whole(main: str, attached: Iterable[str]) -> str:
    """SHA-256 of a version: that of its one file, or of the list of all hashes when files go with it."""
    hashes = sorted(attached)
    return hashlib.sha256("\n".join([main, *hashes]).encode()).hexdigest() if hashes else main


def content_of(outgoing: Outgoing) -> str:
    """`whole` of the version in force, as it was before anybody signed it; empty before the first submission."""
    main, attached = _parts(outgoing)
    return whole(main.blob_id or "", [file.blob_id or "" for file in attached]) if main else ""


def content_with(outgoing: Outgoing, main: str) -> str:
    """`content_of` if `main` is the hash of the version's own file: that of any other file will not be it."""
    return whole(main, attached_to(outgoing))


def attached_to(outgoing: Outgoing) -> list[str]:
    """Hashes of the files that go with the version in force."""
    return [file.blob_id for file in _parts(outgoing)[1]]


def as_seen(outgoing: Outgoing, sha256: str) -> None:
    """Refuses a decision about anything else than what was looked at, and than what was submitted."""
    content = content_of(outgoing)
    if not content or content != sha256:
        raise ValidationError(CHANGED)
    if content != _recorded(outgoing, "submit"):
        raise ValidationError(NOT_SUBMITTED)


def as_approved(outgoing: Outgoing) -> None:
    """Refuses to sign or seal anything else than what the signer approved (decree 30 art. 11.2)."""
    content = content_of(outgoing)
    if not content or content != _recorded(outgoing, "approve"):
        raise ValidationError(NOT_APPROVED)


def unharmed(outgoing: Outgoing, *, main: bool = True) -> None:
    """Reads every byte of the version: what is decided on is a hash, and the bytes must still be the hash's.

    `main=False` leaves out the main file, for whoever reads and compares it anyway.
    """
    file, attached = _parts(outgoing)
    for one in [file, *attached] if main and file else attached:
        if not (one.blob_id and blobs.intact(one.blob)):
            raise ValidationError(HARMED.format(name=one.name))


def approved_main(outgoing: Document, content: str) -> str:
    """Hash of the main file that was approved under this content hash; empty when none was."""
    events = Event.objects.filter(document=outgoing, kind="approve").order_by("-pk")
    return next((one.payload["sha256"] for one in events if _content(one) == content), "")


def _parts(outgoing: Outgoing) -> tuple[File | None, list[File]]:
    drafts = list(outgoing.files.filter(stage=File.Stage.DRAFT).select_related("blob").order_by("pk"))
    versions = [file for file in drafts if file.part == File.Part.MAIN]
    main = max(versions, key=lambda file: file.version, default=None)
    return main, [file for file in drafts if file.part == File.Part.ATTACHMENT]


def _recorded(outgoing: Outgoing, kind: str) -> str:
    event = Event.objects.filter(document=outgoing, kind=kind).order_by("-pk").first()
    return _content(event) if event else ""


def _content(event: Event) -> str:
    return whole(event.payload.get("sha256", ""), event.payload.get("attachments", []))
