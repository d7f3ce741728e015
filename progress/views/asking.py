"""What the address of a page asks for; what makes no sense in it is said."""

from django.contrib import messages

from documents.views.lists.boxes import IGNORED
from progress.reports.asking import Asking, asked_by
from progress.reports.report import Report


def asking(request, report: Report) -> Asking:
    """As `asked_by`, of a page."""
    ask = asked_by(request.post, request.GET, report)
    if ask.ignored:
        messages.warning(request, IGNORED.format(", ".join(ask.ignored)))
    return ask
