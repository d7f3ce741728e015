"""Files handed in together: the batches, one batch, its minutes and their signatures; the archivist's check of one file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import case_for, transfer_for
from casefiles.actions import checking, transfer_signing, transfers
from casefiles.actions.closing import content_of, findings
from casefiles.forms.archive import OpenTransferForm, WriteMinutesForm
from casefiles.journey import check
from casefiles.models import CheckedFile, Transfer, TransferFile
from documents import blobs
from documents.access import may
from documents.forms.incoming.steps import ReasonForm
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import printed
from orgs import reauthentication
from signatures import failures
from signatures.errors import SigningError
from signatures.keys import answers_later, needs_pin, personal_certificate
from signatures.providers import Pin
from signatures.public import verdict_on
from signatures.public_words import signers_of, verdict_in_words
from ui.paging import page_of

SIGNS = {"sign_giving": transfer_signing.sign_giving, "sign_taking": transfer_signing.sign_taking}
BUTTONS = {
    "write_minutes": "transfer_minutes",
    "undo_minutes": "transfer_undo",
    "cancel_transfer": "transfer_cancel",
}
SIGNED = {
    "sign_giving": "Đã ký biên bản; lưu trữ ký thì hồ sơ được nhận.",
    "sign_taking": "Đã ký biên bản và nhận toàn bộ hồ sơ của đợt vào lưu trữ.",
}


@require_safe
def transfer_list(request):
    if request.post is None:
        return no_post(request)
    page = page_of(Transfer.objects.visible_to(request.post).for_rows(), request, "-at", "-pk")
    context = {"page": page, "may_open": may(request.post, "open_file") and request.post.in_person}
    return render(request, "casefiles/transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_open(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not (may(post, "open_file") and post.in_person):
        raise PermissionDenied(f"Vai trò “{post}” không lập đợt nộp lưu.")
    found = transfers.to_hand_in(post).order_by("code", "pk")[: transfers.MOST]
    whose = post.unit or post.organisation
    initial = {"name": f"Hồ sơ, tài liệu của {whose}"[:300]}
    form = OpenTransferForm(sent(request), found=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form,
            lambda: made.append(transfers.open_transfer(by=post, at=timezone.now(), **form.cleaned_data)),
        ):
            messages.success(request, "Đã nộp; lưu trữ kiểm tra từng hồ sơ rồi lập biên bản giao nhận.")
            return redirect(made[0])
    return render(request, "casefiles/transfer_open.html", {"form": form})


@require_safe
def transfer(request, pk):
    found = transfer_for(request.post, pk)
    bad = (
        CheckedFile.objects.filter(case=OuterRef("case"), wrong=True)
        .order_by()
        .values("case")
        .annotate(n=Count("pk"))
    )
    places = TransferFile.objects.filter(transfer=found).select_related("case__creator__user")
    places = places.annotate(wrong=Subquery(bad.values("n")))
    steps = transfers.steps_open_to(request.post, found)
    signs = next((name for name in SIGNS if name in steps), "")
    context = {
        "transfer": found, "places": places, "signs": signs, "press": steps[signs].label if signs else "",
        "asks_pin": bool(signs) and _asks_pin(request.post),
        "steps": [
            {"label": step.label, "url": reverse(BUTTONS[name], args=[found.pk]), "tone": step.tone}
            for name, step in steps.items()
            if name in BUTTONS
        ],
        **_signed(found),
    }  # fmt: skip
    return render(request, "casefiles/transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_minutes(request, pk):
    """The archivist has looked at everything; what the system cannot count he writes."""
    found = transfer_for(request.post, pk)
    transfers.check(found, "write_minutes", by=request.post)
    form = WriteMinutesForm(sent(request), instance=found)
    given = lambda: transfers.write_minutes(found, by=request.post, at=timezone.now(), **form.cleaned_data)  # noqa: E731
    if request.method == "POST" and form.is_valid() and tried(form, given):
        messages.success(request, "Đã lập biên bản; bên giao ký trước, lưu trữ ký sau.")
        return redirect(found)
    context = {"transfer": found, "form": form, "heading": "Lập biên bản giao nhận", "press": "Lập biên bản"}
    return render(request, "casefiles/transfer_step.html", context)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_sign(request, pk):
    """Each side with the person's own certificate; the second signature takes everything over."""
    found = transfer_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(found)
    name = request.POST.get("step", "")
    name = (
        name if name in SIGNS else "sign_giving" if found.state == Transfer.State.WRITTEN else "sign_taking"
    )
    transfers.check(found, name, by=request.post)
    later = _answers_later(request.post)
    if not later and not _asks_pin(request.post) and (asking := reauthentication.ask(request)):
        return asking
    try:
        if later:
            return redirect(
                "signing", transfer_signing.begin_side(name, found, by=request.post, at=timezone.now()).pk
            )
        pin = Pin(request.POST.get("pin", "")[:64])
        SIGNS[name](found, by=request.post, at=timezone.now(), pin=pin)
        messages.success(request, SIGNED[name])
    except (SigningError, ValidationError) as error:
        failures.note(error)
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    return redirect(found)


@require_safe
def transfer_file(request, pk):
    """The minutes as they stand now, with the signatures they bear."""
    found = transfer_for(request.post, pk)
    if found.minutes is None:
        return redirect(found)
    return printed(blobs.read(found.minutes), f"bien-ban-giao-nhan-{found.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_undo(request, pk):
    done = "Đã hủy biên bản; đợt nộp trở lại bước kiểm tra."
    return _reasoned(request, pk, "undo_minutes", transfers.undo_minutes, "Hủy biên bản", done)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_cancel(request, pk):
    done = "Đã hủy đợt nộp; hồ sơ trong đợt vẫn ở chỗ lưu trữ, chờ nhận hoặc trả lại từng hồ sơ."
    return _reasoned(request, pk, "cancel_transfer", transfers.cancel_transfer, "Hủy đợt nộp", done)


@require_http_methods(["GET", "HEAD", "POST"])
def case_check(request, pk):
    """The archivist's desk for one file: what was found of every file in it, what is still to be looked at."""
    case = case_for(request.post, pk)
    check(case, "accept_file", by=request.post)
    if request.method == "POST":
        if request.POST.get("again"):
            CheckedFile.objects.filter(case=case).delete()
        left = checking.check_files(case, at=timezone.now())
        said = f"Còn {left} tệp chưa kiểm tra, hãy bấm tiếp." if left else "Đã kiểm tra hết."
        (messages.warning if left else messages.success)(request, said)
        return redirect("case_check", case.pk)
    content = content_of(case)
    page = page_of(CheckedFile.objects.filter(case=case).select_related("item"), request, "-wrong", "pk")
    context = {
        "case": case, "page": page, "left": checking.left_to_check(case),
        "findings": findings(case, content, case.ended_on), "content": content,
    }  # fmt: skip
    return render(request, "casefiles/check.html", context)


def _reasoned(request, pk: int, name: str, act, heading: str, done: str) -> HttpResponse:
    found = transfer_for(request.post, pk)
    transfers.check(found, name, by=request.post)
    form = ReasonForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: act(found, by=request.post, at=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, done)
        return redirect(found)
    context = {"transfer": found, "form": form, "heading": heading, "press": heading, "bad": True}
    return render(request, "casefiles/transfer_step.html", context)


def _signed(found: Transfer) -> dict:
    """What the product's own verifier says of the minutes, once somebody has signed."""
    if found.given_by_id is None or found.minutes is None:
        return {}
    try:
        verdict, report = verdict_on(found.minutes)
    except OSError:
        return {"verdict": verdict_in_words("unknown", {}), "signers": []}
    return {"verdict": verdict_in_words(verdict, report), "signers": signers_of(report)}


def _answers_later(post) -> bool:
    try:
        return answers_later(personal_certificate(post.user))
    except SigningError:
        return False


def _asks_pin(post) -> bool:
    try:
        return needs_pin(personal_certificate(post.user))
    except SigningError:  # the act itself says so
        return False
