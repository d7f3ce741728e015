"""Which post the person at the keyboard is acting as. One at a time; powers are never a union of posts."""

from django.utils import timezone

from orgs.access import posts_of

SESSION_KEY = "post"


def acting_post(get_response):
    def middleware(request):
        request.post, request.posts = None, []
        if request.user.is_authenticated:
            request.posts = posts_of(request.user, timezone.localdate())
            chosen = request.session.get(SESSION_KEY)
            request.post = next((p for p in request.posts if p.pk == chosen), None) or next(
                iter(request.posts), None
            )
        return get_response(request)

    return middleware
