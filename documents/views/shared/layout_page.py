"""The page of a paper's form: what its file lacks of decree 30, for whoever checks or wonders. To be known, not to refuse by."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from documents import blobs
from documents.access import may
from documents.actions import muting
from documents.layout.checker import check
from documents.models import Blob, Document, MutedRule
from documents.pdf import PdfError
from documents.views.shared.findings import muted_of, shown, unread

PRESSES = {
    "mute": muting.mute,
    "unmute": muting.unmute,
    "mute_all": muting.mute_for_office,
    "unmute_all": muting.unmute_for_office,
}
NO_FILE = "Văn bản không có tệp nào để kiểm tra thể thức."


def layout_page(
    request: HttpRequest, paper: Document, blob: Blob | None, pages: list[dict], *, foreign: bool = False
) -> HttpResponse:
    """`blob`: the file that counts, where it may be seen; `pages`: its pictures; `foreign`: made elsewhere. A press mutes a rule,
    or undoes that."""
    if request.method == "POST":
        press(request, paper)
        return redirect(request.path)
    context = {
        "paper": paper,
        "pages": pages,
        "check": checked(blob, muted_of(paper, paper.organisation_id), pages, foreign=foreign),
        "may_mute": may(request.post, "mute_rule", paper),
        "may_mute_all": may(request.post, "mute_for_office") and may(request.post, "mute_rule", paper),
    }
    return render(request, "documents/shared/layout_page.html", context)


def press(request: HttpRequest, paper: Document) -> bool:
    """Whether a finding was called none, or one again."""
    at, by = timezone.now(), request.post
    try:
        pressed = next((name for name in PRESSES if name in request.POST), "")
        if not pressed:
            return False
        PRESSES[pressed](paper, rule=request.POST[pressed], by=by, at=at)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return True


def checked(blob: Blob | None, muted: list[MutedRule], pages: list[dict], *, foreign: bool) -> dict:
    if blob is None:
        return unread(NO_FILE)
    try:
        return shown(check(blobs.read(blob), foreign=foreign), muted, pages)
    except PdfError as error:
        return unread(str(error))
    except FileNotFoundError:  # on a disk that is away, or destroyed a moment ago
        return unread("Tệp của văn bản hiện không đọc được.")
