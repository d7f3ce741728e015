"""How long a paper may take: the rules of the law and those of one's office, a new one, the end of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import due_rule_for
from documents.actions.work import due_rules as acts
from documents.due.rules import basis_of
from documents.forms.work.due import DueRuleForm, EndRuleForm
from documents.models import DueRule
from documents.views.shared.acting import no_post, sent, tried
from orgs.access import may
from orgs.actions.refused import Refused
from orgs.models import Post
from ui.days import WRITTEN

MOST = 200  # rules: an office has a handful
PROPOSED = "Đã gửi đề nghị. Một quản trị hệ thống khác phải xác nhận."


@require_http_methods(["GET", "HEAD", "POST"])
def due_rules(request):
    if request.post is None:
        return no_post(request)
    law = may(request.post, "manage_registry")
    if not (law or may(request.post, "set_office_rules", request.post.organisation)):
        raise PermissionDenied(acts.NOT_YOURS)
    today = timezone.localdate()
    form = DueRuleForm(
        sent(request), law=law, initial={"valid_from": today.strftime(WRITTEN), "pausable": True}
    )
    if request.method == "POST" and form.is_valid() and _tried(request, form, law):
        return redirect("due_rules")
    return render(request, "documents/work/due_rules.html", _shown(request.post) | {"form": form, "law": law})


@require_http_methods(["GET", "HEAD", "POST"])
def due_rule_end(request, pk):
    rule, at = due_rule_for(request.post, pk), timezone.now()
    form = EndRuleForm(sent(request), initial={"last": timezone.localdate(at).strftime(WRITTEN)})
    if request.method == "POST" and form.is_valid():
        given = {"last": form.cleaned_data["last"], "by": request.post, "at": at}
        act = acts.end_due_rule if rule.organisation_id else acts.propose_end
        if _done(form, lambda: act(rule, **given)):
            said = f"Quy tắc áp dụng đến hết {given['last']:%d/%m/%Y}." if rule.organisation_id else PROPOSED
            messages.success(request, said)
            return redirect("due_rules")
    return render(
        request, "documents/work/due_rule_end.html", {"rule": rule, "basis": basis_of(rule), "form": form}
    )


def _tried(request: HttpRequest, form: DueRuleForm, law: bool) -> bool:
    act = acts.propose_law_rule if law else acts.add_due_rule
    if not _done(form, lambda: act(by=request.post, at=timezone.now(), **form.given())):
        return False
    messages.success(request, PROPOSED if law else f"Đã thêm quy tắc “{form.cleaned_data['name']}”.")
    return True


def _done(form, act) -> bool:
    try:
        return tried(form, act)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False


def _shown(post: Post) -> dict:
    """Two lists, each with what goes on first."""
    rules = DueRule.objects.known_to(post.organisation_id).order_by(
        F("valid_to").desc(nulls_first=True), "pk"
    )
    rows = [{"rule": rule, "basis": basis_of(rule)} for rule in rules[:MOST]]
    return {
        "of_law": [row for row in rows if row["rule"].organisation_id is None],
        "own": [row for row in rows if row["rule"].organisation_id],
    }
