"""What runs here, for whoever asks which version it is."""

import platform
import subprocess
from functools import cache

import django
import redis
from django.conf import settings
from django.db import connection

VERSION = "0.1.0"  # as in pyproject.toml


def versions() -> dict[str, str]:
    return {
        "Phần mềm": own(),
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "PostgreSQL": postgres(),
        "Redis": broker(),
    }


@cache
def own() -> str:
    """The version, and the commit where there is one: the file VERSION of an image, else the checkout's own."""
    kept = settings.BASE_DIR / "VERSION"
    if kept.is_file():
        return f"{VERSION} ({kept.read_text().strip()[:40]})"
    line = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        said = subprocess.run(line, capture_output=True, text=True, timeout=2, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return VERSION
    return f"{VERSION} ({said})"


def postgres() -> str:
    return ".".join(str(part) for part in divmod(connection.pg_version, 10000))


def broker() -> str:
    try:
        with redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as line:
            found = line.info("server")
    except redis.RedisError:
        return "không trả lời"
    return f"Valkey {found['valkey_version']}" if "valkey_version" in found else found["redis_version"]
