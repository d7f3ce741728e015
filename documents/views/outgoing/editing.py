"""What the editor of a draft asks the server while one writes: numbers, pictures."""

from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents import blobs
from documents.access import may, outgoing_for
from documents.actions.outgoing.drafts import mark_of
from documents.actions.outgoing.opened import opened
from documents.actions.outgoing.pictures import bring, seen_by
from documents.forms.outgoing.draft import tidy
from documents.layout.blocks import LONGEST
from documents.layout.renumber import Renumbered, renumber
from documents.uploads import picture
from documents.views.shared.files import LOCKED


@require_POST
def draft_numbers(request):
    """`body` with its numbers in order, after the unit in `line` has moved ("up", "down") or was just made (`new`)."""
    if not may(request.post, "draft"):
        raise PermissionDenied("Vai trò này không soạn văn bản đi.")
    body = request.POST.get("body", "")
    if len(body) > LONGEST:
        return JsonResponse({"error": f"Nội dung dài quá {LONGEST} ký tự nên chưa đánh số lại."}, status=422)
    line = request.POST.get("line", "")
    at = int(line) if line.isascii() and line.isdigit() and len(line) < 8 else 0
    done = renumber(
        tidy(body), line=at, move=request.POST.get("move", ""), is_new="1" in request.POST.get("new", "")
    )
    return JsonResponse({"body": done.text, "line": done.line, "said": said_of(done)})


def said_of(done: Renumbered) -> str:
    if not done.unclear:
        return ""
    twice = ", ".join(done.unclear[:5])
    return f"Trước khi đánh số có hai {twice}; các dẫn chiếu tới đó chưa được đổi, hãy xem lại."


@require_POST
def draft_picture_add(request):
    """A picture, before the draft that names it is saved; answers with the hash it is named by."""
    if not may(request.post, "draft"):
        raise PermissionDenied("Vai trò này không soạn văn bản đi.")
    upload = request.FILES.get("picture")
    if upload is None:
        return JsonResponse({"error": "Chưa có tệp ảnh nào."}, status=422)
    try:
        blob = picture(upload)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=422)
    bring(blob, by=request.post, at=timezone.now())
    return JsonResponse({"sha256": blob.pk})


@require_safe
@csp_replace(LOCKED)
def draft_picture(request, sha256):
    """A picture of a draft, for whoever sees the draft."""
    row = request.post and seen_by(request.post).filter(blob=sha256[:64]).select_related("blob").first()
    if not row or not blobs.there(row.blob) or row.blob.scan == row.blob.Scan.INFECTED:
        raise Http404
    request.reads = row.outgoing_id
    response = FileResponse(blobs.path_of(row.blob).open("rb"), content_type=row.blob.content_type)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def draft_open(request, pk):
    """Who else has this draft open to be changed, and whether it is still the one that was opened. `window` is the page's own."""
    paper = outgoing_for(request.post, pk)
    if not any(may(request.post, one, paper) for one in ("edit_outgoing", "check_content")):
        raise PermissionDenied("Vai trò này không sửa dự thảo này.")
    others = opened(paper.pk, request.user, request.POST.get("window", ""), at=timezone.now())
    changed = request.POST.get("seen", "") not in ("", mark_of(paper))
    said = [f"{', '.join(others)} cũng đang mở dự thảo này."] if others else []
    if changed:
        said.append("Dự thảo vừa được lưu ở nơi khác; khi lưu, bạn sẽ được hỏi trước khi ghi đè.")
    return JsonResponse({"said": " ".join(said)})
