"""Writing a paper: the form with its live page, saved as often as one likes, submitted when it is whole."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for, may, outgoing_for, template_for
from documents.actions.metadata.own_fields import said_in
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.after_issue import DONE, older_of
from documents.actions.outgoing.drafts import mark_of
from documents.actions.outgoing.slip_and_draft import under_way
from documents.deadlines import due_words
from documents.forms.outgoing.after_issue import FIRST_WORDS, as_written
from documents.forms.outgoing.draft import LONG_SUBJECT, DraftForm, tidy
from documents.forms.outgoing.reply import answer_to, first_signer
from documents.forms.outgoing.templates import WORDS, as_kept
from documents.journey import check
from documents.layout.blocks import LONGEST
from documents.layout.renumber import renumber
from documents.models import Incoming, Outgoing
from documents.views.incoming.page import replies_of
from documents.views.outgoing.drafting import pressed, tools_of
from documents.views.outgoing.editing import said_of
from documents.views.outgoing.mending import mended
from documents.views.outgoing.page import last_comment, word_url
from documents.views.outgoing.preview import looks_of_form
from documents.views.shared.acting import no_post, say_still_named, tried
from documents.views.shared.layout_page import press
from documents.views.shared.rows import moment, own_due
from orgs.groups import GROUPS
from orgs.models import Post
from ui.ids import parse_id

MENDING = {
    "replaces": "văn bản thay thế",
    "rectifies": "công văn đính chính",
    "amends": "văn bản sửa đổi, bổ sung",
}


@dataclass(frozen=True)
class Mends:
    """What the draft does to an issued paper: a key of `MENDING`."""

    how: str
    old: Outgoing

    @property
    def noun(self) -> str:
        return MENDING[self.how]

    @property
    def verb(self) -> str:
        return DONE[self.how]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request):
    """A new draft: fresh, in answer to `?reply_to=`, or to mend what was issued (`MENDING`)."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "draft"):
        raise PermissionDenied(f"Vai trò “{post}” không soạn văn bản đi.")
    incoming, mends, at = _answered(request), _mended(request), timezone.now()
    if mends:
        initial = FIRST_WORDS[mends.how](mends.old, post, at)
    else:
        initial = answer_to(incoming, post, at) if incoming else {"signer": first_signer(post, at)}
        initial |= _by_template(request)
    return _form_page(request, None, incoming, initial, mends)


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing_edit(request, pk):
    """The author changes a draft that was not submitted yet, or was sent back."""
    outgoing = outgoing_for(request.post, pk)
    check(outgoing, "submit", by=request.post)
    return _form_page(request, outgoing, outgoing.in_reply_to, as_written(outgoing))


def _form_page(
    request,
    outgoing: Outgoing | None,
    incoming: Incoming | None,
    initial: dict,
    mends: Mends | None = None,
) -> HttpResponse:
    options = {"post": request.post, "at": timezone.now(), "outgoing": outgoing}
    if request.method != "POST":
        form = DraftForm(initial=initial, **options)
        return _show(request, form, outgoing, incoming, mends)
    data, told = _as_asked(request), None
    if "mend" in request.POST:
        data, told = mended(data, request.POST["mend"])
    form = DraftForm(data, request.FILES, **options)
    if request.POST.get("preview") == "part":
        part = {"paper": outgoing, **looks_of_form(form, request.post)}
        return render(request, "documents/outgoing/_draft_pages.html", part)
    if outgoing and press(request, outgoing):
        told = {}
    if other := pressed(request, options["at"]):
        form = DraftForm(other.data, request.FILES, **options)
        looks, typed = looks_of_form(form, request.post), form.typed(other.data)
        return _show(
            request, typed, outgoing, incoming, mends, status=other.status, looks=looks, **other.more
        )
    if told is not None or request.POST.keys() & {"preview", "add_group", "renumber"}:
        # The form again as it was typed, with its page. Nothing of it is saved.
        looks = looks_of_form(form, request.post)
        return _show(request, form.typed(form.data), outgoing, incoming, mends, looks=looks, told=told)
    saved: list[Outgoing] = []
    if form.is_valid() and tried(form, lambda: saved.append(_save(form, outgoing, incoming, mends))):
        return _onward(request, form, saved[0])
    looks = looks_of_form(form, request.post)
    if outgoing is None or "seen" not in form.errors:
        return _show(request, form, outgoing, incoming, mends, status=422, looks=looks)
    # Somebody saved meanwhile: what he wrote is shown beside what was typed, and the next press is about both.
    theirs = Outgoing.objects.get(pk=outgoing.pk)
    form.data = form.data.copy()
    form.data["seen"] = mark_of(theirs)
    more = {"theirs": theirs, "theirs_own": said_in(theirs)}
    return _show(request, form, outgoing, incoming, mends, status=422, looks=looks, **more)


def _as_asked(request) -> QueryDict:
    """What was sent, with the recipients of a group more, or with its numbers in order."""
    if "renumber" not in request.POST:
        return _with_group(request)
    data = request.POST.copy()
    body = tidy(data.get("body", ""))
    if len(body) > LONGEST:
        return data  # saving it says how long it may be
    done = renumber(body)
    data["body"] = done.text
    messages.info(request, said_of(done) or "Đã đánh số lại; các dẫn chiếu trong dự thảo được đổi theo.")
    return data


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
    form: DraftForm, outgoing: Outgoing | None, incoming: Incoming | None, mends: Mends | None
) -> Outgoing:
    by, at, given = form.post, timezone.now(), form.given()
    if outgoing is None:
        older = {mends.how: mends.old} if mends else {}
        outgoing = papers.draft(by=by, at=at, in_reply_to=incoming, own=form.own(), **older, **given)
    else:
        papers.edit(outgoing, by=by, at=at, seen=form.cleaned_data["seen"], own=form.own(), **given)
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
            " Nên đính kèm bản PDF; tệp Word chuyển được thành PDF ở trang của dự thảo.",
        )


def _show(
    request,
    form: DraftForm,
    outgoing,
    incoming,
    mends: Mends | None = None,
    status=200,
    *,
    looks=None,
    **more,
) -> HttpResponse:
    """`looks`: of what was typed, where the form does not hold it any more."""
    context = (
        tools_of(form, request)
        | more
        | {
            "form": form,
            "paper": outgoing,
            "incoming": incoming,
            "slip": under_way(outgoing) if outgoing else None,
            "mends": mends or (next((Mends(*one) for one in older_of(outgoing)), None) if outgoing else None),
            "due": _due(incoming, request.post),
            "others": replies_of(incoming, request.post) if incoming and not outgoing else [],
            "chosen": [{"id": body.pk, "label": body.full_name} for body in form.chosen()],
            "groups": GROUPS.values(),
            "kept": form.tokens(),
            **(looks or looks_of_form(form, request.post)),
            "word_url": word_url(outgoing) if outgoing else "",
            "said": last_comment(outgoing) if outgoing else None,
            "remarks": outgoing.remarks.filter(state="open").count() if outgoing else 0,
        }
    )
    return render(request, "documents/outgoing/draft_form.html", context, status=status)


def _by_template(request) -> dict:
    """What the template says that is named, when one is and may be used; else 404."""
    key = request.GET.get("mau", "")
    if not key:
        return {}
    if (pk := parse_id(key)) is None:
        raise Http404
    template = template_for(request.post, pk)
    said = as_kept(template)
    return {name: said[name] for name in ("kind", *WORDS)}


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


def _mended(request) -> Mends | None:
    """The issued paper that the draft mends, when one is named and may be seen; else 404."""
    for how in MENDING:
        if not (key := request.GET.get(how, "")):
            continue
        if (pk := parse_id(key)) is None:
            raise Http404
        found = outgoing_for(request.post, pk)
        if found.state != "issued":
            raise Http404
        return Mends(how, found)
    return None


def _due(incoming: Incoming | None, post: Post):
    """By when the answer is asked for: of oneself, else of the office."""
    if incoming is None:
        return None
    now = moment()
    own = own_due(incoming, incoming.assignments.of(post), now)
    if own or incoming.due_on is None:
        return own
    return due_words(incoming.due_on, now.today, now.calendar)
