"""Đến hạn xem xét: which files are over, and why one of them, or a duplicate, may not go yet (Luật Lưu trữ art. 16, 36.4). Reads only."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import date

from django.db.models import Q

from casefiles.duplicates import why_not_the_same
from casefiles.models import CaseFile, Item, LegalHold
from casefiles.states import LABELS, REVIEWED, STATES


def due(files, day: date):
    """Of these, those whose term was over before `day`."""
    return files.filter(state__in=REVIEWED, expires_on__lt=day)


def why_not(
    cases: Iterable[CaseFile],
    day: date,
    steads: Mapping[int, CaseFile] | None = None,
    gone: Container[int] = (),
) -> dict[int, list[str]]:
    """By file, a sentence for everything that keeps it: its state, its term, an order, a paper that it shares with a file that
    is to be kept longer. Nothing of one that may go. Two queries, however many files.

    `steads`: by file, the one that is kept in its stead, of those that are to go as duplicates: their time need not be over, and
    what they share stays (`duplicates`; two queries more). `gone`: files that are taken for destroyed.
    """
    found: dict[int, list[str]] = defaultdict(list)
    cases, keys, steads = list(cases), [], steads or {}
    for case in cases:
        keys.append(case.pk)
        if case.state not in REVIEWED:
            found[case.pk].append(f"đang ở trạng thái “{LABELS[case.state]}”")
        if case.pk in steads:
            continue
        if case.expires_on is None:
            found[case.pk].append("bảo quản vĩnh viễn hoặc chưa xác định được ngày hết thời hạn")
        elif case.expires_on >= day:
            found[case.pk].append(f"còn thời hạn đến {case.expires_on:%d/%m/%Y}")
    for pk, title in held_by(keys):
        found[pk].append(f"đang đóng băng theo “{title}”")
    for pk, code, year in _shared([pk for pk in keys if pk not in steads], day, gone):
        found[pk].append(f"có văn bản nằm cả trong hồ sơ {code} ({year}) còn phải giữ")
    if steads:
        pairs = [(case, steads[case.pk]) for case in cases if case.pk in steads]
        for (pk, _), why in why_not_the_same(pairs).items():
            if why:
                found[pk] += why
    return found


def held_by(keys: Iterable[int]):
    """Of these files, each that lies under an order, and its name; the oldest order first."""
    held = LegalHold.objects.in_force().filter(held__case__in=keys).order_by("pk")
    return held.values_list("held__case", "title")


def _shared(keys: list[int], day: date, gone: Container[int]):
    other = "document__in_files__case"
    kept = Q(**{f"{other}__expires_on": None}) | Q(**{f"{other}__expires_on__gte": day})
    living = [state for state in STATES if state != "disposed"]
    rows = Item.objects.filter(
        kept, case__in=keys, case__expires_on__lt=day, removed_at=None, document__isnull=False,
        document__in_files__removed_at=None, **{f"{other}__state__in": living},
    )  # fmt: skip
    found = rows.order_by("case").values_list("case", f"{other}__code", f"{other}__year", other).distinct()
    return [row[:3] for row in found if row[3] not in gone]
