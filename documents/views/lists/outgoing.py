"""Văn bản đi: one box of it, with the filters and pages of every list."""

from django.db.models import QuerySet
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
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import first_view, shown_columns
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
    if first := first_view(request, "outgoing"):
        return first
    now = moment()
    box = box_asked(request, post, now, "outgoing", DEFAULT_BOX.get(post.role, "drafts"))
    filters, columns = read_filters(request), shown_columns(request, "outgoing")

    def papers() -> QuerySet:
        return filtered(box.query(post, now), filters, post)

    def rows_of(some) -> list[dict]:
        return columns.put(outgoing_rows(some, post, now), some)

    if file_asked(request):
        return as_file(
            request,
            "outgoing",
            box.label,
            papers().for_rows(*columns.fields).order_by(*box.order),
            rows_of,
            columns,
        )

    def listed() -> Listed:
        found = papers()
        page = page_of(found.for_rows(*columns.fields), request, *box.order)
        return Listed(rows_of(page.rows), page, count_words(found, page=page))

    found = shown_of(request, "outgoing", box, now, columns, listed)
    context = list_context(request, "outgoing", box, columns, found, filters)
    return render(request, "documents/lists/outgoing.html", context | {"may_draft": may(post, "draft")})
