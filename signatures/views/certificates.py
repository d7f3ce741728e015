"""The register of certificates: what an administrator keeps, and what each holder sees of his own."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from orgs.access import holds_elsewhere, may, require
from orgs.models import Organisation, Post, Role
from orgs.reauthentication import fresh, fresh_to_send
from orgs.views.asked import organisation_asked
from orgs.views.proposals import proposed
from signatures.actions import certificates as actions
from signatures.certificates import MOST_BYTES, armored, issuer_name, state_of
from signatures.forms import AGENCY, CertificateForm
from signatures.models import Certificate
from signatures.powers import propose_agencys
from signatures.providers.rows import identity_of
from signatures.verification import sender
from ui.paging import page_of
from ui.text import fold, nfc

BY_END = ("valid_to", "pk")
TABS = [
    ("", "Đang dùng", lambda rows, at: rows.in_use(), BY_END, "Chưa có chứng thư số nào đang dùng"),
    ("sap-het-han", "Sắp hết hạn", lambda rows, at: rows.ending(at), BY_END, "Không có chứng thư số nào sắp hết hạn"),
    ("khong-ky-duoc", "Hết hạn, bị thu hồi", lambda rows, at: rows.useless(at), BY_END, "Không có chứng thư số nào hết hạn hay bị thu hồi"),
    ("thoi-dung", "Ngừng sử dụng", lambda rows, at: rows.exclude(retired_at=None), ("-pk",), "Chưa có chứng thư số nào ngừng sử dụng"),
]  # fmt: skip


@require_safe
def certificates(request):
    """An operator sees all, or one organisation's (?co-quan=); an administrator those of the own organisation."""
    require(request.post, "manage_certificates")
    body, at = _body(request), timezone.now()
    asked = request.GET.get("tinh-trang", "")
    _, _, chosen, keys, nothing = next((tab for tab in TABS if tab[0] == asked), TABS[0])
    rows = Certificate.objects.all()
    if body is not None:
        rows = rows.of_body(body, timezone.localdate(at))
    query = nfc(request.GET.get("q", ""))[:100]
    found = page_of(_searched(chosen(rows, at), query).select_related("user", "organisation"), request, *keys)
    context = {
        "page": found, "rows": [_row(row, at) for row in found.rows], "body": body, "q": query, "state": asked,
        "tabs": _tabs(request, asked, query), "nothing": nothing, "query": _query(request, body),
    }  # fmt: skip
    return render(request, "signatures/certificates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def certificate_add(request):
    """First the file, then what it says; only the second press registers it. Nothing is kept between the two."""
    require(request.post, "manage_certificates")
    body, at = _body(request) or request.post.organisation, timezone.now()
    form = CertificateForm(request.POST if request.method == "POST" else None, organisation=body)
    context = {"form": form, "body": body, "query": _query(request, body), "at_most": MOST_BYTES}
    if request.method == "POST" and form.is_valid():
        given = {"organisation": body, "at": at, **form.given()}
        try:
            if "confirm" in request.POST and given["user"] is None:
                del given["user"]
                data = _sent(request)
                answer = proposed(request, form, lambda: propose_agencys(data, by=request.post, **given))
                return answer or render(request, "signatures/certificate_add.html", context)
            if "confirm" in request.POST:
                row = actions.register(_sent(request), by=request.post, **given)
                messages.success(request, f"Đã đăng ký chứng thư số của {row.subject}.")
                return redirect("certificate", row.pk)
            context |= _preview(actions.examine(_sent(request), **given), form)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
    return render(request, "signatures/certificate_add.html", context)


@require_safe
def certificate(request, pk: int):
    row, at = _found(request, pk), timezone.now()
    identity = identity_of(row)
    context = {
        "row": _row(row, at), "fingerprint": identity.fingerprint, "above": [one.subject.native for one in identity.chain],
        "manages": _manages(request.post, row, at),
    }  # fmt: skip
    return render(request, "signatures/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_to_send
def certificate_retire(request, pk: int):
    row, at = _found(request, pk), timezone.now()
    if not _manages(request.post, row, at):
        raise Http404
    reason, error = nfc(request.POST.get("reason", "")), ""
    if request.method == "POST":
        try:
            done = actions.retire(row, reason=reason, by=request.post, at=at)
            say = messages.success if done else messages.info
            say(
                request,
                "Đã ngừng sử dụng chứng thư số." if done else "Chứng thư số này đã ngừng sử dụng từ trước.",
            )
            return redirect("certificate", row.pk)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    context = {"row": _row(row, at), "reason": reason, "error": error}
    return render(request, "signatures/certificate_retire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_check(request, pk: int):
    """Asks the authority now whether it was revoked."""
    row = _found(request, pk)
    if request.method == "POST":
        told = actions.check(row, by=request.post, at=timezone.now())
        if told.state == "good":
            messages.success(request, told.revocation)
        else:
            say = messages.error if told.state == "revoked" else messages.warning
            say(request, told.reason[:1].upper() + told.reason[1:])
    return redirect("certificate", row.pk)


@require_safe
def own_certificates(request):
    """One's own; the clerk, who seals, sees the organisation's as well."""
    at, post = timezone.now(), request.post
    clerk = post is not None and post.role == Role.CLERK
    whose = Q(user=request.user) | (Q(organisation=post.organisation) if clerk else Q(pk=None))
    rows = [_row(row, at) for row in Certificate.objects.filter(whose).select_related("user", "organisation")]
    rows.sort(key=lambda row: (row["it"].retired_at is not None, -row["it"].valid_to.timestamp()))
    own = [row for row in rows if row["it"].user_id]
    context = {
        "own": own, "agencys": [row for row in rows if not row["it"].user_id], "clerk": clerk, "post": post,
        "urgent": any(row["state"].tone in ("warn", "bad") for row in rows),
    }  # fmt: skip
    return render(request, "signatures/own_certificates.html", context)


def _body(request: HttpRequest) -> Organisation | None:
    """Whose register is shown. None is everybody's, for the operator alone."""
    body = organisation_asked(request)
    if body is None:
        return None if request.post.role == Role.SYS_ADMIN else request.post.organisation
    require(request.post, "manage_certificates", body)
    return body


def _query(request: HttpRequest, body: Organisation | None) -> str:
    return f"?co-quan={body.pk}" if body is not None and "co-quan" in request.GET else ""


def _found(request: HttpRequest, pk: int) -> Certificate:
    require(request.post, "manage_certificates")
    rows = Certificate.objects.select_related("user", "organisation")
    if request.post.role != Role.SYS_ADMIN:
        rows = rows.of_body(request.post.organisation, timezone.localdate())
    return get_object_or_404(rows, pk=pk)


def _manages(post: Post, row: Certificate, at: datetime) -> bool:
    """A person may hold a certificate of another body too: that one is not this administrator's."""
    if may(post, "manage_certificates", row.organisation) and row.user_id is None:
        return True
    day = timezone.localdate(at)
    here = row.user_id and sender.works_at(identity_of(row).certificate, post.organisation, day=day)
    return bool(here) or not holds_elsewhere(post, row.user, day)


def _searched(rows, query: str):
    if not query:
        return rows
    words = fold(query)
    return rows.filter(
        Q(subject__icontains=query) | Q(serial__iexact=query) | Q(user__search_key__contains=words)
        | Q(organisation__search_key__contains=words)
    )  # fmt: skip


def _row(row: Certificate, at: datetime) -> dict:
    return {"it": row, "issuer": issuer_name(row.pem), "state": state_of(row, at)}


def _tabs(request: HttpRequest, asked: str, query: str) -> list[dict]:
    here, kept = reverse("certificates"), request.GET.copy()
    for name in ("older", "newer", "tinh-trang"):
        kept.pop(name, None)
    tabs = []
    for name, label, *_ in TABS:
        words = kept.copy()
        if name:
            words["tinh-trang"] = name
        tabs.append({"label": label, "url": f"{here}?{words.urlencode()}", "active": name == asked})
    return tabs


def _sent(request: HttpRequest) -> bytes:
    """The file just chosen, or the certificate that was shown a moment ago."""
    file = request.FILES.get("file")
    if file is not None:
        # One byte more than allowed is enough to refuse it; the rest is not taken into memory.
        return file.read(MOST_BYTES + 1)
    return request.POST.get("certificate", "")[: MOST_BYTES + 1].encode()


def _preview(found, form: CertificateForm) -> dict:
    given = form.given()
    return {
        "found": found, "issuer": issuer_name(armored(found.certificate)), "serial": f"{found.certificate.serial_number:x}",
        "owner": given["user"], "agency": form.cleaned_data["owner"] == AGENCY,
        "holder": Certificate.Holder(given["holder"]).label, "certificate": armored(found.certificate, *found.chain),
    }  # fmt: skip
