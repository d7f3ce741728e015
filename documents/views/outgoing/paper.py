"""One outgoing paper: its list, its page, and the steps before and after signing. Find, do, answer."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may, outgoing_for
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import revoke as revoking
from documents.actions.outgoing import voiding
from documents.actions.outgoing.drafts import EDITABLE
from documents.actions.outgoing.remarks import OPEN_IN as REMARKED_IN
from documents.deadlines import due_words
from documents.forms.outgoing.draft import RefuseNumberForm, RevokeForm, SendBackForm, VoidNumberForm
from documents.journey import check
from documents.models import Outgoing
from documents.states import FINISHED
from documents.views.outgoing.compare import earlier_versions
from documents.views.outgoing.office_files import with_conversions
from documents.views.outgoing.page import (
    acts_of,
    answered,
    deliveries_of,
    facts,
    files_of,
    last_comment,
    pages_of,
)
from documents.views.shared.acting import acted, sent
from documents.views.shared.consultations import panel, with_consulting
from documents.views.shared.links import links_of
from documents.views.shared.own_fields import own_url
from documents.views.shared.readers import readers_tab
from documents.views.shared.rows import buttons, flow, moment
from documents.views.shared.slips import panel as slip_panel
from documents.views.shared.slips import with_slipping
from orgs.models import Post

TABS = {
    "info": "Thông tin",
    "work": "Ý kiến và xử lý",
    "deliveries": "Nơi nhận",
    "signature": "Chữ ký",
    "flow": "Luân chuyển",
}


@require_safe
def outgoing(request, pk):
    paper = outgoing_for(request.post, pk)
    tab = request.GET.get("tab", "info")
    tab = tab if tab in TABS else "info"
    context = paper_context(request, paper) | {
        "tab": tab,
        "tabs": _tabs(paper, tab),
        "said": last_comment(paper),
    }
    context["steps"] = _steps(paper, request.post, context["sha256"])
    if tab == "info":
        context |= links_of(paper, request.post)
    return render(
        request, "documents/outgoing/paper.html", context | PARTS[tab](paper, context["files"], request.post)
    )


def paper_context(request: HttpRequest, paper: Outgoing) -> dict:
    """What every page about this paper shows: its pages, the hash of all that is decided on, what it answers."""
    now, files = moment(), files_of(paper)
    current = files.current
    return {
        "paper": paper,
        "current": current,
        "files": files,
        "sha256": files.content,
        **pages_of(paper, current, request.post),
        "attachments": with_conversions(files.attachments, paper, request.post),
        "due": due_words(paper.due_on, now.today, now.calendar, finished=paper.state in FINISHED),
        "incoming": answered(paper, request.post),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, pk):
    paper = outgoing_for(request.post, pk)
    return _with_reason(
        request, paper, "send_back", SendBackForm, papers.send_back, "Đã trả lại dự thảo cho người soạn."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse_number(request, pk):
    paper = outgoing_for(request.post, pk)
    return _with_reason(
        request, paper, "refuse_number", RefuseNumberForm, papers.refuse_number,
        "Đã từ chối cấp số. Chữ ký hết hiệu lực; dự thảo trở về người soạn.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def void_number(request, pk):
    paper = outgoing_for(request.post, pk)
    return _with_reason(
        request, paper, "void_number", VoidNumberForm, voiding.void_number,
        "Đã hủy số; sổ ghi chữ “Hủy” và lý do. Dự thảo trở về người soạn, ký lại sẽ lấy số mới.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, pk):
    paper = outgoing_for(request.post, pk)
    done = "Đã thu hồi. Các nơi nhận được yêu cầu hủy văn bản; câu trả lời hiện ở phần Nơi nhận."
    return _with_reason(request, paper, "revoke", RevokeForm, revoking.revoke, done)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, pk):
    """A cancelled draft does not come back, so the press is asked for twice."""
    paper = outgoing_for(request.post, pk)
    check(paper, "cancel", by=request.post)
    if request.method != "POST":
        return render(request, "documents/outgoing/cancel.html", paper_context(request, paper))
    papers.cancel(paper, by=request.post, at=timezone.now())
    messages.success(request, "Đã hủy dự thảo.")
    return redirect(paper)


def _press(act: Callable, done: Callable[[Outgoing], str], *, of_version: bool = False):
    """A step that needs nothing but the press, and of a check which version it was made of. What is missing is said on the paper's page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def step(request, pk):
        paper = outgoing_for(request.post, pk)
        if request.method != "POST":  # back from the sign-in page that came between
            return redirect(paper)
        seen = {"sha256": request.POST.get("sha256", "")} if of_version else {}
        try:
            act(paper, by=request.post, at=timezone.now(), **seen)
            messages.success(request, done(paper))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(paper)

    return step


submit = _press(papers.submit, lambda paper: f"Đã trình dự thảo. Đang chờ {paper.holder_label}.")
check_content = _press(
    papers.check_content, lambda paper: "Đã đồng ý nội dung. Văn thư kiểm tra thể thức.", of_version=True
)
check_format = _press(
    papers.check_format, lambda paper: f"Đạt thể thức. Đã chuyển {paper.holder_label} ký.", of_version=True
)


def _with_reason(request, paper: Outgoing, step: str, form_class, act: Callable, done: str) -> HttpResponse:
    form = form_class(sent(request))
    if acted(request, paper, step, form, act):
        messages.success(request, done)
        return redirect(paper)
    context = paper_context(request, paper) | {"form": form}
    return render(request, f"documents/outgoing/{step}.html", context)


def _tabs(paper: Outgoing, current: str) -> list[dict]:
    here = paper.get_absolute_url()
    return [
        {"label": label, "url": f"{here}?tab={name}", "active": name == current}
        for name, label in TABS.items()
    ] + [readers_tab(paper)]


def _steps(paper: Outgoing, post: Post, content: str) -> list[dict]:
    """The steps of the journey, with the author's way back to the text: first when it was sent back."""
    found = buttons(post, paper, "outgoing")
    for step in found:
        step["sha256"] = content
    if paper.state in EDITABLE and may(post, "edit_outgoing", paper):
        edit = {"name": "edit", "label": "Sửa dự thảo", "tone": "", "needs_form": True, "main": False}
        at = 0 if paper.state == "returned" else 1
        found.insert(at, edit | {"url": reverse("outgoing_edit", args=[paper.pk])})
    if paper.state == "issued" and may(post, "draft"):
        found = _mending(paper) + found
    return with_slipping(with_consulting(found, paper, post), paper, post)


def _mending(paper: Outgoing) -> list[dict]:
    """What was issued is never changed: another paper puts it right (decree 30 art. 18.3)."""
    anew = {"tone": "", "needs_form": True, "plain": True, "main": False}
    words = {
        "replaces": "Soạn văn bản thay thế",
        "amends": "Soạn văn bản sửa đổi, bổ sung",
        "rectifies": "Soạn công văn đính chính",
    }
    url = reverse("draft")
    return [
        anew | {"name": how, "label": label, "url": f"{url}?{how}={paper.pk}"} for how, label in words.items()
    ]


PARTS = {
    "info": lambda paper, files, post: {
        "facts": facts(paper),
        "own_url": own_url(paper, post),
        "earlier": earlier_versions(paper, files.main),
    },
    "work": lambda paper, files, post: {
        "acts": acts_of(paper),
        "remarks_url": reverse("draft_remarks", args=[paper.pk]) if paper.state in REMARKED_IN else "",
        **panel(paper, post),
        **slip_panel(paper, post),
    },
    "deliveries": lambda paper, files, post: deliveries_of(paper, post),
    "signature": lambda paper, files, post: {"earlier": earlier_versions(paper, files.main)},
    "flow": lambda paper, files, post: flow(paper, post),
}
