"""How an incoming paper keeps to decree 30. It is only told: nothing is refused because of it."""

from django.views.decorators.http import require_http_methods

from documents.access import incoming_for
from documents.views.incoming.page import main_file, pages_of
from documents.views.shared.layout_page import layout_page


@require_http_methods(["GET", "HEAD", "POST"])
def layout(request, pk):
    paper = incoming_for(request.post, pk)
    main = main_file(paper)
    readable = main is not None and main.may_be_taken and not main.held_why
    return layout_page(
        request, paper, main.blob if readable else None, pages_of(paper)["pages"], foreign=True
    )
