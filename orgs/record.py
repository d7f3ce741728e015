"""An act of administration leaves an event in the chain of the organisation, which the floor above keeps."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from orgs.models import Organisation, Post


def record(kind: str, organisation: Organisation, *, by: Post | None, at: datetime, **facts: Any) -> None:
    """Adds the event inside the transaction of the act: neither stands without the other (decree 30 Phụ lục VI III.5a).

    `facts` are plain values (names, titles, ids), never a secret. by=None: the system itself.
    """
    import_string(settings.EVENT_RECORDER)(kind, None, by=by, at=at, organisation=organisation, payload=facts)
