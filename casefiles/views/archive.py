"""Handing a file to the archive of the office, and the archivist's answer; the Mục lục hồ sơ of a year. Find, do, answer."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import case_for, transfer_for
from casefiles.actions import archive
from casefiles.actions.checking import accept_checked, wrong_in
from casefiles.forms.archive import ReturnForm
from casefiles.journey import check
from casefiles.models import CaseFile
from casefiles.register import register_pdf, register_xlsx
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import printed
from ui.ids import parse_id
from ui.spreadsheet import TYPE


class NoteForm(forms.Form):
    note = forms.CharField(label="Ghi chú", required=False, max_length=500)


@require_http_methods(["GET", "HEAD", "POST"])
def case_submit(request, pk):
    return _step(
        request,
        pk,
        "submit_file",
        forms.Form,
        archive.submit_file,
        "Nộp vào lưu trữ",
        "Đã nộp; lưu trữ kiểm tra rồi nhận hoặc trả lại.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_accept(request, pk):
    """Every byte is read first, every signature checked again: the archive takes what is whole."""
    return _step(
        request,
        pk,
        "accept_file",
        NoteForm,
        accept_checked,
        "Nhận vào lưu trữ",
        "Đã kiểm tra từng tệp và nhận vào lưu trữ.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_return(request, pk):
    return _step(
        request,
        pk,
        "return_file",
        ReturnForm,
        archive.return_file,
        "Trả lại hồ sơ",
        "Đã trả lại hồ sơ kèm lý do.",
    )


@require_safe
def file_register(request):
    """Mục lục hồ sơ, tài liệu nộp lưu: of the files of a year that were handed in and that one sees, or of one batch (?batch);
    those kept for ever and the others are two documents. PDF, or ?as=xlsx."""
    post = request.post
    if post is None:
        return no_post(request)
    written, forever, unit = request.GET.get("year", ""), request.GET.get("list", "") != "term", None
    year = (
        int(written)
        if written.isascii() and written.isdigit() and len(written) == 4
        else timezone.localdate().year
    )
    if batch := parse_id(request.GET.get("batch", "")):
        transfer = transfer_for(post, batch)
        year, unit = timezone.localtime(transfer.at).year, transfer.unit
        files = CaseFile.objects.filter(transfers__in=transfer.places.filter(out_at=None))
    else:
        files = CaseFile.objects.visible_to(post).filter(year=year, state__in=("submitted", "archived"))
    files = files.filter(term="vinh_vien") if forever else files.exclude(term="vinh_vien")
    found = list(files.order_by("code", "pk")[:5000])
    if request.GET.get("as") != "xlsx":
        pdf = register_pdf(post.organisation, year, found, forever=forever, unit=unit)
        return printed(pdf, f"muc-luc-ho-so-{year}")
    response = HttpResponse(register_xlsx(post.organisation, year, found, forever=forever), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="muc-luc-ho-so-{year}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _step(request: HttpRequest, pk: int, step: str, kind, act, heading: str, done: str) -> HttpResponse:
    case = case_for(request.post, pk)
    check(case, step, by=request.post)
    initial = (
        {"things": "\n".join(f"{one.ordinal}: {one.words}" for one in wrong_in(case))}
        if kind is ReturnForm
        else None
    )
    form = kind(sent(request), initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: act(case, by=request.post, at=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, done)
        return redirect(case)
    context = {"case": case, "form": form, "heading": heading, "press": heading, "bad": step == "return_file"}
    return render(request, "casefiles/step.html", context)
