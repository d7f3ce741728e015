"""A migrated database that the workers of a run copy, instead of each migrating for itself (15 s of a processor).

Only where the launcher has started PostgreSQL for this run. What it holds is kept in `.state/migrated` for later runs, under
a digest of everything that decides it; Django's `migrate` runs on every copy, finds nothing to apply and does the rest.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

NAME = "migrated"
_LOCK = 20_261_130  # any number: who comes second waits until it is made


def made() -> str | None:
    """Its name; None where the server is not ours to leave a database in."""
    if not os.environ.get("POSTGRES_BIN"):
        return None
    own = connection.settings_dict
    with psycopg.connect(
        host=own["HOST"], port=own["PORT"], user=own["USER"], password=own["PASSWORD"], dbname="postgres", autocommit=True
    ) as line:  # fmt: skip
        line.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            _make(line)
    return NAME


def _make(line: psycopg.Connection) -> None:
    kept, half = _kept(line.info.server_version), f"{NAME}_half"
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(half)))
    line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
    if kept.exists():
        try:
            _run("pg_restore", "--exit-on-error", "--single-transaction", "-d", half, str(kept))
        except subprocess.CalledProcessError:
            kept.unlink()
            return _make(line)
    else:
        with _connected_to(half):
            call_command("migrate", verbosity=0, run_syncdb=True)
        with suppress(OSError, subprocess.CalledProcessError):  # it is there, if only for this run
            _keep(half, kept)
    line.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (half, NAME))))


def _keep(name: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.iterdir():
        old.unlink(missing_ok=True)
    part = file.with_suffix(f".{os.getpid()}")
    _run("pg_dump", "--format", "custom", "--compress", "0", "--file", str(part), name)
    part.rename(file)


def _kept(server: int) -> Path:
    """The file of what these migrations make, on this PostgreSQL, by this Django."""
    digest = sha256(f"{server} {django.__version__} {settings.AUTH_USER_MODEL}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}\0".encode() + path.read_bytes())
    return settings.BASE_DIR / ".state/migrated" / f"{digest.hexdigest()[:24]}.dump"


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _run(program: str, *arguments: str) -> None:
    own = connection.settings_dict
    env = os.environ | {
        "PGHOST": own["HOST"], "PGPORT": str(own["PORT"]), "PGUSER": own["USER"], "PGPASSWORD": own["PASSWORD"],
    }  # fmt: skip
    subprocess.run([Path(os.environ["POSTGRES_BIN"], program), *arguments], env=env, check=True)
