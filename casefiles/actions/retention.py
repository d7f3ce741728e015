"""The table of periods: loaded from a file of rows, by date. What was set for a file stays as it was set."""

import csv
import io
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from casefiles.models import RetentionRule
from casefiles.terms import is_term

# From when the tables hold that the rows name (archive.md §5).
SINCE = {
    "tt09_2011_replaced": date(2011, 7, 18), "tt10_2022_last_seen": date(2023, 2, 15),
    "tt33_2025_in_force": date(2025, 7, 1),
}  # fmt: skip
COLUMNS = ("group_code", "group", "description", "condition", "period", "trigger", "source", "status")


@transaction.atomic
def load_rules(data: bytes, *, since: date | None = None) -> tuple[int, int]:
    """Adds the rows that are not there; gives how many are new and how many were there. `since`: from when they hold, where the
    table does not say.

    Raises ValidationError with the line of every row that cannot be taken; nothing is loaded then.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        raise ValidationError("Tệp phải là CSV mã hóa UTF-8.") from None
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise ValidationError(f"Thiếu cột: {', '.join(missing)}.")
    wrong = [
        f"Dòng {n}: thời hạn “{row['period']}” hoặc mã nhóm “{row['group_code']}” không đúng."
        for n, row in enumerate(rows, start=2)
        if not is_term(row["period"] or "")
        or not 0 < len(row["group_code"] or "") <= 6
        or not row["description"]
    ]
    if wrong:
        raise ValidationError(wrong[:20])
    known = set(RetentionRule.objects.values_list("description", "condition", "source"))
    new = [
        RetentionRule(
            group_code=row["group_code"][:6], group=row["group"][:200], position=n, description=row["description"][:500],
            condition=row["condition"][:300], term=row["period"], trigger=row["trigger"][:20], source=row["source"][:300],
            status=row["status"][:40], valid_from=SINCE.get(row["status"]) or since or date(2025, 1, 1),
        )
        for n, row in enumerate(rows, start=1)
        if (row["description"][:500], row["condition"][:300], row["source"][:300]) not in known
    ]  # fmt: skip
    RetentionRule.objects.bulk_create(new)
    return len(new), len(rows) - len(new)
