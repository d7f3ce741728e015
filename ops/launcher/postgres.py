"""A private PostgreSQL: made once, reached over loopback TCP with generated passwords, no socket file.

Its roles are those of a server (ops/roles.sql), and none is a superuser: what needs one fails here as there.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from launcher.place import ROOT, Place, Refused, port_for, secret
from launcher.processes import Child, Family, has_exited, tail
from launcher.programs import major_version
from launcher.watch import Watch

DATABASE = "hanoi_docs"
# Nor statistics: gathered from tables as a test left them, they mislead the plans of the next, which fills them in one
# transaction. Without any, the planner assumes tables of a middling size.
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def launch(family: Family, bin_folder: Path, *, durable: bool) -> dict[str, str]:
    """Start PostgreSQL as a child of `family` and return DATABASE_URL and MIGRATION_DATABASE_URL.

    `durable` false gives up safety against a power cut for speed: only for data nobody will miss.
    Raises `Refused` with the end of the log when it does not come up.
    """
    place = family.place
    data = place.engine / f"postgres-{major_version(bin_folder)}"
    _make_cluster(place, bin_folder, data, durable)
    _forget_dead_postmaster(data)
    _make_roles(place, bin_folder, data, durable)
    for attempt in range(3):  # the kept port may be taken between looking and binding
        port = port_for(place, "postgres", fresh=attempt > 0)
        child = _child(place, bin_folder, data, port, durable)
        family.start(child)
        if _is_ready(data, child, family.watch):
            app, migrate = (
                f"postgresql://hanoi_{name}:{secret(place, f'postgres-{name}')}@127.0.0.1:{port}/{DATABASE}"
                for name in ("app", "migrate")
            )
            return {"DATABASE_URL": app, "MIGRATION_DATABASE_URL": f"{migrate}?assume_role=hanoi_owner"}
        family.leave_out(child)
        if "in use" not in tail(child.log, 40):
            break
    raise Refused(f"PostgreSQL did not start. End of {child.log}:\n{tail(child.log)}")


def comes_up(child: Child, watch: Watch) -> bool:
    """Whether a server that was just started again takes connections; false when it has ended instead."""
    return _is_ready(Path(child.argv[child.argv.index("-D") + 1]), child, watch)


def _child(place: Place, bin_folder: Path, data: Path, port: int, durable: bool) -> Child:
    options = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=100",
    ]
    options += [] if durable else THROW_AWAY
    argv = [str(bin_folder / "postgres"), "-D", str(data)]
    for option in options:
        argv += ["-c", option]
    return Child(
        name="postgres",
        argv=argv,
        cwd=place.engine,
        env=_plain_environment(),
        account=place.account,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        patience=30.0,
        log=place.logs / "postgres.log",
    )


def _plain_environment() -> dict[str, str]:
    """Without PG* variables, which would steer the server, and with a locale that exists everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _is_ready(data: Path, child: Child, watch: Watch) -> bool:
    """True when the postmaster says `ready` in its pid file (as pg_ctl reads it); false when it has died."""
    deadline = time.monotonic() + 120  # recovery after a power cut takes its time
    while not has_exited(child) and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            lines = (data / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[0] == str(child.process.pid) and lines[7].strip() == "ready":
                return True
        watch.pause(0.05)
    return False


def _make_cluster(place: Place, bin_folder: Path, data: Path, durable: bool) -> None:
    """initdb, then the database. What a killed launcher left half-made is made anew."""
    complete = data.with_name(f"{data.name}.complete")
    if complete.exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if place.account:
        os.chown(data, place.account.pw_uid, place.account.pw_gid)
    password_file = place.engine / ".initial-password"
    _write_for_account(place, password_file, secret(place, "postgres-superuser"))
    try:
        _as_account(place, _initdb(bin_folder, data, password_file) + ([] if durable else ["--no-sync"]))
    finally:
        password_file.unlink()
    _alone(place, bin_folder, data, durable, "postgres", f"CREATE DATABASE {DATABASE};\n\n")
    complete.touch()


def _make_roles(place: Place, bin_folder: Path, data: Path, durable: bool) -> None:
    """Also in a cluster of a time when there was one role. Tests make databases of their own: as `migrate`."""
    complete = data.with_name(f"{data.name}.roles")
    if complete.exists():
        return
    sql = (ROOT / "ops/roles.sql").read_text() + "\n"
    for name, more in (("migrate", "CREATEDB"), ("app", "")):
        sql += f"ALTER ROLE hanoi_{name} {more} PASSWORD '{secret(place, f'postgres-{name}')}';\n\n"
    _alone(place, bin_folder, data, durable, DATABASE, sql)
    complete.touch()


def _alone(place: Place, bin_folder: Path, data: Path, durable: bool, database: str, sql: str) -> None:
    """As the superuser without a server. With -j a semicolon and an empty line end a command."""
    alone = [str(bin_folder / "postgres"), "--single", "-j", "-D", str(data), *([] if durable else ["-F"])]
    _as_account(place, [*alone, database], sql)


def _initdb(bin_folder: Path, data: Path, password_file: Path) -> list[str]:
    """The rules of Vietnamese text: lc_ctype must be a UTF-8 one, or pg_trgm silently drops Đ and ặ."""
    locale = ["--locale", _utf8_locale()]
    if major_version(bin_folder) >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C"]
        locale += [f"--lc-ctype={_utf8_locale()}", "--lc-messages=C"]
    command = [str(bin_folder / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8"]
    return [*command, "--auth=scram-sha-256", f"--pwfile={password_file}", *locale]


def _utf8_locale() -> str:
    for name in ("C.UTF-8", "en_US.UTF-8"):
        probe = [sys.executable, "-c", f"import locale; locale.setlocale(locale.LC_CTYPE, {name!r})"]
        if subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0:
            return name
    raise Refused("This system has neither the locale C.UTF-8 nor en_US.UTF-8.")


def _write_for_account(place: Place, path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    if place.account:
        os.chown(path, place.account.pw_uid, place.account.pw_gid)


def _as_account(place: Place, command: list[str], text: str = "") -> None:
    who = place.account
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        cwd=place.engine,
        env=_plain_environment(),
        process_group=0,  # a Ctrl-C at the terminal is the launcher's to handle
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        extra_groups=[] if who else None,
    )
    if done.returncode or "ERROR" in done.stderr:
        raise Refused(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _forget_dead_postmaster(data: Path) -> None:
    """Remove a pid file whose process is gone or is somebody else: it would stop the start."""
    path = data / "postmaster.pid"
    if not path.exists():
        return
    pid = int(path.read_text().splitlines()[0])
    if not _runs_in(pid, data):
        path.unlink()


def _runs_in(pid: int, data: Path) -> bool:
    if sys.platform == "linux":
        try:
            return Path(os.readlink(f"/proc/{pid}/cwd")) == data  # the postmaster works in its data folder
        except OSError:  # gone, or of another account: ours we may always look at
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
