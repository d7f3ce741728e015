"""Writing a paper: the form with its live page, saved as often as one likes, submitted when it is whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may, outgoing_for
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.slip_and_draft import under_way
from documents.deadlines import due_words
from documents.forms.outgoing.draft import FIELDS, LONG_SUBJECT, DraftForm
from documents.forms.outgoing.reply import answer_to, first_signer
from documents.journey import check
from documents.models import Incoming, Outgoing
from documents.views.incoming.page import replies_of
from documents.views.outgoing.page import last_comment
from documents.views.outgoing.preview import pages_of_form
from documents.views.shared.acting import no_post, say_still_named, tried
from documents.views.shared.rows import moment, own_due
from orgs.groups import GROUPS
from orgs.models import Post
from ui.ids import parse_id


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request):
    """A new draft: fresh, in answer to `?reply_to=`, or in the place of `?replaces=`."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "draft"):
        raise PermissionDenied(f"Vai trò “{post}” không soạn văn bản đi.")
    incoming, replaced, at = _answered(request), _replaced(request), timezone.now()
    if replaced:
        initial = _as_written(replaced)
    else:
        initial = answer_to(incoming, post, at) if incoming else {"signer": first_signer(post, at)}
    return _form_page(request, None, incoming, initial, replaced)


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing_edit(request, pk):
    """The author changes a draft that was not submitted yet, or was sent back."""
    outgoing = outgoing_for(request.post, pk)
    check(outgoing, "submit", by=request.post)
    return _form_page(request, outgoing, outgoing.in_reply_to, _as_written(outgoing))


def _as_written(outgoing: Outgoing) -> dict:
    written = {name: getattr(outgoing, name) for name in FIELDS}
    return written | {"recipients": list(outgoing.recipients.values_list("pk", flat=True))}


def _form_page(
    request,
    outgoing: Outgoing | None,
    incoming: Incoming | None,
    initial: dict,
    replaced: Outgoing | None = None,
) -> HttpResponse:
    options = {"post": request.post, "at": timezone.now(), "outgoing": outgoing}
    if request.method != "POST":
        form = DraftForm(initial=initial, **options)
        return _show(request, form, outgoing, incoming, pages_of_form(form, request.post), replaced)
    form = DraftForm(_with_group(request), request.FILES, **options)
    if request.POST.get("preview") == "part":
        return render(
            request, "documents/outgoing/_draft_pages.html", {"pages": pages_of_form(form, request.post)}
        )
    if "preview" in request.POST or "add_group" in request.POST:
        return _look(request, form, outgoing, incoming, replaced)
    saved: list[Outgoing] = []
    if form.is_valid() and tried(form, lambda: saved.append(_save(form, outgoing, incoming, replaced))):
        return _onward(request, form, saved[0])
    return _show(request, form, outgoing, incoming, pages_of_form(form, request.post), replaced, status=422)


def _look(request, form: DraftForm, outgoing, incoming, replaced) -> HttpResponse:
    """The form again as it was typed, with its page or with a group of recipients more. Nothing is saved."""
    pages = pages_of_form(form, request.post)
    return _show(request, form.typed(form.data), outgoing, incoming, pages, replaced)


def _with_group(request) -> QueryDict:
    """What was sent, with the recipients of the group that was asked for."""
    group = GROUPS.get(request.POST.get("add_group_choice", "")) if "add_group" in request.POST else None
    if group is None:
        return request.POST
    data, own = request.POST.copy(), request.post.organisation_id
    more = [str(body.pk) for body in group.on(timezone.localdate()) if body.pk != own]
    data.setlist("recipients", list(dict.fromkeys([*data.getlist("recipients"), *more])))
    return data


@transaction.atomic
def _save(
    form: DraftForm, outgoing: Outgoing | None, incoming: Incoming | None, replaced: Outgoing | None
) -> Outgoing:
    by, at, given = form.post, timezone.now(), form.given()
    if outgoing is None:
        outgoing = papers.draft(by=by, at=at, in_reply_to=incoming, replaces=replaced, **given)
    else:
        papers.edit(outgoing, by=by, at=at, **given)
    if form.cleaned_data.get("drop"):
        papers.detach(outgoing, files=form.cleaned_data["drop"], by=by, at=at)
    if form.attached:
        papers.attach(outgoing, files=form.attached, by=by, at=at)
    return outgoing


def _onward(request, form: DraftForm, outgoing: Outgoing) -> HttpResponse:
    if len(form.cleaned_data["subject"]) > LONG_SUBJECT:
        messages.warning(
            request, f"Trích yếu dài hơn {LONG_SUBJECT} ký tự; nơi nhận qua trục có thể không nhận đủ."
        )
    _say_unsigned(request, form)
    if "find" in request.POST:
        words = request.POST.get("q_recipients", "").strip()[:200]
        return redirect(f"{reverse('recipients', args=[outgoing.pk])}?{urlencode({'tim': words})}")
    if "submit" not in request.POST:
        messages.success(request, "Đã lưu dự thảo.")
        say_still_named(request, form.still_named)
        return redirect("outgoing_edit", outgoing.pk)
    try:
        papers.submit(outgoing, by=request.post, at=timezone.now())
    except ValidationError as error:
        messages.error(request, "Đã lưu nhưng chưa trình được. " + " ".join(error.messages))
        return redirect("outgoing_edit", outgoing.pk)
    messages.success(request, f"Đã trình dự thảo. Đang chờ {outgoing.holder_label}.")
    say_still_named(request, form.still_named)
    return redirect(outgoing)


def _say_unsigned(request, form: DraftForm) -> None:
    """A file that is no PDF cannot carry the agency's signature (decree 30 Appendix I.III.1d)."""
    names = [file.name for file in form.attached if file.blob.content_type != "application/pdf"]
    if names:
        messages.warning(
            request,
            f"“{'”, “'.join(names)}” không phải PDF nên khi phát hành không mang chữ ký số của cơ quan."
            " Nên đính kèm bản PDF nếu được.",
        )


def _show(
    request, form: DraftForm, outgoing, incoming, pages: list[dict], replaced=None, status=200
) -> HttpResponse:
    context = {
        "form": form,
        "paper": outgoing,
        "incoming": incoming,
        "slip": under_way(outgoing) if outgoing else None,
        "replaced": replaced or (outgoing.replaces.first() if outgoing else None),
        "due": _due(incoming, request.post),
        "others": replies_of(incoming, request.post) if incoming and not outgoing else [],
        "chosen": [{"id": body.pk, "label": body.full_name} for body in form.chosen()],
        "groups": GROUPS.values(),
        "kept": form.tokens(),
        "pages": pages,
        "said": last_comment(outgoing) if outgoing else None,
    }
    return render(request, "documents/outgoing/draft_form.html", context, status=status)


def _answered(request) -> Incoming | None:
    """The paper to answer, when one is named and may be answered by this post; else 404."""
    key = request.GET.get("reply_to", "")
    if not key:
        return None
    if (pk := parse_id(key)) is None:
        raise Http404
    incoming = incoming_for(request.post, pk)
    if not may(request.post, "reply_incoming", incoming):
        raise Http404
    return incoming


def _replaced(request) -> Outgoing | None:
    """The issued paper whose place the draft takes, when one is named and may be seen; else 404."""
    key = request.GET.get("replaces", "")
    if not key:
        return None
    if (pk := parse_id(key)) is None:
        raise Http404
    found = outgoing_for(request.post, pk)
    if found.state != "issued":
        raise Http404
    return found


def _due(incoming: Incoming | None, post: Post):
    """By when the answer is asked for: of oneself, else of the office."""
    if incoming is None:
        return None
    now = moment()
    own = own_due(incoming, incoming.assignments.of(post), now)
    if own or incoming.due_on is None:
        return own
    return due_words(incoming.due_on, now.today, now.calendar)
