"""Templates: which there are, one of them with its versions, one more. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may, template_for
from documents.actions.outgoing import templates as kept
from documents.forms.outgoing.templates import OFFICE, ROOM, TemplateForm, as_kept
from documents.models import DraftTemplate
from documents.views.shared.acting import no_post, sent, tried
from ui.ids import parse_id
from ui.paging import page_of

REFUSED = "Vai trò này không soạn văn bản đi."


@require_safe
def template_list(request):
    """Those in use, of the office and of one's own room."""
    if request.post is None:
        return no_post(request)
    if not may(request.post, "draft"):
        raise PermissionDenied(REFUSED)
    rows = DraftTemplate.objects.usable_by(request.post).select_related("unit")
    page = page_of(rows, request, "name", "pk")
    may_add = bool(_owners(request.post))
    return render(request, "documents/outgoing/templates.html", {"page": page, "may_add": may_add})


@require_http_methods(["GET", "HEAD", "POST"])
def template_add(request):
    post = request.post
    if post is None:
        return no_post(request)
    owners = _owners(post)
    if not owners:
        raise PermissionDenied(REFUSED)
    form = TemplateForm(sent(request), post=post, owners=owners)
    made: list[DraftTemplate] = []

    def add() -> None:
        made.append(kept.add_template(by=post, at=timezone.now(), **form.given()))

    if request.method == "POST" and form.is_valid() and tried(form, add):
        messages.success(request, f"Đã lưu mẫu “{made[0].name}”.")
        return redirect("template_list")
    return render(request, "documents/outgoing/template.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request, pk):
    """One template with all its versions; `?ban=2` shows what the second said. Who may not change it reads it."""
    post = request.post
    template = template_for(post, pk)
    may_edit = may(post, "edit_template", template)
    number = parse_id(request.GET.get("ban", "")) if "ban" in request.GET else None
    owners = _owners(post) if may_edit else [ROOM if template.unit_id else OFFICE]
    form = TemplateForm(sent(request), post=post, owners=owners, initial=as_kept(template, number))
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied("Bạn chỉ được dùng mẫu này, không sửa.")
        seen = parse_id(request.POST.get("seen", "")) or 0
        if form.is_valid() and tried(
            form,
            lambda: kept.change_template(template, by=post, at=timezone.now(), seen=seen, **form.given()),
        ):
            messages.success(request, "Đã lưu bản mới của mẫu.")
            return redirect(template)
    for field in form.fields.values():
        field.disabled = not may_edit
    versions = template.versions.select_related("by__user").defer("body")[:50]
    context = {
        "form": form,
        "template": template,
        "versions": versions,
        "may_edit": may_edit,
        "shown": number,
    }
    return render(request, "documents/outgoing/template.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template_retire(request, pk):
    template = template_for(request.post, pk)
    if request.method == "POST":  # else somebody comes back from the sign-in page that came between
        kept.retire_template(template, by=request.post, at=timezone.now())
        messages.success(request, f"Đã bỏ mẫu “{template.name}”. Văn bản đã soạn theo mẫu không đổi.")
    return redirect("template_list")


def _owners(post) -> list[str]:
    """Whose templates this post may keep."""
    made = {OFFICE: None} | ({ROOM: post.unit} if post.unit_id else {})
    return [
        name
        for name, unit in made.items()
        if may(post, "edit_template", DraftTemplate(organisation=post.organisation, unit=unit))
    ]
