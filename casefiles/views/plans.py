"""Danh mục hồ sơ: the years, one list, its rows, its file, its decision; and the table of periods. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import entry_for, plan_for
from casefiles.actions import plans
from casefiles.forms.plans import BeginForm, EntryForm, ImportForm, IssueForm
from casefiles.models import FilePlan, RetentionRule
from casefiles.plan_sheet import branches, entries_of, plan_file, plan_pdf, plan_rows, plan_xlsx
from documents.access import may
from documents.actions.work.sheets import MAX_BYTES, NotASheet
from documents.models import Outgoing
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import printed
from ui.paging import page_of
from ui.spreadsheet import TYPE
from ui.text import fold


@require_http_methods(["GET", "HEAD", "POST"])
def file_plans(request):
    post = request.post
    if post is None:
        return no_post(request)
    form = BeginForm(sent(request), initial={"year": timezone.localdate().year})
    if request.method == "POST" and not may(post, "begin_plan"):
        raise PermissionDenied(f"Vai trò “{post}” không lập danh mục hồ sơ.")
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form, lambda: made.append(plans.begin_plan(by=post, at=timezone.now(), **form.cleaned_data))
        ):
            messages.success(request, f"Đã lập dự thảo danh mục hồ sơ năm {made[0].year}.")
            return redirect(made[0])
    page = page_of(FilePlan.objects.of(post), request, "-year", "-pk")
    context = {"page": page, "form": form if may(post, "begin_plan") else None}
    return render(request, "casefiles/plans.html", context)


@require_safe
def file_plan(request, pk):
    """The list as it is printed; ?as=xlsx and ?as=pdf to take home."""
    plan = plan_for(request.post, pk)
    name = f"danh-muc-ho-so-{plan.year}"
    if request.GET.get("as") == "pdf":
        return printed(plan_pdf(plan), name)
    if request.GET.get("as") == "xlsx":
        response = HttpResponse(plan_xlsx(plan), content_type=TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        response["Cache-Control"] = "private, no-store"
        return response
    entries = entries_of(plan)
    decision = Outgoing.objects.visible_to(request.post).filter(pk=plan.decision_id)
    context = {
        "plan": plan, "sees_decision": not plan.is_draft and decision.exists(), "branches": branches(plan, entries), "tally": plans.tally(entries),
        "may_edit": plan.is_draft and may(request.post, "edit_plan", plan), "may_open": plan.in_force and may(request.post, "open_file"),
    }  # fmt: skip
    return render(request, "casefiles/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_add(request, pk):
    plan = _editable(request, pk)
    form = EntryForm(sent(request), plan=plan, by=request.post)
    if request.method == "POST" and form.is_valid():
        made = []
        if tried(
            form,
            lambda: made.append(
                plans.put_entry(plan, by=request.post, at=timezone.now(), **form.cleaned_data)
            ),
        ):
            messages.success(request, f"Đã thêm {made[0].code}.")
            return redirect(plan)
    return render(
        request,
        "casefiles/plan_step.html",
        {"plan": plan, "form": form, "heading": "Thêm hồ sơ", "press": "Thêm"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_entry(request, pk):
    entry = entry_for(request.post, pk)
    plan = _editable(request, entry.plan_id)
    initial = {
        name: getattr(entry, f"{name}_id" if name in ("rule", "person") else name)
        for name in ("label", "term", "rule", "person", "note")
    }
    drops = bool(
        request.POST.get("drop")
    )  # with nothing typed: where that is refused the row stands as it is
    form = EntryForm(
        initial if drops else sent(request), plan=plan, by=request.post, entry=entry, initial=initial
    )
    if drops and tried(form, lambda: plans.drop_entry(entry, by=request.post, at=timezone.now())):
        messages.success(request, f"Đã bỏ {entry.code} khỏi danh mục.")
        return redirect(plan)
    if (
        request.method == "POST"
        and not drops
        and form.is_valid()
        and tried(
            form,
            lambda: plans.put_entry(
                plan, by=request.post, at=timezone.now(), entry=entry, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, f"Đã sửa {entry.code}.")
        return redirect(plan)
    context = {"plan": plan, "form": form, "heading": f"Sửa {entry.code}", "press": "Lưu", "entry": entry}
    return render(request, "casefiles/plan_step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request, pk):
    """The whole draft from a file, or nothing of it."""
    plan = _editable(request, pk)
    form = ImportForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        count = []
        if tried(form, lambda: count.append(_filled(plan, form.cleaned_data["sheet"], request.post))):
            messages.success(request, f"Đã nhập {count[0]} hồ sơ thay toàn bộ dự thảo.")
            return redirect(plan)
    context = {
        "plan": plan,
        "form": form,
        "heading": "Nhập danh mục từ tệp",
        "press": "Nhập",
        "uploads": True,
    }
    return render(request, "casefiles/plan_step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_issue(request, pk):
    """Soạn quyết định: the draft of it goes the ordinary way of a paper, with the list beside it."""
    plan = _editable(request, pk)
    form = IssueForm(sent(request), by=request.post)
    if request.method == "POST" and form.is_valid():
        made, signer = [], form.cleaned_data["signer"]

        def act() -> None:
            sheet = plan_file(plan)
            made.append(
                plans.issue_plan(plan, by=request.post, at=timezone.now(), signer=signer, sheet=sheet)
            )

        if tried(form, act):
            messages.success(
                request, "Đã soạn dự thảo quyết định ban hành, kèm danh mục. Hãy xem lại rồi trình duyệt."
            )
            return redirect(made[0])
    context = {"plan": plan, "form": form, "heading": "Soạn quyết định ban hành", "press": "Soạn quyết định"}
    return render(request, "casefiles/plan_step.html", context)


@require_safe
def retention_table(request):
    """Bảng thời hạn bảo quản as it holds today, each line with where it is written."""
    if request.post is None:
        return no_post(request)
    words = request.GET.get("q", "").strip()[:100]
    found = RetentionRule.objects.on(timezone.localdate())
    page = page_of(found, request, "position", "pk") if not words else None
    rows = page.rows if page else [one for one in found.in_order() if _says(one, words)][:100]
    return render(request, "casefiles/retention.html", {"rows": rows, "page": page, "words": words})


def _says(rule: RetentionRule, words: str) -> bool:
    text = fold(f"{rule.group} {rule.whole}")
    return all(word in text for word in fold(words).split())


def _editable(request, pk: int) -> FilePlan:
    """404 for a stranger, 403 for whoever only reads it."""
    plan = plan_for(request.post, pk)
    if not may(request.post, "edit_plan", plan):
        raise PermissionDenied("Chánh Văn phòng, văn thư, lưu trữ của cơ quan sửa danh mục hồ sơ.")
    return plan


def _filled(plan: FilePlan, sheet, post) -> int:
    if sheet.size > MAX_BYTES:
        raise ValidationError("Tệp quá lớn (tối đa 2 MB).")
    try:
        rows = plan_rows(sheet.name, sheet.read())
    except NotASheet as error:
        raise ValidationError({"sheet": str(error)}) from error
    return plans.fill_plan(plan, rows, by=post, at=timezone.now())
