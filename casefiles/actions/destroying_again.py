"""After a restore: what had been destroyed by decision, and came back with the older backup, is destroyed again (`manage.py
destroy_again`). The records kept apart say what (casefiles/apart.py); nothing goes that lies under an order or that they do not name.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casefiles.actions.destroying import destroy_bytes, kept_papers, let_go
from casefiles.actions.disposal import UNDER_WAY
from casefiles.apart import Record, Unreadable, records
from casefiles.journey import hold, hold_all, move
from casefiles.models import CaseFile, DisposalLine, Item
from casefiles.reviewing import why_not
from documents import blobs
from documents.journey import lock
from documents.models import Blob, Document, File
from documents.states import label_of

_NEW_TERM = ("change_term", "record_trigger", "close_file")


@dataclass
class Found:
    """Of each file that was destroyed once: back (and, when asked, destroyed again), gone as it should be, or left and why."""

    back: list[str] = field(default_factory=list)
    gone: int = 0
    left: list[str] = field(default_factory=list)  # a sentence each


def destroy_again(*, at: datetime, do: bool) -> Found:
    """`do`: destroys; else only looks. May be killed anywhere, and run again or twice at once."""
    found, gone = Found(), set()
    for record in records():
        if isinstance(record, Unreadable):
            found.left.append(str(record))
            continue
        case = record.found()
        why = _again(record, case.pk, gone, at=at, do=do) if case and case.state != "disposed" else ""
        if case is None or case.state == "disposed":
            found.gone += 1  # but for its bytes: the file store of a backup may be older than its rows
        elif why:
            found.left.append(f"Hồ sơ {record}: {why}")
        else:
            found.back.append(f"{record}")
            gone.add(case.pk)  # also where we only look: what comes after it is judged without it
        if do and not why:
            _unnamed(record)
    return found


@transaction.atomic
def _again(record: Record, pk: int, gone: set[int], *, at: datetime, do: bool) -> str:
    """Why it was left; "" when it was destroyed, by us or by somebody who was faster."""
    items = Item.objects.filter(case=pk, removed_at=None).order_by("ordinal", "pk")
    of_file = Document.objects.filter(pk__in=items.exclude(document=None).values("document"))
    stead = record.kept()
    both = [pk, *([stead.pk] if stead else [])]
    lock(*Document.objects.filter(in_files__case__in=both, in_files__removed_at=None).distinct())
    papers = list(of_file.all())  # as they stand under the lock
    hold_all(both)
    case = hold(CaseFile(pk=pk))
    if case.state == "disposed":
        return ""
    kept = kept_papers(papers, case, gone)
    if why := _why_left(record, case, items, kept, gone, at=at):
        return why
    if do:
        went = [thing for thing in record.things if not thing["kept"]]
        said = record.said | {
            "note": record.said["decision"], "things": len(went), "files": sum(len(thing["files"]) for thing in went),
            "kept": len(record.things) - len(went),
            "record": record.name, "sha256": record.digest,
        }  # fmt: skip
        move(case, "dispose_again", by=None, at=at, payload=said)
        destroy_bytes(case, let_go(case, items, papers, kept, by=None, at=at))
    return ""


def _why_left(
    record: Record, case: CaseFile, items, kept: dict[int, str], gone: set[int], *, at: datetime
) -> str:
    """Whoever decided has seen what the record names: with anything else in it, it is not the file he decided on."""
    open_lines = case.disposal_lines.filter(disposal__state__in=UNDER_WAY, outcome="")
    if line := open_lines.exclude(answer=DisposalLine.Answer.KEEP).select_related("disposal").first():
        # Else its certificate would say that it was not destroyed, having found it gone.
        return f"nằm trong đợt hủy “{line.disposal}” ({line.disposal.state_label}): hủy theo đợt đó, hoặc thôi đợt đó rồi chạy lại"
    stead = record.kept()
    if record.stead and stead is None:
        return f"không có hồ sơ giữ lại {record.stead['code']} ({record.stead['year']})"
    if why := why_not([case], timezone.localdate(at), {case.pk: stead} if stead else {}, gone)[case.pk]:
        return "; ".join(why)
    if why := _decided_since(record, case):
        return why
    known = {(thing["n"], thing["what"], thing["code"]): thing for thing in record.things}
    hashes = _hashes(items)
    for item in items.select_related("document"):
        code = item.document.code if item.document else ""
        thing = known.get((item.ordinal, item.place, code))
        if thing is None or not hashes.get(item.pk, set()) <= {file["sha256"] for file in thing["files"]}:
            return f"{item.place} không có trong chứng nhận hủy"
        if item.document_id in kept and not thing["kept"]:
            return f"{item.place} chưa hủy được: {kept[item.document_id]}"
        if thing["kept"] and item.document_id:
            kept.setdefault(item.document_id, thing["kept"])
    return ""


def _decided_since(record: Record, case: CaseFile) -> str:
    """What people have said of it after it was destroyed, in this database: the newer word holds."""
    lines = case.disposal_lines.filter(answer=DisposalLine.Answer.KEEP, disposal__concluded_at__gt=record.at)
    if kept := lines.select_related("disposal").last():
        return f"hội đồng của đợt hủy “{kept.disposal}” đã quyết định giữ lại sau lần hủy này"
    told = case.history.filter(event__kind__in=_NEW_TERM, event__at__gt=record.at).select_related("event")
    if new := told.order_by("event").last():
        return f"đã {label_of(new.event.kind)} sau lần hủy này; muốn hủy thì lập đợt hủy mới"
    return ""


def _hashes(items) -> dict[int, set[str]]:
    """By thing, of what is its own: of a PDF/A made of it meanwhile nobody had to decide."""
    found: dict[int, set[str]] = {}
    of_paper: dict[int, set[str]] = {}
    rows = File.objects.filter(
        document__in=items.exclude(document=None).values("document"), blob__isnull=False
    )
    for paper, blob in rows.values_list("document", "blob"):
        of_paper.setdefault(paper, set()).add(blob)
    for pk, paper, blob in items.values_list("pk", "document", "blob"):
        found[pk] = of_paper.get(paper, set()) | ({blob} if blob else set())
    return found


def _unnamed(record: Record) -> None:
    """Bytes of the backup's file store that no row speaks of."""
    hashes = record.hashes
    named = set(Blob.objects.filter(pk__in=hashes).values_list("pk", flat=True))
    for sha256 in sorted(hashes - named):
        blobs.destroy(Blob(sha256=sha256))
