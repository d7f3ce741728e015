"""The only writer of `state` and of events."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models

from documents.access import may
from documents.models import Assignment, ChangeRequest, Document, Event, Incoming, Outgoing, StatusReport
from documents.states import ASSIGNMENT, INCOMING, OUTGOING, Step
from orgs.models import Post

STEPS: dict[type[models.Model], dict[str, Step]] = {
    Incoming: INCOMING,
    Outgoing: OUTGOING,
    Assignment: ASSIGNMENT,
}
# What another agency reads of a step; of the others, the sentence of the timeline.
REPORTED = {"direct": "Cho ý kiến chỉ đạo, phân công xử lý", "start": "Đang xử lý văn bản đến"}


class NotAllowedNow(Exception):
    """The right person at the wrong moment: somebody else, or an earlier press, has already moved it.

    `paper` is what to show with the sentence, when it is known.
    """

    def __init__(self, sentence: str, paper: Document | None = None):
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
    _swap(journey, step, at=at, holder=holder, fills=fills or {})
    if step.report:
        said = (payload or {}).get("report") or REPORTED.get(name) or step.done[:1].upper() + step.done[1:]
        owe(journey, step.report, by=by, at=at, description=said)
    details = dict(payload or {})
    if holder is not None:
        details["to"] = f"{holder.user} ({holder.title})"
        details["to_post"] = holder.pk
    return record(name, _paper(journey), by=by, at=at, payload=details)


def lock(*papers: Document) -> None:
    """Holds a paper until the transaction ends; what is read of it afterwards is as it stands.

    The one order of locks, so that no two acts wait for each other: book, paper, its tasks, chain of events, bytes
    that go. Who acts on several papers holds all of them before the first act.
    Not `select_for_update` on a journey: it would lock a child's row and read the parent's as it was before.
    """
    # NO KEY: an event about the paper, written under somebody else's lock of the chain, need not wait for us.
    wanted = Document.objects.filter(pk__in=[paper.pk for paper in papers]).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk"))


def check(journey, name: str, *, by: Post) -> None:
    """Refuses as `move` would, before a form is filled in for nothing. `move` asks again."""
    step = STEPS[type(journey)][name]
    _ask(journey, step, by)
    if journey.state not in step.frm:
        raise _too_late(journey, step)


def _ask(journey, step: Step, by: Post) -> None:
    if not may(by, step.permission, journey):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{step.label}” với văn bản này.")


def _paper(journey) -> Document:
    return journey.incoming if isinstance(journey, Assignment) else journey


def _too_late(journey, step: Step) -> NotAllowedNow:
    subject = "việc" if isinstance(journey, Assignment) else "văn bản"
    return NotAllowedNow(
        f"Không thể “{step.label}”: {subject} hiện ở trạng thái “{journey.state_label}”."
        " Có thể bạn hoặc một người khác vừa xử lý; hãy xem lại văn bản.",
        _paper(journey),
    )


def _swap(journey, step: Step, *, at: datetime, holder: Post | None, fills: dict) -> None:
    """UPDATE … WHERE state IN …: of two presses, one changes a row and the other changes none."""
    changes = {"state": step.to} | fills
    model = Assignment if isinstance(journey, Assignment) else Document
    if model is Document:
        changes |= {"holder": holder, "held_since": at}
    if not model.objects.filter(pk=journey.pk, state__in=step.frm).update(**changes):
        journey.refresh_from_db(fields=["state"])
        raise _too_late(journey, step)
    for field, value in changes.items():
        setattr(journey, field, value)


def record(
    kind: str,
    document: Document | None,
    *,
    by: Post | None,
    at: datetime,
    payload: dict | None = None,
    organisation=None,
) -> Event:
    """Adds one event; the database numbers and chains it."""
    where = document.organisation_id if document else organisation.pk
    event = unwritten(kind, where, document.pk if document else None, by=by, at=at, payload=payload)
    event.save(force_insert=True)
    return event


def record_all(events: list[Event]) -> None:
    """Adds many. The chains are locked in one order, so that no two such transactions wait for each other."""
    Event.objects.bulk_create(sorted(events, key=lambda event: event.organisation_id))


def unwritten(
    kind: str,
    organisation_id: int,
    document_id: int | None,
    *,
    by: Post | None,
    at: datetime,
    payload: dict | None = None,
) -> Event:
    return Event(
        organisation_id=organisation_id,
        document_id=document_id,
        kind=kind,
        post=by,
        user=by.operator if by else None,
        at=at,
        payload=payload or {},
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


def steps_open_to(post: Post, journey) -> dict[str, Step]:
    """The buttons: the steps this post may take with this paper now."""
    return {
        name: step
        for name, step in STEPS[type(journey)].items()
        if journey.state in step.frm and may(post, step.permission, journey)
    }
