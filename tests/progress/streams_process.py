"""`python -m progress.streams` on the test's own database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tests.flows.conftest import database_url


@contextmanager
def streams(**env: str) -> Iterator[int]:
    """Gives its port; sessions are looked at every second."""
    line = [sys.executable, "-m", "progress.streams", "--bind", "127.0.0.1:0", "--check", "1"]
    env = os.environ | {"DATABASE_URL": database_url(), "STATE_DIR": str(settings.STATE_DIR)} | env
    process = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline().rpartition(":")[2])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        process.stdout.close()
    assert process.returncode == 0
