"""Settings from the environment, each also as a file: NAME_FILE names one that holds the value.

A secret in a file is seen neither by `docker inspect` nor in /proc by whoever looks after the machine's processes.
"""

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping


class _Files(FileAwareMapping):
    """As the library has it, without the line's end that an editor leaves, and with a sentence for a missing file."""

    def __getitem__(self, key: str) -> str:
        try:
            value = super().__getitem__(key)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ImproperlyConfigured(
                f"{key}_FILE={self.env[f'{key}_FILE']} cannot be read: {why}."
            ) from None
        return value.rstrip("\r\n")


class Env(environ.FileAwareEnv):
    ENVIRON = _Files()
