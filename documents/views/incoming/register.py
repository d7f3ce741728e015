"""The clerk's desk: papers into the book, one after another."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may
from documents.actions.incoming import reception as desk
from documents.actions.incoming.correct import correct as put_right
from documents.forms.incoming.described import CorrectForm
from documents.forms.incoming.steps import RegisterForm
from documents.models import Incoming, Pace
from documents.numbering import written
from documents.views.incoming import pace
from documents.views.incoming.page import asked_of, due_offered
from documents.views.incoming.paper import paper_context, step_page
from documents.views.shared.acting import in_time, sent, tried
from orgs.models import Post

QUEUE = 30
MARKS = (
    "Trang đầu có dấu “{}”. Nếu đúng là văn bản mật: bấm Từ chối và chọn hủy nội dung."
    " Nếu không phải: xác nhận bên dưới."
)
LAST_LEADER = "last_leader"  # whom this clerk presented to last: offered again


@require_http_methods(["GET", "HEAD", "POST"])
def register(request, pk):
    paper = incoming_for(request.post, pk)
    today = timezone.localdate()
    duplicates = _duplicates(paper)
    offered = due_offered(paper, today)
    form = RegisterForm(
        sent(request), incoming=paper, post=request.post, today=today, duplicates=bool(duplicates),
        proposed=offered and offered.reckoning.due,
        initial={"leader": request.session.get(LAST_LEADER)},
    )  # fmt: skip
    in_time(request, paper, "register", form)
    if request.method == "POST" and form.is_valid() and tried(form, lambda: _register(request, paper, form)):
        return _onward(request, paper, form.cleaned_data["leader"])
    _focus(form, paper)
    context = (
        paper_context(paper, request.post)
        | asked_of(paper)
        | {
            "form": form,
            "queue": _beside(paper, request.post),
            "waiting": queue_of(request.post).count(),
            "duplicates": duplicates,
            "offered": offered,
            "opened": pace.opened(request),
            "marks_text": MARKS.format(paper.secrecy_marks),
        }
    )
    return render(request, "documents/incoming/register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, pk):
    """A slip in what the clerk wrote about a paper from an envelope."""
    paper = incoming_for(request.post, pk)
    if not may(request.post, "correct_incoming", paper):
        raise PermissionDenied("Chỉ văn thư sửa thông tin của văn bản giấy đã vào sổ.")
    form = CorrectForm(sent(request), incoming=paper, today=timezone.localdate())
    if request.method == "POST" and form.is_valid() and "find" not in request.POST:
        reason, values = form.cleaned_data["reason"], form.described()
        if tried(form, lambda: put_right(paper, values, by=request.post, at=timezone.now(), reason=reason)):
            messages.success(request, "Đã sửa thông tin văn bản.")
            return redirect(paper)
    return step_page(request, paper, form, "incoming/correct")


@transaction.atomic
def _register(request, paper: Incoming, form: RegisterForm) -> None:
    """Into the book and, when a leader is chosen, onto the leader's desk: two acts of one press."""
    given, by, at = form.cleaned_data, request.post, timezone.now()
    desk.register(
        paper, by=by, at=at, due_on=given["due_on"], not_secret=given.get("not_secret", False),
        acceptance_reason=given["acceptance_reason"], own=form.own(),
    )  # fmt: skip
    if given["leader"]:
        desk.present(paper, to=given["leader"], by=by, at=at)
    pace.note(Pace.Kind.ELECTRONIC, request.POST.get("opened", ""), by=by, at=at)


def _focus(form: RegisterForm, paper: Incoming) -> None:
    """The hand begins in the form: at what is wrong, else at its first field. What needs a decision begins at the decision."""
    if form.is_bound or not paper.has_invalid_signature:
        name = next((name for name in form.fields if name in form.errors), "due_on")
        form.fields[name].widget.attrs["autofocus"] = True


def _onward(request, paper: Incoming, leader: Post | None):
    """To the next paper that waits; the desk says when there is none."""
    say_registered(request, paper, leader)
    if request.POST.get("then") == "stay":
        return redirect(paper)
    following = queue_of(request.post).exclude(pk=paper.pk).without_request().first()
    if following:
        return redirect("incoming_register", following.pk)
    return redirect(f"{reverse('incoming_list')}?box=reception")


def say_registered(request, paper: Incoming, leader: Post | None) -> None:
    request.session[LAST_LEADER] = leader.pk if leader else None
    to = f" và trình {leader.user}" if leader else ""
    messages.success(request, f"Đã vào sổ số đến {written(paper.arrival_number)}{to}: {paper.subject[:90]}")


def queue_of(post: Post):
    """What waits on the clerk's desk, urgent first, then in the order it came."""
    waiting = Incoming.objects.visible_to(post).filter(
        direction="in", organisation=post.organisation_id, state="awaiting_reception"
    )
    return waiting.order_by("-urgency", "sorted_at", "pk")


def _beside(paper: Incoming, post: Post) -> list[Incoming]:
    """The head of the queue, and the open paper wherever it stands in it."""
    queue = list(queue_of(post).for_list()[:QUEUE])
    return queue if paper in queue else [*queue, paper]


def _duplicates(paper: Incoming) -> list[Incoming]:
    return desk.likely_duplicates(
        paper.organisation,
        code=paper.code,
        issuer_name=paper.issuer_name,
        issuer_id=paper.issuer_id,
        document_uid=paper.document_uid,
        but=paper,
    )
