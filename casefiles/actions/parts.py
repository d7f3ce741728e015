"""Files that belong together: a sub-file of a main one, one level, with a code under its own; and files that are only related
(decree 30 Phụ lục VI III.4)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, Q, Value

from casefiles.actions.cases import add_case
from casefiles.journey import check, hold, move
from casefiles.models import CaseFile, Relation
from documents.access import may
from orgs.models import Post

MOST = 99  # sub-files of one file: two digits of its code
_CODE = 20  # letters of a code (FileNotation)


@transaction.atomic
def open_part(
    parent: CaseFile, *, by: Post, at: datetime, title: str, term: str, started_on: date, note: str = ""
) -> CaseFile:
    """Mở hồ sơ con: by whoever fills the main one, while that is open. Its code is the main one's and the next number: 02.TCCB-01.

    Raises PermissionDenied, NotAllowedNow for a main file that is closed, ValidationError for one that is itself a part, or for
    what is missing.
    """
    parent = hold(parent)  # of two at once each has its number
    check(parent, "open_part", by=by)
    if not may(by, "open_file"):
        raise PermissionDenied(f"Vai trò “{by}” không lập hồ sơ.")
    if parent.parent_id:
        raise ValidationError("Hồ sơ con không có hồ sơ con của nó. Hãy mở ở hồ sơ chính.")
    number = parent.parts.count() + 1  # a file is never deleted
    code = f"{parent.code}-{number:02}"
    if number > MOST or len(code) > _CODE:
        raise ValidationError(
            f"Hồ sơ {parent.code} không mở thêm hồ sơ con được; hãy mở hồ sơ riêng và ghi là liên quan."
        )
    facts = {"title": title, "term": term, "note": note, "started_on": started_on, "mode": parent.mode}
    case = add_case(by=by, at=at, year=parent.year, code=code, parent=parent, facts=facts)
    move(parent, "open_part", by=by, at=at, payload={"note": f"{case.code}: {case.title}"[:500]})
    return case


@transaction.atomic
def relate(case: CaseFile, *, other: CaseFile, by: Post, at: datetime) -> None:
    """Ghi hồ sơ liên quan: one that `by` sees. Related twice, it is related once."""
    case = _hold_both(case, other)
    if case.pk == other.pk or other.organisation_id != case.organisation_id:
        raise ValidationError({"code": "Chọn một hồ sơ khác của cơ quan."})
    if other.pk in (case.parent_id, *case.parts.values_list("pk", flat=True)):
        raise ValidationError({"code": "Hai hồ sơ này đã là hồ sơ chính và hồ sơ con."})
    first, second = sorted((case.pk, other.pk))
    if Relation.objects.filter(case=first, other=second, removed_at=None).exists():
        raise ValidationError({"code": f"Hồ sơ {other.code} đã được ghi là liên quan."})
    Relation.objects.create(case_id=first, other_id=second, by=by, at=at)
    move(case, "relate_file", by=by, at=at, payload={"other": other.pk})


@transaction.atomic
def unrelate(case: CaseFile, *, other: int, by: Post, at: datetime) -> None:
    case = hold(case)
    first, second = sorted((case.pk, other))
    if Relation.objects.filter(case=first, other=second, removed_at=None).update(removed_at=at):
        move(case, "unrelate_file", by=by, at=at, payload={"other": other})


def kin_of(case: CaseFile, post: Post) -> dict:
    """Its main file, its parts and what is related to it: of those the post sees; of the others how many there are. Two queries."""
    there = Relation.objects.filter(removed_at=None)
    parts, related = Value("parts", CharField()), Value("related", CharField())
    keys = dict(
        CaseFile.objects.filter(parent=case).values_list("pk", parts)
        .union(there.filter(case=case).values_list("other", related), there.filter(other=case).values_list("case", related))
    )  # fmt: skip
    if case.parent_id:
        keys[case.parent_id] = "main"
    found = {"main": [], "parts": [], "related": [], "hidden": 0}
    if not keys:
        return found
    for one in (
        CaseFile.objects.visible_to(post).filter(pk__in=keys).for_rows().order_by("year", "code", "pk")
    ):
        found[keys[one.pk]].append(one)
    found["hidden"] = len(keys) - sum(len(found[name]) for name in ("main", "parts", "related"))
    return found


def _hold_both(case: CaseFile, other: CaseFile) -> CaseFile:
    """Both, the older first."""
    list(
        CaseFile.objects.select_for_update(no_key=True)
        .filter(Q(pk=case.pk) | Q(pk=other.pk))
        .order_by("pk")
        .values_list("pk")
    )
    return hold(case)
