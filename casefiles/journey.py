"""The only writer of a file's `state` and of its history: as documents/journey.py, for what is neither paper nor task."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casefiles.models import CaseEvent, CaseFile, Disposal, HeldFile, LegalHold
from casefiles.states import CASE, DISPOSAL, LABELS, THROUGH_A_HOLD, UNATTENDED
from documents.access import may
from documents.journey import NotAllowedNow, record, record_all, unwritten
from documents.models import Document, Event, Task
from documents.states import Step, label_of
from orgs.models import Organisation, Post


def hold(case: CaseFile) -> CaseFile:
    """The file as it stands, held until the transaction ends. After papers and tasks, before accounts and the chain (the
    order of locks of documents.journey.lock)."""
    return CaseFile.objects.select_for_update(no_key=True, of=("self",)).for_page().get(pk=case.pk)


def hold_all(files) -> None:
    """Several files, by keys or as a query of keys, in the one order, so that no two acts wait for each other."""
    held = CaseFile.objects.select_for_update(no_key=True).filter(pk__in=files).order_by("pk")
    list(held.values_list("pk"))


def move_all(files: list[CaseFile], name: str, *, by: Post, at: datetime, payload: dict) -> None:
    """`move` for many, held already: all of them or none. Their events are written together."""
    step = CASE[name]
    for case in files:
        if not may(by, step.permission, case):
            raise PermissionDenied(
                f"Vai trò “{by}” không được thực hiện bước “{step.label}” với hồ sơ {case.code}."
            )
    _none_held(files, name)
    found = CaseFile.objects.filter(pk__in=[case.pk for case in files], state__in=step.frm)
    if (found.update(state=step.to) if step.to else found.count()) != len(files):
        for case in files:
            case.refresh_from_db(fields=["state"])
        late = next((case for case in files if case.state not in (*step.frm, step.to)), files[0])
        raise too_late(late, name)
    tell_all(name, [(case, payload) for case in files], by=by, at=at)


def tell_all(kind: str, told: list[tuple[CaseFile, dict]], *, by: Post, at: datetime) -> None:
    """`tell_history` for many files of one office: two inserts."""
    events = [
        unwritten(
            kind, case.organisation_id, None, by=by, at=at, payload=said | {"casefile": case.pk, "code": case.code}
        )
        for case, said in told
    ]  # fmt: skip
    record_all(events)
    CaseEvent.objects.bulk_create(
        [CaseEvent(case=case, event=event) for (case, _), event in zip(told, events, strict=True)]
    )


def move(
    case: CaseFile, name: str, *, by: Post | None, at: datetime, about: Document | Task | None = None, payload: dict | None = None,
    fills: dict | None = None,
) -> Event:  # fmt: skip
    """Takes one step: asks permission, changes the state by compare-and-swap, leaves the event. By nobody: the steps that the system
    takes by itself (UNATTENDED), and no other.

    `about`: the paper or task whose history has it too; `payload` then names neither file nor paper. Raises PermissionDenied (not you) or NotAllowedNow (not at this
    step, or held by an order; nothing was written). Inside a transaction, the file held by `hold`.
    """
    step = CASE[name]
    if (by is None) != (name in UNATTENDED) or (by and not may(by, step.permission, case)):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{step.label}” với hồ sơ này.")
    _not_held(case, name)
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
    _not_held(case, name)


def holds_of(case: CaseFile) -> list[LegalHold]:
    """The orders under which it lies, the oldest first."""
    return list(LegalHold.objects.in_force().filter(held__case=case).order_by("pk"))


def _not_held(case: CaseFile, name: str) -> None:
    """The one place where a legal hold stops a step (decree 30 Phụ lục VI IV.1g). An order takes the row of the file as every
    step does (`hold`), so of the two one is first and the other sees it."""
    if name in THROUGH_A_HOLD:
        return
    if held := holds_of(case):
        raise NotAllowedNow(f"Không thể “{CASE[name].label}”: {frozen_by(held)}", case)


def _none_held(files: list[CaseFile], name: str) -> None:
    """The same for many in one query; the first that is held is named."""
    if name in THROUGH_A_HOLD:
        return
    held = set(
        HeldFile.objects.filter(case__in=files, legal_hold__released_at=None).values_list("case", flat=True)
    )
    for case in files:
        if case.pk in held:
            raise NotAllowedNow(
                f"Không thể “{CASE[name].label}” hồ sơ {case.code}: {frozen_by(holds_of(case))}", case
            )


def frozen_by(held: list[LegalHold]) -> str:
    names = "; ".join(one.words for one in held)
    lift = "lệnh này" if len(held) == 1 else f"cả {len(held)} lệnh"
    return f"hồ sơ đang đóng băng theo {names}. Người có thẩm quyền phải gỡ {lift} trước."


def tell_history(
    case: CaseFile, kind: str, *, by: Post | None, at: datetime, about: Document | Task | None = None, payload: dict | None = None
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


def steps_open_to(post: Post, case: CaseFile, *, held: bool = False) -> dict[str, Step]:
    """`held`: by an order, which leaves few."""
    return {
        name: step
        for name, step in CASE.items()
        if case.state in step.frm and name not in UNATTENDED and not (held and name not in THROUGH_A_HOLD)
        and may(post, step.permission, case)
    }  # fmt: skip


def hold_disposal(disposal: Disposal) -> Disposal:
    """As it stands, held until the transaction ends: after papers and files, before accounts and the chain."""
    return Disposal.objects.select_for_update(no_key=True, of=("self",)).for_page().get(pk=disposal.pk)


def move_disposal(
    disposal: Disposal, name: str, *, by: Post, at: datetime, payload: dict | None = None, fills: dict | None = None
) -> Event:  # fmt: skip
    """As `move`, of an đợt hủy; an event of its office."""
    check_disposal(disposal, name, by=by)
    step = DISPOSAL[name]
    changes = ({"state": step.to} if step.to else {}) | (fills or {})
    found = Disposal.objects.filter(pk=disposal.pk, state__in=step.frm)
    if not (found.update(**changes) if changes else found.exists()):
        disposal.refresh_from_db(fields=["state"])
        raise disposal_too_late(disposal, name)
    for field, value in changes.items():
        setattr(disposal, field, value)
    said = {"disposal": disposal.pk, "title": disposal.title} | (payload or {})
    return tell_office(name, by=by, at=at, organisation=disposal.organisation, payload=said)


def check_disposal(disposal: Disposal, name: str, *, by: Post) -> None:
    step = DISPOSAL[name]
    if disposal.state not in step.frm:
        raise disposal_too_late(disposal, name)
    if not may(by, step.permission, disposal):
        raise PermissionDenied(f"Vai trò “{by}” không được thực hiện bước “{step.label}” với đợt hủy này.")


def disposal_too_late(disposal: Disposal, name: str) -> NotAllowedNow:
    words = f"Không thể “{DISPOSAL[name].label}”: đợt hủy hiện ở trạng thái “{disposal.state_label}”. Hãy xem lại đợt hủy."
    return NotAllowedNow(words)
