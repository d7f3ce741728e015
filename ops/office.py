"""A throw-away office, seeded and served, for those that look at a running one.

The database and the broker come from `ops/stack.py run`; what is here starts in them and goes with them.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 120  # seconds until the server answers
_SERVER = "gunicorn hanoi_docs.wsgi --workers 2 --threads 4 --preload --no-control-socket --bind"


class Office:
    """`with Office(folder) as office`; what was started ends with the block."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._exits = ExitStack()

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_):
        self._exits.close()

    @cached_property
    def _own(self) -> dict[str, str]:
        """Environment of an office of its own, seeded."""
        state = Path(self._exits.enter_context(tempfile.TemporaryDirectory(dir=self.folder)))
        env = os.environ | {
            "SECRET_KEY": secrets.token_urlsafe(50), "DEBUG": "0", "DEMO": "1", "STATE_DIR": str(state / "app"),
            "ALLOWED_HOSTS": "127.0.0.1", "AXIS_URL": "", "TSA_URL": "", "SIGNATURE_LEVEL": "B-B",
        }  # fmt: skip
        print("Setting up an office to look at …", flush=True)
        for step in ("migrate --noinput", "load_registry", "seed_demo", "collectstatic --noinput"):
            subprocess.run(
                [sys.executable, "manage.py", *step.split()], cwd=ROOT, env=env, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return env

    @cached_property
    def plain(self) -> str:
        """Its address without TLS, as a browser on the same machine sees the demonstration."""
        return self._serve("http")

    @cached_property
    def secure(self) -> str:
        """Its address as a proxy that ends TLS sees it: send `X-Forwarded-Proto: https`."""
        return self._serve("https")

    def _serve(self, scheme: str) -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # A server of an office is no demonstration: it is looked at as it would run.
        env = self._own | {"PUBLIC_URL": f"{scheme}://127.0.0.1:{port}"}
        argv = [sys.executable, "-m", *_SERVER.split(), f"127.0.0.1:{port}"]
        log = self.folder / f"web-{scheme}.log"
        said = self._exits.enter_context(log.open("w"))
        child = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=said, stderr=said, start_new_session=True)
        self._exits.callback(_end, child)
        _wait(f"http://127.0.0.1:{port}/dang-nhap/", child, log)
        return f"http://127.0.0.1:{port}"


def _end(child: subprocess.Popen) -> None:
    child.terminate()
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _wait(url: str, child: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    asked = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})
    while time.monotonic() < until and child.poll() is None:
        try:
            urllib.request.urlopen(asked, timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"The server to be looked at did not come up; see {log}.")
