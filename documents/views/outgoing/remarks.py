"""What was said at places of a draft: its page, saying more, and the author's answer by one press."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may, outgoing_for, remark_for
from documents.actions.outgoing import remarks as acts
from documents.actions.outgoing.drafts import EDITABLE
from documents.forms.outgoing.remarks import RemarkForm
from documents.layout.blocks import plain
from documents.layout.body import paragraphs
from documents.layout.places import Places
from documents.models import Outgoing
from documents.views.shared.acting import sent, tried
from orgs.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request, pk):
    paper = outgoing_for(request.post, pk)
    form = RemarkForm(sent(request), body=paper.body)
    if form.is_bound and form.is_valid():
        said = lambda: acts.remark(paper, by=request.post, at=timezone.now(), **form.cleaned_data)  # noqa: E731
        if tried(form, said):
            messages.success(request, "Đã ghi góp ý. Người soạn được báo.")
            return redirect("draft_remarks", pk)
    context = {
        "paper": paper,
        "form": form if _says(request.post, paper) else None,
        "paragraphs": [plain(one) for one in paragraphs(paper.body)],
        **_shown(paper, request.post),
    }
    return render(request, "documents/outgoing/remarks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request, pk):
    return _answered(request, pk, acts.accept, "Đã sửa dự thảo theo góp ý.", "Đã ghi nhận góp ý.")


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    done = "Đã giữ nguyên; người góp ý được báo."
    return _answered(request, pk, acts.refuse, done, done)


def _answered(request, pk, act, changed: str, noted: str):
    remark = remark_for(request.post, pk)
    if request.method == "POST":
        try:
            act(remark, by=request.post, at=timezone.now())
            messages.success(request, changed if remark.is_suggestion else noted)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("draft_remarks", remark.outgoing_id)


def _says(post: Post, paper: Outgoing) -> bool:
    return paper.state in acts.OPEN_IN and may(post, "remark_draft", paper)


def _shown(paper: Outgoing, post: Post) -> dict:
    """Those that wait first, in the order of the text; then those that were answered."""
    answers = paper.state in acts.OPEN_IN and may(post, "edit_outgoing", paper)
    rows, text = [], Places(paper.body)
    for one in paper.remarks.select_related("user", "by__unit", "by__organisation", "settled_by__user"):
        place = text.find(one.quote, one.before) if one.state == one.State.OPEN else None
        rows.append({"remark": one, "place": place, "gone": one.state == one.State.OPEN and place is None})
    waiting = [row for row in rows if row["remark"].state == "open"]
    waiting.sort(key=lambda row: row["place"] or (len(paper.body), 0))
    return {
        "waiting": waiting,
        "settled": [row["remark"] for row in rows if row["remark"].state != "open"],
        "answers": answers,
        "writes": answers and paper.state in EDITABLE,
    }
