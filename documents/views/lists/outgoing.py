"""Văn bản đi: one box of it, with the filters and pages of every list."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.access import may
from documents.views.lists.boxes import (
    Listed,
    box_asked,
    count_words,
    filtered,
    list_context,
    read_filters,
    shown_of,
)
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment, outgoing_rows
from orgs.models import Role
from ui.paging import page_of

DEFAULT_BOX = {
    Role.CLERK: "number",
    Role.LEADER: "signature",
    Role.OFFICE_HEAD: "signature",
    Role.UNIT_HEAD: "content",
}


@require_safe
def outgoing_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    now = moment()
    box = box_asked(request, post, now, "outgoing", DEFAULT_BOX.get(post.role, "drafts"))
    filters = read_filters(request)

    def listed() -> Listed:
        found = filtered(box.query(post, now), filters)
        page = page_of(found.for_rows(), request, *box.order)
        return Listed(outgoing_rows(page.rows, post, now), page, count_words(found))

    context = list_context(request, "outgoing", box, shown_of(request, "outgoing", box, now, listed), filters)
    return render(request, "documents/lists/outgoing.html", context | {"may_draft": may(post, "draft")})
