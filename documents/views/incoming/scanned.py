"""One scanned paper beside its form: into the book and on to the next; joined, split or deleted where it was cut wrongly."""

from functools import partial

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import scan_for
from documents.actions.incoming import scans as desk
from documents.actions.incoming.scan_reading import AGAIN_AFTER
from documents.forms.incoming.scanned import DeleteForm, ScannedForm, SplitForm, TurnForm
from documents.journey import NotAllowedNow
from documents.models import Incoming, ScannedPaper
from documents.views.incoming import pace
from documents.views.incoming.page import SIZE
from documents.views.incoming.paper_mail import take
from documents.views.incoming.register import LAST_LEADER, say_registered
from documents.views.incoming.verdicts import shown
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import LOCKED, page_of_blob
from orgs.models import Post

UNRECOGNISED = (
    "Máy không đọc được chữ trên ảnh quét nên chưa dò được dấu độ mật. Hãy xem kỹ các trang trước khi vào sổ."
)
TRIED_AGAIN = (
    "Máy chưa đọc được chữ trên ảnh quét nên chưa dò được dấu độ mật; vài phút nữa sẽ tự thử lại. Nếu vào sổ ngay,"
    " hãy xem kỹ các trang."
)
_WAITING = ScannedPaper.State.WAITING


@require_http_methods(["GET", "HEAD", "POST"])
def scanned_paper(request, pk):
    scan = scan_for(request.post, pk)
    if scan.state != _WAITING and request.method != "POST":
        return _settled(request, scan)
    form = _form(request, scan)
    taken: list[Incoming] = []
    if request.method != "POST" or "find" in request.POST:
        form.read(find_issuer="find" in request.POST)
    elif form.is_valid() and tried(form, lambda: taken.append(_enter(request, scan, form))):
        say_registered(request, taken[0], form.cleaned_data["leader"])
        return _onward(request.post, scan)
    if scan.state != _WAITING:  # a later act of the press failed: it was entered for a moment
        scan.refresh_from_db()
    form.fields[form.next_field()].widget.attrs["autofocus"] = True
    return render(request, "documents/incoming/scanned_paper.html", _context(request, scan, form))


@require_safe
@csp_replace(LOCKED)
def scanned_page(request, pk, number):
    scan = scan_for(request.post, pk)
    if scan.blob is None or not 1 <= number <= scan.pages:
        raise Http404
    return page_of_blob(scan.blob, number)


@require_POST
def scanned_join(request, pk):
    scan = scan_for(request.post, pk)
    try:
        before = desk.join(scan, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(scan)
    messages.success(request, f"Đã nối vào văn bản trước: nay có {before.pages} trang.")
    return redirect(before)


@require_POST
def scanned_split(request, pk):
    scan = scan_for(request.post, pk)
    form = SplitForm(request.POST, pages=scan.pages)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["page"]))
        return redirect(scan)
    try:
        desk.split(scan, page=form.cleaned_data["page"], by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Đã tách từ trang {form.cleaned_data['page']} thành văn bản sau.")
    return redirect(scan)


@require_POST
def scanned_turn(request, pk):
    """A quarter: every page, or the one that is named."""
    scan = scan_for(request.post, pk)
    form = TurnForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["page"]))
        return redirect(scan)
    try:
        desk.turn(scan, page=form.cleaned_data["page"], by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Đã xoay sang phải một phần tư vòng.")
    return redirect(scan)


@require_http_methods(["GET", "HEAD", "POST"])
def scanned_delete(request, pk):
    scan = scan_for(request.post, pk)
    form = DeleteForm(sent(request), initial={"secret": bool(scan.marks)})
    if scan.state != _WAITING and not form.is_valid():
        return _settled(request, scan)
    act = partial(desk.delete, scan, by=request.post, at=timezone.now())
    if request.method == "POST" and form.is_valid() and tried(form, lambda: act(**form.cleaned_data)):
        messages.success(request, "Đã xóa bản quét. Lý do được ghi lại.")
        return _onward(request.post, scan)
    context = {"scan": scan, "form": form, "pages": _pages(scan)}
    return render(request, "documents/incoming/scanned_delete.html", context)


def _form(request: HttpRequest, scan: ScannedPaper) -> ScannedForm:
    """On a first look as it would come back from a person who has typed nothing."""
    data = sent(request)
    if data is None:
        data = QueryDict(mutable=True)
        leader = request.session.get(LAST_LEADER)
        data.update({"kind": "CV", "urgency": "0", "leader": str(leader or "")})
    form = ScannedForm(data, request.FILES or None, scan=scan, post=request.post, today=timezone.localdate())
    if scan.state != _WAITING:  # somebody was faster: what was typed goes along, to be shown
        refusal = NotAllowedNow(f"Không thể “Vào sổ”: {desk.ended_words(scan)}", scan.incoming)
        refusal.form = form
        raise refusal
    return form


def _enter(request: HttpRequest, scan: ScannedPaper, form: ScannedForm) -> Incoming:
    looked = form.cleaned_data.get("looked", False)
    enter = partial(desk.enter, scan, seen=request.POST.get("seen", ""), looked=looked)
    try:
        return take(form, by=request.post, opened=request.POST.get("opened", ""), enter=enter)
    except NotAllowedNow as refusal:
        if scan.state == _WAITING:  # other pages than were seen: shown beside what was typed
            raise ValidationError(str(refusal)) from refusal
        raise


def _context(request: HttpRequest, scan: ScannedPaper, form: ScannedForm) -> dict:
    waiting = _queue(request.post).count()
    return {
        "scan": scan,
        "form": form,
        "kept": form.tokens(),
        "pages": _pages(scan),
        "invalid": form.signature_verdict == "invalid",
        "verdict": shown(form.signature_verdict, form.signature_report),
        "unrecognised": TRIED_AGAIN if scan.unrecognised in AGAIN_AFTER else UNRECOGNISED,
        "opened": pace.opened(request),
        "waiting": waiting,
        "skip_to": _next(request.post, scan) if waiting > 1 else None,
        "previous": desk.previous_of(scan),
    }


def _pages(scan: ScannedPaper) -> list[dict]:
    return [
        {"url": reverse("scanned_page", args=[scan.pk, number]) + f"?{scan.blob_id[:12]}", "number": number}
        | SIZE
        for number in range(1, scan.pages + 1)
    ]


def _queue(post: Post):
    return ScannedPaper.objects.filter(organisation=post.organisation_id, state=_WAITING)


def _next(post: Post, scan: ScannedPaper) -> ScannedPaper | None:
    """The one after it; after the last, the first again."""
    queue = _queue(post).exclude(pk=scan.pk).order_by("file", "first", "pk")
    later = Q(file__gt=scan.file_id) | Q(file=scan.file_id, first__gte=scan.first)
    return queue.filter(later).first() or queue.first()


def _onward(post: Post, scan: ScannedPaper):
    following = _next(post, scan)
    return redirect(following) if following else redirect("scan_list")


def _settled(request: HttpRequest, scan: ScannedPaper):
    messages.info(request, f"Bản quét này không còn chờ. {desk.ended_words(scan)}")
    return redirect(scan.incoming or "scan_list")
