"""What the clerk writes by hand about a paper that left: given to the post, its kept copy lent. Find, do, answer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from documents.access import kept_copy_use_for, may, outgoing_for
from documents.actions.outgoing import by_hand
from documents.forms.outgoing.by_hand import LendForm, PostForm, ReturnForm
from documents.models import KeptCopyUse
from documents.views.shared.acting import sent, tried
from ui.days import WRITTEN


@require_http_methods(["GET", "HEAD", "POST"])
def posted(request, pk):
    """Whoever sees the paper sees what went by post; the clerk adds a line."""
    paper = outgoing_for(request.post, pk)
    now = timezone.now()
    form = PostForm(sent(request), initial={"day": timezone.localdate(now).strftime(WRITTEN), "envelopes": 1})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: by_hand.post_paper(paper, by=request.post, at=now, **given)):
            messages.success(request, f"Đã ghi sổ gửi bưu điện: {given['recipient']}.")
            return redirect("outgoing_posted", pk=pk)
    context = {
        "paper": paper,
        "lines": paper.posted.select_related("by__user"),
        "form": form if may(request.post, "post_outgoing", paper) and paper.state == "issued" else None,
    }
    return render(request, "documents/outgoing/posted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kept_copy(request, pk):
    paper = outgoing_for(request.post, pk)
    now = timezone.now()
    today = timezone.localdate(now)
    form = LendForm(sent(request), post=request.post, today=today, initial={"day": today.strftime(WRITTEN)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: by_hand.lend_copy(paper, by=request.post, at=now, **given)):
            messages.success(request, "Đã ghi sổ sử dụng bản lưu.")
            return redirect("outgoing_kept_copy", pk=pk)
    uses = list(paper.kept_copy_uses.select_related("allowed_by__user", "by__user", "reader__user"))
    is_out = any(one.returned_on is None for one in uses)
    clerk = may(request.post, "lend_copy", paper)
    context = {
        "paper": paper,
        "uses": uses,
        "form": form if clerk and not is_out and paper.issued_at else None,
        "may_return": clerk,
        "today": today,
    }
    return render(request, "documents/outgoing/kept_copy.html", context)


@require_POST
def copy_return(request, pk):
    use = kept_copy_use_for(request.post, pk)
    form = ReturnForm(request.POST)
    if form.is_valid() and tried(
        form,
        lambda: by_hand.return_copy(use, by=request.post, at=timezone.now(), day=form.cleaned_data["day"]),
    ):
        messages.success(request, f"Đã nhận lại bản lưu từ {use.name}.")
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    return redirect("outgoing_kept_copy", pk=use.outgoing_id)


@require_http_methods(["GET", "HEAD", "POST"])
def copy_receive(request, pk):
    """For whoever was given the copy, whether or not the paper is theirs to see: its number and title, and one press."""
    use = kept_copy_use_for(request.post, pk, as_reader=True)
    request.reads = use.outgoing_id  # its title stands here: a look at it (documents.readings)
    if request.method == "POST":
        by_hand.receive_copy(use, by=request.post, at=timezone.now())
        messages.success(request, "Đã ký nhận bản lưu.")
        return redirect("copy_receive", pk=pk)
    return render(request, "documents/outgoing/copy_receive.html", {"use": _with_names(use)})


def _with_names(use: KeptCopyUse) -> KeptCopyUse:
    return KeptCopyUse.objects.select_related("outgoing", "allowed_by__user", "by__user").get(pk=use.pk)
