"""The sentence until the next page, in a cookie that only this host could have set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class Cookie(CookieStorage):
    cookie_name = "__Host-messages" if settings.SECURE else "messages"


class Storage(FallbackStorage):
    storage_classes = (Cookie, SessionStorage)
