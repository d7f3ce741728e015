"""Phiếu trình: make, look at, speak, send again, put off, put somebody else in a place, take back, print. Find, do, answer."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.absences import away_for
from documents.access import outgoing_for, place_for, slip_for
from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.slip_answers import answer_slip, check_turn
from documents.deadlines import due_words
from documents.forms.incoming.steps import ReasonForm
from documents.forms.outgoing.slips import (
    AnswerSlipForm,
    ReplaceForm,
    SendAgainForm,
    SlipForm,
    last_laid_before,
)
from documents.forms.work.consultations import ExtendForm
from documents.forms.work.people import colleagues
from documents.journey import NotAllowedNow
from documents.models import Outgoing, Slip, SlipPlace
from documents.states import FINISHED
from documents.views.outgoing.page import answered, files_of, page_pictures
from documents.views.outgoing.paper import paper_context
from documents.views.outgoing.slip_print import slip_pdf
from documents.views.shared.acting import acted, sent, tried
from documents.views.shared.rows import moment
from documents.views.shared.slips import shown, with_places
from documents.views.shared.tray import onward, slip_order
from orgs.models import Post

SAID = {
    "agree": "Đã ghi ý kiến đồng ý.", "other": "Đã ghi ý kiến khác.",
    "disagree": "Đã trả lại phiếu trình cho người trình.",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def make(request, pk):
    paper = outgoing_for(request.post, pk)
    form = _slip_form(request)
    if request.method != "POST" or not form.is_bound:
        acts.check_slippable(paper, by=request.post)
    made: list[Slip] = []
    if form.is_bound and form.is_valid():
        given = form.given() | {"by": request.post, "at": timezone.now()}
        if tried(form, lambda: made.append(acts.make_slip(paper, **given))):
            messages.success(
                request, "Đã trình. Nhóm 1 đã được báo; dự thảo tự trình duyệt khi phiếu được thông qua."
            )
            return redirect(made[0])
    request.reads = paper.pk
    context = paper_context(request, paper) | {"form": form}
    return render(request, "documents/outgoing/slip_make.html", context)


@require_safe
def slip(request, pk):
    found = slip_for(request.post, pk, to_conduct=True)
    if found.outgoing.title_only:
        said = shown(*with_places([found]), request.post, moment())
        return render(request, "documents/outgoing/slip_left.html", said | {"paper": found.outgoing})
    return render(request, "documents/outgoing/slip.html", _whole(request, found))


@require_safe
def slip_print(request, pk):
    """Phiếu trình as a PDF: to be laid before somebody who reads on paper, or kept with the file."""
    found = slip_for(request.post, pk)
    if found.state == "taken_back":
        return redirect(found)
    pdf = slip_pdf(_whole(request, found), at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="phieu-trinh-{found.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk):
    place, form = place_for(request.post, pk), AnswerSlipForm(sent(request))
    found = place.slip
    if request.method == "POST":
        # Who was just writing when it was taken back is told, though the draft is no longer theirs to see.
        found.outgoing = Outgoing.objects.get(pk=found.outgoing_id)
        order = slip_order(found, place)
        if form.is_valid():
            given = form.cleaned_data | {"by": request.post, "at": timezone.now()}
            if tried(form, lambda: answer_slip(place, **given)):
                return onward(request, found, order, SAID[given["choice"]])
    _in_time(request, place, form)
    found.outgoing = outgoing_for(request.post, found.outgoing_id)
    return render(request, "documents/outgoing/slip_answer.html", _whole(request, found) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request, pk):
    done = "Đã trình lại. Mọi người cho ý kiến lại từ nhóm 1."
    return _conduct(request, pk, "send_slip_again", SendAgainForm(sent(request)), acts.send_slip_again, done)


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request, pk):
    done = "Đã gia hạn. Những người đang được chờ ý kiến đã được thông báo."
    return _conduct(request, pk, "extend_slip", ExtendForm(sent(request)), acts.extend_slip, done)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    done = "Đã thu lại phiếu trình. Những người được trình đã được thông báo."
    return _conduct(request, pk, "take_back_slip", ReasonForm(sent(request)), acts.take_back_slip, done)


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request, pk):
    found = slip_for(request.post, pk, to_conduct=True)
    # Who spoke, or was replaced, while the page was open can still be sent: the act says who was faster.
    gone = ("answered", "replaced") if request.method != "POST" else ()
    places = found.places.exclude(state__in=gone)
    people = _others(request.post, moment().today).exclude(
        pk__in=found.places.exclude(state="replaced").values("post")
    )
    form = ReplaceForm(sent(request), places=places.select_related("post__user"), people=people)

    def act(slip: Slip, *, place: SlipPlace, person: Post, **given) -> None:
        place.slip = slip
        acts.replace_in_slip(place, post=person, **given)

    return _conduct(request, pk, "replace_in_slip", form, act, "Đã thay người. Hai người đã được thông báo.")


def _conduct(request, pk: int, step: str, form: forms.Form, act, done: str) -> HttpResponse:
    found = slip_for(request.post, pk, to_conduct=step != "send_slip_again")
    if acted(request, found, step, form, act):
        messages.success(request, done)
        return redirect(found)
    return render(
        request, f"documents/outgoing/{step}.html", {"slip": found, "paper": found.outgoing, "form": form}
    )


def _whole(request: HttpRequest, found: Slip) -> dict:
    """The slip beside the very pages that were sent round."""
    request.reads = found.outgoing_id
    paper, now = found.outgoing, moment()
    [whole] = with_places([found])
    said = shown(whole, request.post, now)
    files, file = files_of(paper), said["sent"].file
    return said | {
        "paper": paper,
        "due": due_words(paper.due_on, now.today, now.calendar, finished=paper.state in FINISHED),
        "incoming": answered(paper, request.post),
        "pages": page_pictures(file),
        "download_url": f"{reverse('file', args=[file.pk])}?sha256={file.blob_id}",
        "attachments": files.attachments,
    }


def _in_time(request: HttpRequest, place: SlipPlace, form: forms.Form) -> None:
    """As `shared.acting.in_time`, of somebody's turn."""
    if request.method != "POST":
        place.slip.outgoing = Outgoing(pk=place.slip.outgoing_id, direction="out")
    try:
        check_turn(place)
    except NotAllowedNow as refusal:
        refusal.form = form if request.method == "POST" else None
        raise


def _slip_form(request: HttpRequest) -> SlipForm:
    """The press that only looks for somebody sends nothing: the page comes again with all that was typed."""
    now, post = moment(), request.post
    looking = request.method == "POST" and "look" in request.POST
    typed = {name: request.POST.get(name) for name in request.POST} if looking else {}
    if looking:
        typed |= {name: request.POST.getlist(name) for name in SlipForm.columns}
    return SlipForm(
        None if looking else sent(request), people=_others(post, now.today), today=now.today,
        calendar=now.calendar, last=last_laid_before(post), find=request.POST.get("find", "")[:100], initial=typed,
        away=away_for(post, now.today),
    )  # fmt: skip


def _others(post: Post, today) -> QuerySet[Post]:
    """Who can be on a slip: everybody of the organisation who works there, but oneself, also at a lent inbox."""
    return (
        colleagues(post, today)
        .exclude(user__in=(post.user_id, post.operator.pk))
        .filter(user__is_active=True)
    )
