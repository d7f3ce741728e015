"""An đợt hủy: the list of them, one, each of its steps, its papers. Find, do, answer."""

from collections import defaultdict
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import disposal_papers as papers
from casefiles.access import disposal_for
from casefiles.actions import destroying
from casefiles.actions import disposal as acts
from casefiles.forms.disposal import CouncilForm, DecideForm, ListForm, VoteForm
from casefiles.journey import check_disposal
from casefiles.models import CaseFile, Disposal, Vote
from casefiles.reviewing import due
from casefiles.states import DISPOSAL
from documents import blobs
from documents.access import may
from documents.forms.incoming.steps import ReasonForm
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import printed
from orgs.reauthentication import fresh_to_send
from ui.ids import parse_ids
from ui.paging import page_of

BUTTONS = {
    "call_council": "disposal_council", "vote_disposal": "disposal_vote", "conclude_disposal": "disposal_conclude",
    "decide_disposal": "disposal_decide", "begin_destroying": "disposal_carry_out", "give_up_disposal": "disposal_give_up",
}  # fmt: skip


@require_safe
def disposals(request):
    if not may(request.post, "review_files"):
        raise Http404
    page = page_of(Disposal.objects.of(request.post).for_page(), request, "-pk")
    return render(request, "casefiles/disposals.html", {"page": page})


@require_safe
def disposal(request, pk):
    found = disposal_for(request.post, pk)
    lines = list(acts.tallied(found))
    steps = [
        {"label": step.label, "tone": step.tone, "url": reverse(BUTTONS[name], args=[found.pk])}
        for name, step in DISPOSAL.items()
        if name in BUTTONS and found.state in step.frm and may(request.post, step.permission, found)
    ]
    late = found.state in ("decided", "destroying") and timezone.now() - found.decided_at > destroying.WITHIN
    context = {
        "disposal": found, "lines": lines, "steps": steps, "late": late, "members": list(found.council.select_related("post__user")),
        "done": sum(bool(line.outcome) for line in lines), "to_do": sum(line.answer == "destroy" for line in lines),
        "until": found.decided_at + timedelta(days=15) if found.decided_at else None, "voted": found.state not in ("listed", "council"),
    }  # fmt: skip
    return render(request, "casefiles/disposal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def disposal_list(request):
    """Lập danh mục, of the files ticked in the list of those that are due, and of duplicates that are named here."""
    post = request.post
    if not may(post, "propose_disposal"):
        raise Http404
    ticked = parse_ids([*request.GET.getlist("files"), *request.POST.getlist("files")])
    seen = CaseFile.objects.visible_to(post).filter(organisation=post.organisation_id)
    offered = due(seen, timezone.localdate()).filter(pk__in=ticked).order_by("expires_on", "pk")
    initial = {"files": ticked}
    seek = not ticked and request.method != "POST"
    if seek and "tim" in request.GET:
        pairs = acts.proposed_duplicates(seen, by=post, at=timezone.now())
        initial["duplicates"] = "\n".join(
            f"{one.code} ({one.year}) = {other.code} ({other.year})" for one, other in pairs
        )
        if not pairs:
            messages.info(request, "Không thấy hồ sơ trùng lặp nào hủy được ở lưu trữ.")
    form = ListForm(sent(request), offered=offered, seen=seen, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form, lambda: made.append(acts.list_disposal(by=post, at=timezone.now(), **form.cleaned_data))
        ):
            messages.success(request, "Đã lập danh mục và bản thuyết minh. Bước sau: lập hội đồng xét hủy.")
            return redirect(made[0])
    return render(
        request,
        "casefiles/disposal_step.html",
        {
            "form": form,
            "heading": "Lập danh mục hồ sơ hết thời hạn, trùng lặp",
            "press": "Lập danh mục",
            "seek": seek,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def disposal_council(request, pk):
    return _step(
        request, pk, "call_council", lambda found, data: CouncilForm(data, disposal=found, by=request.post), acts.call_council,
        "Đã lập hội đồng; mỗi thành viên nhận thông báo để bỏ phiếu.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def disposal_vote(request, pk):
    return _step(
        request, pk, "vote_disposal", lambda found, data: VoteForm(data, rows=list(acts.tallied(found))), acts.vote, "Đã bỏ phiếu.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def disposal_conclude(request, pk):
    return _step(
        request, pk, "conclude_disposal", lambda found, data: forms.Form(data), acts.conclude,
        "Đã chốt biên bản; người đứng đầu quyết định.",
    )  # fmt: skip


@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def disposal_decide(request, pk):
    return _step(
        request, pk, "decide_disposal", lambda found, data: DecideForm(data), acts.decide, "Đã quyết định hủy; lưu trữ thực hiện trong 15 ngày.",
    )  # fmt: skip


@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def disposal_carry_out(request, pk):
    return _step(
        request, pk, "begin_destroying", lambda found, data: forms.Form(data), destroying.begin,
        "Đang hủy. Xong thì chứng nhận hủy nằm ở trang này.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def disposal_give_up(request, pk):
    return _step(
        request, pk, "give_up_disposal", lambda found, data: ReasonForm(data), acts.give_up, "Đã thôi hủy; hồ sơ giữ nguyên.",
    )  # fmt: skip


@require_safe
def disposal_print(request, pk):
    """Its papers: ?list=danh-muc, thuyet-minh, bien-ban, bien-ban-huy, chung-nhan."""
    found, which = disposal_for(request.post, pk), request.GET.get("list", "danh-muc")
    lines = list(acts.tallied(found))
    if which == "chung-nhan" and found.certificate_id:
        response = FileResponse(
            blobs.path_of(found.certificate).open("rb"),
            content_type="application/pdf",
            filename=f"chung-nhan-huy-{found.pk}.pdf",
        )
        response["Cache-Control"] = "private, no-store"
        return response
    if which == "bien-ban" and found.concluded_at:
        members = list(found.council.select_related("post__user"))
        return printed(
            papers.minutes_pdf(found, lines, members, _dissent(found)), f"bien-ban-hop-hoi-dong-{found.pk}"
        )
    if which == "bien-ban-huy" and found.ended_at:
        return printed(papers.carried_out_pdf(found, lines), f"bien-ban-huy-{found.pk}")
    if which == "thuyet-minh":
        return printed(papers.account_pdf(found, lines), f"thuyet-minh-{found.pk}")
    if which != "danh-muc":
        raise Http404
    return printed(papers.list_pdf(found, lines), f"danh-muc-het-thoi-han-{found.pk}")


def _dissent(found: Disposal) -> dict[int, list[str]]:
    said = defaultdict(list)
    votes = (
        Vote.objects.filter(line__disposal=found, destroy=False)
        .select_related("member__post__user")
        .order_by("pk")
    )
    for one in votes:
        said[one.line_id].append(f"{one.member.post.user}: {one.reason}")
    return said


def _step(request, pk: int, step: str, form_of, act, done: str):
    found = disposal_for(request.post, pk)
    check_disposal(found, step, by=request.post)
    form = form_of(found, sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.given() if hasattr(form, "given") else form.cleaned_data
        if tried(form, lambda: act(found, by=request.post, at=timezone.now(), **given)):
            messages.success(request, done)
            return redirect(found)
    label, bad = DISPOSAL[step].label, DISPOSAL[step].tone == "bad"
    context = {"disposal": found, "form": form, "heading": label, "press": label, "bad": bad, "step": step}
    return render(request, "casefiles/disposal_step.html", context)
