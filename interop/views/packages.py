"""Any package, in or out, for the operator who looks for a cause: what is known of it, and how its XML is built.

An operator reads no papers (documents.access): of what is handed over, only the routing is legible; title, content,
signers, names of files and the files themselves are left out, also of a package that could not be understood. Whoever
takes one shows first who he is, and is written down: so it is pressed (POST), and no link of another site does it.
"""

import hashlib

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents import blobs
from documents.forms.widgets import lines
from documents.journey import record_all, unwritten
from documents.models import Document, Incoming
from documents.views.lists.boxes import NO_LIST
from documents.views.shared.acting import sent
from interop.edxml import STATUS_NAMES, EdxmlError
from interop.inbound.inbox import LOOKED_AT
from interop.models import Inbound, Outbound
from interop.outbound import packing
from interop.reconciliation import explain
from interop.secrecy.redacted import header_of, without_content
from interop.views.exchange import operators_only
from orgs.models import Organisation
from orgs.reauthentication import fresh
from ui.paging import page_of
from ui.text import fold, nfc

MOST = 50
LISTS = {
    "failed": ("Thất bại", [Outbound.State.FAILED]),
    "waiting": ("Chờ gửi", [Outbound.State.QUEUED, Outbound.State.SENDING]),
}
TONES = {
    Inbound.State.INVALID: "bad", Inbound.State.REFUSED: "warn", Inbound.State.RETURNED: "warn",
    Inbound.State.RECEIVED: "info", Inbound.State.UNPACKED: "ok",
    Outbound.State.QUEUED: "info", Outbound.State.SENDING: "info", Outbound.State.SENT: "ok",
    Outbound.State.FAILED: "bad",
}  # fmt: skip


@require_safe
def packages(request):
    """Packages on their way out, and any package by number and notation of the paper, by its id, or by that of the axis."""
    operators_only(request)
    q = nfc(request.GET.get("q", ""))[:300]
    chosen = request.GET.get("list") if request.GET.get("list") in LISTS else "failed"
    if chosen != request.GET.get("list", chosen):
        messages.warning(request, NO_LIST.format(request.GET["list"][:40]))
    label, states = LISTS[chosen]
    context = {"q": q, "label": label, "tabs": [_tab(name, chosen) for name in LISTS]}
    if q:
        uids = _uids(q)
        context["came"] = _known(Inbound.objects.defer("raw"), q, uids)
        context["left"] = _known(Outbound.objects.all(), q, uids)
    else:
        page = page_of(Outbound.objects.filter(state__in=states), request, "-created_at", "-pk")
        context |= {"page": page, "left": page.rows}
    return render(request, "interop/packages.html", context)


class CloseForm(forms.Form):
    words = forms.CharField(
        label="Đã xử lý thế nào", min_length=10, max_length=1000, widget=lines(3),
        help_text="Ví dụ: đã gọi nơi gửi, văn bản được gửi lại bằng gói khác. Ít nhất 10 ký tự; ghi kèm tên bạn.",
    )  # fmt: skip


@require_safe
def package(request, pk: int):
    operators_only(request)
    return _package_page(request, _came(pk), CloseForm())


@require_POST
def close(request, pk: int):
    """What had to be looked at was looked at: it leaves the list with a sentence."""
    operators_only(request)
    inbound, form = _came(pk), CloseForm(sent(request))
    if not form.is_valid():
        return _package_page(request, inbound, form)
    if explain.close(inbound, form.cleaned_data["words"], by=request.post, at=timezone.now()):
        messages.success(request, "Đã xếp lại gói tin.")
        return redirect("exchange")
    messages.warning(request, "Gói tin này không còn ở trạng thái cần người xem.")
    return redirect("exchange_package", pk)


def _came(pk: int) -> Inbound:
    return get_object_or_404(Inbound.objects.select_related("raw", "closed_by__user"), pk=pk)


def _package_page(request, inbound: Inbound, form: CloseForm) -> HttpResponse:
    """One package that came. Of one that a person must look at, also the head of its XML."""
    unclear = inbound.state in LOOKED_AT and inbound.raw is not None
    context = {
        "inbound": inbound,
        "tone": TONES.get(inbound.state, "calm"),
        "answers": inbound.answers.order_by("pk"),
        "header": header_of(blobs.read(inbound.raw)) if unclear else "",
        "form": form if inbound.state == Inbound.State.INVALID else None,
        "can_open_again": unclear,
        "can_take": _there(inbound),
    }
    return render(request, "interop/package.html", context)


@require_safe
def package_out(request, pk: int):
    operators_only(request)
    outbound = get_object_or_404(Outbound, pk=pk)
    raw = _packed(outbound)
    context = {
        "outbound": outbound,
        "tone": TONES[outbound.state],
        "status_name": STATUS_NAMES.get(outbound.status_code, ""),
        "size": len(raw) if raw is not None else None,
        # Made again after the paper got another date or the office another name, it is not the same any more.
        "differs": raw is not None and bool(outbound.sha256) and outbound.sha256 != _sha256(raw),
    }
    return render(request, "interop/package_out.html", context)


@require_POST
@fresh
def raw_in(request, pk: int):
    operators_only(request)
    inbound = get_object_or_404(Inbound.objects.select_related("raw"), pk=pk)
    if not _there(inbound):
        raise Http404
    try:
        raw = blobs.read(inbound.raw)
    except FileNotFoundError as error:
        raise Http404 from error
    same = {"document_uid": inbound.message_id, "sender_code": inbound.sender_code}
    papers = Incoming.objects.filter(**same, direction="in") if inbound.message_id else []
    return _handed(request, raw, list(papers))


@require_POST
@fresh
def raw_out(request, pk: int):
    operators_only(request)
    outbound = get_object_or_404(Outbound, pk=pk)
    raw = _packed(outbound)
    if raw is None:
        raise Http404
    paper = outbound.paper or (outbound.report and outbound.report.incoming)
    return _handed(request, raw, [paper] if paper else [])


def _handed(request, raw: bytes, papers: list[Document]) -> HttpResponse:
    """Stands in the chain of every office whose paper it is; in the operator's own where it is nobody's yet."""
    sha256, at = _sha256(raw), timezone.now()
    said = {"sha256": sha256, "text": "Gói tin đã lược bỏ nội dung"}
    whose = [(paper.organisation_id, paper.pk) for paper in papers] or [(request.post.organisation_id, None)]
    record_all([unwritten("take_package", *one, by=request.post, at=at, payload=said) for one in whose])
    response = HttpResponse(without_content(raw), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="goi-{sha256[:16]}-luoc-bo-noi-dung.txt"'
    response["X-Package-SHA256"] = sha256
    return response


def _there(inbound: Inbound) -> bool:
    """What may be a secret, or was taken back, is gone or about to be."""
    return inbound.raw is not None and inbound.state != Inbound.State.REFUSED


def _packed(outbound: Outbound) -> bytes | None:
    """The very bytes as they leave or left: made again from the rows. None of what speaks of a secret or is gone."""
    about_secret = outbound.report_id and outbound.report.incoming.purged_at
    if about_secret or (outbound.inbound_id and outbound.inbound.state == Inbound.State.REFUSED):
        return None
    try:
        with packing.pack(outbound) as package:
            return package.read()
    except (EdxmlError, ValueError, FileNotFoundError):
        return None


def _uids(q: str) -> list[str]:
    """Of every paper that bears this number and notation; anything else is an id already."""
    if "/" not in q or "," in q:
        return [q]
    city = Organisation.objects.filter(external=False)  # the index begins with the office
    papers = Document.objects.filter(organisation__in=city, code_key=fold(q)[:60]).exclude(document_uid="")
    return list(papers.order_by("-pk").values_list("document_uid", flat=True)[:MOST])


def _known(rows, q: str, uids: list[str]) -> list:
    """By either id, each from its own index."""
    by_message, by_axis = rows.filter(message_id__in=uids), rows.filter(axis_doc_id=q)
    found = {row.pk: row for row in (*by_message.order_by("-pk")[:MOST], *by_axis.order_by("-pk")[:MOST])}
    return list(found.values())


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _tab(name: str, chosen: str) -> dict:
    return {"label": LISTS[name][0], "url": f"?list={name}", "active": name == chosen}
