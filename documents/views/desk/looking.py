"""What an administrator sees who looks as another user (orgs.looking): the same boxes, counted and listed by the same
queries, with number, state and deadline. Subject, issuer, signer, text and files are left out where he may not read the
paper himself; these pages ask for no such column otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.access import paper_for
from documents.access.reasons import Reasons
from documents.boxes import Box, Moment, box_for, boxes_for
from documents.counts import counts_of, shown
from documents.deadlines import due_words
from documents.journey import steps_open_to
from documents.models import Assignment, Document, Incoming, Outgoing
from documents.models.document import Urgency
from documents.states import ASSIGNMENT_LABELS, FINISHED
from documents.views.shared.rows import moment, state_of
from orgs.models import Look, Post
from ui.paging import page_of

# The boxes of tasks without a paper, of slips and scans are not listed: their rows say little but what they are about.
NAMES = {
    "incoming": "Văn bản đến",
    "outgoing": "Văn bản đi",
    "work": "Công việc",
    "consultation": "Ý kiến",
}
PLAIN = ("state", "direction", "urgency", "number", "notation", "due_on", "sorted_at")
HIDDEN = "(nội dung không hiện)"


@dataclass(frozen=True)
class Shown:
    """How one section is read: what of its rows, in which order, and which paper a row is about."""

    only: tuple[str, ...]
    joined: tuple[str, ...]
    order: Callable[[Box], tuple[str, ...]]
    paper: Callable[..., Document | None]


READ = {
    "incoming": Shown((*PLAIN, "arrival_number"), (), lambda box: box.order, lambda row: row),
    "outgoing": Shown(PLAIN, (), lambda box: box.order, lambda row: row),
    "work": Shown(
        ("role", "state", "due_on", "incoming__arrival_number", *(f"incoming__{name}" for name in PLAIN)),
        ("incoming",),
        lambda box: ("-pk",),
        lambda row: row.incoming,
    ),
    "consultation": Shown(
        ("state", *(f"document__{name}" for name in PLAIN)),
        ("document",),
        lambda box: ("-pk",),
        lambda row: row.document,
    ),
}


@require_safe
def looking(request: HttpRequest):
    look, now = _look(request), moment()
    section = request.GET.get("muc", "")
    context = {"look": look, "sections": _sections(look.post, now)}
    if section in READ:
        boxes = boxes_for(look.post, section)
        box = box_for(look.post, section, request.GET.get("box", "")) or boxes[0]
        page = _page(request, look.post, now, section, box)
        paper = READ[section].paper
        words = _readable(request.post, [found for row in page.rows if (found := paper(row))])
        rows = [
            _row(row, found, now, words) if (found := paper(row)) else _task_row(row, now)
            for row in page.rows
        ]
        context |= {"section": NAMES[section], "box": box, "page": page, "rows": rows}
    return render(request, "documents/desk/looking.html", context)


@require_safe
def looking_paper(request: HttpRequest, pk: int):
    """Why this person sees the paper, and which buttons stand there for him; not what it says."""
    look, now = _look(request), moment()
    paper = paper_for(look.post, pk)
    tasks = []
    if paper.direction == Document.Direction.IN:
        tasks = list(
            Assignment.objects.filter(incoming=paper.pk, assignee=look.post).select_related("parent")
        )
        for task in tasks:
            task.incoming = paper
    context = {
        "look": look,
        "row": _row(paper, paper, now, _readable(request.post, [paper])),
        "why": Reasons(paper).of(look.post),
        "steps": [step.label for step in steps_open_to(look.post, paper).values()],
        "tasks": [
            {"task": task, "steps": [step.label for step in steps_open_to(look.post, task).values()]}
            for task in tasks
        ],
    }
    return render(request, "documents/desk/looking_paper.html", context)


def _look(request: HttpRequest) -> Look:
    look = getattr(request, "looking", None)
    if look is None:
        raise Http404
    return look


def _sections(post: Post, now: Moment) -> list[dict]:
    """Every box of the desk with its count; those that only grow have none."""
    counts, here = counts_of(post, now), reverse("looking")

    def tile(section: str, box: Box) -> dict:
        count = counts.get((section, box.name))
        return {
            "label": box.label,
            "url": f"{here}?muc={section}&box={box.name}",
            "count": "…" if count is None else shown(count),
        }

    return [
        {"title": NAMES[section], "tiles": [tile(section, box) for box in boxes_for(post, section)]}
        for section in READ
    ]


def _page(request: HttpRequest, post: Post, now: Moment, section: str, box: Box):
    read = READ[section]
    rows: QuerySet = (
        box.query(post, now).select_related(*read.joined) if read.joined else box.query(post, now)
    )
    return page_of(rows.only(*read.only), request, *read.order(box))


def _readable(by: Post, papers: list[Document]) -> dict[int, str]:
    """The subjects of those papers that the administrator may read as himself."""
    keys = {paper.pk for paper in papers}
    found = {}
    for model in (Incoming, Outgoing):
        found |= dict(model.objects.visible_to(by).filter(pk__in=keys).values_list("pk", "subject"))
    return found


def _row(row, paper: Document, now: Moment, words: dict[int, str]) -> dict:
    arrival = getattr(paper, "arrival_number", None)
    task = isinstance(row, Assignment)
    due_on = row.due_on if task else paper.due_on
    finished = row.state in ("done", "returned", "withdrawn") if task else paper.state in FINISHED
    state = {"label": ASSIGNMENT_LABELS[row.state], "tone": ""} if task else state_of(paper)
    return {
        "what": f"Số đến {arrival}" if arrival else paper.get_direction_display(),
        "code": paper.code,
        "subject": words.get(paper.pk, HIDDEN),
        "role": row.get_role_display() if task else "",
        "state": state,
        "urgency": paper.urgency,
        "due": due_words(due_on, now.today, now.calendar, finished=finished),
        "url": reverse("looking_paper", args=[paper.pk]),
    }


def _task_row(row: Assignment, now: Moment) -> dict:
    """Work of a task without a paper. It has no page here, and all that it says is content."""
    finished = row.state in ("done", "returned", "withdrawn")
    return {
        "what": "Nhiệm vụ",
        "code": "",
        "subject": HIDDEN,
        "role": row.get_role_display(),
        "state": {"label": ASSIGNMENT_LABELS[row.state], "tone": ""},
        "urgency": Urgency.NORMAL,
        "due": due_words(row.due_on, now.today, now.calendar, finished=finished),
        "url": "",
    }
