"""Addresses of steps as they were, with English verbs: links in messages and bookmarks of those days lead on."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from orgs.models import Post

Find = Callable[[Post | None, int], object]


def formerly(section: str, name: str, find: Find, verbs: Iterable[str]) -> list[URLPattern]:
    """`section/<pk>/verb/` answers 308 to the address named `name_verb`, so what was sent is sent again. `find` raises
    Http404 where one may not see the thing: no address of before says more than the one of today."""

    def lead_on(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        find(request.post, pk)
        return moved_to(reverse(f"{name}_{verb}", args=[pk]), request)

    return [path(f"{section}/<int:pk>/{verb}/", lead_on, {"verb": verb}) for verb in verbs]


def moved_to(address: str, request: HttpRequest) -> HttpResponse:
    query = request.META["QUERY_STRING"]
    return redirect(f"{address}?{query}" if query else address, permanent=True, preserve_request=True)
