"""Why a paper has the deadline it has, step by step; its clock stopped, and running again."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import incoming_for, may
from documents.actions.work import pausing
from documents.due.rules import explained, granted
from documents.forms.work.due import PauseForm
from documents.models import Incoming
from documents.states import IN_OPEN
from documents.views.incoming.paper import step_page
from documents.views.shared.acting import sent, tried
from documents.views.shared.rows import moment


@require_safe
def why_due(request, pk):
    paper, at = incoming_for(request.post, pk), timezone.now()
    prefetch_related_objects([paper], "due_pauses", "assignments")  # each is asked for more than once
    found = explained(paper, moment().calendar, at)
    first = found[0] if found else None
    paused = _paused(paper, at)
    may_change = may(request.post, "pause_due", paper) and paper.state in IN_OPEN
    context = {
        "first": first,
        "others": found[1:],
        "follows": first is not None and paper.due_on == first.reckoning.due,
        "granted": granted(paper),
        "paused": paused,
        "may_resume": may_change and paused is not None,
        "may_pause": may_change and first is not None and first.rule.pausable and paused is None
        and paper.due_on == first.reckoning.due,
    }  # fmt: skip
    return step_page(request, paper, None, "incoming/due", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def pause_due(request, pk):
    paper, at = incoming_for(request.post, pk), timezone.now()
    pausing.check(paper, by=request.post)
    form = PauseForm(sent(request))
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: pausing.pause_due(paper, by=request.post, at=at, **form.cleaned_data)
    ):  # fmt: skip
        messages.success(request, f"Đã tạm dừng tính hạn. Hạn nay là {paper.due_on:%d/%m/%Y}.")
        return redirect("incoming_due", paper.pk)
    return step_page(request, paper, form, "incoming/pause_due")


@require_POST
def resume_due(request, pk):
    paper = incoming_for(request.post, pk)
    pausing.resume_due(paper, by=request.post, at=timezone.now())
    messages.success(request, f"Đã tính tiếp hạn. Hạn nay là {paper.due_on:%d/%m/%Y}.")
    return redirect("incoming_due", paper.pk)


def _paused(paper: Incoming, at):
    today = timezone.localdate(at)
    return next((one for one in paper.due_pauses.all() if one.ended_at is None and one.last >= today), None)
