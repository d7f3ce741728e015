"""What the page of an incoming paper shows: facts, pages, tasks, signatures."""

import hashlib
from collections import defaultdict
from datetime import date

from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.access import may
from documents.actions.metadata.own_fields import said_in
from documents.actions.requests.answer import open_request, proposed
from documents.actions.requests.change import compared
from documents.boxes import Moment
from documents.deadlines import due_words
from documents.due.rules import Answer, matter_of
from documents.due.rules import proposed as proposed_by_rule
from documents.journey import steps_open_to
from documents.models import Assignment, Direction, File, Incoming, Outgoing, Task
from documents.models.assignment import matter_name
from documents.states import FINISHED
from documents.views.incoming.verdicts import shown
from documents.views.shared.files import PAGE_HEIGHT, PAGE_WIDTH
from documents.views.shared.follow_up import follow_ups
from orgs.absence import said
from orgs.calendar import calendar_of_pages
from orgs.models import Post
from ui.once import once
from ui.ready import Ready

SIZE = {"width": PAGE_WIDTH, "height": PAGE_HEIGHT}


_FILES = Ready(lambda paper: File.objects.filter(document=paper).select_related("blob").order_by("pk"))


@once
def files_of(paper: int) -> list[File]:
    return _FILES.objects(paper)


def state_of_files(paper: int) -> str:
    """What of them changes without an event of the office, in one word: the scanner's verdict, a disk that is away."""
    said = [
        (
            file.pk,
            file.blob_id,
            file.held_why,
            file.waits_for_scan,
            bool(file.blob) and blobs.there(file.blob),
        )
        for file in files_of(paper)
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def main_file(paper: Incoming) -> File | None:
    """The one that is shown: an electronic copy signed here before what came."""
    mains = _mains(paper)
    return next((file for file in mains if file.stage == File.Stage.COPY), mains[0] if mains else None)


def _mains(paper: Incoming) -> list[File]:
    return [file for file in files_of(paper.pk) if file.part == File.Part.MAIN and file.blob]


def pages_of(paper: Incoming) -> dict:
    """The pictures of the paper, and every file that can be taken home. An electronic copy signed here comes
    first; the scan it was made from stays."""
    files, main = files_of(paper.pk), main_file(paper)
    mains = _mains(paper)
    held = main is not None and bool(main.held_why)
    shown = main.pages or 1 if main and not held and main.blob.content_type == "application/pdf" else 0
    return {
        "pages": [
            {"url": reverse("file_page", args=[main.pk, number]), "number": number} | SIZE
            for number in range(1, shown + 1)
        ],
        "download_url": reverse("file", args=[main.pk]) if main and main.may_be_taken else "",
        "destroyed": bool(files) and not any(file.blob for file in files),
        "files_away": main is not None and not blobs.there(main.blob),
        "held": [file for file in files if file.held_why],
        "unscanned": [file for file in files if file.waits_for_scan and not file.held_why],
        "scan": next((file for file in mains if main and file.pk == main.made_from_id), None),
        "attachments": [f for f in files if f.part == File.Part.ATTACHMENT and f.stage != File.Stage.PROPOSED],
    }  # fmt: skip


def asked_of(paper: Incoming) -> dict:
    """The request of the sender that waits for an answer, and where it is given; of an update, what it would change."""
    asked = open_request(paper) if paper.asked else None
    if asked is None:
        return {"asked": None}
    if not asked.is_update:
        return {"asked": asked, "answer_url": reverse("incoming_recall", args=[paper.pk])}
    return {
        "asked": asked,
        "answer_url": reverse("incoming_change", args=[paper.pk]),
        "compared": compared(paper, asked),
        "proposed": list(proposed(paper)),
    }


def facts(paper: Incoming, now: Moment) -> list[dict]:
    """Every field of the register (decree 30 Phụ lục VI II), those that are known."""
    arrival = f"{paper.arrival_number} – {paper.arrival_date:%d/%m/%Y}" if paper.arrival_number else ""
    due = due_words(paper.due_on, now.today, now.calendar, finished=paper.state in FINISHED)
    rows = [
        ("Số đến, ngày đến", arrival),
        ("Số, ký hiệu", paper.code),
        ("Ngày văn bản", f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else ""),
        ("Loại văn bản", paper.kind_label),
        ("Cơ quan ban hành", paper.issuer_name),
        ("Người ký", ", ".join(part for part in (paper.signer_name, paper.signer_title) if part)),
        ("Độ khẩn", paper.get_urgency_display()),
        ("Số trang", paper.pages),
        ("Ngôn ngữ", paper.language),
        ("Thời hạn", f"{paper.due_on:%d/%m/%Y} ({due.words.lower()})" if paper.due_on else ""),
        ("Hình thức đến", paper.get_source_display()),
        ("Đến lúc", timezone.localtime(paper.arrived_at).strftime("%H:%M %d/%m/%Y")),
        ("Người giữ", paper.holder_label),
        ("Mã định danh", "" if paper.purged_at else paper.document_uid),
        ("Ghi chú", paper.note),
        ("Lý do từ chối", paper.refusal_reason),
        ("Kết quả", paper.result),
        *said_in(paper),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in ("", None)]


def due_offered(paper: Incoming, today: date) -> Answer | None:
    """What a rule says where nobody has named a day yet; nothing, once that day lies behind us."""
    found = (
        proposed_by_rule(matter_of(paper, timezone.now()), calendar_of_pages())
        if paper.due_on is None
        else None
    )
    return found if found and found.reckoning.due >= today else None


def replies_of(paper: Incoming, post: Post) -> list[Outgoing]:
    """The answers one may see, drafts among them."""
    return list(Outgoing.objects.visible_to(post).filter(in_reply_to=paper.pk).order_by("pk"))


def directions_of(paper: Incoming | Task) -> list[Direction]:
    """As they were written, oldest first; `over` says why one holds no more: it was taken back, or amended."""
    found = list(paper.directions.select_related("by__user"))
    amended = {direction.amends_id for direction in found}
    for direction in found:
        direction.over = (
            "Đã rút lại"
            if direction.taken_back_at
            else "Đã thay bằng ý kiến sau"
            if direction.pk in amended
            else ""
        )
    return found


def assignment_tree(
    matter: Incoming | Task, now: Moment, post: Post, given: list[Assignment] | None = None
) -> list[dict]:
    """Tasks as they were given, each under the one it came from. Everybody sees everybody's deadline. `given`: where
    they are read already, `for_list`, `with_away` and in their order."""
    seen = {}
    children = defaultdict(list)
    if given is None:
        tasks = Assignment.objects.for_list().with_away(now.today).select_related("reply", "by__user")
        given = tasks.filter(**{matter_name(matter): matter}).order_by("pk")
    for task in given:
        seen[task.pk] = task
        task.matter, task.parent = matter, seen.get(task.parent_id)  # known already: no query for each
        children[task.parent_id].append(task)

    follow = follow_ups(list(seen.values()), post)

    def node(task):
        steps = steps_open_to(post, task)
        finished = task.state in ("done", "returned", "withdrawn")
        return {
            "task": task,
            "due": due_words(task.due_on, now.today, now.calendar, finished=finished),
            "away": "" if finished else said(task.away),
            "may_withdraw": "withdraw" in steps,
            "may_remind": "remind_work" in steps,
            "follow": follow[task.pk],
            "children": [node(child) for child in children[task.pk]],
        }

    return [node(task) for task in children[None]]


def verdict_of(paper: Incoming, post: Post) -> dict:
    """The signatures in one plain line, with what to do and the details behind it."""
    verdict = paper.signature_verdict
    if not verdict and paper.source != Incoming.Source.PAPER:
        return shown("unknown", {"sentence": "Chữ ký số chưa được kiểm tra."}) | {"recheck": False}
    again = verdict == "unknown" and not paper.purged_at and may(post, "register_incoming", paper)
    said = shown(verdict, paper.signature_report) | {"recheck": again}
    if paper.acceptance_reason:  # it is in the book: nobody is told any more to send it back
        said |= {"todo": "", "second": "" if said["second"] == said["todo"] else said["second"]}
    return said
