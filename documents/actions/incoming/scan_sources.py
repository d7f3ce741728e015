"""What belongs to a scanned paper: the scans it was put together from, which go with it when it may be a state secret,
and what was seen on it."""

from collections.abc import Iterable

from django.db.models import Q

from documents.actions.incoming.proposing import Proposals
from documents.models import Blob, ScannedFile, ScannedPaper

CUT_SHORT = "Bản quét gốc đã hủy trước khi tách xong: phần chưa tách phải quét lại."
SUSPECTED_ELSEWHERE = "nơi nhận khác báo có bí mật nhà nước"
_State = ScannedFile.State


def sources_of(papers: Iterable[ScannedPaper]) -> list[ScannedFile]:
    """The file of each, those of what was joined onto it, and those of what it was split from, however often."""
    found, new = set(), {paper.pk for paper in papers}
    while new:
        found |= new
        near = ScannedPaper.objects.filter(Q(joined_onto__in=new) | Q(parts__in=new))
        new = set(near.values_list("pk", flat=True)) - found
    return list(ScannedFile.objects.filter(papers__in=found).distinct().select_related("blob").order_by("pk"))


def forget_sources(files: list[ScannedFile]) -> list[Blob]:
    """Their rows name no bytes any more, and nothing more is cut from them; gives the bytes, to be destroyed."""
    rows = ScannedFile.objects.filter(pk__in=[file.pk for file in files])
    rows.update(blob=None, name="(đã hủy)")
    rows.filter(state=_State.WAITING).update(state=_State.FAILED, problem=CUT_SHORT)
    return [file.blob for file in files if file.blob]


def seen_anew(paper: ScannedPaper, found: Proposals) -> None:
    """What its first page says after all; marks that were seen before stay."""
    paper.proposed, paper.source, paper.words = found.values, found.source, found.words
    paper.marks = marks_of(paper.marks, found.marks)
    if not found.recognised:
        paper.unrecognised = max(paper.unrecognised, 1)
    elif paper.unrecognised != paper.UNSEEN:
        paper.unrecognised = 0
    paper.save(update_fields=["proposed", "source", "words", "marks", "unrecognised"])


def marks_of(*found: str) -> str:
    """Each once, in their order."""
    return ", ".join(dict.fromkeys(mark for some in found for mark in some.split(", ") if mark))[:50]
