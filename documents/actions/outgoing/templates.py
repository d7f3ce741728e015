"""Templates of an office and of its rooms, each change a version of its own; what stands on all papers of a kind."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may
from documents.journey import NotAllowedNow, record
from documents.models import DraftTemplate, StandingLines, TemplateVersion
from documents.pdf import secrecy_marks
from orgs.models import Post, Unit

MOST = 500  # templates in use of one office
_NOT_YOURS = "Văn thư, chánh văn phòng sửa mẫu của cơ quan; người của phòng sửa mẫu của phòng mình."


@transaction.atomic
def add_template(
    *, by: Post, at: datetime, unit: Unit | None, name: str, kind: str, **said: str
) -> DraftTemplate:
    """`said`: the words of its first version. Raises PermissionDenied, and ValidationError for a state secret."""
    made = DraftTemplate(organisation=by.organisation, unit=unit, name=name, kind=kind, changed_at=at)
    if not may(by, "edit_template", made):
        raise PermissionDenied(_NOT_YOURS)
    if DraftTemplate.objects.filter(organisation=by.organisation, retired_at=None).count() >= MOST:
        raise ValidationError(f"Cơ quan đã có {MOST} mẫu. Hãy bỏ mẫu không còn dùng.")
    made.save()
    _keep_version(made, by=by, at=at, **said)
    return made


@transaction.atomic
def change_template(
    template: DraftTemplate, *, by: Post, at: datetime, seen: int, unit: Unit | None, name: str, kind: str, **said: str
) -> None:  # fmt: skip
    """A version more. `seen`: the number of the one that was looked at. Raises PermissionDenied, ValidationError, and
    NotAllowedNow when somebody was faster."""
    locked = _locked(template, by)
    if locked.version != seen:
        last = locked.versions.select_related("by__user").first()
        raise NotAllowedNow(
            f"{last.by.user} vừa lưu bản thứ {locked.version} của mẫu này. Hãy xem bản đó rồi sửa tiếp."
        )
    locked.unit, locked.name, locked.kind, locked.changed_at = unit, name, kind, at
    if not may(by, "edit_template", locked):  # it must not be given to a room that is not one's own
        raise PermissionDenied(_NOT_YOURS)
    locked.save(update_fields=["unit", "name", "kind", "changed_at"])
    _keep_version(locked, by=by, at=at, **said)


@transaction.atomic
def retire_template(template: DraftTemplate, *, by: Post, at: datetime) -> None:
    """It is offered no more; what was written by it stays. Raises PermissionDenied, NotAllowedNow."""
    locked = _locked(template, by)
    locked.retired_at = at
    locked.save(update_fields=["retired_at"])
    said = {"template": locked.pk, "note": locked.name}
    record("retire_template", None, by=by, at=at, payload=said, organisation=by.organisation)


@transaction.atomic
def keep_standing(*, by: Post, at: datetime, kind: str, bases: str, other_recipients: str) -> StandingLines:
    """What the office's papers of that kind are based on and where they go besides; instead of what was kept before.
    Raises PermissionDenied, and ValidationError for a state secret."""
    if not may(by, "keep_standing"):
        raise PermissionDenied(
            "Văn thư hoặc chánh văn phòng ghi nhớ căn cứ, nơi nhận thường dùng của cơ quan."
        )
    _no_secret(bases, other_recipients)
    kept, _ = StandingLines.objects.update_or_create(
        organisation=by.organisation, kind=kind,
        defaults={"bases": bases, "other_recipients": other_recipients, "by": by, "at": at},
    )  # fmt: skip
    said = {"kind": kind, "bases": bases, "other_recipients": other_recipients}
    record("keep_standing", None, by=by, at=at, payload=said, organisation=by.organisation)
    return kept


def standing_lines(post: Post, kind: str) -> StandingLines | None:
    return StandingLines.objects.filter(organisation=post.organisation_id, kind=kind).first()


def _locked(template: DraftTemplate, by: Post) -> DraftTemplate:
    locked = DraftTemplate.objects.select_for_update().get(pk=template.pk)
    if not may(by, "edit_template", locked):
        raise PermissionDenied(_NOT_YOURS)
    if locked.retired_at:
        raise NotAllowedNow("Mẫu này đã được bỏ.")
    return locked


def _keep_version(template: DraftTemplate, *, by: Post, at: datetime, **said: str) -> None:
    _no_secret(*said.values())
    template.version += 1
    template.save(update_fields=["version"])
    TemplateVersion.objects.create(template=template, number=template.version, by=by, at=at, **said)
    about = {"template": template.pk, "version": template.version, "note": template.name}
    record("keep_template", None, by=by, at=at, payload=about, organisation=by.organisation)


def _no_secret(*texts: str) -> None:
    if marks := secrecy_marks("\n".join(texts)):
        raise ValidationError(f"Có dấu “{', '.join(marks)}”. Văn bản mật không được soạn trên hệ thống này.")
