"""Pages that need no account: check a signed file, check a printed copy by its code. Nothing sent here is kept."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from orgs.identity import throttle
from signatures import public
from signatures.actions import check
from signatures.public_words import LIKENESS, signers_of, verdict_in_words
from ui.ids import parse_id

CHECKS = {"tries": 20, "of_all": 200}  # a minute: each may cost a process of its own for seconds
LOOKS = {"tries": 30, "of_all": 1000}  # wrong codes a minute
AROUND_A_FILE = 64 * 1024  # bytes of a form beside its file
logger = logging.getLogger(__name__)


def _with_upload(view: Callable) -> Callable:
    """A page open to everybody that takes one file: its size is looked at before a byte of it is read.

    The check of the form's token reads the whole form, so it comes after; it is not left out.
    """
    protected = csrf_protect(view)

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def bounded(request, *args, **kwargs):
        request.too_large = _length(request) > settings.MAX_FILE_BYTES + AROUND_A_FILE
        return (view if request.too_large else protected)(request, *args, **kwargs)

    bounded.bounds_upload = True  # read by orgs.middleware
    return login_not_required(csrf_exempt(bounded))


@_with_upload
def public_check(request):
    """Are the signatures of this file right? Asked by anybody, of any PDF."""
    said, status = _said_of_the_file(request, _judged)
    context = {"limit": settings.MAX_FILE_BYTES} | said
    return render(request, "signatures/public_check.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def public_code(request):
    """Where a code is typed by hand, or pasted with the address around it."""
    if "ma" not in request.GET:
        return render(request, "signatures/public_code.html")
    typed = request.GET["ma"].strip().rstrip("/").rsplit("/", 1)[-1]
    if not typed:
        return render(request, "signatures/public_code.html", {"empty": True})
    code = public.folded(typed)
    return redirect("public_paper", code) if code else _no_such_code(request, typed)


@_with_upload
def public_paper(request, code):
    """The face of an issued paper, its state and its signatures; a file in hand is compared with it."""
    address = throttle.address_of(request)
    if not throttle.allow("code", address, **LOOKS):
        context = {"problem": "Đã có nhiều lần nhập mã sai từ mạng của bạn. Hãy đợi 1 phút rồi thử lại."}
        return render(request, "signatures/public_code.html", context, status=429)
    found = public.paper_of(code)
    if found is None:
        return _no_such_code(request, code)
    throttle.forgive("code", address)
    return _paper(request, *found)


def _no_such_code(request, code: str) -> HttpResponse:
    """The same for a code nobody has and for one whose paper is not issued."""
    context = {"typed": code[:60], "missing": True}
    return render(request, "signatures/public_code.html", context, status=404)


def _paper(request, code: str, paper) -> HttpResponse:
    file = paper.current_file()
    verdict, report = public.verdict_on(file.blob)
    own = public.seen_by(request.post, paper)
    context = {
        "code": public.grouped(code),
        "paper": paper,
        "state": public.state_of(paper),
        "sha256": file.blob_id,
        "verdict": verdict_in_words(verdict, report, issued=True),
        "signers": signers_of(report),
        "own": own,
        "limit": settings.MAX_FILE_BYTES,
    }
    said, status = _said_of_the_file(request, lambda data: _compared(paper, data))
    return render(request, "signatures/public_paper.html", context | said, status=status)


def _said_of_the_file(request, judge: Callable[[bytes], dict]) -> tuple[dict, int]:
    """For the page, with the status of its answer: nothing on a first look, else the verdict or why there is none."""
    if request.method != "POST":
        return {}, 200
    try:
        data = _pdf(request)
    except ValidationError as error:
        return {"problem": error.message}, error.params["status"]
    return judge(data), 200


def _compared(paper, data: bytes) -> dict:
    likeness = public.compare(paper, data)
    said = {"likeness": LIKENESS[likeness.kind]}
    if likeness.kind != "same":  # the verdict on that one stands on the page already
        said["file"] = _judged(data)
    return said


def _judged(data: bytes) -> dict:
    verdict, report = check(data)
    # No name, no address, no hash: how many, not who or what.
    logger.info("public check: %s", verdict)
    return {
        "verdict": verdict_in_words(verdict, report),
        "signers": signers_of(report),
        "reasons": report.get("reasons", []),
    }


def _pdf(request) -> bytes:
    """The bytes of the one file sent. Raises ValidationError with the status to answer with."""
    limit = settings.MAX_FILE_BYTES
    too_large = f"Tệp lớn hơn {limit // 1024 // 1024} MB nên hệ thống không nhận. Chưa có gì được kiểm tra."
    if request.too_large:
        raise _refused(too_large, 413)
    if not throttle.allow("check", throttle.address_of(request), **CHECKS):
        raise _refused("Đã có nhiều lần kiểm tra trong một phút. Hãy đợi 1 phút rồi gửi lại.", 429)
    upload = request.FILES.get("file")
    if upload is None:
        raise _refused("Hãy chọn một tệp PDF trên máy rồi bấm lại.", 422)
    if upload.size > limit:
        raise _refused(too_large, 413)
    data = upload.read()
    if b"%PDF-" not in data[:1024]:
        raise _refused(
            "Tệp này không phải PDF. Ảnh chụp, bản quét hay tệp Word không mang chữ ký số của văn bản;"
            " hãy chọn đúng tệp PDF đã nhận.",
            422,
        )
    return data


def _refused(sentence: str, status: int) -> ValidationError:
    return ValidationError(sentence, params={"status": status})


def _length(request) -> int:
    return parse_id(request.META.get("CONTENT_LENGTH") or "") or 0
