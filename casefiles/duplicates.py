"""Trùng lặp: whether one file holds nothing that another, which is kept in its stead, does not hold as well. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from casefiles.models import CaseFile, Item
from documents.models import File

_NAMED = 5
_ALIKE_AT_MOST = 200
_ALIKE = """
WITH first AS (
  SELECT i.case_id, i.document_id, i.blob_id FROM casefiles_item i JOIN casefiles_casefile c ON c.id = i.case_id
  WHERE c.organisation_id = %s AND c.state = 'archived' AND i.ordinal = 1 AND i.removed_at IS NULL
), alike AS (
  SELECT f.case_id, i.case_id AS other FROM first f JOIN casefiles_item i ON i.document_id = f.document_id
    WHERE i.removed_at IS NULL
  UNION SELECT f.case_id, i.case_id FROM first f JOIN casefiles_item i ON i.blob_id = f.blob_id WHERE i.removed_at IS NULL
  UNION SELECT f.case_id, i.case_id FROM first f JOIN documents_file a ON a.document_id = f.document_id
    JOIN documents_file b ON b.blob_id = a.blob_id AND b.document_id <> a.document_id
    JOIN casefiles_item i ON i.document_id = b.document_id WHERE i.removed_at IS NULL
)
SELECT a.case_id, a.other FROM alike a JOIN casefiles_casefile o ON o.id = a.other
WHERE o.organisation_id = %s AND o.state = 'archived' AND a.other <> a.case_id ORDER BY 1 DESC, 2 LIMIT %s
"""


@dataclass
class _Content:
    things: list[tuple[str, tuple, set[str]]] = field(default_factory=list)  # place, which one, its bytes
    same: set[tuple] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)


def why_not_the_same(pairs: Iterable[tuple[CaseFile, CaseFile]]) -> dict[tuple[int, int], list[str]]:
    """By pair of (file, the one that is kept): a sentence for everything that forbids it. Two queries, however many."""
    pairs, found = list(pairs), defaultdict(list)
    content = _contents({case.pk for pair in pairs for case in pair})
    for case, stead in pairs:
        said = found[case.pk, stead.pk]
        kept = f"hồ sơ giữ lại {stead.code} ({stead.year})"
        if case.pk == stead.pk or case.organisation_id != stead.organisation_id:
            said.append(f"{kept} phải là hồ sơ khác của cơ quan này")
            continue
        if stead.state != "archived":
            said.append(f"{kept} chưa ở lưu trữ hoặc đã hủy")
        if stead.expires_on and not (case.expires_on and case.expires_on <= stead.expires_on):
            said.append(f"{kept} có thời hạn bảo quản ngắn hơn")
        if missing := _missing(content[case.pk], content[stead.pk]):
            more = f" và {len(missing) - _NAMED} tài liệu khác" if len(missing) > _NAMED else ""
            said.append(f"{kept} không có: {', '.join(missing[:_NAMED])}{more}")
    return found


def looks_alike(organisation: int) -> list[tuple[int, int]]:
    """Pairs of files of its archive, the later first, where the other has the first thing of the one: who holds all of another
    holds this too. What may go is for `why_not_the_same` to say."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [organisation, organisation, _ALIKE_AT_MOST])
        return cursor.fetchall()


def _missing(one: _Content, other: _Content) -> list[str]:
    """Places of what is in the one alone. What has no bytes is the same only where it is the same paper or task."""
    return [
        place for place, which, own in one.things
        if which not in other.same and not (own and own <= other.hashes)
    ]  # fmt: skip


def _contents(keys: Iterable[int]) -> dict[int, _Content]:
    found: dict[int, _Content] = defaultdict(_Content)
    items = list(Item.objects.filter(case__in=keys, removed_at=None).order_by("case", "ordinal", "pk"))
    of_paper = defaultdict(set)
    papers = {item.document_id for item in items if item.document_id}
    files = File.objects.filter(document__in=papers, blob__isnull=False)
    for paper, blob in files.values_list("document", "blob"):
        of_paper[paper].add(blob)
    for item in items:
        own = of_paper[item.document_id] if item.document_id else {item.blob_id} - {None}
        which = (item.document_id, item.task_id, None if item.document_id or item.task_id else item.pk)
        content = found[item.case_id]
        content.things.append((item.place, which, own))
        content.same.add(which)
        content.hashes |= own
    return found
