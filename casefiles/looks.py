"""Each look at a thing of the archive is written down with the loan that lets it (decree 30 Phụ lục VI III.6l): gathered and
added as the looks at papers are (documents/readings.py), at no query on the page that is looked at."""

from datetime import datetime

from django.conf import settings
from django.db import connection

from casefiles.models import Item, Loan, LoanView
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


def note(loan: Loan, item: Item, kind: str, *, by: Post, at: datetime) -> None:
    """The reader has this thing before him now; where it is a paper, it is a look at that too."""
    LOOKS.put([loan.pk, item.pk, kind, at.isoformat()])
    if item.document_id:
        of = Reading.Kind.DOWNLOAD if kind == LoanView.Kind.COPY else Reading.Kind.CONTENT
        readings.note(item.document_id, of, by=by, at=at)


def add(looks: list[list]) -> None:
    columns = [list(column) for column in zip(*looks, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [settings.TIME_ZONE, *columns])


LOOKS = readings.Line("looks-at-the-archive", add)
