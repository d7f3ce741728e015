"""What changes about a paper after its issue: who is sent it, and by when they reply. Find, do, answer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.actions.outgoing.update import update as change
from documents.forms.outgoing.update import UpdateForm
from documents.journey import check
from documents.views.outgoing.paper import paper_context
from documents.views.outgoing.recipients import found
from documents.views.shared.acting import tried


@require_http_methods(["GET", "HEAD", "POST"])
def update(request, pk):
    """Works without scripts: a search shows what it found on the same page, with all that was typed."""
    paper = outgoing_for(request.post, pk)
    check(paper, "update", by=request.post)
    words = request.POST.get("q_recipients", "").strip()[:200]
    if request.method != "POST":
        form = UpdateForm(outgoing=paper, initial={"due_on": paper.due_on})
    elif "find" in request.POST:
        form = UpdateForm(outgoing=paper, initial=_typed(request.POST))
    else:
        form = UpdateForm(request.POST, outgoing=paper)
        if form.is_valid() and tried(
            form, lambda: change(paper, by=request.post, at=timezone.now(), **form.given())
        ):
            messages.success(request, "Đã cập nhật. Câu trả lời của các nơi nhận hiện ở phần Nơi nhận.")
            return redirect(f"{paper.get_absolute_url()}?tab=deliveries")
    chosen = form.chosen()
    taken = set(paper.deliveries.values_list("recipient", flat=True)) | {body.pk for body in chosen}
    context = paper_context(request, paper) | {
        "form": form,
        "chosen": [{"id": body.pk, "label": body.full_name} for body in chosen],
        "q": words if "find" in request.POST else "",
        "found": found(request, words, taken) if "find" in request.POST else [],
    }
    return render(request, "documents/outgoing/update.html", context)


def _typed(data) -> dict:
    many = {name: data.getlist(name) for name in ("recipients", "remove")}
    return {name: data.get(name, "") for name in ("due_on", "reason")} | many
