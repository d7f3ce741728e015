"""A personal grant: one named colleague may read one paper (decree 30 Phụ lục VI III.4, who may see what)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from guardian.shortcuts import assign_perm

from documents.access import may
from documents.journey import record
from documents.models import Document
from orgs.models import Post


@transaction.atomic
def share(document: Document, *, to: Post, by: Post, at: datetime) -> None:
    """Lets a person of the same organisation read the paper. Giving it twice changes nothing more."""
    if not may(by, "share_document", document):
        raise PermissionDenied("Chỉ văn thư, lãnh đạo hoặc người đang giữ văn bản được cho người khác xem.")
    if to.organisation_id != document.organisation_id:
        raise ValidationError("Chỉ cho người trong cơ quan xem văn bản.")
    paper = Document.objects.get(pk=document.pk)
    assign_perm("documents.read_document", to.user, paper)
    record("share", paper, by=by, at=at, payload={"note": f"{to.user} ({to})", "user": to.user_id})
