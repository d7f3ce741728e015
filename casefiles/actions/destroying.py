"""What was decided is done: file by file, each whole or not at all; a killed worker's work is finished by the next; at the end a
certificate (Luật Lưu trữ art. 16.4; TT 06/2025).

A file goes only if at that very moment nothing keeps it: the rows of its papers and its own are held, and a legal hold takes the
same row, so of the two one is first and the other sees it. Bytes go last of all, and only those that nothing else names.
"""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from casefiles import apart
from casefiles.actions.disposal import tell_people, users_of
from casefiles.actions.exports import drop
from casefiles.actions.items import destroy
from casefiles.disposal_papers import certificate_pdf
from casefiles.journey import hold, hold_all, hold_disposal, move, move_disposal
from casefiles.models import CaseFile, Disposal, DisposalLine, Export, Item, Rendition
from casefiles.reviewing import why_not
from documents import blobs
from documents.actions.destruction import destroy_content
from documents.journey import NotAllowedNow, lock
from documents.models import Document, File, Outgoing
from documents.states import FINISHED
from orgs.actions.notices import tell
from orgs.models import Post, Role
from orgs.models.notice import WORK

WITHIN = timedelta(days=15)  # of the decision (TT 06/2025)
_Answer, _Outcome = DisposalLine.Answer, DisposalLine.Outcome
IN_THE_BOOK = "bản lưu văn thư, giữ theo thời hạn của tập lưu văn bản đi"


@transaction.atomic
def begin(disposal: Disposal, *, by, at: datetime) -> None:
    """Thực hiện hủy: from now on a worker destroys (`finish`). Cannot be taken back."""
    disposal = hold_disposal(disposal)
    move_disposal(disposal, "begin_destroying", by=by, at=at, fills={"destroyed_by": by, "destroyed_at": at})


def finish(*, at: datetime, most: int = 50) -> int:
    """Goes on with what was begun; how many files it has come to. May be killed anywhere, and run twice at once."""
    done = 0
    for disposal in Disposal.objects.filter(state="destroying").order_by("pk"):
        waiting = disposal.lines.filter(answer=_Answer.DESTROY, outcome="").order_by("pk")
        for line in waiting[: most - done]:
            _destroy_file(line, at=at)
            apart.keep(DisposalLine.objects.filter(pk=line.pk))
            done += 1
        if not waiting.exists():
            apart.keep(disposal.lines)  # also of a worker that was killed between the two
            _end(disposal, at=at)
            apart.keep_certificates(Disposal.objects.filter(pk=disposal.pk))
        if done >= most:
            break
    return done


@transaction.atomic
def _destroy_file(line: DisposalLine, *, at: datetime) -> None:
    items = Item.objects.filter(case=line.case_id, removed_at=None).order_by("ordinal", "pk")
    of_file = Document.objects.filter(pk__in=items.exclude(document=None).values("document"))
    both = [line.case_id, *([line.stead_id] if line.stead_id else [])]
    lock(*Document.objects.filter(in_files__case__in=both, in_files__removed_at=None).distinct())
    papers = list(of_file.all())  # as they stand under the lock
    hold_all(both)
    case = hold(CaseFile(pk=line.case_id))
    line = (
        DisposalLine.objects.select_for_update(of=("self",))
        .select_related("disposal__destroyed_by__user", "stead")
        .get(pk=line.pk)
    )
    if line.outcome:
        return  # another worker was faster
    by = line.disposal.destroyed_by
    steads = {case.pk: line.stead} if line.stead else {}
    if reasons := why_not([case], timezone.localdate(at), steads).get(case.pk):
        line.outcome, line.why = _Outcome.STOPPED, "; ".join(reasons)[:500]
    else:
        line.outcome, kept = _Outcome.DESTROYED, kept_papers(papers, case)
        line.left = _left(items, papers, kept)
        said = {
            "disposal": line.disposal_id,
            "note": line.disposal.decision,
            "things": line.things,
        }
        try:
            move(case, "dispose_file", by=by, at=at, payload=said)
        except (NotAllowedNow, PermissionDenied) as refusal:
            line.outcome, line.why, line.left = _Outcome.STOPPED, str(refusal)[:500], {}
            line.at = at
            line.save(update_fields=["outcome", "why", "left", "at"])
            return
        gone = let_go(case, items, papers, kept, by=by, at=at)
        line.left["also"] = _also(case, gone, line)
    line.at = at
    line.save(update_fields=["outcome", "why", "left", "at"])
    if line.outcome == _Outcome.DESTROYED:
        destroy_bytes(case, gone)


def let_go(
    case: CaseFile, items, papers: list[Document], kept: Container[int], *, by: Post | None, at: datetime
) -> list[str]:
    """Everything of a file but the papers `kept` names no bytes any more; the hashes of those it named."""
    gone: list[str] = []
    for paper in papers:
        if paper.pk not in kept:
            gone += destroy_content(paper, by=by, at=at)
    made = Rendition.objects.filter(item__case=case, blob__isnull=False)
    gone += [*items.exclude(blob=None).values_list("blob", flat=True), *made.values_list("blob", flat=True)]
    made.update(blob=None)
    items.update(blob=None)
    return gone


def destroy_bytes(case: CaseFile, gone: Iterable[str]) -> None:
    """Last of all in its transaction; with the packages that were made of the file and not yet taken home."""
    destroy(gone)
    for export in Export.objects.filter(case=case):
        drop(export)


def kept_papers(papers: list[Document], case: CaseFile, gone: Iterable[int] = ()) -> dict[int, str]:
    """Papers of the file whose content stays, and why: in another file that is kept, in the clerk's set, not finished. `gone`:
    files that are taken for destroyed."""
    keys = [paper.pk for paper in papers]
    found: dict[int, str] = {}
    living = (
        Item.objects.filter(document__in=keys, removed_at=None)
        .exclude(case__in={case.pk, *gone})
        .exclude(case__state="disposed")
    )
    for pk, code, year in living.values_list("document", "case__code", "case__year"):
        found[pk] = f"còn trong hồ sơ {code} ({year})"
    # Of what the office sent the clerk's set is kept for fifty years or for ever (TT 10/2022), whatever file it lies in.
    for pk in Outgoing.objects.filter(pk__in=keys, number_value__isnull=False).values_list("pk", flat=True):
        found.setdefault(pk, IN_THE_BOOK)
    for paper in papers:
        if paper.state not in FINISHED:
            found.setdefault(paper.pk, "chưa xử lý xong")
    return found


def _left(items, papers: list[Document], kept: dict[int, str]) -> dict:
    """What the certificate names: each thing by its place, code and day, with the hash and size of every file of it. No word of
    what it said."""
    of_papers: dict[int, list[dict]] = {}
    files = File.objects.filter(document__in=papers, blob__isnull=False).order_by("pk")
    for paper, sha256, size in files.values_list("document", "blob", "blob__size"):
        if not any(one["sha256"] == sha256 for one in of_papers.setdefault(paper, [])):
            of_papers[paper].append({"sha256": sha256, "size": size})
    known = {paper.pk: paper for paper in papers}
    rows = []
    for item in items.select_related("blob", "rendition__blob"):
        paper = known.get(item.document_id)
        made = getattr(item, "rendition", None)
        own = [{"sha256": one.pk, "size": one.size} for one in (item.blob, made and made.blob) if one]
        rows.append({
            "n": item.ordinal, "what": item.place, "code": paper.code if paper else "",
            "day": f"{paper.issued_on}" if paper and paper.issued_on else "",
            "files": own + of_papers.get(item.document_id, []), "kept": kept.get(item.document_id, ""),
        })  # fmt: skip
    return {"items": rows}


def _also(case: CaseFile, gone: Iterable[str], line: DisposalLine) -> list[str]:
    """Hashes of what went with the things and is no file of theirs: the package they came in, pictures of a draft, packages made of
    the file. Nobody is shown them; after a restore their bytes may lie in the store again."""
    packages = Export.objects.filter(case=case).exclude(blob=None).values_list("blob", flat=True)
    named = {file["sha256"] for item in line.left["items"] for file in item["files"]}
    return sorted({*filter(None, gone), *packages} - named)


def _end(disposal: Disposal, *, at: datetime) -> None:
    """Chứng nhận hủy, kept as it is made. A kill before the end makes it again."""
    done = Disposal.objects.for_page().get(pk=disposal.pk)
    if done.state != "destroying":
        return
    data = certificate_pdf(done, at)
    with transaction.atomic():
        disposal = hold_disposal(disposal)
        if disposal.state != "destroying":
            return
        by = disposal.destroyed_by
        heads = [disposal.proposed_user, *users_of(disposal, at, role=Role.LEADER, head=True)]
        tell_people(heads, f"Đã hủy xong “{disposal.title}”; chứng nhận hủy đã lập.", disposal, by=by, at=at)
        kept = blobs.store(data)
        said = {"sha256": kept.sha256, "destroyed": disposal.lines.filter(outcome=_Outcome.DESTROYED).count()}
        move_disposal(
            disposal, "end_disposal", by=by, at=at, payload=said, fills={"certificate": kept, "ended_at": at}
        )


def tell_of_late(*, at: datetime) -> int:
    """A decision that was not carried out in fifteen days: archivists and the head are told, once. How many."""
    late = Disposal.objects.filter(
        state__in=("decided", "destroying"), decided_at__lt=at - WITHIN, late_told_on=None
    )
    return sum(_late_told(pk, at) for pk in late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _late_told(pk: int, at: datetime) -> bool:
    today = timezone.localdate(at)
    if not Disposal.objects.filter(pk=pk, late_told_on=None).update(late_told_on=today):
        return False
    disposal = Disposal.objects.for_page().get(pk=pk)
    users = {
        *users_of(disposal, at, role=Role.ARCHIVIST),
        *users_of(disposal, at, role=Role.LEADER, head=True),
    }
    text = f"Quá 15 ngày từ quyết định hủy “{disposal.title}” mà chưa hủy xong."
    tell(users, text, at=at, url=disposal.get_absolute_url(), kind=WORK)
    return True
