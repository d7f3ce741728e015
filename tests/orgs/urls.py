"""This floor alone, with plain pages where the floors above put theirs. Until the porch has them."""

from django.http import HttpResponse
from django.urls import include, path

ABOVE = ("desk", "search", "incoming_list", "outgoing_list", "work_list", "exchange")


def page(request):
    return HttpResponse("trang")


urlpatterns = [
    path("", include("orgs.urls")),
    path("", page, name="desk"),
    *(path(f"tren/{name}/", page, name=name) for name in ABOVE[1:]),
]
