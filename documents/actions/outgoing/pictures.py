"""The pictures of a draft: brought in while one writes, kept with the draft that names them."""

import re
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents import blobs
from documents.access import may
from documents.models import Blob, DraftPicture, Outgoing
from orgs.models import Post

MOST = 100  # of one draft
_NAMED = re.compile(r"^[ \t]*!\[.*\]\(sha256:([0-9a-f]{64})\)[ \t]*$", re.MULTILINE)


@transaction.atomic
def bring(blob: Blob, *, by: Post, at: datetime) -> None:
    """A picture that whoever writes has put in; it waits for the draft that names it, from its last bringing on."""
    if not may(by, "draft"):
        raise PermissionDenied(f"Vai trò “{by}” không soạn văn bản đi.")
    row = DraftPicture(blob=blob, user=by.operator, at=at)
    if not DraftPicture.objects.filter(outgoing=None, user=row.user, blob=blob).update(at=at):
        DraftPicture.objects.bulk_create([row], ignore_conflicts=True)


def keep_pictures(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """What the text names belongs to the draft from now on. Only what whoever writes could look at: a hash alone opens
    nothing. Raises ValidationError for the others."""
    named = named_in(outgoing.body)
    new = named - set(outgoing.pictures.values_list("blob_id", flat=True)) if named else set()
    if not new:
        return
    known = set(seen_by(by).filter(blob__in=new).values_list("blob_id", flat=True))
    if new - known:
        raise ValidationError(
            {"body": f"Có {len(new - known)} ảnh không tìm thấy trên hệ thống. Hãy xóa và chèn lại ảnh đó."}
        )
    if len(named) > MOST:
        raise ValidationError({"body": f"Dự thảo có {len(named)} ảnh, nhiều nhất là {MOST}."})
    rows = [DraftPicture(outgoing=outgoing, blob_id=one, user=by.operator, at=at) for one in sorted(new)]
    DraftPicture.objects.bulk_create(rows, ignore_conflicts=True)
    DraftPicture.objects.filter(outgoing=None, user=by.operator, blob__in=new).delete()


def drop_pictures(outgoing: Outgoing) -> None:
    """Those that the saved text names no more; their bytes go too, unless something else has them."""
    gone = outgoing.pictures.exclude(blob__in=named_in(outgoing.body))
    for picture in gone.select_related("blob"):
        picture.delete()
        transaction.on_commit(lambda blob=picture.blob: blobs.destroy(blob))


def named_in(body: str) -> set[str]:
    return set(_NAMED.findall(body))


def seen_by(post: Post):
    """Pictures of drafts that the post sees, and those that whoever is at its keyboard has just brought."""
    own = DraftPicture.objects.filter(outgoing=None, user=post.operator)
    return own | DraftPicture.objects.filter(outgoing__in=Outgoing.objects.visible_to(post).values("pk"))


def pictures_of(outgoing: Outgoing) -> dict[str, bytes]:
    """The pictures that the text of a saved draft names, by their hashes."""
    named = named_in(outgoing.body)
    return _bytes(DraftPicture.objects.filter(outgoing=outgoing.pk, blob__in=named)) if named else {}


def pictures_seen(body: str, post: Post) -> dict[str, bytes]:
    """Of each picture that a text names, saved or not, and the post may look at, its bytes by its hash."""
    named = named_in(body)
    return _bytes(seen_by(post).filter(blob__in=named)) if named else {}


def _bytes(rows) -> dict[str, bytes]:
    found = Blob.objects.filter(pk__in=rows.values("blob")).exclude(scan=Blob.Scan.INFECTED)
    return {blob.pk: blobs.read(blob) for blob in found if blobs.there(blob)}
