"""How an office works within what the law leaves to it."""

from datetime import datetime

from django.db import transaction

from orgs.access import may
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post
from orgs.record import record

MOST_EXTENSIONS = 9


@transaction.atomic
def let_heads_approve(organisation: Organisation, *, approve: bool, by: Post, at: datetime) -> None:
    """From now on the result of a task given on waits for whoever gave it on, or it does not.

    What waits already goes on waiting. Raises Refused for who may not; to set what is set writes nothing.
    """
    _check(by, organisation)
    changed = Organisation.objects.filter(pk=organisation.pk, head_approves=not approve)
    if not changed.update(head_approves=approve):
        return
    organisation.head_approves = approve
    record("let_heads_approve", organisation, by=by, at=at, text="có" if approve else "không")


@transaction.atomic
def limit_extensions(organisation: Organisation, *, limit: int, by: Post, at: datetime) -> None:
    """From now on the deadline of a task is put off at most `limit` times (0–9); what was granted stays.

    Raises Refused for who may not, or another number; to set what is set writes nothing.
    """
    _check(by, organisation)
    if not 0 <= limit <= MOST_EXTENSIONS:
        raise Refused(f"Số lần gia hạn từ 0 đến {MOST_EXTENSIONS}.")
    changed = Organisation.objects.filter(pk=organisation.pk).exclude(extension_limit=limit)
    if not changed.update(extension_limit=limit):
        return
    organisation.extension_limit = limit
    record("limit_extensions", organisation, by=by, at=at, text=str(limit))


def _check(by: Post, organisation: Organisation) -> None:
    if not may(by, "set_office_rules", organisation):
        raise Refused("Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan được đặt cách làm việc này.")
