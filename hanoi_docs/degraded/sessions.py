"""Sessions in the database, which go on being read while it takes nothing."""

from django.db import InternalError
from psycopg.errors import ReadOnlySqlTransaction

from orgs import sessions


class SessionStore(sessions.SessionStore):
    def save(self, must_create=False):
        """What one chooses on a page then holds for that page; a new session is refused."""
        try:
            super().save(must_create)
        except InternalError as error:
            if must_create or not isinstance(error.__cause__, ReadOnlySqlTransaction):
                raise
