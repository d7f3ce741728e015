"""The agency's signature on each PDF that goes with a paper in its own file (decree 30 Appendix I.III.1d).

One line at the top right of page 1, no picture. Made together with the seal and kept in the same transaction.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from documents import blobs
from documents.models import File, Outgoing
from orgs.models import Post
from signatures import pades
from signatures.appearance.text_line import attachment_line, first_page, line_on
from signatures.attachments import OURS, UNUSABLE, nature
from signatures.errors import SigningError
from signatures.models import Certificate, Signature
from signatures.providers import Identity
from signatures.services import Services


@dataclass(frozen=True)
class Marked:
    """An attachment and the same file with the agency's signature."""

    original: File
    data: bytes

    def said(self) -> dict:
        """As the event of the seal has it."""
        sha256 = hashlib.sha256(self.data).hexdigest()
        return {"name": self.original.name, "before": self.original.blob_id, "sha256": sha256}


def to_mark(outgoing: Outgoing) -> list[File]:
    """The attachments that have to carry the agency's signature.

    Raises SigningError naming one that cannot: asked before a number is taken for the paper.
    """
    attached = list(outgoing.attachments().filter(stage=File.Stage.DRAFT))
    natures = {file.pk: nature(file.blob) for file in attached}
    unusable = [file.name for file in attached if natures[file.pk] == UNUSABLE]
    if unusable:
        raise SigningError(
            f"Tài liệu kèm theo “{'”, “'.join(unusable)}” bị khóa hoặc hỏng nên không ký số được."
            " Hãy từ chối cấp số để người soạn thay tệp."
        )
    return [file for file in attached if natures[file.pk] == OURS]


def begin_marks(
    code: str,
    attached: list[tuple[File, bytes]],
    identity: Identity,
    *,
    at: datetime,
    level: str,
    services: Services,
) -> list[pades.Pending]:
    """A signature to come for each file. `code` is the paper's number and notation, `at` the moment of the
    agency's signature: the line says both. Raises SigningError."""
    line, found = attachment_line(code, at), []
    for file, data in attached:
        look, box = line_on(first_page(data), line)
        try:
            found.append(
                pades.begin_mark(data, identity, look=look, box=box, at=at, level=level, services=services)
            )
        except SigningError as error:
            raise type(error)(f"Tài liệu kèm theo “{file.name}”: {error}") from error
    return found


def keep_marks(
    marked: list[Marked], certificate: Certificate, level: str, *, version: int, by: Post, at: datetime
) -> list[Signature]:
    """The signed files beside the originals, each once. Inside the transaction of the seal; `version` is the
    sealed paper's."""
    signatures = []
    for one in marked:
        original, blob = one.original, blobs.store(one.data)
        file = File.objects.create(
            document_id=original.document_id, blob=blob, name=original.name, part=File.Part.ATTACHMENT,
            stage=File.Stage.SEALED, made_from=original, version=version, pages=original.pages,
            created_at=at, created_by=by,
        )  # fmt: skip
        signatures.append(
            Signature.objects.create(
                document_id=original.document_id, kind=Signature.Kind.AGENCY, certificate=certificate, post=by,
                signed_at=at, level=level, asked_level=settings.SIGNATURE_LEVEL, before=original.blob_id, file=file,
            )
        )  # fmt: skip
    return signatures
