"""The system on a phone's home screen: what it is called there, and what it says without a network. Nothing of any paper
is kept on the device: of all pages one, which knows nobody."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

COLOUR, GROUND = "#8e1b21", "#ffffff"
# What the page without a network looks like; named in it too.
LOOKS = ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css", "img/mark.svg")
ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)


@login_not_required
@require_safe
def manifest(request) -> JsonResponse:
    """The name, the icons and the first page, for whoever puts it on a home screen (W3C Web Application Manifest)."""
    about = {
        "name": "Quản lý văn bản và điều hành – Hà Nội",
        "short_name": "Văn bản",
        "lang": "vi",
        "id": "/",
        "start_url": reverse("desk"),
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": GROUND,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(
        about, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@login_not_required
@require_safe
def worker(request) -> HttpResponse:
    """The script between browser and network. Its cache has another name whenever what it keeps is another."""
    kept = [reverse("offline"), *map(static, LOOKS)]
    name = f"offline-{hashlib.sha256((_page() + ' '.join(kept)).encode()).hexdigest()[:16]}"
    script = render_to_string(
        "hanoi_docs/offline.js", {"name": name, "kept": kept, "pushed": static("js/pushed.js")}
    )
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@login_not_required
@require_safe
def offline(request) -> HttpResponse:
    return HttpResponse(_page())


def _page() -> str:
    """Drawn without the request: the same for everybody, with nobody's name or post on it."""
    return render_to_string(
        "hanoi_docs/offline.html", {"looks": [one for one in LOOKS if one.endswith("css")]}
    )
