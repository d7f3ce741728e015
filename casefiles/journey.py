"""The only writer of a file's `state` and of its history: as documents/journey.py, for what is neither paper nor task."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casefiles.models import CaseEvent, CaseFile
from casefiles.states import CASE, LABELS
from documents.access import may
from documents.journey import NotAllowedNow, record
from documents.models import Document, Event, Task
from documents.states import Step, label_of
from orgs.models import Organisation, Post


def hold(case: CaseFile) -> CaseFile:
    """The file as it stands, held until the transaction ends. After papers and tasks, before accounts and the chain (the
    order of locks of documents.journey.lock)."""
    return CaseFile.objects.select_for_update(no_key=True, of=("self",)).for_page().get(pk=case.pk)


def move(
    case: CaseFile, name: str, *, by: Post, at: datetime, about: Document | Task | None = None, payload: dict | None = None,
    fills: dict | None = None,
) -> Event:  # fmt: skip
    """Takes one step: asks permission, changes the state by compare-and-swap, leaves the event.

    `about`: the paper or task whose history has it too; `payload` then names neither file nor paper. Raises PermissionDenied (not you) or NotAllowedNow (not at this
    step; nothing was written). Inside a transaction.
    """
    step = CASE[name]
    if not may(by, step.permission, case):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{step.label}” với hồ sơ này.")
    changes = ({"state": step.to} if step.to else {}) | (fills or {})
    found = CaseFile.objects.filter(pk=case.pk, state__in=step.frm)
    if not (found.update(**changes) if changes else found.exists()):
        case.refresh_from_db(fields=["state"])
        raise too_late(case, name)
    for field, value in changes.items():
        setattr(case, field, value)
    return tell_history(case, name, by=by, at=at, about=about, payload=payload)


def check(case: CaseFile, name: str, *, by: Post) -> None:
    """Refuses before a form is filled in for nothing. `move` asks again."""
    if case.state not in CASE[name].frm:
        raise too_late(case, name)
    if not may(by, CASE[name].permission, case):
        raise PermissionDenied(
            f"Vai trò “{by}” không được thực hiện bước “{CASE[name].label}” với hồ sơ này."
        )


def tell_history(
    case: CaseFile, kind: str, *, by: Post, at: datetime, about: Document | Task | None = None, payload: dict | None = None
) -> Event:  # fmt: skip
    """A history of a paper is read by people who may not see the file, and the other way round: what both have says which by
    keys alone."""
    said = (payload or {}) | {"casefile": case.pk}
    if about is None:
        said["code"] = case.code
    event = record(kind, about, by=by, at=at, payload=said, organisation=case.organisation)
    CaseEvent.objects.create(case=case, event=event)
    return event


def tell_office(kind: str, *, by: Post, at: datetime, organisation: Organisation, payload: dict) -> Event:
    """What happened to a list of files, or to how the office works."""
    return record(kind, None, by=by, at=at, payload=payload, organisation=organisation)


def too_late(case: CaseFile, name: str) -> NotAllowedNow:
    """Who was faster, and when."""
    to = [kind for kind, step in CASE.items() if step.to == case.state]
    last = (
        CaseEvent.objects.filter(case=case, event__kind__in=to)
        .select_related("event__user", "event__post__unit", "event__post__organisation")
        .order_by("-event")
        .first()
    )
    told = "Hãy xem lại hồ sơ."
    if last and last.event.user:
        when = timezone.localtime(last.event.at).strftime("%H:%M ngày %d/%m/%Y")
        told = f"{last.event.user} ({last.event.post}) đã {label_of(last.event.kind)} lúc {when}. {told}"
    return NotAllowedNow(
        f"Không thể “{CASE[name].label}”: hồ sơ hiện ở trạng thái “{LABELS[case.state]}”. {told}", case
    )


def steps_open_to(post: Post, case: CaseFile) -> dict[str, Step]:
    return {
        name: step
        for name, step in CASE.items()
        if case.state in step.frm and may(post, step.permission, case)
    }
