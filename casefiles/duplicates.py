"""Trùng lặp: whether one file holds nothing that another, which is kept in its stead, does not hold as well. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from casefiles.models import CaseFile, Item
from casefiles.terms import PERMANENT
from documents.models import File

_NAMED = 5
_ALIKE_AT_MOST = 200
# Of each file one digest of all that it holds, so that nothing is compared pair by pair; with each, the one of the same digest that is kept
# longest, of those the first opened.
_ALIKE = """
WITH held AS (
  SELECT DISTINCT i.case_id, coalesce(f.blob_id, i.blob_id, 'paper ' || i.document_id, 'task ' || i.task_id, 'item ' || i.id) AS thing
  FROM casefiles_item i JOIN casefiles_casefile c ON c.id = i.case_id
  LEFT JOIN documents_file f ON f.document_id = i.document_id AND f.blob_id IS NOT NULL
  WHERE c.organisation_id = %s AND c.state = 'archived' AND i.removed_at IS NULL
), content AS (
  SELECT case_id, md5(string_agg(thing, ' ' ORDER BY thing)) AS digest FROM held GROUP BY case_id
), alike AS (
  SELECT case_id, first_value(case_id) OVER (
    PARTITION BY digest ORDER BY c.term = %s DESC, c.expires_on DESC NULLS LAST, case_id) AS stead
  FROM content JOIN casefiles_casefile c ON c.id = case_id
)
SELECT case_id, stead FROM alike WHERE case_id <> stead ORDER BY case_id DESC LIMIT %s
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
        if stead.expires_on is None:  # for ever, or nobody knows yet
            if stead.term != PERMANENT:
                said.append(f"{kept} chưa xác định được ngày hết thời hạn; hãy ghi ngày tính thời hạn trước")
        elif case.expires_on is None or case.expires_on > stead.expires_on:
            said.append(f"{kept} có thời hạn bảo quản ngắn hơn")
        if missing := _missing(content[case.pk], content[stead.pk]):
            more = f" và {len(missing) - _NAMED} tài liệu khác" if len(missing) > _NAMED else ""
            said.append(f"{kept} không có: {', '.join(missing[:_NAMED])}{more}")
    return found


def looks_alike(organisation: int) -> list[tuple[int, int]]:
    """Pairs of files of its archive that hold exactly the same, the later first, with the one to be kept. What may go is for
    `why_not_the_same` to say. One query over the whole archive: for whoever asks, not for each page."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [organisation, PERMANENT, _ALIKE_AT_MOST])
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
