"""How the version of our own paper that counts keeps to decree 30: for the clerk who checks its form (art. 12.2)."""

from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.views.outgoing.page import page_pictures
from documents.views.shared.layout_page import layout_page


@require_http_methods(["GET", "HEAD", "POST"])
def layout(request, pk):
    paper = outgoing_for(request.post, pk)
    current = paper.current_file()
    pages = page_pictures(current) if current and current.blob else []
    return layout_page(request, paper, current.blob if current else None, pages)
