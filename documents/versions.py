"""What exactly is looked at, checked, approved and signed: a version's own file and all that goes with it.

The rows say what is there now; the events, which the database never lets change, say what was looked at.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from documents import blobs
from documents.models import Document, Event, File, Outgoing
from ui.ready import Ready

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


@dataclass(frozen=True)
class Version:
    """The version in force as it was before anybody signed it: its own file and what goes with it."""

    files: list[File]  # every version's own file and all that goes with the paper

    @property
    def main(self) -> File | None:
        """None before the first submission."""
        own = (file for file in self.files if file.part == File.Part.MAIN)
        return max(own, key=lambda file: file.version, default=None)

    @property
    def attached(self) -> list[File]:
        return [file for file in self.files if file.part == File.Part.ATTACHMENT]

    @property
    def content(self) -> str:
        """`hash_of` the version; empty before the first submission."""
        return hash_of(self.main.blob_id or "", self.hashes()) if self.main else ""

    def hashes(self) -> list[str]:
        """Of the files that go with it."""
        return [file.blob_id or "" for file in self.attached]

    def still_in_force(self, outgoing: Outgoing) -> None:
        """Refuses when any file of it was exchanged, added or taken away since it was read; asked under the
        paper's lock, without reading whole rows again. Raises ValidationError."""
        if set(_KEYS.rows(outgoing.pk)) != {(file.pk, file.blob_id) for file in self.files}:
            raise ValidationError(NOT_APPROVED)

    def unharmed(self, *, main: bool = True) -> None:
        """Reads every byte: what is decided on is a hash, and the bytes must still be the hash's.

        `main=False` leaves out the main file, for whoever reads and compares it anyway. Raises ValidationError.
        """
        for one in [self.main, *self.attached] if main and self.main else self.attached:
            if not (one.blob_id and blobs.intact(one.blob)):
                raise ValidationError(HARMED.format(name=one.name))
            if why := one.held_why:
                raise ValidationError(f"Tệp “{one.name}” bị giữ lại: {why}. Hãy trả lại để thay tệp khác.")
            if one.waits_for_scan:
                raise ValidationError(
                    f"Tệp “{one.name}” chưa quét vi-rút được: {one.blob.scan_words}. Hãy thử lại sau ít phút."
                )


def version_of(outgoing: Outgoing) -> Version:
    return Version(_FILES.objects(outgoing.pk))


def _drafts(outgoing: int) -> QuerySet[File]:
    return File.objects.filter(document=outgoing, stage=File.Stage.DRAFT).order_by("pk")


_FILES = Ready(lambda outgoing: _drafts(outgoing).select_related("blob"))
_KEYS = Ready(lambda outgoing: _drafts(outgoing).values_list("pk", "blob_id"))


def hash_of(main: str, attached: Iterable[str]) -> str:
    """SHA-256 of a version: that of its one file, or of the list of all hashes when files go with it."""
    hashes = sorted(attached)
    return hashlib.sha256("\n".join([main, *hashes]).encode()).hexdigest() if hashes else main


def content_of(outgoing: Outgoing) -> str:
    """`Version.content` of the version in force."""
    return version_of(outgoing).content


def content_with(outgoing: Outgoing, main: str) -> str:
    """`content_of` if `main` is the hash of the version's own file: that of any other file will not be it."""
    return hash_of(main, version_of(outgoing).hashes())


def as_seen(outgoing: Outgoing, sha256: str) -> Version:
    """Refuses a decision about anything else than what was looked at, and than what was submitted."""
    version = version_of(outgoing)
    if not version.content or version.content != sha256:
        raise ValidationError(CHANGED)
    if version.content != _recorded(outgoing, "submit", "revise"):
        raise ValidationError(NOT_SUBMITTED)
    return version


def as_approved(outgoing: Outgoing, *, seen: str = "") -> Version:
    """Refuses to sign or seal anything else than what the signer approved (decree 30 art. 11.2), and than what
    he was shown now, if he was (`seen`)."""
    version = version_of(outgoing)
    if seen and version.content != seen:
        raise ValidationError(CHANGED)
    if not version.content or version.content != _recorded(outgoing, "approve"):
        raise ValidationError(NOT_APPROVED)
    return version


def approved_main(outgoing: Document, content: str) -> str:
    """Hash of the main file that was approved under this content hash; empty when none was."""
    approvals = Event.objects.filter(document=outgoing, kind="approve").order_by("-pk")
    payloads = approvals.values_list("payload", flat=True)
    return next((one["sha256"] for one in payloads if _content(one) == content), "")


def _recorded(outgoing: Outgoing, kind: str, or_kind: str = "") -> str:
    found = _LAST.rows(outgoing.pk, kind, or_kind or kind)
    return _content(found[0][0]) if found else ""


_LAST = Ready(
    lambda outgoing, kind, or_kind: (
        Event.objects.filter(document=outgoing, kind__in=[kind, or_kind])
        .order_by("-pk")
        .values_list("payload")[:1]
    )
)


def _content(payload: dict) -> str:
    return hash_of(payload.get("sha256", ""), payload.get("attachments", []))
