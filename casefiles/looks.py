"""Looks at files are counted by day and person (decree 30 Phụ lục VI III.6a), and each look at a thing of the archive is written
down with the loan that lets it (III.6l): gathered and added as the looks at papers are (documents/readings.py), at no query on
the page that is looked at."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from casefiles.models import CaseFile, CaseReading, Item, Loan, LoanView
from documents import readings
from documents.models import Reading
from orgs.models import Post

_ADD = """
INSERT INTO casefiles_loanview (loan_id, item_id, day, kind, count, first_at, last_at)
SELECT l.loan, l.item, (l.at AT TIME ZONE %s)::date, l.kind, count(*), min(l.at), max(l.at)
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS l (loan, item, kind, at)
  JOIN casefiles_loan n ON n.id = l.loan JOIN casefiles_item i ON i.id = l.item
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT ON CONSTRAINT loan_view_once_a_day DO UPDATE SET count = casefiles_loanview.count + EXCLUDED.count,
  first_at = least(casefiles_loanview.first_at, EXCLUDED.first_at),
  last_at = greatest(casefiles_loanview.last_at, EXCLUDED.last_at)
"""

_ADD_TO_FILE = """
INSERT INTO casefiles_casereading (case_id, day, user_id, post_id, kind, count, first_at, last_at)
SELECT l.file, (l.at AT TIME ZONE %s)::date, l."user", l.post, l.kind, count(*), min(l.at), max(l.at)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS l (file, "user", post, kind, at)
  JOIN casefiles_casefile c ON c.id = l.file
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT ON CONSTRAINT case_reading_once_a_day DO UPDATE SET count = casefiles_casereading.count + EXCLUDED.count,
  first_at = least(casefiles_casereading.first_at, EXCLUDED.first_at),
  last_at = greatest(casefiles_casereading.last_at, EXCLUDED.last_at)
"""


def note_file(case: CaseFile, kind: str, *, by: Post, at: datetime) -> None:
    """Somebody looks into the file now, or takes something of it along."""
    FILES.put([case.pk, by.operator.pk, by.pk, kind, at.isoformat()])


def counted(case: CaseFile) -> dict[str, int]:
    """{looks, people, downloads} of a file until the last minute; one query."""
    found = CaseReading.objects.filter(case=case).order_by().values("kind")
    rows = {
        row["kind"]: row for row in found.annotate(times=Sum("count"), people=Count("user", distinct=True))
    }
    none = {"times": 0, "people": 0}
    page, download = (rows.get(kind, none) for kind in (CaseReading.Kind.PAGE, CaseReading.Kind.DOWNLOAD))
    return {"looks": page["times"], "people": page["people"], "downloads": download["times"]}


def note(loan: Loan, item: Item, kind: str, *, by: Post, at: datetime) -> None:
    """The reader has this thing before him now; where it is a paper, it is a look at that too."""
    LOOKS.put([loan.pk, item.pk, kind, at.isoformat()])
    if item.document_id:
        of = Reading.Kind.DOWNLOAD if kind == LoanView.Kind.COPY else Reading.Kind.CONTENT
        readings.note(item.document_id, of, by=by, at=at)


def add(looks: list[list]) -> None:
    _added(_ADD, looks)


def add_to_files(looks: list[list]) -> None:
    _added(_ADD_TO_FILE, looks)


def _added(statement: str, looks: list[list]) -> None:
    columns = [list(column) for column in zip(*looks, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(statement, [settings.TIME_ZONE, *columns])


LOOKS = readings.Line("looks-at-the-archive", add)
FILES = readings.Line("looks-at-files", add_to_files)
