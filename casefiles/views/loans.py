"""The reading room: the catalogue of the archive, what was asked for, the answer, and the reading itself. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import looks
from casefiles.access import loan_for, loans_of, reads
from casefiles.actions import loans
from casefiles.actions.closing import content_of
from casefiles.forms.loans import AllowForm, AskForm
from casefiles.models import CaseFile, Item, Loan, LoanView
from casefiles.reading_book import book_pdf, book_xlsx, rows
from casefiles.reading_copy import PDF, files_of, marked_pdf, marks_of, page_picture
from casefiles.states import LOAN
from casefiles.views.lines import reading_rows
from documents import blobs
from documents.access import may
from documents.forms.incoming.steps import ReasonForm
from documents.journey import NotAllowedNow
from documents.pdf import PdfError
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED, printed
from ui.ids import parse_id
from ui.paging import page_of
from ui.spreadsheet import TYPE
from ui.text import fold, nfc

BOXES = {"mine": "Đề nghị của tôi", "waiting": "Chờ duyệt", "all": "Sổ sử dụng"}
BUTTONS = {"allow_reading": "loan_allow", "refuse_reading": "loan_refuse", "end_reading": "loan_end"}


@require_safe
def loan_list(request):
    """One's own; of whoever keeps the archive, what waits for him and all that was."""
    post = request.post
    if post is None:
        return no_post(request)
    keeps = may(post, "see_loans")
    shown = BOXES if keeps else {"mine": BOXES["mine"]}
    box = request.GET.get("box", "")
    box = box if box in shown else "mine"
    found = loans_of(post, timezone.localdate())
    if box == "mine":
        found = found.filter(post=post, user=post.operator)
    else:
        found = found.filter(organisation=post.organisation_id)
        found = found.filter(state="asked") if box == "waiting" else found
    page = page_of(found.for_page(), request, "-pk")
    here = reverse("loan_list")
    context = {
        "box": box, "label": BOXES[box], "page": page, "rows": page.rows, "may_ask": may(post, "ask_reading"),
        "tabs": [{"label": label, "url": f"{here}?box={name}", "active": name == box} for name, label in shown.items()],
        "year": timezone.localdate().year,
    }  # fmt: skip
    return render(request, "casefiles/loans.html", context)


@require_safe
def archive_catalogue(request):
    """Files that the archive of one's own office has, and that are open to use: their titles, to ask for them."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "ask_reading"):
        raise Http404
    words = nfc(request.GET.get("q", "")).strip()[:100]
    found = CaseFile.objects.filter(
        organisation=post.organisation_id, state="archived", mode=CaseFile.Mode.OPEN
    )
    for word in fold(words).split()[:10]:
        found = found.filter(search_key__contains=word)
    page = page_of(found.for_rows(), request, "-opened_at", "-pk")
    return render(request, "casefiles/catalogue.html", {"page": page, "rows": page.rows, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
def loan_ask(request):
    """Of a file of the catalogue (`ho_so`), or in words, of any archive of the city."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "ask_reading"):
        raise PermissionDenied(f"Vai trò “{post}” không đề nghị đọc hồ sơ lưu trữ.")
    asked = parse_id(request.GET.get("ho_so", ""))
    case = (
        CaseFile.objects.filter(
            pk=asked, organisation=post.organisation_id, state="archived", mode=CaseFile.Mode.OPEN
        ).select_related("organisation").first()
        if asked
        else None
    )  # fmt: skip
    if asked and case is None:
        raise Http404
    form = AskForm(sent(request), post=post, case=case)
    if request.method == "POST" and form.is_valid():
        given, made = form.cleaned_data, []
        if case is not None:
            given |= {
                "archive": case.organisation,
                "case": case,
                "wanted": f"{case.code} ({case.year}): {case.title}"[:500],
            }
        if tried(form, lambda: made.append(loans.ask_reading(by=post, at=timezone.now(), **given))):
            messages.success(request, "Đã gửi đề nghị; lưu trữ trả lời trong thông báo.")
            return redirect(made[0])
    return render(request, "casefiles/loan_ask.html", {"form": form, "case": case})


@require_safe
def loan(request, pk):
    found, post, day = loan_for(request.post, pk), request.post, timezone.localdate()
    reading = reads(post, found, day)
    rows = reading_rows(content_of(found.case)) if reading else []
    keeps = may(post, "see_loans") and found.organisation_id == post.organisation_id
    views = LoanView.objects.filter(loan=found).select_related("item").order_by("-last_at", "-pk")[:200]
    context = {
        "loan": found, "reading": reading, "rows": rows, "views": views if keeps else [],
        "over": found.state == "allowed" and found.until < day,
        "steps": [
            {"label": step.label, "url": reverse(BUTTONS[name], args=[found.pk]), "tone": step.tone}
            for name, step in LOAN.items()
            if found.state in step.frm and may(post, step.permission, found)
        ],
    }  # fmt: skip
    return render(request, "casefiles/loan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def loan_allow(request, pk):
    return _step(
        request, pk, "allow_reading", AllowForm, loans.allow_reading, "Đã cho đọc; người đề nghị được báo."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def loan_refuse(request, pk):
    return _step(
        request, pk, "refuse_reading", ReasonForm, loans.refuse_reading, "Đã từ chối; người đề nghị được báo."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def loan_end(request, pk):
    return _step(request, pk, "end_reading", ReasonForm, loans.end_reading, "Đã kết thúc việc đọc.")


@require_safe
def loan_item(request, pk, item):
    """One thing of the file, as pictures of its pages; nothing of it is kept by the browser."""
    found, one = _reading(request, pk, item)
    files = [
        {
            "order": order,
            "name": file.name,
            "pages": range(1, (file.pages or 1) + 1),
            "pdf": file.blob.content_type == PDF,
        }
        for order, file in enumerate(files_of(one), start=1)
    ]
    return render(request, "casefiles/loan_item.html", {"loan": found, "item": one, "files": files})


@require_safe
@csp_replace(LOCKED)
def loan_page(request, pk, item, order, number):
    """Bản đọc: a page with the reader's name in it. Each look is written down with his purpose."""
    found, one = _reading(request, pk, item)
    file, at = _file(one, order), timezone.now()
    if not 1 <= number <= (file.pages or 1):
        raise Http404
    try:
        picture = page_picture(file.blob, number, marks_of(found, at))
    except (FileNotFoundError, blobs.Damaged, PdfError) as error:
        raise Http404 from error
    looks.note(found, one, LoanView.Kind.PAGE, by=request.post, at=at)
    return _unkept(HttpResponse(picture, content_type="image/jpeg"))


@require_safe
@csp_replace(LOCKED)
def loan_copy(request, pk, item, order):
    """A plain copy to take along, where the archive allowed it."""
    found, one = _reading(request, pk, item)
    if not found.copies:
        raise NotAllowedNow("Lưu trữ chỉ cho đọc; bản đọc không tải về được.", found)
    file, at = _file(one, order), timezone.now()
    marks, name = marks_of(found, at), f"ban-sao-{found.case.year}-{one.ordinal}-{order}"
    try:
        if file.blob.content_type == PDF:
            answer = printed(marked_pdf(blobs.read(file.blob), marks), name)
        else:
            answer = HttpResponse(page_picture(file.blob, 1, marks), content_type="image/jpeg")
            answer["Content-Disposition"] = f'attachment; filename="{name}.jpg"'
    except (FileNotFoundError, blobs.Damaged, PdfError) as error:
        raise NotAllowedNow("Không làm được bản sao của tệp này; hãy báo lưu trữ.", found) from error
    looks.note(found, one, LoanView.Kind.COPY, by=request.post, at=at)
    return _unkept(answer)


@require_safe
def loan_book(request):
    """Sổ sử dụng bản lưu of a year: PDF, or ?as=xlsx."""
    post = request.post
    if post is None or not may(post, "see_loans"):
        raise Http404
    written = request.GET.get("year", "")
    year = (
        int(written)
        if written.isascii() and written.isdigit() and len(written) == 4
        else timezone.localdate().year
    )
    found = Loan.objects.filter(
        organisation=post.organisation_id, state__in=("allowed", "ended"), decided_at__year=year
    )
    lines = rows(found)
    if request.GET.get("as") != "xlsx":
        return printed(book_pdf(post.organisation, year, lines), f"so-su-dung-ban-luu-{year}")
    response = HttpResponse(book_xlsx(post.organisation, year, lines), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="so-su-dung-ban-luu-{year}.xlsx"'
    return _unkept(response)


def _step(request, pk: int, step: str, kind, act, done: str) -> HttpResponse:
    found = loan_for(request.post, pk)
    loans.check(found, step, by=request.post)
    form = kind(sent(request), loan=found) if kind is AllowForm else kind(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.given() if hasattr(form, "given") else form.cleaned_data
        if tried(form, lambda: act(found, by=request.post, at=timezone.now(), **given)):
            messages.success(request, done)
            return redirect(found)
    context = {"loan": found, "form": form, "heading": LOAN[step].label, "bad": LOAN[step].tone == "bad"}
    return render(request, "casefiles/loan_step.html", context)


def _reading(request, pk: int, item: int) -> tuple[Loan, Item]:
    """The loan that lets one read now, and the thing. Raises NotAllowedNow when its time is over."""
    found, post, day = loan_for(request.post, pk), request.post, timezone.localdate()
    if not reads(post, found, day):
        if found.post_id != post.pk or found.user_id != post.operator.pk:
            raise Http404  # whoever keeps the archive reads by his own right, not by the reader's
        raise NotAllowedNow(_why_not(found), found)
    one = (
        Item.objects.select_related("blob", "document")
        .filter(pk=item, case=found.case_id, removed_at=None)
        .first()
    )
    if one is None:
        raise Http404
    return found, one


def _why_not(found: Loan) -> str:
    if found.state == "allowed" and found.until < timezone.localdate():
        return f"Thời hạn đọc đã hết ngày {found.until:%d/%m/%Y}. Cần đọc tiếp thì gửi đề nghị mới."
    if found.state == "allowed":
        return "Hồ sơ không còn ở lưu trữ."
    return f"Đề nghị đang ở trạng thái “{found.state_label}”, chưa đọc được."


def _file(item: Item, order: int):
    found = files_of(item)
    if not 1 <= order <= len(found):
        raise Http404
    return found[order - 1]


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
