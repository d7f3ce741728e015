"""A finding of the layout checker that is no fault of this paper: said so by whoever writes it or checks its form."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may
from documents.journey import lock, record
from documents.layout.checker.drafted import about
from documents.models import Document, MutedRule
from orgs.models import Post


@transaction.atomic
def mute(paper: Document, *, rule: str, by: Post, at: datetime) -> None:
    """The rule is not named of this paper any more. Pressed twice, or by two people, it counts once.

    Raises PermissionDenied for who neither writes the paper nor checks its form, ValidationError for no rule of ours.
    """
    _held(paper, rule, by)
    _, new = MutedRule.objects.get_or_create(
        document_id=paper.pk, rule=rule, lifted_at=None,
        defaults={"organisation_id": paper.organisation_id, "by": by, "user": by.operator, "at": at},
    )  # fmt: skip
    if new:
        record("mute_rule", paper, by=by, at=at, payload={"note": f"{rule}: {about(rule)}", "rule": rule})


@transaction.atomic
def unmute(paper: Document, *, rule: str, by: Post, at: datetime) -> None:
    """It is named again. Raises as `mute`."""
    _held(paper, rule, by)
    if MutedRule.objects.filter(document_id=paper.pk, rule=rule, lifted_at=None).update(lifted_at=at):
        record("unmute_rule", paper, by=by, at=at, payload={"note": f"{rule}: {about(rule)}", "rule": rule})


def _held(paper: Document, rule: str, by: Post) -> None:
    if not may(by, "mute_rule", paper):
        raise PermissionDenied("Chỉ người soạn hoặc văn thư đánh dấu một điểm thể thức không phải lỗi.")
    if not about(rule):
        raise ValidationError("Không có quy tắc này.")
    lock(paper)
