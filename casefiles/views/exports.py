"""A file as one ZIP: asked for, waited for, taken home; packages of elsewhere, to be read. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefiles import looks
from casefiles.access import case_for, export_for, received_of
from casefiles.actions import exports, receiving
from casefiles.forms.exports import PackForm, ReceiveForm
from casefiles.models import CaseReading, Export
from casefiles.package import tt05
from casefiles.package.contents import media_type
from casefiles.package.packing import PACKAGES
from documents import blobs
from documents.access import may
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED
from ui.paging import page_of

SECONDS = 3  # between two looks at how far it is


@require_safe
def case_exports(request):
    """What one asked for oneself, as long as it is kept."""
    if request.post is None:
        return no_post(request)
    mine = Export.objects.filter(user=request.post.operator, post=request.post, taken_over=False)
    mine = mine.select_related("case")
    page = page_of(mine, request, "-pk")
    return render(request, "casefiles/exports.html", {"page": page, "days": exports.KEPT_FOR.days})


@require_POST
def case_download(request, pk):
    """The whole file as .pdf and .xml: whoever sees it may ask; papers that he does not see are named as left out."""
    case = case_for(request.post, pk)
    try:
        made = exports.ask_export(case, kind=Export.Kind.WHOLE, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(case)
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def case_aip(request, pk):
    """Of what the archive of the office has taken over."""
    return _pack(request, pk, Export.Kind.AIP)


@require_http_methods(["GET", "HEAD", "POST"])
def case_sip(request, pk):
    """Of files that are kept for ever, towards the historical archive."""
    return _pack(request, pk, Export.Kind.SIP)


@require_safe
def case_export(request, pk):
    made = export_for(request.post, pk)
    until = made.asked_at + exports.KEPT_FOR
    return render(request, "casefiles/export.html", {"made": made, "seconds": SECONDS, "until": until})


@require_safe
@csp_replace(LOCKED)
def case_export_file(request, pk):
    made = export_for(request.post, pk)
    path = exports.path_of(made)
    if made.state != Export.State.READY or not path.exists():
        raise Http404
    if held := exports.held_since(made):
        messages.error(request, " ".join(held[:5]))
        return redirect(made)
    looks.note_file(made.case, CaseReading.Kind.DOWNLOAD, by=request.post, at=timezone.now())
    return _to_save(FileResponse(path.open("rb"), content_type="application/zip"), made.name)


@require_POST
def case_export_drop(request, pk):
    exports.drop_asked(export_for(request.post, pk))
    messages.success(request, "Đã xóa gói.")
    return redirect("case_exports")


@require_http_methods(["GET", "HEAD", "POST"])
def received_packages(request):
    """Packages of elsewhere; one more is checked and taken in."""
    if request.post is None:
        return no_post(request)
    if not may(request.post, "receive_packages"):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan nhận và đọc gói hồ sơ từ nơi khác.")
    form = ReceiveForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = []
        if tried(
            form,
            lambda: kept.append(
                receiving.receive_package(form.cleaned_data["package"], by=request.post, at=timezone.now())
            ),
        ):
            messages.success(request, "Đã kiểm tra từng tệp và nhận gói.")
            return redirect(kept[0])
    page = page_of(received_of(request.post).defer("content"), request, "-pk")
    return render(request, "casefiles/received.html", {"page": page, "form": form})


@require_safe
def received_package(request, pk):
    found = get_object_or_404(received_of(request.post).select_related("user"), pk=pk)
    names = {one.key: one.name for package in PACKAGES for one in tt05.fields(package, tt05.FILE)}
    values = [(names.get(key, key), value) for key, value in found.content["values"].items() if value]
    papers = [
        {
            "ordinal": n,
            "values": one["values"],
            "files": [f | {"label": f["name"].rpartition("/")[2]} for f in one["files"]],
        }
        for n, one in enumerate(found.content["papers"], start=1)
    ]
    return render(
        request, "casefiles/received_one.html", {"found": found, "values": values, "papers": papers}
    )


@require_safe
@csp_replace(LOCKED)
def received_file(request, pk):
    """One file of it (`?name`), or all of it as it came; always to be saved, never shown by the browser."""
    found = get_object_or_404(received_of(request.post).select_related("blob"), pk=pk)
    name = request.GET.get("name", "")
    if not found.may_be_taken or (name and name not in {one["name"] for one in receiving.files_in(found)}):
        raise Http404
    if not name:
        return _to_save(
            FileResponse(blobs.path_of(found.blob).open("rb"), content_type="application/zip"), found.name
        )
    label = name.rpartition("/")[2]
    pieces = receiving.pieces_of(found, name)
    return _to_save(StreamingHttpResponse(pieces, content_type=media_type(label)), label)


def _to_save(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pack(request: HttpRequest, pk: int, kind: Export.Kind) -> HttpResponse:
    case = case_for(request.post, pk)
    if not may(request.post, "pack_file", case):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan lập gói AIP, SIP.")
    form, made = PackForm(sent(request)), []

    def ask() -> None:
        made.append(
            exports.ask_export(case, kind=kind, by=request.post, at=timezone.now(), **form.cleaned_data)
        )

    if request.method == "POST" and form.is_valid() and tried(form, ask):
        return redirect(made[0])
    context = {"case": case, "form": form, "heading": kind.label, "press": "Lập gói"}
    return render(request, "casefiles/step.html", context)
