"""How an office works with files, and the one number that is written by hand for the ratio."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from casefiles.journey import tell_office
from casefiles.models import FilingRule, SecretCount
from documents.access import may
from documents.access.people import stands_above
from orgs.models import Post


@transaction.atomic
def set_filing(*, by: Post, at: datetime, must_file: bool) -> None:
    """Whether a paper can be completed unfiled. By the head, or the head of the office."""
    if not may(by, "set_filing") or not stands_above(by):
        raise PermissionDenied("Người đứng đầu hoặc Chánh Văn phòng đặt cách làm việc về hồ sơ.")
    rule, _ = FilingRule.objects.select_for_update().get_or_create(organisation=by.organisation)
    if rule.must_file == must_file:
        return
    rule.must_file = must_file
    rule.save(update_fields=["must_file"])
    said = (
        "văn bản hoàn thành phải đưa vào hồ sơ"
        if must_file
        else "không bắt buộc đưa vào hồ sơ khi hoàn thành"
    )
    tell_office("set_filing", by=by, at=at, organisation=by.organisation, payload={"text": said})


@transaction.atomic
def count_secret_files(*, by: Post, at: datetime, month: date, count: int) -> None:
    if not may(by, "count_secret_files"):
        raise PermissionDenied("Văn thư ghi số hồ sơ mật của tháng.")
    if month > timezone.localdate(at):
        raise ValidationError({"month": "Tháng này chưa đến."})
    SecretCount.objects.update_or_create(
        organisation=by.organisation,
        month=month.replace(day=1),
        defaults={"count": count, "by": by, "at": at},
    )
    said = {"note": f"tháng {month:%m/%Y}: {count} hồ sơ mật"}
    tell_office("count_secret", by=by, at=at, organisation=by.organisation, payload=said)
