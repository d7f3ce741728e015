"""The first page: what waits for this person, by the post they act as. Every number opens its list."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.access import may
from documents.boxes import Moment, box_for, boxes_for
from documents.counts import counts_of, shown
from documents.memory import memory_of
from documents.models import Assignment, Incoming, Outgoing
from documents.models.assignment import AssignmentQuerySet
from documents.views.desk.dashboard import dashboard
from documents.views.desk.lent import lent_to_me
from documents.views.incoming.pace import pace_words
from documents.views.incoming.register import queue_of
from documents.views.reports.ledger import alarm
from documents.views.shared.acting import no_post
from documents.views.shared.follow_up import extension_rows
from documents.views.shared.rows import incoming_rows, moment, outgoing_rows, work_rows
from documents.views.shared.tray import FAR, assistant_cards, cards, decision_cards, kept_as
from orgs.models import Business, Organisation, Post, Role, User
from ui.token import token_mark, with_token

ROWS = 10
TASKS = 20
TONES = {"info": "info", "warn": "warn", "soon": "warn", "overdue": "bad"}
SECTION_NAMES = {"incoming": "Văn bản đến", "outgoing": "Văn bản đi"}


@require_safe
def desk(request):
    post = request.post
    if post is None:
        return no_post(request)
    name, context = DESKS.get(post.role, _work_desk)(post, moment())
    if "own_work" in context:
        context["own_work"] = with_token(context["own_work"], request)
    context["may_see_progress"] = may(post, "see_progress")
    context["may_register"] = may(post, "register_paper")
    context["lent"] = lent_to_me(request.posts, post, moment())
    return render(request, f"documents/desk/{name}.html", context)


def _clerk_desk(post: Post, now: Moment):
    waiting = list(queue_of(post).for_rows()[:ROWS])
    rows = incoming_rows(waiting, post, now)
    for row in rows:
        row["url"] = reverse("incoming_register", args=[row["value"]])
    groups = [{"title": SECTION_NAMES[s], "tiles": tiles(post, now, s)} for s in ("incoming", "outgoing")]
    groups[0]["tiles"] += [tile for tile in tiles(post, now, "scan") if tile["count"]]
    if given := _tasks(post, now):
        groups.append({"title": "Nhiệm vụ", "tiles": given})
    if asked := _asked(post, now):
        groups.append({"title": "Ý kiến", "tiles": asked})
    return "clerk", {
        "groups": groups,
        "rows": rows,
        "alarm": alarm(post) if may(post, "follow_deliveries") else [],
        "pace": pace_words(post, now.today),
    }


def _leader_desk(post: Post, now: Moment):
    memory_of(post).expect(kept_as("cards", now), _own_work_name(post, now))
    seen = dashboard(post, now)
    seen["tiles"] += _tasks(post, now) + _asked(post, now)
    return "leader", {"cards": cards(post, now), "own_work": _own_work(post, now), **seen}


def _work_desk(post: Post, now: Moment):
    memory_of(post).expect(kept_as("decision_cards", now), _own_work_name(post, now))
    return "work", {
        "tiles": tiles(post, now, "work")
        + [tile for tile in tiles(post, now, "outgoing") if tile["count"]]
        + _tasks(post, now)
        + _asked(post, now),
        "cards": decision_cards(post, now),
        "to_prepare": assistant_cards(post, now),
        "own_work": _own_work(post, now, always=True),
    }


def _own_work(post: Post, now: Moment, *, always: bool = False) -> str:
    """What one has to do oneself, on every desk: tasks, what one is told of, results to approve, drafts. `always`: says
    so when there is no task.

    Drawn once between two events of the office, as the first page of a list is; the mark of a token in it.
    """

    def made() -> str:
        shown = _own_rows(post, now) | {"always": always, "csrf_token": token_mark()}
        return render_to_string("documents/desk/_own_work.html", shown)

    return memory_of(post).fetch(_own_work_name(post, now), made)


def _own_work_name(post: Post, now: Moment) -> str:
    return kept_as(f"own_work.{post.organisation.head_approves}", now)


def _own_rows(post: Post, now: Moment) -> dict:
    counts = counts_of(post, now)  # what is in no box of one's own is not asked for
    tasks, told, asked = _in_hand(post, now, asked=bool(counts.get(("work", "extension"))))
    results, drafts = [], []
    has_drafts = counts["outgoing", "returned"] or counts.get(("outgoing", "content"))
    if has_drafts and post.covers(Business.DRAFTS):
        drawn = Q(drafter=post, state="returned") | Q(holder=post, state="in_review")
        own = Outgoing.objects.visible_to(post).filter(drawn)
        drafts = list(own.for_rows().order_by("held_since")[: 4 * ROWS])
    if post.organisation.head_approves and post.covers(Business.WORK):
        results = Assignment.objects.to_judge(post).for_rows().order_by("due_on", "pk")[:TASKS]
    returned = [paper for paper in reversed(drafts) if paper.state == "returned"]
    checks = [paper for paper in drafts if paper.state == "in_review"]
    return {
        "rows": work_rows(tasks, now),
        "told": work_rows(told[:TASKS], now),
        "told_more": len(told) > TASKS,
        "results": work_rows(results, now),
        "extensions": extension_rows(asked, now),
        "extensions_count": shown(counts.get(("work", "extension"), 0)),
        "returned": outgoing_rows(returned[:ROWS], post, now),
        "checks": outgoing_rows(checks[:ROWS], post, now),
    }


def _operator_desk(post: Post, now: Moment):
    """Counts only: an operator reads no content. What waits in the exchange is told by interop's own part."""
    return "operator", {
        "organisations": Organisation.objects.count(),
        "accounts": User.objects.filter(is_active=True).count(),
        "papers": Incoming.objects.count() + Outgoing.objects.count(),
    }


def tiles(post: Post, now: Moment, section: str) -> list[dict]:
    """The boxes that ask for something, each counted by the very query its list shows."""
    here, counts = reverse(f"{section}_list"), counts_of(post, now)
    found = []
    for box in (box for box in boxes_for(post, section) if box.tone):
        count = shown(counts[section, box.name])
        tone = TONES[box.tone] if count else ""
        found.append({"label": box.label, "count": count, "url": f"{here}?box={box.name}", "tone": tone})
    return found


def _in_hand(
    post: Post, now: Moment, *, asked: bool
) -> tuple[list[Assignment], list[Assignment], list[Assignment]]:
    """One's own tasks, the nearest deadline first and those without one last; what one is only told of, the latest first;
    and, where there are any, the tasks of others for which more time was asked. In one statement."""
    rows = AssignmentQuerySet.for_rows_of_requests if asked else AssignmentQuerySet.for_rows
    mine = rows(Assignment.objects.of(post).in_hand())
    parts = [mine.filter(role="info").order_by("-pk")[: TASKS + 1]]
    if asked:
        waiting = box_for(post, "work", "extension").query(post, now)
        parts.append(rows(waiting).order_by("due_on", "pk")[:TASKS])
    found = list(
        mine.exclude(role="info")
        .order_by("due_on", Coalesce("incoming__urgency", "task__urgency").desc(), "pk")[:TASKS]
        .union(*parts, all=True)
    )
    found.sort(key=lambda task: (task.due_on or FAR, -task.matter.urgency, task.pk))
    own = [task for task in found if task.assignee_id == post.pk]
    told = sorted((task for task in own if task.role == "info"), key=lambda task: -task.pk)
    others = [task for task in found if task.assignee_id != post.pk]
    return [task for task in own if task.role != "info"], told, others


def _tasks(post: Post, now: Moment) -> list[dict]:
    """Tasks without a paper that wait for this post to act; what is late in one's own hands is told among one's work."""
    return [tile for tile in tiles(post, now, "task") if tile["count"] and tile["tone"] != "bad"]


def _asked(post: Post, now: Moment) -> list[dict]:
    """Whoever is asked for an opinion, or is to speak on a slip, sees so; nobody is shown that he is not."""
    asked = tiles(post, now, "consultation") + tiles(post, now, "slip")
    return [tile for tile in asked if tile["count"]]


DESKS = {
    Role.CLERK: _clerk_desk,
    Role.LEADER: _leader_desk,
    Role.OFFICE_HEAD: _leader_desk,
    Role.SYS_ADMIN: _operator_desk,
}
