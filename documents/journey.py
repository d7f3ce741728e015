"""The only writer of `state` and of events."""

from collections.abc import Container
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.access import may
from documents.models import (
    Asked,
    Assignment,
    ChangeRequest,
    Consultation,
    Document,
    Event,
    Extension,
    Incoming,
    Outgoing,
    Slip,
    SlipPlace,
    StatusReport,
    Task,
)
from documents.signals import wake_readers_of_history
from documents.states import (
    ASSIGNMENT,
    EXTENSION,
    FINISHED,
    INCOMING,
    OUTGOING,
    SLIP,
    SLIP_UNDER_WAY,
    TASK,
    Step,
    label_of,
)
from orgs.access import still_lent
from orgs.models import Post

STEPS: dict[type[models.Model], dict[str, Step]] = {
    Incoming: INCOMING,
    Outgoing: OUTGOING,
    Task: TASK,
    Assignment: ASSIGNMENT,
    Extension: EXTENSION,
    Slip: SLIP,
}
# What is moved, in a sentence of a refusal; the rest are papers.
SUBJECTS = {Assignment: "việc", Extension: "đề nghị", Task: "nhiệm vụ", Slip: "phiếu trình"}
# What another agency reads of a step; of the others, the sentence of the timeline.
REPORTED = {"direct": "Cho ý kiến chỉ đạo, phân công xử lý", "start": "Đang xử lý văn bản đến"}


class NotAllowedNow(Exception):
    """The right person at the wrong moment: somebody else, or an earlier press, has already moved it.

    `paper` is the paper or the task to show with the sentence, when it is known; `form` what was typed for nothing, when there is some.
    """

    form = None

    def __init__(self, sentence: str, paper: Document | Task | None = None):
        super().__init__(sentence)
        self.paper = paper


def move(
    journey, name: str, *, by: Post, at: datetime, holder: Post | None = None, payload: dict | None = None,
    fills: dict | None = None,
) -> Event:  # fmt: skip
    """Takes one step: asks permission, moves the state by compare-and-swap, records the event.

    Must run inside a transaction. `holder` is who has the paper next; None is the clerk's desk. `fills` are
    other columns that the step writes with the state.
    Raises PermissionDenied (not you) or NotAllowedNow (not at this step; nothing was written).
    """
    step = STEPS[type(journey)][name]
    _ask(journey, step, by)
    _swap(journey, name, at=at, holder=holder, fills=fills or {})
    if step.to in FINISHED and isinstance(journey, Document):
        _end_consultations(journey, at)
        _end_slips(journey, at)
    if step.report:
        said = (payload or {}).get("report") or REPORTED.get(name) or step.done[:1].upper() + step.done[1:]
        owe(journey, step.report, by=by, at=at, description=said)
    details = dict(payload or {}) | _named_in(journey)
    details |= _next_hands(holder)
    return record(name, _matter(journey, name), by=by, at=at, payload=details)


def carried(
    journey: Task | Assignment | Outgoing,
    name: str,
    *,
    at: datetime,
    by: Post | None = None,
    holder: Post | None = None,
    payload: dict | None = None,
) -> Event:
    """A step that follows from another: of what another organisation did, nobody here took it; of what `by` did to the
    whole, he took it himself, whoever gave this. Nobody is asked: he was, for what it follows from.

    Raises NotAllowedNow when it does not start from where the journey stands.
    """
    _swap(journey, name, at=at, holder=holder, fills={})
    details = dict(payload or {}) | _named_in(journey)
    if isinstance(journey, Document):
        details |= _next_hands(holder)
    return record(name, _matter(journey), by=by, at=at, payload=details)


def lock(*matters: Document | Task) -> None:
    """Holds a paper, or a task without one, until the transaction ends; what is read of it afterwards is as it stands.

    The one order of locks, so that no two acts wait for each other: book, paper, task without one, their assignments,
    accounts that are told, chain of events, bytes that go. Who acts on several holds all of them before the first act.
    Not `select_for_update` on a journey: it would lock a child's row and read the parent's as it was before.
    """
    # NO KEY: an event about the paper, written under somebody else's lock of the chain, need not wait for us.
    for model, is_task in ((Document, False), (Task, True)):
        keys = [one.pk for one in matters if isinstance(one, Task) is is_task]
        if keys:
            wanted = model.objects.filter(pk__in=keys).order_by("pk")
            list(wanted.select_for_update(no_key=True).values_list("pk"))


def row_of(matter: Document | Task):
    """The row in which a paper or a task stands, to be changed."""
    return (Task if isinstance(matter, Task) else Document).objects.filter(pk=matter.pk)


def check(journey, name: str, *, by: Post) -> None:
    """Refuses before a form is filled in for nothing, or when it comes too late. `move` asks again.

    Too late comes first: whoever was overtaken often holds the paper no more, and must hear by whom, not that it is
    none of his business.
    """
    step = STEPS[type(journey)][name]
    if journey.state not in step.frm:
        raise too_late(journey, name)
    _ask(journey, step, by)


def too_late(journey, name: str, *, kinds: tuple[str, ...] = ()) -> NotAllowedNow:
    """The refusal of a step that somebody else, or an earlier press, was faster with: who did what, and when.

    `kinds`: the events that may have been it; else those that lead to where the journey stands now.
    """
    table = STEPS[type(journey)]
    subject = SUBJECTS.get(type(journey), "văn bản")
    matter = _matter(journey, name)
    whole = matter.noun
    since = happened(
        journey, kinds or tuple(kind for kind, step in table.items() if step.to == journey.state), matter
    )
    told = (
        f"{since} Hãy xem lại {whole}."
        if since
        else f"Có thể bạn hoặc một người khác vừa xử lý; hãy xem lại {whole}."
    )
    return NotAllowedNow(
        f"Không thể “{table[name].label}”: {subject} hiện ở trạng thái “{journey.state_label}”. {told}",
        matter,
    )


def happened(journey, kinds: tuple[str, ...], matter: Document | Task | None = None) -> str:
    """The last of such events as a sentence: who did it, in whose place, when; empty when there is none. `matter`: in
    whose history, where two offices have one."""
    matter = matter or _matter(journey)
    events = matter.events.filter(kind__in=kinds)
    if isinstance(journey, Assignment):  # events from before tasks were named in them speak of any
        events = events.filter(Q(payload__task=journey.pk) | Q(payload__task__isnull=True))
    elif isinstance(journey, Extension):
        events = events.filter(payload__extension=journey.pk)
    elif isinstance(journey, Slip):
        events = events.filter(payload__slip=journey.pk)
    event = events.select_related("post__user", "post__unit", "post__organisation", "user").last()
    if event is None or event.post is None:
        return ""
    when = timezone.localtime(event.at).strftime("%H:%M ngày %d/%m/%Y")
    lead = f" Chủ trì: {event.payload['lead']}." if event.payload.get("lead") else ""
    return f"{event.user} ({event.post}) đã {label_of(event.kind, of_task=event.task_id is not None)} lúc {when}.{lead}"


def _ask(journey, step: Step, by: Post) -> None:
    if not may(by, step.permission, journey):
        whole = _matter(journey).noun
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{step.label}” với {whole} này.")


def _matter(journey, step: str = "") -> Document | Task:
    if isinstance(journey, Extension):
        if journey.assignment_id:
            return journey.assignment.matter
        # Of what one organisation asks of another, whoever takes the step has it in his own record.
        return journey.order.received if step == "withdraw_extension" else journey.order.task
    if isinstance(journey, Slip):
        return journey.outgoing
    return journey.matter if isinstance(journey, Assignment) else journey


def _next_hands(holder: Post | None) -> dict:
    return {"to": f"{holder.user} ({holder.title})", "to_post": holder.pk} if holder is not None else {}


def _named_in(journey) -> dict:
    """Which task of the paper, which request of the task: for whoever reads the event."""
    if isinstance(journey, Extension):
        of = {"task": journey.assignment_id} if journey.assignment_id else {"order": journey.order_id}
        return {"extension": journey.pk} | of
    if isinstance(journey, Slip):
        return {"slip": journey.pk}
    return {"task": journey.pk} if isinstance(journey, Assignment) else {}


def _end_consultations(paper: Document, at: datetime) -> None:
    """The paper has come to its end: there is nothing left to ask colleagues about."""
    still = Consultation.objects.filter(document=paper.pk, state=Consultation.State.OPEN)
    if still.update(state=Consultation.State.CLOSED, ended_at=at):
        waiting = Asked.objects.filter(document=paper.pk, state=Asked.State.WAITING)
        waiting.update(state=Asked.State.MISSED)


def _end_slips(paper: Document, at: datetime) -> None:
    """The draft was cancelled: nobody has to speak of it any more."""
    still = Slip.objects.filter(outgoing=paper.pk, state__in=SLIP_UNDER_WAY)
    if still.update(state="taken_back", ended_at=at):
        SlipPlace.objects.filter(outgoing=paper.pk).exclude(state="replaced").update(state="taken_back")


def end_consultation(consultation: Consultation, *, at: datetime, taken_back: bool = False) -> None:
    """Under the paper's lock, which has found it open. Who has not answered is waited for no more; taken back, it is as
    if nobody had been asked, and what they said stays in the history alone."""
    asked = consultation.asked.all()
    if taken_back:
        asked.update(state=Asked.State.TAKEN_BACK)
    else:
        asked.filter(state=Asked.State.WAITING).update(state=Asked.State.MISSED)
    consultation.state = Consultation.State.TAKEN_BACK if taken_back else Consultation.State.CLOSED
    consultation.ended_at = at
    consultation.save(update_fields=["state", "ended_at"])


def has_answered(asked: Asked, *, at: datetime) -> None:
    """For the first time; saying something else later changes no state."""
    waiting = Asked.objects.filter(pk=asked.pk, state=Asked.State.WAITING)
    waiting.update(state=Asked.State.ANSWERED, answered_at=at)


def _swap(journey, name: str, *, at: datetime, holder: Post | None, fills: dict) -> None:
    """UPDATE … WHERE state IN …: of two presses, one changes a row and the other changes none."""
    step = STEPS[type(journey)][name]
    changes = ({"state": step.to} if step.to else {}) | fills
    model = type(journey) if type(journey) in SUBJECTS else Document
    if model is Document or (model is Task and (step.to or holder)):
        changes |= {"holder": holder, "held_since": at}
    found = model.objects.filter(pk=journey.pk, state__in=step.frm)
    if not (found.update(**changes) if changes else found.exists()):
        journey.refresh_from_db(fields=["state"])
        raise too_late(journey, name)
    for field, value in changes.items():
        setattr(journey, field, value)


def record(
    kind: str,
    matter: Document | Task | None,
    *,
    by: Post | None,
    at: datetime,
    payload: dict | None = None,
    organisation=None,
) -> Event:
    """Adds one event; the database numbers and chains it."""
    where = matter.organisation_id if matter else organisation.pk
    task, paper = (matter, None) if isinstance(matter, Task) else (None, matter)
    event = unwritten(
        kind, where, paper and paper.pk, by=by, at=at, payload=payload, task_id=task and task.pk
    )
    event.save(force_insert=True)
    wake_readers_of_history()
    return event


def record_all(events: list[Event]) -> None:
    """Adds many. The chains are locked in one order, so that no two such transactions wait for each other."""
    Event.objects.bulk_create(sorted(events, key=lambda event: event.organisation_id))
    wake_readers_of_history()


def unwritten(
    kind: str,
    organisation_id: int,
    document_id: int | None,
    *,
    by: Post | None,
    at: datetime,
    payload: dict | None = None,
    task_id: int | None = None,
) -> Event:
    """Every act comes by here: one by an inbox in other hands that was taken back, or whose time ran out, since the page
    was asked for raises PermissionDenied, and with it goes all that the act wrote."""
    if by is not None and not still_lent(by, at):
        raise PermissionDenied(f"Ủy quyền xử lý hộp việc của {by.user} đã kết thúc. Chưa có gì được ghi.")
    return Event(
        organisation_id=organisation_id,
        document_id=document_id,
        task_id=task_id,
        kind=kind,
        post=by,
        user=by.operator if by else None,
        at=at,
        payload=(payload or {}) | ({"of_task": task_id} if task_id else {}),
    )


def owe(
    incoming: Incoming, code: str, *, by: Post | None, at: datetime, description: str,
    request: ChangeRequest | None = None,
) -> None:  # fmt: skip
    """Leaves a row for the status we owe the sender. Paper mail expects none; a code is owed once, an answer (15,
    16) once for each request."""
    if incoming.source == Incoming.Source.PAPER:
        return
    staff = str(by.operator) if by else ""
    report = StatusReport(
        incoming=incoming, code=code, description=description[:1000], staff=staff, at=at, request=request
    )
    StatusReport.objects.bulk_create([report], ignore_conflicts=True)


def steps_open_to(post: Post, journey, *, without: Container[str] = ()) -> dict[str, Step]:
    """The buttons: the steps this post may take with this paper now; those named in `without` are not asked about."""
    return {
        name: step
        for name, step in STEPS[type(journey)].items()
        if name not in without and journey.state in step.frm and may(post, step.permission, journey)
    }
