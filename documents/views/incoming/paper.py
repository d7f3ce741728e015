"""One incoming paper: its page, and the steps of the clerk and the leader. Find, do, answer."""

from collections.abc import Callable
from types import SimpleNamespace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import incoming_for, may
from documents.actions.incoming import reception as desk
from documents.actions.incoming.sharing import share
from documents.actions.work import results
from documents.actions.work.directions import begun
from documents.deadlines import due_words
from documents.forms.incoming.steps import PresentForm, ReasonForm, RefuseForm, ShareForm
from documents.forms.work.people import colleagues
from documents.memory import memory_of
from documents.models import Assignment, ChangeRequest, Incoming, Outgoing, Task
from documents.models.assignment import matter_name
from documents.offered import offered_on
from documents.phrases import REFUSAL
from documents.readings import stopped
from documents.states import ASSIGNMENT_OPEN, FINISHED
from documents.views.incoming.page import (
    asked_of,
    assignment_tree,
    directions_of,
    facts,
    pages_of,
    replies_of,
    state_of_files,
    verdict_of,
)
from documents.views.shared.acting import acted, sent, tried
from documents.views.shared.consultations import panel, with_consulting
from documents.views.shared.follow_up import waiting_extensions, waits_for_scan
from documents.views.shared.links import links_of
from documents.views.shared.own_fields import own_url
from documents.views.shared.prepared import panel as prepared_panel
from documents.views.shared.readers import readers_tab
from documents.views.shared.rows import buttons, flow, moment, own_due
from orgs.models import Business, Post
from ui.ready import Ready
from ui.token import token_mark, with_token

TABS = {
    "info": "Thông tin",
    "work": "Ý kiến và xử lý",
    "signature": "Chữ ký",
    "flow": "Luân chuyển",
}
DRAWN_ONCE = {"info", "work"}  # the others ask what changes without an event: proofs, looks
# Steps of the paper that follow from somebody's task; nobody presses them on the paper itself.
FOLLOW = frozenset({"start", "complete", "take_back"})
# Steps of a task that follow from another person's act, or are pressed where all tasks are seen.
BRANCH = frozenset({"close", "reopen", "withdraw", "report", "pass_up", "remind_work"})


@require_safe
def incoming(request, pk):
    """Its main tabs are drawn once between two events of the office, for each post that looks at them."""
    if request.post is None:
        raise Http404
    tab = request.GET.get("tab", "info")
    if tab == "access":  # as it was called in bookmarks and messages
        return redirect("readers", pk=pk)
    tab = tab if tab in TABS else "info"
    memory, now = memory_of(request.post), moment()
    name = f"paper.{pk}.{tab}.{now.today}.{now.soon}.{state_of_files(pk)}"
    page = memory.kept(name) if tab in DRAWN_ONCE else None
    if page is None:
        page, lasts = _page(request, pk, tab)
        if lasts and tab in DRAWN_ONCE:
            memory.keep(name, page)
    shown = {"title": page["title"], "drawn": with_token(page["drawn"], request)}
    return render(request, "documents/incoming/paper.html", shown)


def _page(request, pk: int, tab: str) -> tuple[dict, bool]:
    """What a post sees of the paper, and whether that follows from the papers and tasks of its office alone."""
    post, paper = request.post, _with_its_work(incoming_for(request.post, pk))
    mine = my_tasks(paper, post)
    unread = any(task.role == "info" and task.state == "new" for task in mine)
    told = 0
    if unread and looked_at(request) and not stopped():
        told = results.read(mine, by=post, at=timezone.now())
    if told:  # as it stands now
        paper = _with_its_work(incoming_for(post, pk))
    asking = asked_of(paper)
    waiting = _results_for(paper, mine, post)
    more_time = waiting_extensions(paper.assignments.all(), post)
    ready = prepared_panel(paper, post, moment())
    context = (
        paper_context(paper, post, mine)
        | asking
        | ready
        | {
            "tab": tab,
            "tabs": _tabs(paper, tab),
            # Nothing goes into the book before the sender has his answer.
            "steps": [
                step for one in more_time if one.assignment.assignee_id != post.pk for step in one.steps
            ]
            + _steps(paper, mine, waiting, post, asking["asked"]),
            "more_time": more_time,
            "mine": [task for task in mine if task.state in ASSIGNMENT_OPEN],
            "results": waiting,
            "told": told or (bool(mine) and all(task.role == "info" for task in mine)),
            # The parts look at the post, and at nothing else of a request.
            "request": SimpleNamespace(post=post),
            "csrf_token": token_mark(),
        }
        | PARTS[tab](paper, post)
    )
    drawn = render_to_string("documents/incoming/_paper.html", context)
    # A verdict that is asked for again and a signature that is given elsewhere come without an event.
    elsewhere = paper.signature_verdict == "unknown" or paper.source == Incoming.Source.PAPER
    elsewhere = elsewhere or waits_for_scan(context.get("tree", []))
    return {"title": paper.code or paper.kind_label, "drawn": drawn}, not (unread or elsewhere)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    paper = incoming_for(request.post, pk)
    form = RefuseForm(sent(request))
    if acted(request, paper, "refuse", form, desk.refuse):
        messages.success(request, "Đã từ chối văn bản. Lý do được báo cho nơi gửi.")
        return redirect(f"{reverse('incoming_list')}?box=reception")
    return step_page(request, paper, form, "incoming/refuse", phrases=REFUSAL)


@require_http_methods(["GET", "HEAD", "POST"])
def present(request, pk):
    return _present(request, pk, "present", desk.present)


@require_http_methods(["GET", "HEAD", "POST"])
def present_again(request, pk):
    return _present(request, pk, "present_again", desk.present_again)


def _present(request, pk, name: str, act: Callable) -> HttpResponse:
    paper = incoming_for(request.post, pk)
    form = PresentForm(sent(request), post=request.post, today=timezone.localdate(), holder=paper.holder)
    if acted(request, paper, name, form, act):
        to = form.cleaned_data["to"]
        messages.success(request, f"Đã trình {to.user} ({to.title}).")
        return redirect(paper)
    return step_page(request, paper, form, f"incoming/{name}")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_back(request, pk):
    paper = incoming_for(request.post, pk)
    form = ReasonForm(sent(request))
    if acted(request, paper, "hand_back", form, desk.hand_back):
        messages.success(request, "Đã chuyển lại văn thư.")
        return redirect(paper)
    return step_page(request, paper, form, "incoming/hand_back")


@require_http_methods(["GET", "HEAD", "POST"])
def incoming_share(request, pk):
    paper = incoming_for(request.post, pk)
    if request.method != "POST":
        return redirect("readers", pk=pk)
    form = ShareForm(request.POST, people=colleagues(request.post, timezone.localdate()))
    if not form.is_valid():
        messages.error(request, "Hãy chọn người được xem.")
    elif tried(form, lambda: share(paper, by=request.post, at=timezone.now(), **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['to'].user} đã xem được văn bản này.")
    return redirect("readers", pk=pk)


def step_page(request, paper: Incoming, form, name: str, **extra) -> HttpResponse:
    """The paper beside the form of one step."""
    context = paper_context(paper, request.post) | {"form": form} | extra
    return render(request, f"documents/{name}.html", context)


def paper_context(paper: Incoming, post: Post, mine: list[Assignment] | None = None) -> dict:
    """What every page about one paper shows: its pages, one's own deadline before the paper's, its signatures."""
    now, mine = moment(), my_tasks(paper, post) if mine is None else mine
    due = due_words(paper.due_on, now.today, now.calendar, finished=paper.state in FINISHED)
    return {
        "paper": paper,
        "due": due,
        "own_due": own_due(paper, mine, now),
        "verdict": verdict_of(paper, post),
        **pages_of(paper),
    }


def _tabs(paper: Incoming, current: str) -> list[dict]:
    here = paper.get_absolute_url()
    return [
        {"label": label, "url": f"{here}?tab={name}", "active": name == current}
        for name, label in TABS.items()
    ] + [readers_tab(paper)]


def looked_at(request: HttpRequest) -> bool:
    """Somebody sees the page: it was not merely asked about, nor fetched ahead by the browser."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def my_tasks(paper: Incoming, post: Post) -> list[Assignment]:
    if not post.covers(Business.WORK):
        return []
    return [task for task in paper.assignments.all() if task.assignee_id == post.pk]


def _with_its_work(paper: Incoming) -> Incoming:
    """What the rules and the page ask of it again and again, read once."""
    know(paper, "assignments", _TASKS.objects(paper.pk))
    # The row of the paper has told already whether anything is asked of it.
    know(paper, "change_requests", list(paper.change_requests.all()) if paper.asked else [])
    return paper


_TASKS = Ready(
    lambda paper: (
        Assignment.objects.filter(incoming=paper)
        .with_request()
        .select_related("assignee", "more_time__by__user", "more_time__to__user")
        .order_by("pk")
    )
)


def know(matter: Incoming | Task, name: str, rows: list) -> None:
    """As `prefetch_related` does, with rows that are read already."""
    for row in rows:
        setattr(row, matter_name(matter), matter)
    known = getattr(matter, name).all()
    known._result_cache, known._prefetch_done = rows, True
    matter._prefetched_objects_cache = getattr(matter, "_prefetched_objects_cache", {}) | {name: known}


def _results_for(paper: Incoming, mine: list[Assignment], post: Post) -> list[Assignment]:
    """Results that wait for this post's approval, each of a task given on from one's own."""
    own = {task.pk for task in mine if task.state == "in_progress"}
    if not any(task.parent_id in own and task.state == "reported" for task in paper.assignments.all()):
        return []
    waiting = Assignment.objects.for_list().filter(parent__in=own, state="reported")
    return list(waiting.select_related("reply", "parent"))


def _steps(
    paper: Incoming,
    mine: list[Assignment],
    waiting: list[Assignment],
    post: Post,
    asked: ChangeRequest | None,
) -> list[dict]:
    """A result that waits, one's own task, then the steps of the paper, and the way to an answer where it belongs."""
    found = [step for task in waiting for step in buttons(post, task, "assignment", without=BRANCH)]
    judged = {task.parent_id for task in waiting}
    for task in mine:
        instead = BRANCH | {"hand_on", "give_back"} if task.pk in judged else BRANCH
        found += buttons(post, task, "assignment", without=instead)
    found += [
        step | ({"plain": True} if step["name"] == "amend" else {})
        for step in buttons(post, paper, "incoming", without=FOLLOW | ({"register"} if asked else set()))
        if step["name"] != "retract" or begun(paper) is None
    ]
    if paper.has_invalid_signature and paper.state == "awaiting_reception" and not asked:
        found = _refusal_first(found)
    if asked and asked.is_update and may(post, "answer_change", paper):
        answer = {"name": "change", "label": "Trả lời yêu cầu cập nhật", "tone": "", "needs_form": True}
        found.insert(0, answer | {"url": reverse("incoming_change", args=[paper.pk]), "main": True})
    if may(post, "reply_incoming", paper) and may(post, "draft"):
        draft = {
            "name": "draft",
            "label": "Dự thảo văn bản trả lời",
            "url": f"{reverse('draft')}?reply_to={paper.pk}",
            "tone": "",
            "needs_form": True,
            "plain": paper.state in FINISHED,
        }
        found.insert(0 if not waiting and _awaits_answer(paper, mine, post) else len(found), draft)
    if paper.state == "awaiting_direction" and may(post, "prepare_direction", paper):
        url = reverse("incoming_prepare", args=[paper.pk])
        prepare = {"name": "prepare", "label": "Chuẩn bị ý kiến", "url": url, "tone": "", "needs_form": True}
        found.insert(0, prepare | {"main": True})
    return with_consulting(found + offered_on(paper, post), paper, post)


def _refusal_first(found: list[dict]) -> list[dict]:
    """Of a paper with an invalid signature: to send it back is what comes first, to enter it asks for a reason."""
    instead = {"register": {"label": "Vẫn vào sổ", "main": False}, "refuse": {"main": True, "tone": ""}}
    found = [step | instead.get(step["name"], {}) for step in found]
    return sorted(found, key=lambda step: not step["main"])


def _awaits_answer(paper: Incoming, mine: list[Assignment], post: Post) -> bool:
    """One leads it, has begun, and nobody has drafted an answer yet: that is what comes next."""
    leading = any(task.role == "lead" and task.state == "in_progress" for task in mine)

    def answered() -> bool:
        return Outgoing.objects.filter(in_reply_to=paper.pk).exclude(state="cancelled").exists()

    return leading and not memory_of(post).fetch(f"answered.{paper.pk}", answered)


def _info(paper, post):
    return {
        "facts": facts(paper, moment()),
        "replies": replies_of(paper, post),
        "may_correct": may(post, "correct_incoming", paper),
        "own_url": own_url(paper, post),
        "may_check": may(post, "mute_rule", paper),
        **links_of(paper, post),
    }


def _work(paper, post):
    return {
        "directions": directions_of(paper),
        "tree": assignment_tree(paper, moment(), post),
        **panel(paper, post),
    }


PARTS = {
    "info": _info,
    "work": _work,
    "signature": lambda paper, post: {},
    "flow": flow,
}
