"""Which organisation an address asks for."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from orgs.models import Organisation
from ui.ids import parse_id


def organisation_asked(request: HttpRequest, name: str = "co-quan") -> Organisation | None:
    """The one of ?co-quan=, None where none is named. Raises Http404 for what is no organisation inside the city."""
    asked = request.GET.get(name, "")
    if not asked:
        return None
    if (pk := parse_id(asked)) is None:
        raise Http404
    return get_object_or_404(Organisation.objects.inside().select_related("parent"), pk=pk)
