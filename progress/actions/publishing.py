"""Công khai: which of its figures an office shows to everybody."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from orgs.access import may
from orgs.models import Organisation, Post, Role
from orgs.record import record
from progress.models import Published
from progress.reports.published import OFFERED


def may_publish(post: Post | None) -> bool:
    """Whoever leads the office, himself: what is said to the public is said in its name."""
    return (
        post is not None
        and post.role == Role.LEADER
        and post.in_person
        and may(post, "set_office_rules", post.organisation)
    )


@transaction.atomic
def publish(organisation: Organisation, figures: Collection[str], *, by: Post, at: datetime) -> None:
    """From now on the page of the office shows these and nothing else; none: there is no such page.

    To choose what is chosen writes nothing. Raises PermissionDenied, or ValidationError for what is not offered.
    """
    if not may_publish(by) or by.organisation_id != organisation.pk:
        raise PermissionDenied("Chỉ lãnh đạo cơ quan được chọn số liệu công khai.")
    if set(figures) - set(OFFERED):
        raise ValidationError("Có số liệu không công khai được. Hãy tải lại trang rồi chọn lại.")
    chosen = [one for one in OFFERED if one in figures]
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = published_by(organisation.pk)
    if chosen == before:
        return
    if chosen:
        Published.objects.update_or_create(
            organisation=organisation, defaults={"figures": chosen, "by": by, "at": at}
        )
    else:
        Published.objects.filter(organisation=organisation).delete()
    record("publish_figures", organisation, by=by, at=at, text=_words(chosen))


def published_by(organisation_id: int) -> list[str]:
    found = Published.objects.filter(organisation=organisation_id).values_list("figures", flat=True).first()
    return found or []


def _words(chosen: list[str]) -> str:
    return "; ".join(OFFERED[one].words for one in chosen) or "không công khai số liệu nào"
