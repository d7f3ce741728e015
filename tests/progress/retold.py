"""The same history told again from the rows of events alone, one after the other, in plain Python: no query of a report,
no column that an act wrote beside its event. Kind and signer of a draft, which no event names, are read from its row."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.utils import timezone

from documents.models import Event, Outgoing
from orgs.models import Post

RETURNED = ("send_back", "refuse_number", "void_number")


@dataclass
class Task:
    doc: int
    who: int
    role: str
    by: int
    at: dt.datetime
    due: dt.date | None
    parent: "Task | None" = None
    state: str = "new"
    done_at: dt.datetime | None = None
    extended: bool = False
    reminded: bool = False

    @property
    def carries(self) -> bool:
        return self.role == "lead" and (self.parent is None or self.parent.carries)


@dataclass
class Paper:
    pk: int
    office: int
    direction: str
    state: str
    held_since: dt.datetime
    holder: int | None = None
    source: str = ""
    arrived_at: dt.datetime | None = None
    registered_at: dt.datetime | None = None
    refused_at: dt.datetime | None = None
    due: dt.date | None = None
    due_before: dt.date | None = None
    drafter: int | None = None
    signer: int | None = None
    kind: str = ""
    signed_at: dt.datetime | None = None
    issued_at: dt.datetime | None = None
    was_returned: bool = False
    heard: dict[str, dt.datetime] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)

    @property
    def leading(self) -> Task | None:
        standing = [
            one
            for one in self.tasks
            if one.parent is None and one.role == "lead" and one.state not in ("returned", "withdrawn")
        ]
        return standing[-1] if standing else None

    def task(self, who: int) -> Task:
        return next(one for one in self.tasks if one.who == who)

    def moved(self, state: str, at: dt.datetime, holder: int | None) -> None:
        self.state, self.held_since, self.holder = state, at, holder


class Retold:
    def __init__(self):
        self.papers: dict[int, Paper] = {}
        self.asked: dict[int, Task] = {}  # by the number of the request for more time
        self.posts = {post.pk: post for post in Post.objects.select_related("user", "unit")}
        self.rows = {row.pk: row for row in Outgoing.objects.filter(direction="out")}
        self.tasks_without: dict[int, Paper] = {}  # a paper; by the number of the task
        for event in Event.objects.exclude(document=None, task=None).order_by("pk"):
            about = self._without(event) if event.task_id else self.papers.get(event.document_id)
            getattr(self, f"_{event.kind}", self._nothing)(event, about, event.payload)

    def _without(self, event) -> Paper:
        new = Paper(event.task_id, event.organisation_id, "task", "waiting", event.at)
        return self.tasks_without.setdefault(event.task_id, new)

    def wholes(self) -> list[Paper]:
        return [*self.papers.values(), *self.tasks_without.values()]

    def named(self, office: int, name: str) -> int:
        return next(
            post.pk
            for post in self.posts.values()
            if post.organisation_id == office and str(post.user) == name
        )

    def tasks(self):
        return [task for paper in self.wholes() for task in paper.tasks]

    def _nothing(self, event, paper, said):
        pass

    # what comes in

    def _receive(self, event, paper, said):
        self.papers[event.document_id] = Paper(
            event.document_id,
            event.organisation_id,
            "in",
            "awaiting_reception",
            event.at,
            source=said["source"],
            arrived_at=event.at,
            kind=event.document.kind,
        )

    def _register(self, event, paper, said):
        paper.moved("registered", event.at, None)
        paper.registered_at = event.at

    def _refuse(self, event, paper, said):
        paper.moved("rejected", event.at, None)
        paper.refused_at = event.at

    def _present(self, event, paper, said):
        paper.moved("awaiting_direction", event.at, said["to_post"])

    def _direct(self, event, paper, said):
        paper.moved("assigned", event.at, said.get("to_post"))
        due = dt.date.fromisoformat(said["due_on"]) if said["due_on"] else None
        paper.due_before, paper.due = paper.due, due or paper.due
        for role in ("lead", "support", "info"):
            names = (
                [said["lead"]]
                if role == "lead" and said["lead"]
                else said.get(role, [])
                if role != "lead"
                else []
            )
            for name in names:
                who = self.named(event.organisation_id, name)
                paper.tasks.append(
                    Task(paper.pk, who, role, event.post_id, event.at, None if role == "info" else due)
                )

    def _amend(self, event, paper, said):
        new = dt.date.fromisoformat(said["due_on"]) if said["due_on"] else None
        old = paper.leading.due
        for task in paper.tasks:
            if (
                task.role == "info"
                or task.state in ("done", "returned", "withdrawn")
                or task.parent is not None
            ):
                continue
            if new == old and task.due != old:
                continue  # a day of its own, granted since
            for child in paper.tasks:
                below = child.parent is task and child.state in (
                    "new",
                    "in_progress",
                    "forwarded",
                    "reported",
                )
                if below and (child.due == task.due or (new and (child.due or dt.date.max) > new)):
                    child.due = new
            task.due = new
        if new and new != old:
            paper.due = new
        elif old and not new and paper.due == old:
            paper.due = paper.due_before

    def _start(self, event, paper, said):
        if "task" in said:
            paper.task(event.post_id).state = "in_progress"
        else:
            paper.moved("processing", event.at, said["to_post"])

    def _hand_on(self, event, paper, said):
        task = paper.task(event.post_id)
        task.state = "forwarded"
        due = dt.date.fromisoformat(said["due_on"]) if said["due_on"] else None
        who = self.named(event.organisation_id, said["lead"])
        child = Task(paper.pk, who, "lead", event.post_id, event.at, due, parent=task)
        paper.tasks.append(child)
        if child.carries:
            paper.holder, paper.held_since = who, event.at

    def _ask_extension(self, event, paper, said):
        self.asked[said["extension"]] = paper.task(event.post_id)

    def _grant_extension(self, event, paper, said):
        task, due = self.asked[said["extension"]], dt.date.fromisoformat(said["due_on"])
        if task is paper.leading and paper.due == task.due:
            paper.due = due
        task.due, task.extended = due, True

    def _remind_work(self, event, paper, said):
        name = re.fullmatch(r"Nhắc nhở (.+), lần thứ \d+", said["note"])[1]
        paper.task(self.named(event.organisation_id, name)).reminded = True

    def _finish(self, event, paper, said):
        task = paper.task(event.post_id)
        task.state, task.done_at = "done", event.at

    _close = _finish

    def _give_back(self, event, paper, said):
        paper.task(event.post_id).state = "returned"

    def _reopen(self, event, paper, said):
        task = paper.task(event.post_id)
        task.state = "in_progress"
        if task.carries:
            paper.holder, paper.held_since = task.who, event.at

    def _take_back(self, event, paper, said):
        paper.moved("awaiting_direction", event.at, said["to_post"])

    def _call_off(self, event, paper, said):
        paper.moved("called_off", event.at, None)
        for task in paper.tasks:
            if task.state not in ("done", "returned"):
                task.state = "withdrawn"

    def _complete(self, event, paper, said):
        paper.moved("completed", event.at, None)

    # what goes out

    def _draft(self, event, paper, said):
        row = self.rows[event.document_id]
        self.papers[event.document_id] = Paper(
            event.document_id,
            event.organisation_id,
            "out",
            "draft",
            event.at,
            holder=event.post_id,
            drafter=event.post_id,
            signer=row.signer_id,
            kind=row.kind,
        )

    def _submit(self, event, paper, said):
        paper.moved("in_review", event.at, said.get("to_post"))

    def _check_content(self, event, paper, said):
        paper.moved("content_checked", event.at, None)

    def _check_format(self, event, paper, said):
        paper.moved("format_checked", event.at, said["to_post"])

    def _approve(self, event, paper, said):
        paper.moved("awaiting_signature", event.at, said["to_post"])

    def _sign(self, event, paper, said):
        paper.moved("signed", event.at, None)
        paper.signed_at = event.at

    def _number(self, event, paper, said):
        paper.moved("numbered", event.at, None)

    def _seal(self, event, paper, said):
        paper.moved("sealed", event.at, None)

    def _issue(self, event, paper, said):
        paper.moved("issued", event.at, None)
        paper.issued_at = event.at

    def _send_back(self, event, paper, said):
        paper.moved("returned", event.at, said["to_post"])
        paper.was_returned, paper.signed_at = True, None

    _refuse_number = _void_number = _send_back

    def _status(self, event, paper, said):
        paper.heard.setdefault(said["code"], event.at)


def day(at: dt.datetime) -> dt.date:
    return timezone.localdate(at)
