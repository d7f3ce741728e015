"""Every step from every state either moves or says it is not the time. The table is the whole truth."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.journey import NotAllowedNow, check, move, steps_open_to
from documents.models import Assignment, Document, Event, Extension, Slip, Task
from documents.states import (
    ASSIGNMENT,
    ASSIGNMENT_LABELS,
    ASSIGNMENT_OPEN,
    EVENT_LABELS,
    EXTENSION,
    EXTENSION_LABELS,
    FINISHED,
    IN_STATES,
    INCOMING,
    OUT_STATES,
    OUTGOING,
    SLIP,
    SLIP_LABELS,
    STATE_LABELS,
    TASK,
    TaskState,
)
from tests.documents.desks import directed, outgoing, registered, task_of
from tests.documents.outgoing.slipping import slipped
from tests.documents.work.without_paper import given

# Who takes each step in the office of the tests.
HANDS = {
    "register": "lan", "refuse": "lan", "present": "lan", "present_again": "lan", "direct": "dung", "hand_back": "dung",
"amend" : "dung", "retract" : "dung", "take_back" : "dung", "recall" : "lan", "complete" : "minh", "submit" : "minh", "revise" : "hoa", "check_content" : "hoa", "check_format" : "lan", "approve" : "dung", 
"sign_secretary": "thao", "sign" : "dung", "number" : "lan", "seal" : "lan", "issue" : "lan", "refuse_number" : "lan", "void_number" : "lan", "cancel" : "minh", "revoke" : "lan", "update" : "lan",
}  # fmt: skip
BACK = {"in_review": "hoa", "content_checked": "lan"}


def attempt(journey, name, by, step, state):
    """Takes the step and compares what happened with the table."""
    before = Event.objects.count()
    try:
        with transaction.atomic():
            move(journey, name, by=by, at=timezone.now())
        moved = True
    except NotAllowedNow:
        moved = False
    journey.refresh_from_db()
    assert moved == (state in step.frm), (name, state)
    assert journey.state == ((step.to or state) if moved else state)
    assert Event.objects.count() == before + moved
    return moved


@pytest.mark.parametrize("name", INCOMING)
def test_incoming(office, name):
    paper, step, moves = directed(office), INCOMING[name], 0
    paper.change_requests.create(kind="recall", asked_at=timezone.now())  # or nobody may answer one
    for state in IN_STATES:
        Document.objects.filter(pk=paper.pk).update(state=state)
        paper.refresh_from_db()
        by = getattr(office, "minh" if name == "start" else HANDS[name])
        moves += attempt(paper, name, by, step, state)
    assert moves == len(step.frm)


@pytest.mark.parametrize("name", OUTGOING)
def test_outgoing(office, name):
    paper, step, moves = outgoing(office, secretary_post=office.thao), OUTGOING[name], 0
    for state in OUT_STATES:
        Document.objects.filter(pk=paper.pk).update(state=state)
        paper.refresh_from_db()
        by = getattr(office, HANDS.get(name) or BACK.get(state, "dung"))
        if name == "send_back" and state not in step.frm:
            with pytest.raises(PermissionDenied):  # nobody could take a next step, so nobody may send back
                move(paper, name, by=by, at=timezone.now())
            continue
        if name == "ask_secretary":  # follows from the approval
            with pytest.raises((PermissionDenied, NotAllowedNow)):
                move(paper, name, by=by, at=timezone.now())
            moves += state in step.frm
            continue
        moves += attempt(paper, name, by, step, state)
    assert moves == len(step.frm)


@pytest.mark.parametrize("name", EXTENSION)
def test_extension(office, name):
    today, moves = timezone.localdate(), 0
    task = task_of(directed(office, due_on=today), office.minh)
    asked = Extension.objects.create(
        assignment=task, by=office.minh, to=office.dung, at=timezone.now(), reason="x", due_before=today,
        due_asked=today + dt.timedelta(days=1),
    )  # fmt: skip
    for state in EXTENSION_LABELS:
        decided = None if state == "asked" else timezone.now()
        Extension.objects.filter(pk=asked.pk).update(
            state=state, decided_at=decided, due_granted=asked.due_asked
        )
        asked.refresh_from_db()
        by = office.minh if name == "withdraw_extension" else office.dung
        before = Event.objects.count()
        try:
            with transaction.atomic():
                move(asked, name, by=by, at=timezone.now(), fills={"decided_at": timezone.now()})
            moves += 1
        except NotAllowedNow:
            assert state != "asked" and Event.objects.count() == before
    assert moves == 1


@pytest.mark.parametrize("name", SLIP)
def test_slip(office, name):
    slip, step, moves = slipped(office, [office.hoa]), SLIP[name], 0
    by = office.hoa if step.permission == "answer_slip" else office.minh
    for state in SLIP_LABELS:
        over = timezone.now() if state in ("approved", "taken_back") else None
        Slip.objects.filter(pk=slip.pk).update(state=state, ended_at=over)
        slip.refresh_from_db()
        before = Event.objects.count()
        try:
            with transaction.atomic():
                move(
                    slip,
                    name,
                    by=by,
                    at=timezone.now(),
                    fills={"ended_at": timezone.now()} if step.to in ("approved", "taken_back") else None,
                )
            moves += 1
            assert slip.state == (step.to or state)
        except NotAllowedNow:
            assert state not in step.frm and Event.objects.count() == before
    assert moves == len(step.frm)


@pytest.mark.parametrize("name", ASSIGNMENT)
def test_assignment(office, name):
    paper = directed(office, lead=office.dung, due_on=timezone.localdate())
    work.hand_on(task_of(paper, office.dung), by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa)
    task, step, moves = task_of(paper, office.hoa), ASSIGNMENT[name], 0
    for state in ASSIGNMENT_LABELS:
        Assignment.objects.filter(pk=task.pk).update(state=state)
        task.refresh_from_db()
        from_above = ("withdraw", "approve_result", "return_result", "remind_work")
        by = office.dung if name in from_above else office.hoa
        moves += attempt(task, name, by, step, state)
    assert moves == len(step.frm)


@pytest.mark.parametrize("name", TASK)
def test_task_without_a_paper(office, name):
    task, step, moves = given(office), TASK[name], 0
    received = name in ("take_up", "refuse_task", "ask_above")
    Task.objects.filter(pk=task.pk).update(
        giver=office.city if received else None, due_on=timezone.localdate()
    )
    for state in TaskState:
        Task.objects.filter(pk=task.pk).update(state=state)
        task.refresh_from_db()
        if step.permission == "act_above":  # nobody here takes it
            with pytest.raises((PermissionDenied, NotAllowedNow)):
                move(task, name, by=office.dung, at=timezone.now())
            moves += state in step.frm
            continue
        moves += attempt(task, name, office.dung, step, state)
    assert moves == len(step.frm)


def test_asking_early_answers_as_moving_would(office):
    paper = registered(office)
    with pytest.raises(NotAllowedNow) as late:
        check(paper, "register", by=office.lan)
    assert late.value.paper == paper
    with pytest.raises(PermissionDenied):
        check(paper, "present", by=office.minh)
    check(paper, "present", by=office.lan)
    assert set(steps_open_to(office.lan, paper)) == {"present"}


def test_every_state_has_a_label_and_every_step_leads_somewhere_known():
    tables = (
        (INCOMING, IN_STATES), (OUTGOING, OUT_STATES), (ASSIGNMENT, ASSIGNMENT_LABELS), (EXTENSION, EXTENSION_LABELS),
        (TASK, TaskState.values), (SLIP, SLIP_LABELS),
    )  # fmt: skip
    for table, states in tables:
        for name, step in table.items():
            assert step.to in {"", *states} and set(step.frm) <= set(states)
            # What is finished stays so, unless its sender cancels it (decree 30 art. 18.4b) or sends it to somebody more.
            assert name in ("recall", "revoke", "update") or not set(step.frm) & (
                FINISHED | {"done", "withdrawn"}
            )
            assert name in EVENT_LABELS
    assert set(IN_STATES) | set(OUT_STATES) == set(STATE_LABELS)
    assert set(ASSIGNMENT_OPEN) < set(ASSIGNMENT_LABELS)


def test_the_database_knows_the_states_too(office):
    paper = office.paper()
    for state in ("issued", "bua"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=paper.pk).update(state=state)
