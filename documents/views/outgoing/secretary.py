"""Somebody else is named to sign at the left of a paper, when who was to has left."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.actions.outgoing import secretary as acts
from documents.forms.outgoing.secretary import NameSecretaryForm
from documents.views.outgoing.paper import paper_context
from documents.views.shared.acting import acted, sent


@require_http_methods(["GET", "HEAD", "POST"])
def name_secretary(request, pk):
    paper = outgoing_for(request.post, pk)
    form = NameSecretaryForm(sent(request), outgoing=paper, at=timezone.now())
    if acted(request, paper, "name_secretary", form, acts.name_secretary):
        messages.success(request, f"Đã cử {paper.secretary_post.user} ký ở bên trái; người này đã được báo.")
        return redirect(paper)
    context = paper_context(request, paper) | {"form": form}
    return render(request, "documents/outgoing/name_secretary.html", context)
