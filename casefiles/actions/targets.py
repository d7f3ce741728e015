"""The thresholds of the ratio, loaded by date: rows are added, an old one is only ended by its successor."""

import csv
import io
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from casefiles.models import OnlineTarget

COLUMNS = ("tier", "percent", "valid_from", "valid_to", "source")


@transaction.atomic
def load_targets(data: bytes) -> tuple[int, int]:
    """Adds the rows that are not there, and ends a row where the table says so; gives how many are new and how many were there.

    Raises ValidationError naming every line that cannot be taken; nothing is loaded then. A percentage that was in force is never
    changed: a table that says another for the same tier and day is refused.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        raise ValidationError("Tệp phải là CSV mã hóa UTF-8.") from None
    if not rows or any(name not in rows[0] for name in COLUMNS):
        raise ValidationError(f"Tệp phải có các cột: {', '.join(COLUMNS)}.")
    new, wrong = 0, []
    for number, row in enumerate(rows, start=2):
        try:
            given = _read(row)
        except ValueError:
            wrong.append(f"Dòng {number}: cấp, phần trăm hoặc ngày không đúng.")
            continue
        there, made = OnlineTarget.objects.get_or_create(
            tier=given["tier"], valid_from=given["valid_from"], defaults=given
        )
        if there.percent != given["percent"]:
            wrong.append(
                f"Dòng {number}: chỉ tiêu từ {there.valid_from:%d/%m/%Y} đã là {there.percent}%, không đổi được."
            )
        elif there.valid_to != given["valid_to"] and not made:
            OnlineTarget.objects.filter(pk=there.pk).update(valid_to=given["valid_to"])
        new += made
    if wrong:
        raise ValidationError(wrong[:20])
    return new, len(rows) - new


def _read(row: dict) -> dict:
    since = date.fromisoformat(row["valid_from"])
    until = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    percent = int(row["percent"])
    if not row["tier"] or not 0 <= percent <= 100 or (until and until <= since):
        raise ValueError(row)
    return {
        "tier": row["tier"][:20],
        "percent": percent,
        "valid_from": since,
        "valid_to": until,
        "source": row["source"][:300],
    }
