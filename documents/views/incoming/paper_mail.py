"""A paper from an envelope: its scan first, read for words and shown beside the form, then into the book."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may
from documents.actions.incoming import reception as desk
from documents.arrival import NewFile
from documents.forms.incoming.paper_mail import PaperForm
from documents.forms.widgets import KEPT_FOR
from documents.models import Blob, Incoming, Pace
from documents.views.incoming import pace
from documents.views.incoming.page import SIZE
from documents.views.incoming.register import LAST_LEADER, say_registered
from documents.views.incoming.verdicts import shown
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED, page_of_blob
from orgs.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
def register_paper(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "register_paper"):
        raise PermissionDenied("Chỉ văn thư của cơ quan vào sổ văn bản giấy.")
    form = PaperForm(
        sent(request), request.FILES or None, post=post, today=timezone.localdate(),
        initial={"leader": request.session.get(LAST_LEADER), "reserved": request.GET.get("reserved")},
    )  # fmt: skip
    taken: list[Incoming] = []
    if {"read", "find", "turn"} & request.POST.keys():
        form.read(find_issuer="find" in request.POST)
        if "turn" in request.POST:
            form.turn()
    elif (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: taken.append(_take_envelope(request, form)))
    ):
        paper = taken[0]
        say_registered(request, paper, form.cleaned_data["leader"])
        return redirect("register_paper") if request.POST.get("then") == "next" else redirect(paper)
    form.fields[form.next_field()].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "kept": form.tokens() if form.is_bound else {},
        "pages": _pages(form.main, post) if form.main else [],
        "invalid": form.signature_verdict == "invalid",
        "opened": pace.opened(request),
        "verdict": shown(form.signature_verdict, form.signature_report),
    }
    return render(request, "documents/incoming/paper_form.html", context)


@require_safe
@csp_replace(LOCKED)
def scan_page(request, sha256, number):
    """One page of a scan one has just given; nobody else's can be named."""
    pages = cache.get(_key(request.post, sha256)) if request.post else None
    if not pages or not 1 <= number <= pages:
        raise Http404
    return page_of_blob(Blob(sha256=sha256), number)


def _pages(scan: NewFile, post: Post) -> list[dict]:
    cache.set(_key(post, scan.blob.sha256), scan.pages, KEPT_FOR)
    return [
        {"url": reverse("scan_page", args=[scan.blob.sha256, number]), "number": number} | SIZE
        for number in range(1, (scan.pages or 0) + 1)
    ]


def _key(post: Post, sha256: str) -> str:
    return f"scan-page:{post.pk}:{post.operator.pk}:{sha256}"


def _take_envelope(request, form: PaperForm) -> Incoming:
    return take(form, by=request.post, opened=request.POST.get("opened", ""))


@transaction.atomic
def take(form: PaperForm, *, by: Post, opened: str, enter: Callable = desk.register_paper) -> Incoming:
    """Into the book by `enter` and, when a leader is chosen, onto the leader's desk: two acts of one press."""
    at = timezone.now()
    reason = form.cleaned_data["acceptance_reason"]
    paper = enter(
        form.arrival(),
        files=form.uploads(),
        by=by,
        at=at,
        acceptance_reason=reason,
        own=form.own(),
        **form.by_hand(),
    )
    if form.cleaned_data["leader"]:
        desk.present(paper, to=form.cleaned_data["leader"], by=by, at=at)
    pace.note(Pace.Kind.PAPER, opened, by=by, at=at)
    return paper
