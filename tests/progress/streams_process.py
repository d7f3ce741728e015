"""`python -m progress.streams` on the test's own database."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tests import warm
from tests.flows.conftest import database_url

# What the models bring along: half of the 1.8 s of a start.
LIBRARIES = (
    "authlib.integrations.requests_client", "celery.app.base", "django.contrib.postgres.fields", "django.db.models", "django.http",
    "pikepdf", "psycopg", "pyhanko.sign", "pypdfium2", "redis.asyncio", "requests", "webauthn",
)  # fmt: skip


@contextmanager
def streams(**env: str) -> Iterator[int]:
    """Gives its port; sessions are looked at every second."""
    env = os.environ | {"DATABASE_URL": database_url(), "STATE_DIR": str(settings.STATE_DIR)} | env
    process = warm.start(
        "progress.streams", "--bind", "127.0.0.1:0", "--check", "1", env=env, libraries=LIBRARIES
    )
    try:
        yield int(process.stdout.readline().rpartition(":")[2])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()
    assert process.returncode == 0
