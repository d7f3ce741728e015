"""What an assistant prepares for a leader, and the leader's one press that makes it his direction. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from documents.access import incoming_for
from documents.actions.work import prepared as acts
from documents.journey import NotAllowedNow
from documents.models import PreparedDirection
from documents.phrases import DIRECTION
from documents.views.incoming.page import due_offered
from documents.views.incoming.paper import step_page
from documents.views.shared.acting import tried
from documents.views.shared.tray import onward, order_of
from documents.views.work.directions import as_initial, people_form
from ui.ids import parse_id


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request, pk):
    paper = incoming_for(request.post, pk)
    leader, today = paper.holder, timezone.localdate()
    due_on = paper.due_on if paper.due_on and paper.due_on >= today else None
    before = acts.waiting(paper, leader) if leader else None
    offered = due_offered(paper, today)
    initial = as_initial(before) if before else {"due_on": offered.reckoning.due if offered else due_on}
    form = people_form(request, phrases=DIRECTION, initial=initial, promised=due_on, of=leader)
    seen = parse_id(request.POST.get("seen", ""))
    try:
        acts.check_preparable(paper, by=request.post)
    except NotAllowedNow as refusal:
        refusal.form = form if request.method == "POST" else None
        raise
    if request.method == "POST" and form.is_valid():
        given = form.given() | {"by": request.post, "at": timezone.now(), "seen": seen}
        if tried(form, lambda: acts.prepare(paper, **given)):
            messages.success(request, f"Đã chuẩn bị. Chờ {leader.user} xác nhận; trước đó chưa có hiệu lực.")
            return redirect(paper)
    seen = seen or (before.pk if before else "")
    return step_page(request, paper, form, "work/prepare", seen=seen, leader=leader, offered=offered)


@require_POST
def confirm(request, pk):
    """As it stands. What can no longer be given that way opens the form, filled with the rest."""
    ready = _found(request, pk)
    paper, place = ready.incoming, order_of(ready.incoming)
    try:
        acts.confirm(ready, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("incoming_direct", paper.pk)
    lead = ready.named("lead")
    done = f"Đã xác nhận, giao {lead} chủ trì." if lead else "Đã xác nhận, chuyển để biết."
    return onward(request, paper, place, done)


@require_POST
def withdraw(request, pk):
    ready = _found(request, pk)
    acts.withdraw_prepared(ready, by=request.post, at=timezone.now())
    messages.success(request, "Đã rút bản chuẩn bị.")
    return redirect(ready.incoming)


def _found(request, pk: int) -> PreparedDirection:
    """On a paper one may see, or 404."""
    found = PreparedDirection.objects.select_related("by__user", "leader__user").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.incoming = incoming_for(request.post, found.incoming_id)
    return found
