"""Xin ý kiến, lấy ý kiến: ask, answer, remind, put off, close, take back, report. Find, do, answer."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.absences import away_for
from documents.access import asked_for, consultation_for, paper_for
from documents.actions.work import consultations as acts
from documents.forms.incoming.steps import ReasonForm
from documents.forms.work.consultations import ConsultForm, ExtendForm, OpinionForm, VoteForm, last_asked
from documents.forms.work.people import colleagues
from documents.journey import NotAllowedNow
from documents.models import Consultation, Document, Event, Incoming, Outgoing
from documents.views.incoming.paper import paper_context as incoming_context
from documents.views.lists.file import file_asked
from documents.views.outgoing.paper import paper_context as outgoing_context
from documents.views.shared.acting import sent, tried
from documents.views.shared.consultations import shown, with_answers
from documents.views.shared.rows import moment
from documents.views.work.consultation_report import report_pdf, report_xlsx
from orgs.models import Post
from ui.spreadsheet import TYPE

# The page of one step beside the paper, by the way the paper goes.
STEP_PAGES = {"in": "documents/incoming/step.html", "out": "documents/outgoing/step.html"}
EXTENDED = "extend_consultation"


@require_http_methods(["GET", "HEAD", "POST"])
def consult(request, pk):
    return _ask(request, pk, Consultation.Kind.OPINION)


@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request, pk):
    return _ask(request, pk, Consultation.Kind.VOTE)


def _ask(request, pk: int, kind: str) -> HttpResponse:
    paper = paper_for(request.post, pk)
    form = _consult_form(request, kind)
    in_time(form, request, lambda: acts.check_askable(paper, by=request.post))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"kind": kind, "by": request.post, "at": timezone.now()}
        if tried(form, lambda: acts.consult(paper, **given)):
            messages.success(request, "Đã gửi. Văn bản vẫn được xử lý tiếp trong khi chờ ý kiến.")
            return redirect(f"{paper.get_absolute_url()}?tab=work")
    return _step_page(request, paper, form, "consult", kind=kind, vote=kind == Consultation.Kind.VOTE)


@require_safe
def consultation(request, pk):
    """Báo cáo tổng hợp: how it stands, with every answer and what it took the place of."""
    found = consultation_for(request.post, pk, to_conduct=True)
    if found.document.title_only:
        said = shown(*with_answers([found]), request.post, moment()) | {"paper": found.document}
        return render(request, "documents/work/consultation_left.html", said)
    return render(request, "documents/work/consultation.html", _report(request, found))


@require_safe
def consultation_report(request, pk):
    """The same as a file to be kept, laid before somebody, or reckoned with: a PDF, or an .xlsx (?as=xlsx)."""
    found = consultation_for(request.post, pk)
    if found.state == found.State.TAKEN_BACK:
        return redirect(found)
    report, at, name = _report(request, found), timezone.now(), f"tong-hop-y-kien-{found.pk}"
    if file_asked(request):
        response = HttpResponse(content_type=TYPE)
        report_xlsx(report, response, at=at)
        name = f"{name}.xlsx"
    else:
        response, name = (
            HttpResponse(report_pdf(report, at=at), content_type="application/pdf"),
            f"{name}.pdf",
        )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request, pk):
    asked = asked_for(request.post, pk)
    # Who was just writing when it was taken back is told, though the paper is no longer theirs to see.
    found = consultation_for(request.post, pk) if request.method != "POST" else _as_asked(asked)
    form = _opinion_form(request, asked, found)
    in_time(form, request, lambda: acts.check_open(found, "Không thể gửi ý kiến"))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("choice", "text")}
        if tried(form, lambda: acts.give_opinion(asked, by=request.post, at=timezone.now(), **given)):
            messages.success(request, "Đã ghi ý kiến của bạn. Sửa được cho đến khi kết thúc lấy ý kiến.")
            return redirect(f"{found.document.get_absolute_url()}?tab=work")
    paper = paper_for(request.post, found.document_id)
    return _step_page(request, paper, form, "opinion", consultation=found, said=asked.opinions.last())


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request, pk):
    found = consultation_for(request.post, pk, to_conduct=True)
    if request.method == "POST":
        if reminded := acts.remind_asked(found, by=request.post, at=timezone.now()):
            messages.success(request, f"Đã nhắc {len(reminded)} người.")
        else:
            messages.info(request, "Không còn ai để nhắc: mọi người đã cho ý kiến, hoặc hôm nay đã nhắc.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request, pk):
    found = consultation_for(request.post, pk, to_conduct=True)
    act = lambda **given: acts.extend_consultation(found, **given)  # noqa: E731
    return _conduct(request, found, ExtendForm(sent(request)), act, "extend", "Đã gia hạn.")


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    """Asked for twice: a closed one is not opened again."""
    found = consultation_for(request.post, pk, to_conduct=True)
    act = lambda **given: acts.close_consultation(found, **given)  # noqa: E731
    return _conduct(request, found, forms.Form(sent(request)), act, "close", "Đã kết thúc lấy ý kiến.")


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    found = consultation_for(request.post, pk, to_conduct=True)
    act = lambda **given: acts.take_back_consultation(found, **given)  # noqa: E731
    done = "Đã thu lại. Những người được hỏi đã được thông báo."
    return _conduct(request, found, ReasonForm(sent(request)), act, "take_back", done)


def _conduct(
    request, found: Consultation, form: forms.Form, act: Callable, step: str, done: str
) -> HttpResponse:
    what = {"extend": "Không thể gia hạn", "close": "Không thể kết thúc", "take_back": "Không thể thu lại"}[
        step
    ]
    in_time(form, request, lambda: acts.check_conducted(found, what, by=request.post))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: act(by=request.post, at=timezone.now(), **given)):
            messages.success(request, done)
            return redirect(found)
    waiting = acts.waiting_of(found)
    return render(
        request,
        f"documents/work/consultation_{step}.html",
        {"consultation": found, "paper": found.document, "form": form, "waiting": waiting},
    )


def in_time(form: forms.Form, request: HttpRequest, check: Callable) -> None:
    """As `shared.acting.in_time`, of a question that the caller asks."""
    try:
        check()
    except NotAllowedNow as refusal:
        refusal.form = form if request.method == "POST" else None
        raise


def _report(request: HttpRequest, found: Consultation) -> dict:
    request.reads = found.document_id
    put_off = Event.objects.filter(
        document=found.document_id, kind=EXTENDED, payload__consultation=found.pk
    ).select_related("user")
    [whole] = with_answers([found])
    return shown(whole, request.post, moment()) | {"paper": found.document, "put_off": list(put_off)}


def _as_asked(asked) -> Consultation:
    """The question to whoever is asked, whether or not they still see the paper."""
    found = Consultation.objects.select_related("by__user").get(pk=asked.consultation_id)
    model = Incoming if found.document.direction == Document.Direction.IN else Outgoing
    found.document = model.objects.get(pk=found.document_id)
    return found


def _consult_form(request: HttpRequest, kind: str) -> ConsultForm:
    """The press that only looks for somebody sends nothing: the page comes again with all that was typed."""
    now, post = moment(), request.post
    looking = request.method == "POST" and "look" in request.POST
    typed = {name: request.POST.get(name) for name in request.POST} if looking else {}
    if looking:
        typed["asked"] = request.POST.getlist("asked")
    return ConsultForm(
        None if looking else sent(request), kind=kind, people=_others(post, now.today), today=now.today,
        calendar=now.calendar, last=last_asked(post), find=request.POST.get("find", "")[:100], initial=typed,
        away=away_for(post, now.today),
    )  # fmt: skip


def _others(post: Post, today) -> QuerySet[Post]:
    """Who can be asked: everybody of the organisation who works there, but oneself."""
    return colleagues(post, today).exclude(user=post.user_id).filter(user__is_active=True)


def _opinion_form(request: HttpRequest, asked, found: Consultation) -> forms.Form:
    """With what one said before, to be said better."""
    last = asked.opinions.last() if request.method != "POST" else None
    before = {"choice": last.choice, "text": last.text} if last else {}
    return (VoteForm if found.is_vote else OpinionForm)(sent(request), initial=before)


def _step_page(request, paper: Incoming | Outgoing, form, name: str, **extra) -> HttpResponse:
    """The paper beside the form."""
    request.reads = paper.pk
    arrived = paper.direction == Document.Direction.IN
    context = incoming_context(paper, request.post) if arrived else outgoing_context(request, paper)
    context |= {"form": form, "step_page": STEP_PAGES[paper.direction]} | extra
    return render(request, f"documents/work/{name}.html", context)
