"""A task without a paper: its page, and the steps of whoever gives it. Find, do, answer."""

from types import SimpleNamespace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import FALLEN, may, task_with_parts, task_without_paper
from documents.actions.work import directions, results
from documents.actions.work import tasks as without_paper
from documents.actions.work.receivers import name_of
from documents.boxes import Moment
from documents.deadlines import due_words
from documents.forms.incoming.steps import ReasonForm
from documents.forms.work.tasks import AgainForm, TaskForm
from documents.memory import memory_of
from documents.models import Assignment, Task
from documents.phrases import DIRECTION
from documents.readings import stopped
from documents.states import ASSIGNMENT_OPEN
from documents.views.incoming.page import assignment_tree
from documents.views.incoming.paper import BRANCH, know, looked_at
from documents.views.shared.acting import acted, no_post, sent, tried
from documents.views.shared.follow_up import asked_above, orders_of, waiting_extensions, waits_for_scan
from documents.views.shared.rows import buttons, moment, own_due, task_row, timeline
from documents.views.work.directions import as_given, people_form, seen_direction
from documents.views.work.step import step_page
from orgs.models import Business, Post
from ui.ids import parse_id
from ui.token import token_mark, with_token

# Steps of a task that follow from somebody's work on it; nobody presses them on the task itself.
FOLLOW = frozenset({"start", "complete", "take_back", "report_above"})


@require_safe
def task(request, pk):
    """What is asked and of whom, how far each is, what happened. Drawn once between two events of the office, for each
    post that looks at it."""
    if request.post is None:
        raise Http404
    memory, now = memory_of(request.post), moment()
    name = f"task.{pk}.{now.today}.{now.soon}"
    page = memory.kept(name)
    if page is None:
        page, lasts = _page(request, pk, now)
        if lasts:
            memory.keep(name, page)
    shown = {"title": page["title"], "drawn": with_token(page["drawn"], request)}
    return render(request, "documents/tasks/task.html", shown)


def _page(request: HttpRequest, pk: int, now: Moment) -> tuple[dict, bool]:
    """What a post sees of the task, and whether it stays so until the next event."""
    post = request.post
    found, parts = task_with_parts(post, pk)
    given = _work_of(found)
    mine = _own(given, post)
    unread = any(one.role == "info" and one.state == "new" for one in mine)
    told = 0
    if unread and looked_at(request) and not stopped():
        told = results.read(mine, by=post, at=timezone.now())
    if told:  # as it stands now
        given = _work_of(found)
        mine = _own(given, post)
    judged = [one for one in given if one.state == "reported" and may(post, "judge_result", one)]
    more_time = waiting_extensions(given, post)
    context = {
        "matter": found,
        "due": due_words(found.due_on, now.today, now.calendar, finished=not found.is_open),
        "own_due": own_due(found, mine, now),
        "steps": [step for one in more_time if one.assignment.assignee_id != post.pk for step in one.steps]
        + _steps(found, mine, judged, post),
        "mine": [one for one in mine if one.state in ASSIGNMENT_OPEN],
        "told": told or (bool(mine) and all(one.role == "info" for one in mine)),
        "results": judged,
        "more_time": more_time,
        "lead": _lead(given),
        "tree": assignment_tree(found, now, post, given),
        "parts": [task_row(part, now) for part in parts],
        "orders": orders_of(found, post) if found.outward else [],
        "above": asked_above(found, post) if found.giver_id else [],
        "may_judge": found.outward and may(post, "judge_order", found),
        "items": timeline(found),
        # The parts look at the post, and at nothing else of a request.
        "request": SimpleNamespace(post=post),
        "csrf_token": token_mark(),
    }
    drawn = render_to_string("documents/tasks/_task.html", context)
    lasts = not (unread or found.outward or waits_for_scan(context["tree"]))
    return {"title": found.title, "drawn": drawn}, lasts


def _own(given: list[Assignment], post: Post) -> list[Assignment]:
    """One's own work on it; none where the inbox was lent for something else (as `incoming.paper.my_tasks`)."""
    return [one for one in given if one.assignee_id == post.pk] if post.covers(Business.WORK) else []


def _lead(given: list[Assignment]) -> Assignment | None:
    """Who leads the whole now."""
    leads = (one for one in given if one.role == "lead" and one.parent_id is None)
    return next((one for one in leads if one.state not in FALLEN), None)


@require_http_methods(["GET", "HEAD", "POST"])
def give_task(request):
    """?thuoc=…: as a part of that task."""
    if request.post is None:
        return no_post(request)
    if not may(request.post, "give_task"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng và trưởng phòng giao nhiệm vụ.")
    whole = _whole(request)
    initial = {"due_on": whole.due_on, "urgency": whole.urgency} if whole else {}
    form = people_form(request, phrases=DIRECTION, initial=initial, form_class=TaskForm)
    if request.method == "POST" and form.is_valid():
        made: list[Task] = []

        def give():
            made.append(
                without_paper.give_task(by=request.post, at=timezone.now(), parent=whole, **form.given())
            )

        if tried(form, give):
            messages.success(request, f"Đã giao {name_of(form.given()['lead'])} chủ trì nhiệm vụ.")
            return redirect(made[0])
    return render(request, "documents/tasks/give.html", {"form": form, "whole": whole})


@require_http_methods(["GET", "HEAD", "POST"])
def direct(request, pk):
    """Given again, after nobody was left to lead it."""
    found = task_without_paper(request.post, pk)
    today = timezone.localdate()
    initial = {
        "text": found.content,
        "product": found.product,
        "due_on": found.due_on if found.due_on and found.due_on >= today else None,
    }
    form = people_form(
        request, phrases=DIRECTION, initial=initial, promised=found.due_on, form_class=AgainForm
    )
    if acted(request, found, "direct", form, without_paper.give_again):
        messages.success(request, f"Đã giao {name_of(form.given()['lead'])} chủ trì nhiệm vụ.")
        return redirect(found)
    return step_page(request, found, form, "tasks/direct")


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request, pk):
    """The form shows what stands; what is sent takes its place, if nobody was faster."""
    found = task_without_paper(request.post, pk)
    last = found.directions.standing().last()
    tasks = list(found.assignments.filter(parent=None).exclude(state__in=FALLEN).select_related("unit"))
    form = people_form(
        request, phrases=DIRECTION, initial=as_given(last, tasks), also=[one.assignee_id for one in tasks],
        form_class=AgainForm,
    )  # fmt: skip
    if acted(request, found, "amend", form, directions.amend, seen=seen_direction(request)):
        messages.success(request, "Đã sửa nhiệm vụ. Những người liên quan được thông báo.")
        return redirect(found)
    seen = request.POST.get("seen") or (last.pk if last else "")
    return step_page(request, found, form, "tasks/amend", seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def retract(request, pk):
    found = task_without_paper(request.post, pk)
    form = ReasonForm(sent(request))
    if acted(request, found, "retract", form, directions.retract, seen=seen_direction(request)):
        messages.success(
            request, "Đã rút lại. Những người được giao đã được thông báo; nhiệm vụ chờ giao lại."
        )
        return redirect(found)
    tasks = found.assignments.open().select_related("assignee__user", "unit")
    last = found.directions.standing().last()
    seen = request.POST.get("seen") or (last.pk if last else "")
    return step_page(request, found, form, "tasks/retract", tasks=tasks, seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request, pk):
    found = task_without_paper(request.post, pk)
    form = ReasonForm(sent(request))
    if acted(request, found, "call_off", form, without_paper.call_off):
        messages.success(request, "Đã thu hồi nhiệm vụ. Những người được giao đã được thông báo.")
        return redirect(found)
    return step_page(request, found, form, "tasks/call_off", parts=list(found.parts.open()))


def _work_of(found: Task) -> list[Assignment]:
    """Read once: the rules, the tree and the requests for more time ask of it again and again. What other organisations
    were given nobody here works on."""
    if found.outward:
        know(found, "assignments", [])
        return []
    rows = Assignment.objects.for_list().with_request().with_away(timezone.localdate()).filter(task=found)
    rows = rows.select_related("reply", "more_time__by__user", "more_time__to__user").order_by("pk")
    rows = list(rows)
    for one in rows:  # all of one office: no query for the name of each
        one.assignee.organisation = found.organisation
    know(found, "assignments", rows)
    return list(found.assignments.all())


def _has_begun(one: Assignment) -> bool:
    """As `directions.begun`, of work that is read already."""
    return one.role != "info" and one.state not in ("new", *FALLEN)


def _whole(request: HttpRequest) -> Task | None:
    """The task of which a part is to be given."""
    asked = request.GET.get("thuoc")
    if not asked:
        return None
    key = parse_id(asked)
    whole = task_without_paper(request.post, key) if key else None
    if whole is None or not may(request.post, "add_part", whole):
        raise Http404
    return whole


def _steps(found: Task, mine: list[Assignment], judged: list[Assignment], post: Post) -> list[dict]:
    """A result that waits, one's own work, then the steps of whoever gave it."""
    steps = [step for one in judged for step in buttons(post, one, "assignment", without=BRANCH)]
    above = {one.parent_id for one in judged}
    for one in mine:
        instead = BRANCH | {"hand_on", "give_back"} if one.pk in above else BRANCH
        steps += buttons(post, one, "assignment", without=instead)
    steps += [
        step | ({"plain": True} if step["name"] == "amend" else {})
        for step in buttons(post, found, "task", without=FOLLOW)
        if step["name"] != "retract" or not any(_has_begun(one) for one in found.assignments.all())
    ]
    if may(post, "add_part", found):
        part = {"name": "part", "label": "Giao phần việc", "tone": "", "needs_form": True, "plain": True}
        steps.append(part | {"url": f"{reverse('give_task')}?thuoc={found.pk}", "main": False})
    return steps
