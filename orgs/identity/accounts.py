"""Accounts with a password of ours. The account of a session is asked for by every page."""

from django.contrib.auth.backends import ModelBackend

from orgs.models import User
from orgs.sessions import account_read


class Accounts(ModelBackend):
    """Django's own; the account of a session comes with the session."""

    def get_user(self, user_id):
        found = account_read(int(user_id)) or User.objects.filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
