"""The day on which an office closes its month."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from orgs.access import may
from orgs.models import Organisation, Post
from orgs.record import record
from progress.models import ClosingDay
from progress.models.office import END_OF_MONTH, closing_day_of

LATEST = 28  # every month has it


@transaction.atomic
def set_closing_day(organisation: Organisation, day: int, *, by: Post, at: datetime) -> None:
    """From now on every month of the office's reports ends on that day; 0: on its last.

    To set what is set writes nothing. Raises PermissionDenied, or ValidationError for a day no month is sure to have.
    """
    if not may(by, "set_office_rules", organisation):
        raise PermissionDenied(
            "Chỉ lãnh đạo, chánh văn phòng hoặc quản trị của cơ quan được đặt ngày chốt số liệu."
        )
    if not END_OF_MONTH <= day <= LATEST:
        raise ValidationError(f"Ngày chốt là một ngày từ 1 đến {LATEST}, hoặc để trống: ngày cuối tháng.")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = closing_day_of(organisation.pk)
    if day == before:
        return
    if day == END_OF_MONTH:
        ClosingDay.objects.filter(organisation=organisation).delete()
    else:
        ClosingDay.objects.update_or_create(organisation=organisation, defaults={"day": day})
    record("set_closing_day", organisation, by=by, at=at, text=f"{_words(before)} → {_words(day)}")


def _words(day: int) -> str:
    return f"ngày {day}" if day else "ngày cuối tháng"
