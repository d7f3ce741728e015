"""How an office works within what the law leaves to it."""

from datetime import datetime

from django.db import transaction

from orgs.access import may
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post
from orgs.record import record


@transaction.atomic
def let_heads_approve(organisation: Organisation, *, approve: bool, by: Post, at: datetime) -> None:
    """From now on the result of a task given on waits for whoever gave it on, or it does not.

    What waits already goes on waiting. Raises Refused for who may not; to set what is set writes nothing.
    """
    if not may(by, "set_office_rules", organisation):
        raise Refused("Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan được đặt cách làm việc này.")
    changed = Organisation.objects.filter(pk=organisation.pk, head_approves=not approve)
    if not changed.update(head_approves=approve):
        return
    organisation.head_approves = approve
    record("let_heads_approve", organisation, by=by, at=at, text="có" if approve else "không")
