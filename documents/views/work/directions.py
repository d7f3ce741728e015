"""The leader's direction: given, amended, taken back. Find, do, answer."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.absences import away_for
from documents.access import FALLEN, incoming_for
from documents.actions.work import assignments as work
from documents.actions.work import directions, prepared
from documents.actions.work.receivers import name_of
from documents.forms.incoming.steps import ReasonForm
from documents.forms.widgets import room_value
from documents.forms.work.people import PeopleForm, colleagues, last_given
from documents.models import Assignment, Direction, Incoming, PreparedDirection
from documents.phrases import DIRECTION
from documents.views.incoming.page import due_offered
from documents.views.shared.acting import acted, in_time, sent, tried
from documents.views.shared.prepared import confirmable
from documents.views.shared.rows import moment
from documents.views.shared.tray import onward, order_of
from documents.views.work.step import step_page
from orgs.models import Post, Role
from ui.ids import parse_id


@require_http_methods(["GET", "HEAD", "POST"])
def direct(request, pk):
    paper = incoming_for(request.post, pk)
    today = timezone.localdate()
    due_on = (
        paper.due_on if paper.due_on and paper.due_on >= today else None
    )  # a late date cannot be given again
    offered = due_offered(paper, today)
    ready = confirmable(paper, request.post, sent=request.POST.get("prepared", ""))
    initial = as_initial(ready) if ready else {"due_on": offered.reckoning.due if offered else due_on}
    form = people_form(request, phrases=DIRECTION, initial=initial, promised=due_on)
    in_time(request, paper, "direct", form)
    if request.method == "POST" and form.is_valid():
        given, place = form.given(), order_of(paper)
        if tried(form, lambda: _direct(paper, ready, by=request.post, at=timezone.now(), **given)):
            lead = given["lead"]
            done = (
                f"Đã giao {name_of(lead)} chủ trì." if lead else "Đã chuyển để biết; văn bản kết thúc xử lý."
            )
            return onward(request, paper, place, done)
    return step_page(request, paper, form, "work/direct", ready=ready, offered=offered)


def _direct(paper: Incoming, ready: PreparedDirection | None, **given) -> None:
    """Of one's own, or what an assistant prepared, as it was changed on the form."""
    if ready is None:
        work.direct(paper, **given)
    else:
        prepared.confirm(ready, **given)


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request, pk):
    """The form shows what stands; what is sent takes its place, if nobody was faster."""
    paper = incoming_for(request.post, pk)
    last = paper.directions.standing().last()
    tasks = list(paper.assignments.filter(parent=None).exclude(state__in=FALLEN).select_related("unit"))
    form = people_form(
        request, phrases=DIRECTION, initial=as_given(last, tasks), promised=last.due_before if last else None,
        also=[task.assignee_id for task in tasks],
    )  # fmt: skip
    if acted(request, paper, "amend", form, directions.amend, seen=seen_direction(request)):
        messages.success(request, "Đã sửa chỉ đạo. Những người liên quan được thông báo.")
        return redirect(f"{paper.get_absolute_url()}?tab=work")
    seen = request.POST.get("seen") or (last.pk if last else "")
    return step_page(request, paper, form, "work/amend", seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def retract(request, pk):
    paper = incoming_for(request.post, pk)
    form = ReasonForm(sent(request))
    if acted(request, paper, "retract", form, directions.retract, seen=seen_direction(request)):
        messages.success(request, "Đã rút lại chỉ đạo. Những người được giao đã được thông báo.")
        return redirect(paper)
    tasks = paper.assignments.open().select_related("assignee__user", "unit")
    last = paper.directions.standing().last()
    seen = request.POST.get("seen") or (last.pk if last else "")
    return step_page(request, paper, form, "work/retract", tasks=tasks, seen=seen)


def seen_direction(request: HttpRequest) -> int | None:
    """The direction that was looked at when the form was filled in."""
    return parse_id(request.POST.get("seen", ""))


def people_form(
    request: HttpRequest,
    *,
    phrases: list[str],
    initial: dict,
    promised=None,
    also: list[int] = (),
    of: Post | None = None,
    form_class: type[PeopleForm] = PeopleForm,
) -> PeopleForm:
    """The form of a direction, its amendment or of handing on, filled with the people of one's organisation but
    oneself; `also`: who can be chosen all the same; `of`: whose direction it is, where it is prepared for somebody.

    The press that only looks for somebody sends nothing: the page comes again with all that was typed.
    """
    now, post = moment(), of or request.post
    people = colleagues(post, now.today).filter(~Q(pk=post.pk) | Q(pk__in=also))
    if post.role == Role.UNIT_HEAD:
        people = people.filter(unit=post.unit_id)
    looking = request.method == "POST" and "look" in request.POST
    if looking:
        typed = {name: request.POST.get(name) for name in request.POST}
        initial = typed | {name: request.POST.getlist(name) for name in ("support", "info")}
    return form_class(
        None if looking else sent(request), people=people, phrases=phrases, today=now.today, calendar=now.calendar,
        promised=promised, with_rooms=post.role != Role.UNIT_HEAD, last=last_given(post), initial=initial,
        find=request.POST.get("find", "")[:100], away=away_for(post, now.today),
    )  # fmt: skip


def as_initial(ready: PreparedDirection) -> dict:
    """What was prepared, as the form has it."""
    chosen = {role: [] for role in Assignment.Role.values}
    for one in ready.people:
        chosen[one["role"]].append(str(one["post"]) if "post" in one else f"unit-{one['unit']}")
    # Nobody leads: chosen on purpose, as the form has it.
    return chosen | {
        "lead": next(iter(chosen["lead"]), ""), "text": ready.text, "due_on": ready.due_on, "product": ready.product,
    }  # fmt: skip


def as_given(last: Direction | None, tasks: list[Assignment]) -> dict:
    """What stands, as the form has it."""
    chosen = {role: [_value(task) for task in tasks if task.role == role] for role in Assignment.Role.values}
    lead = next((task for task in tasks if task.role == "lead"), None)
    return {
        "text": last.text if last else "",
        "lead": (chosen["lead"] or [None])[0],
        "support": chosen["support"],
        "info": chosen["info"],
        "due_on": lead.due_on if lead else None,
        "product": lead.product if lead else "",
    }


def _value(task: Assignment) -> str:
    return room_value(task.unit) if task.unit_id else str(task.assignee_id)
