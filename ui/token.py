"""Forms in what is remembered as it is drawn: a mark in the place of the token, which is another in every answer."""

from functools import cache

from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from ui.once import once


@cache
def token_mark() -> str:
    """What is given to a template as `csrf_token`. Nobody can write it into a text of his: it follows from our key."""
    return salted_hmac("ui.token", "the place of a token", algorithm="sha256").hexdigest()


def with_token(drawn: str, request) -> SafeString:
    """As it goes out in this answer."""
    return mark_safe(drawn.replace(token_mark(), _token(request)))


_token = once(get_token)  # one mask for a whole page
