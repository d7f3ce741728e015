"""Settings come from the environment, secrets also from files; and the container asks itself by its own name."""

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from hanoi_docs import settings as s; print(s.SECRET_KEY, s.AXIS_SECRET, s.DATABASES['default']['PASSWORD'], s.REDIS_URL)"


def settings_with(*, show: str = SHOW, **given: str) -> subprocess.CompletedProcess:
    """What the settings say in a process of its own that knows only this."""
    names = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "AXIS_SECRET", "METRICS_TOKEN", "EMAIL_URL")
    env = {name: value for name, value in os.environ.items() if name.partition("_FILE")[0] not in names}
    return subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env=env | given, capture_output=True, text=True, check=False
    )


def test_every_secret_may_be_a_file_with_the_end_of_line_of_an_editor(tmp_path):
    files = {
        "SECRET_KEY": "k" * 50 + "\n",
        "DATABASE_URL": "postgresql://app:m%40t@db:5432/hanoi_docs\r\n",
        "REDIS_URL": "redis://:khoa@redis:6379/0",
        "AXIS_SECRET": "bí mật\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode())
    told = settings_with(**{f"{name}_FILE": str(tmp_path / name) for name in files})
    assert told.stdout.rstrip("\n") == f"{'k' * 50} bí mật m@t redis://:khoa@redis:6379/0", told.stderr


def test_the_mail_servers_password_and_the_token_of_the_monitoring_are_files_too(tmp_path):
    files = {
        "EMAIL_URL": "smtp+tls://canh-bao:m%40t@mail.example:587\n",
        "METRICS_TOKEN": "t" * 64 + "\n",
        "SECRET_KEY": "k" * 50,
        "DATABASE_URL": "postgresql://app@db/hanoi_docs",
        "REDIS_URL": "redis://redis/0",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    show = "from hanoi_docs import settings as s; print(s.METRICS_TOKEN, s.EMAIL_HOST, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS)"
    told = settings_with(show=show, **{f"{name}_FILE": str(tmp_path / name) for name in files})
    assert told.stdout.strip() == f"{'t' * 64} mail.example m@t True", told.stderr
    (tmp_path / "EMAIL_URL").write_text("\n")  # as `ops/secrets.sh` begins it: no mail
    show = "from hanoi_docs import settings as s; print(repr(s.EMAIL_URL))"
    told = settings_with(show=show, **{f"{name}_FILE": str(tmp_path / name) for name in files})
    assert told.stdout.strip() == "''", told.stderr


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    told = settings_with(SECRET_KEY_FILE=str(path), DATABASE_URL="postgresql://x", REDIS_URL="redis://x")
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].endswith(
        f"SECRET_KEY_FILE={path} cannot be read: {'it is no text' if content else 'No such file or directory'}."
    )


@pytest.mark.parametrize(
    ("allowed", "host"),
    [("vanban.example", "vanban.example"), (".vanban.example,b", "vanban.example"), ("*", "127.0.0.1")],
)
def test_the_healthcheck_asks_by_a_name_that_the_server_answers_to(allowed, host):
    """The real program against a real port, which is fixed inside the image and therefore read from its source."""
    asked = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers["Host"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = (ROOT / "ops/healthcheck.py").read_text().replace("8000", str(server.server_port))
    line = [sys.executable, "-c", source, "web"]
    done = subprocess.run(line, env=os.environ | {"ALLOWED_HOSTS": allowed}, check=False, timeout=30)
    server.shutdown()
    server.server_close()
    assert (done.returncode, asked) == (0, [host])
