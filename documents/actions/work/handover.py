"""What somebody who leaves has in hand here: tasks under way, papers and tasks that lie with him, drafts; and into other hands
with all of it (decree 30 art. 31.3đ). The act itself, with the case files, is the floor's above."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models
from django.db.models import QuerySet

from documents.journey import lock, record_all, unwritten
from documents.models import Assignment, Document, Incoming, Outgoing, Task
from documents.states import FINISHED, IN_OPEN, TaskState
from orgs.models import Post


def work_of(post: Post) -> QuerySet[Assignment]:
    """Tasks under way; what was only for his information binds nobody."""
    return Assignment.objects.open().filter(assignee=post).exclude(role=Assignment.Role.INFO)


def papers_with(post: Post) -> QuerySet[Incoming]:
    """Papers that lie with him, beside those he has a task with: they wait for his word."""
    mine = work_of(post).exclude(incoming=None).values("incoming")
    return Incoming.objects.filter(holder=post, state__in=IN_OPEN).exclude(pk__in=mine)


def tasks_with(post: Post) -> QuerySet[Task]:
    """The same of tasks without a paper."""
    mine = work_of(post).exclude(task=None).values("task")
    return Task.objects.filter(holder=post, state__in=TaskState.OPEN).exclude(pk__in=mine)


def drafts_of(post: Post) -> QuerySet[Outgoing]:
    """Papers that he drafts and that are not out yet."""
    return Outgoing.objects.filter(drafter=post).exclude(state__in=FINISHED)


LEFT: dict[str, Callable[[Post], QuerySet]] = {
    "work": work_of,
    "papers": papers_with,
    "tasks": tasks_with,
    "drafts": drafts_of,
}
EVENTS = {
    "work": "hand_over_work",
    "papers": "hand_over_paper",
    "tasks": "hand_over_task",
    "drafts": "hand_over_draft",
}


def matters_of(chosen: dict[str, dict[int, int]]) -> list[Document | Task]:
    """All papers and tasks that an act on these will change, to be held before anything else. `chosen`: kind → key → key of
    the successor's post. Two queries a kind at most."""
    work = Assignment.objects.filter(pk__in=chosen.get("work", ()))
    papers = {
        *chosen.get("papers", ()),
        *chosen.get("drafts", ()),
        *filter(None, work.values_list("incoming", flat=True)),
    }
    tasks = {*chosen.get("tasks", ()), *filter(None, work.values_list("task", flat=True))}
    return [*(Document(pk=pk) for pk in papers), *(Task(pk=pk) for pk in tasks)]


def hold_matters(chosen: dict[str, dict[int, int]]) -> None:
    lock(*matters_of(chosen))


def into_other_hands(
    leaver: Post, chosen: dict[str, dict[int, int]], successors: dict[int, Post], *, by: Post, at: datetime, said: dict
) -> dict[str, set[int]]:  # fmt: skip
    """Under the locks of `hold_matters`: each goes to its successor, with an event on its paper or task. Gives, by kind, the
    keys that were still his and have gone; what was finished meanwhile stays as it is. Some queries a successor, whatever
    the number of things."""
    gone: dict[str, set[int]] = {}
    events = []
    for kind, left in LEFT.items():
        wanted = chosen.get(kind, {})
        rows = list(left(leaver).filter(pk__in=wanted)) if wanted else []
        gone[kind] = {row.pk for row in rows}
        for successor, keys in _by_successor(rows, wanted).items():
            _give(kind, leaver, keys, successors[successor], at)
        for row in rows:
            to = successors[wanted[row.pk]]
            about = said | {
                "from": f"{leaver.user} ({leaver.title})",
                "to": f"{to.user} ({to.title})",
                "to_post": to.pk,
            }
            paper, task = _matter(kind, row)
            about |= {"task": row.pk} if kind == "work" else {}
            events.append(
                unwritten(
                    EVENTS[kind], leaver.organisation_id, paper, by=by, at=at, payload=about, task_id=task
                )
            )
    if events:
        record_all(events)
    return gone


def _give(kind: str, leaver: Post, keys: list[int], to: Post, at: datetime) -> None:
    held = {"holder": to, "held_since": at}
    if kind == "work":
        given = Assignment.objects.filter(pk__in=keys)
        # Whoever leads the work holds the paper: it goes with the work.
        for model, name in ((Document, "incoming"), (Task, "task")):
            about = given.exclude(**{name: None}).values(name)
            model.objects.filter(pk__in=about, holder=leaver).update(**held)
        given.update(assignee=to)
    elif kind == "drafts":
        Document.objects.filter(pk__in=keys, holder=leaver).update(**held)
        Outgoing.objects.filter(pk__in=keys).update(drafter=to)
    else:
        model: type[models.Model] = Task if kind == "tasks" else Document
        model.objects.filter(pk__in=keys).update(**held)


def _matter(kind: str, row) -> tuple[int | None, int | None]:
    """Keys of the paper or of the task in whose history it stands."""
    if kind == "work":
        return row.incoming_id, row.task_id
    return (None, row.pk) if kind == "tasks" else (row.pk, None)


def _by_successor(rows: Iterable, wanted: dict[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(wanted[row.pk], []).append(row.pk)
    return found
