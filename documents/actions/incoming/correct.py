"""A clerk's slip in what is written about a paper that came in an envelope: put right, and what stood there before stays in
the history (decree 30 App. VI III.8). The numbers of the book never change; what a sender wrote, its sender changes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may
from documents.actions.requests.change import FIELDS, as_json
from documents.journey import lock, record
from documents.models import Incoming
from orgs.models import Post

LABELS = FIELDS | {"issuer_name": "Cơ quan ban hành", "language": "Ngôn ngữ"}


@transaction.atomic
def correct(incoming: Incoming, values: dict[str, Any], *, by: Post, at: datetime, reason: str) -> None:
    """Writes new values of LABELS, and of `issuer`, whose name tells it. The deadlines of tasks stay: whoever gave them has
    read another date, and decides."""
    lock(incoming)
    incoming.refresh_from_db()
    if not may(by, "correct_incoming", incoming):
        raise PermissionDenied("Chỉ văn thư sửa thông tin của văn bản giấy đã vào sổ.")
    before = {name: getattr(incoming, name) for name in values}
    changed = [name for name in values if values[name] != before[name]]
    if not changed:
        raise ValidationError("Chưa có thông tin nào thay đổi.")
    for name in changed:
        setattr(incoming, name, values[name])
    incoming.save(update_fields=changed)
    both = {name: [as_json(before[name]), as_json(values[name])] for name in changed if name in LABELS}
    record("correct", incoming, by=by, at=at, payload={"reason": reason, "changes": both})
