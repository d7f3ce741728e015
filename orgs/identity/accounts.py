"""Accounts with a password of ours. The account of a session is asked for by every page."""

from django.contrib.auth.backends import ModelBackend

from orgs.models import User
from ui.ready import Ready


class Accounts(ModelBackend):
    """Django's own, by a statement that is ready."""

    def get_user(self, user_id):
        found = next(iter(_ACCOUNT.objects(int(user_id))), None)
        return found if found is not None and self.user_can_authenticate(found) else None


_ACCOUNT = Ready(lambda user: User.objects.filter(pk=user))
