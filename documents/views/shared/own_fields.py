"""The office's own fields: which there are, a new one, the end of one; and what a paper says in them. Find, do, answer."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may, own_field_for, paper_for
from documents.actions.metadata import own_fields as acts
from documents.forms.own_fields import OwnFieldForm, OwnValuesForm
from documents.models import Incoming, Outgoing
from documents.models.own_field import MOST
from documents.views.shared.acting import no_post, sent, tried
from orgs.access import may as administers
from orgs.models import Post

SHOWN = 200  # those that have ended


@require_http_methods(["GET", "HEAD", "POST"])
def own_fields(request):
    if request.post is None:
        return no_post(request)
    if not administers(request.post, "set_office_rules", request.post.organisation):
        raise PermissionDenied(acts.NOT_YOURS)
    form = OwnFieldForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: acts.add_own_field(by=request.post, at=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, f"Đã thêm trường “{form.cleaned_data['name']}”.")
        return redirect("own_fields")
    there = acts.fields_of(request.post.organisation_id)
    context = {
        "form": form,
        "most": MOST,
        "in_use": [one for one in there if one.is_open],
        "ended": [one for one in there if not one.is_open][:SHOWN],
    }
    return render(request, "documents/shared/own_fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_field_end(request, pk):
    one = own_field_for(request.post, pk)
    form = forms.Form(sent(request))  # nothing is asked: a place for a refusal
    if request.method == "POST" and tried(
        form, lambda: acts.end_own_field(one, by=request.post, at=timezone.now())
    ):
        messages.success(request, f"Đã kết thúc trường “{one.name}”. Điều đã ghi trên văn bản vẫn còn.")
        return redirect("own_fields")
    return render(request, "documents/shared/own_field_end.html", {"one": one, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def own_values(request, pk):
    paper = paper_for(request.post, pk)
    if not may(request.post, "fill_own_fields", paper):
        raise PermissionDenied(acts.NOT_YOUR_PAPER)
    form = OwnValuesForm(sent(request), paper=paper)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: acts.fill_own(paper, form.changed(), by=request.post, at=timezone.now()))
    ):
        messages.success(request, "Đã ghi thông tin bổ sung.")
        return redirect(paper)
    return render(request, "documents/shared/own_values.html", {"paper": paper, "form": form})


def own_url(paper: Incoming | Outgoing, post: Post) -> str:
    """Where they are filled in, for whoever may; "" while the office has none for such papers."""
    if not may(post, "fill_own_fields", paper):
        return ""
    there = acts.open_fields(paper.organisation_id, paper.direction)
    return reverse("own_values", args=[paper.pk]) if there else ""
