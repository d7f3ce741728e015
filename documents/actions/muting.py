"""A finding of the layout checker that is no fault of this paper, said so by whoever writes it or checks its form; or a rule that the
office does not follow at all, said so by its clerk."""

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


@transaction.atomic
def mute_for_office(paper: Document, *, rule: str, by: Post, at: datetime) -> None:
    """Of no paper of the office any more; the event stands on the paper where it was said. Pressed twice it counts once.

    Raises PermissionDenied for anybody but the clerk and the head of the office in person, ValidationError as `mute`.
    """
    _held(paper, rule, by)
    _ask_office(by)
    _, new = MutedRule.objects.get_or_create(
        organisation_id=paper.organisation_id, document=None, rule=rule, lifted_at=None,
        defaults={"by": by, "user": by.operator, "at": at},
    )  # fmt: skip
    if new:
        said = {"note": f"{rule}: {about(rule)}, với mọi văn bản của cơ quan", "rule": rule}
        record("mute_rule", paper, by=by, at=at, payload=said)


@transaction.atomic
def unmute_for_office(paper: Document, *, rule: str, by: Post, at: datetime) -> None:
    """It is named again, where it is not muted of a single paper. Raises as `mute_for_office`."""
    _held(paper, rule, by)
    _ask_office(by)
    rows = MutedRule.objects.filter(
        organisation_id=paper.organisation_id, document=None, rule=rule, lifted_at=None
    )
    if rows.update(lifted_at=at):
        said = {"note": f"{rule}: {about(rule)}, với mọi văn bản của cơ quan", "rule": rule}
        record("unmute_rule", paper, by=by, at=at, payload=said)


def _ask_office(by: Post) -> None:
    if not may(by, "mute_for_office"):
        raise PermissionDenied("Chỉ văn thư hoặc chánh văn phòng bỏ một quy tắc thể thức cho cả cơ quan.")


def _held(paper: Document, rule: str, by: Post) -> None:
    if not may(by, "mute_rule", paper):
        raise PermissionDenied("Chỉ người soạn hoặc văn thư đánh dấu một điểm thể thức không phải lỗi.")
    if not about(rule):
        raise ValidationError("Không có quy tắc này.")
    lock(paper)
