"""Trợ giúp: a page for each desk, the words of the office, and hints that stay closed."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from documents.help.desks import BY_SLUG, DESKS, Desk, desk_of
from documents.help.glossary import WORDS
from documents.help.hints import HINTS
from documents.help.steps import TABLES, told
from orgs.actions.support import close_hint
from orgs.law import cited
from ui.order import alphabetical

# Made from the running system by ops/help_pictures.py; a desk without one is told in words.
_PICTURES = frozenset(path.stem for path in (settings.BASE_DIR / "static" / "help").glob("*.webp"))
TITLES = {
    "incoming": "Văn bản đến",
    "outgoing": "Văn bản đi",
    "assignment": "Công việc",
    "extension": "Gia hạn",
}


@require_safe
def help_home(request: HttpRequest):
    """The page of one's own desk."""
    return redirect("help_desk", slug=desk_of(request.post.role if request.post else "").slug)


@require_safe
def help_desk(request: HttpRequest, slug: str):
    if slug not in BY_SLUG:
        raise Http404
    desk = BY_SLUG[slug]
    picture = f"help/{slug}.webp" if slug in _PICTURES else ""
    shown = {"desk": desk, "desks": DESKS, "tables": _tables(desk), "picture": picture}
    return render(request, "documents/desk/help.html", shown)


@require_safe
def help_words(request: HttpRequest):
    words = sorted(((word, cited(said)) for word, said in WORDS), key=lambda pair: alphabetical(pair[0]))
    return render(request, "documents/desk/help_words.html", {"words": words, "desks": DESKS})


@require_POST
def hint_close(request: HttpRequest):
    """Closed for this person, on every computer; back to the page it was on."""
    name = request.POST.get("hint", "")
    if name not in HINTS:
        raise Http404
    close_hint(request.user, name)
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "desk")


def _tables(desk: Desk) -> list[dict]:
    """The buttons of the desk in the order of the journey."""
    return [
        {"title": TITLES[table], "steps": [told(table, name) for name in TABLES[table] if name in names]}
        for table, names in desk.buttons
    ]
