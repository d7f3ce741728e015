"""The end of a file: what is missing of it, said in sentences; title and term set anew; totals; and back, with a reason
(decree 30 art. 29.4)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from casefiles import counting
from casefiles.actions.cases import check_end
from casefiles.actions.items import destroy, removal
from casefiles.journey import hold, move
from casefiles.models import CaseFile, Item, RightsChange
from casefiles.terms import is_term, length, words_of
from documents.journey import NotAllowedNow
from documents.models import Event, File, Incoming, Outgoing, Task
from documents.states import FINISHED, TaskState
from orgs.models import Post
from ui.text import nfc

# Acts by which somebody handles a paper or a task himself: not those by which it came, was registered, given or handed on.
HANDLES = (
    "start", "report_progress", "report", "finish", "complete", "report_above", "draft", "submit", "sign", "issue",
)  # fmt: skip
GONE = ("cancelled", "rejected", "recalled")  # of which nothing stays but that it was


@dataclass(frozen=True)
class Finding:
    """One thing the check found. `stops`: the file cannot be closed before it is mended; `item`: of which thing."""

    words: str
    stops: bool
    item: int | None = None


@dataclass
class Content:
    """All that lies in a file, read once: its items in order, with what each is about as it stands now."""

    items: list[Item]
    incoming: dict[int, Incoming]
    outgoing: dict[int, Outgoing]
    tasks: dict[int, Task]

    def paper(self, item: Item) -> Incoming | Outgoing | None:
        return self.incoming.get(item.document_id) or self.outgoing.get(item.document_id)

    def day(self, item: Item) -> date:
        """By which it has its place: of a paper its own day, else when it came, or was put in."""
        if paper := self.paper(item):
            return paper.issued_on or timezone.localdate(paper.sorted_at)
        task = self.tasks.get(item.task_id)
        return timezone.localdate(task.created_at if task else item.at)

    def pages(self, item: Item) -> int:
        paper = self.paper(item)
        return (paper.pages if paper else item.pages) or 0

    def in_time(self) -> list[Item]:
        return sorted(self.items, key=lambda one: (self.day(one), one.ordinal))


def things_in(case: CaseFile) -> QuerySet[Item]:
    """Of the file, as it is read: what was taken out is not there."""
    return Item.objects.filter(case=case, removed_at=None).select_related("blob", "by__user", "rendition")


def content_of(case: CaseFile, items: list[Item] | None = None) -> Content:
    """Four queries, whatever lies in it; three for `items`, a part of it that was read already."""
    items = list(things_in(case)) if items is None else items
    papers = [one.document_id for one in items if one.document_id]
    scanned = File.objects.filter(document=OuterRef("pk"), part=File.Part.MAIN, blob__isnull=False)
    unsigned = File.objects.filter(
        document=OuterRef("pk"),
        part=File.Part.ATTACHMENT,
        stage=File.Stage.DRAFT,
        made=None,
        blob__isnull=False,
    )
    # What is long and says nothing of a file stays in the database: a file may hold two thousand papers.
    came = Incoming.objects.filter(pk__in=papers).defer("signature_report", "search_key").annotate(digitised=Exists(scanned), answered=Exists(
        Outgoing.objects.filter(in_reply_to=OuterRef("pk"), state="issued")
    ))  # fmt: skip
    left = (
        Outgoing.objects.filter(pk__in=papers)
        .defer("body", "bases", "search_key")
        .annotate(unsigned=Exists(unsigned))
    )
    tasks = Task.objects.filter(pk__in=[one.task_id for one in items if one.task_id])
    return Content(
        items, {one.pk: one for one in came}, {one.pk: one for one in left}, {one.pk: one for one in tasks}
    )


def findings(case: CaseFile, content: Content, ended_on: date | None = None) -> list[Finding]:
    """What is missing or still open, what stops first. Nothing that is named is more than its number and kind: whoever
    closes need not see every paper."""
    found = []
    if not content.items:
        found.append(Finding("Hồ sơ chưa có văn bản, tài liệu nào.", True))
    for item in content.items:
        found += (
            _of_paper(item, content) if item.document_id else _of_task(item, content) if item.task_id else []
        )
        if item.blob_id and item.held_why:
            found.append(
                Finding(f"Tệp số {item.ordinal} “{item.name}” bị giữ lại: {item.held_why}.", True, item.pk)
            )
    last = max((content.day(one) for one in content.items if one.document_id), default=None)
    if last and ended_on and ended_on < last:
        found.append(
            Finding(
                f"Ngày kết thúc {ended_on:%d/%m/%Y} trước ngày của văn bản cuối cùng ({last:%d/%m/%Y}).", True
            )
        )
    if case.state == "open":
        found += _of_what_hangs_on_it(case)
    return sorted(found, key=lambda one: not one.stops)


def _of_what_hangs_on_it(case: CaseFile) -> list[Finding]:
    """Asked when it is closed; what came later is no fault of what is in it."""
    parts = CaseFile.objects.filter(parent=OuterRef("pk"), state="open").order_by("code").values("code")
    waits = Exists(RightsChange.objects.filter(case=OuterRef("pk"), settled_at=None))
    parts, waits = CaseFile.objects.filter(pk=case.pk).values_list(ArraySubquery(parts), waits).get()
    found = [Finding(f"Hồ sơ con {code} chưa kết thúc.", True) for code in parts]
    if waits:
        found.append(Finding("Có thay đổi quyền chưa được người có thẩm quyền xác nhận.", True))
    return found


def _of_paper(item: Item, content: Content) -> list[Finding]:
    paper = content.paper(item)
    name = f"Văn bản số {item.ordinal} ({paper.code or paper.kind_label})"
    if paper.state in GONE:
        return []
    found = []
    if isinstance(paper, Incoming):
        if paper.state not in FINISHED:
            found.append(Finding(f"{name} đến chưa xử lý xong: {paper.state_label.lower()}.", True, item.pk))
        elif not paper.result and not paper.answered:
            found.append(Finding(f"{name} không có văn bản trả lời, cũng không có kết quả.", False, item.pk))
        if not paper.digitised and not paper.purged_at:
            found.append(Finding(f"{name} chưa có bản điện tử, bản quét.", False, item.pk))
        return found
    if paper.state not in FINISHED:
        found.append(Finding(f"{name} đi chưa phát hành: {paper.state_label.lower()}.", True, item.pk))
    elif paper.state == "issued" and paper.unsigned:
        found.append(Finding(f"{name}: có tệp kèm theo chưa được ký số.", False, item.pk))
    return found


def _of_task(item: Item, content: Content) -> list[Finding]:
    task = content.tasks[item.task_id]
    if task.state not in TaskState.OPEN:
        return []
    return [Finding(f"Nhiệm vụ số {item.ordinal} chưa xong: {task.state_label.lower()}.", True, item.pk)]


def spare(content: Content) -> dict[int, str]:
    """What need not be kept (art. 29.4a), by item with the reason: the same bytes twice, the same paper twice, drafts that
    were cancelled. Only proposed; whoever closes ticks what goes."""
    found: dict[int, str] = {}
    codes = Counter()
    first: dict[tuple, int] = {}
    for item in content.items:
        paper = content.paper(item)
        if isinstance(paper, Outgoing) and paper.state == "cancelled":
            found[item.pk] = "Dự thảo đã hủy"
            continue
        key = (paper.code_key, paper.issued_on, paper.issuer_name) if paper and paper.code_key else None
        if key is None:
            continue
        codes[key] += 1
        if codes[key] > 1:
            found[item.pk] = f"Trùng với số {first[key]}: cùng số, ký hiệu, ngày, nơi ban hành"
        first.setdefault(key, item.ordinal)
    papers = [one.document_id for one in content.items if one.document_id]
    own = [one for one in content.items if one.blob_id]
    same = set(
        File.objects.filter(document__in=papers, blob__in=[one.blob_id for one in own]).values_list(
            "blob", flat=True
        )
    )
    return found | {one.pk: "Tệp đã có trong một văn bản của hồ sơ" for one in own if one.blob_id in same}


@transaction.atomic
def close_file(
    case: CaseFile, *, by: Post, at: datetime, title: str, term: str, ended_on: date, remove: list[int] = (),
    term_why: str = "", paper_step: str = "", settled_on: date | None = None,
) -> None:  # fmt: skip
    """Kết thúc hồ sơ: what was ticked goes, with a record each; the rest has its ordinals in time order without a gap; totals,
    and how it counts, are written.

    Raises ValidationError naming every cause that stops it, a shorter term without a reason; NotAllowedNow when somebody
    closed it meanwhile.
    """
    case = hold(case)
    check_end(case.started_on, ended_on, at)
    if settled_on and not case.started_on <= settled_on <= timezone.localdate(at):
        raise ValidationError({"settled_on": "Ngày quyết toán phải từ ngày bắt đầu hồ sơ đến hôm nay."})
    title = " ".join(nfc(title).split())
    if len(title) < 5:
        raise ValidationError({"title": "Hãy ghi tiêu đề nói rõ nội dung công việc (ít nhất 5 chữ)."})
    if not is_term(term):
        raise ValidationError({"term": "Hãy chọn thời hạn bảo quản."})
    if length(term) < length(case.term) and not term_why.strip():
        raise ValidationError(
            {"term_why": f"Hạ thời hạn từ {case.term_words} xuống {words_of(term)} phải có lý do."}
        )
    gone = _remove(case, remove, by=by, at=at)
    content = content_of(case)
    stops = [one.words for one in findings(case, content, ended_on) if one.stops]
    if stops:
        raise ValidationError(stops)
    _in_order(content)
    how, why = counting.counted(facts_of(case, content, at, paper_step))
    total = sum(content.pages(one) for one in content.items)
    number = len(content.items)
    said = {
        "documents": number, "pages": total, "counted": how, "ended_on": f"{ended_on}", "term": term, "settled_on": f"{settled_on or ''}", "at": at.isoformat(),
        "paper_step": paper_step.strip()[:300],
    }  # fmt: skip
    if term != case.term:
        said["note"] = f"thời hạn: {case.term_words} → {words_of(term)}" + (
            f" ({term_why.strip()})" if term_why else ""
        )
    fills = {
        "title": title, "term": term, "ended_on": ended_on, "closed_at": at, "closed_by": by, "documents": number, "settled_on": settled_on,
        "pages": total, "counted": how, "counted_why": why[:300],
    }  # fmt: skip
    move(case, "close_file", by=by, at=at, payload=said, fills=fills)
    case.save(update_fields=["title"])  # what it is found by follows
    destroy(gone)


@transaction.atomic
def reopen_file(case: CaseFile, *, by: Post, at: datetime, reason: str) -> None:
    """Back to work, until the archive has it. Ratio and term start anew with the next closing."""
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do mở lại (ít nhất 10 ký tự)."})
    if case.parent_id and (main := hold(case.parent)).state != "open":  # the older is held first
        raise NotAllowedNow(f"Hồ sơ chính {main.code} đã kết thúc; hãy mở lại hồ sơ chính trước.", case)
    case = hold(case)
    fills = {
        "ended_on": None, "closed_at": None, "closed_by": None, "documents": None, "pages": None, "counted": "",
        "counted_why": "", "due_told_on": None, "settled_on": None,
    }  # fmt: skip
    move(
        case,
        "reopen_file",
        by=by,
        at=at,
        payload={"reason": reason.strip()[:500], "at": at.isoformat()},
        fills=fills,
    )


def facts_of(case: CaseFile, content: Content, at: datetime, paper_step: str = "") -> counting.Facts:
    return counting.Facts(
        opened_at=case.opened_at,
        closed_at=at,
        added_at=[one.at for one in content.items],
        issued_at=[one.issued_at for one in content.outgoing.values() if one.issued_at],
        handled_at=_first_acts(case, content),
        not_digitised=sum(
            not one.digitised and not one.purged_at and one.state not in GONE
            for one in content.incoming.values()
        ),
        left_on_paper=Outgoing.objects.on_paper().filter(pk__in=content.outgoing).count(),
        paper_step=paper_step.strip(),
    )


def _first_acts(case: CaseFile, content: Content) -> list[datetime]:
    """When each of its papers and tasks was handled first: taken up, reported on, drafted. What lies in a file that was opened
    before this one was that one's matter first, and is judged there."""
    before = Item.objects.filter(removed_at=None, case__organisation=case.organisation_id)
    before = before.filter(
        Q(case__opened_at__lt=case.opened_at) | Q(case__opened_at=case.opened_at, case__lt=case.pk)
    )
    keys = [one.document_id for one in content.items if one.document_id]
    papers = set(keys) - set(before.filter(document__in=keys).values_list("document", flat=True))
    tasks = set(content.tasks) - set(before.filter(task__in=content.tasks).values_list("task", flat=True))
    acts = Event.objects.filter(Q(document__in=papers) | Q(task__in=tasks), kind__in=HANDLES).order_by()
    return [row["first"] for row in acts.values("document", "task").annotate(first=Min("at"))]


def _remove(case: CaseFile, items: list[int], *, by: Post, at: datetime) -> list[str]:
    """The hashes of free files that went."""
    reasons, gone = spare(content_of(case)) if items else {}, []
    for item in Item.objects.filter(case=case, removed_at=None, pk__in=items).select_related(
        "document", "task"
    ):
        why = reasons.get(item.pk, "Loại khi kết thúc hồ sơ")
        Item.objects.filter(pk=item.pk).update(removed_at=at, removed_by=by, removed_why=why[:300], blob=None)
        move(case, "take_out", by=by, at=at, about=item.task or item.document, payload=removal(item, why))
        gone += [item.blob_id] if item.blob_id else []
    return gone


def _in_order(content: Content) -> None:
    """1, 2, 3 … in time order. Above all others first: the database lets no two have one number, not even for a moment."""
    ordered = content.in_time()
    beyond = max((one.ordinal for one in ordered), default=0)
    for shift in (beyond, 0):
        for number, item in enumerate(ordered, start=1):
            item.ordinal = shift + number
        Item.objects.bulk_update(ordered, ["ordinal"], batch_size=500)
