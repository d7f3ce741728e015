"""Where one running system keeps its things: the state folder, its lock, its secrets, its ports.

Everything lives in one folder (`.state` in the checkout). One exception: as root, PostgreSQL must run as an
ordinary account, and that account may not reach the checkout (a 0700 home). Then `engine` inside the state
folder is a link to a folder under /var/lib.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib")


class Refused(Exception):
    """The launcher cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """One state folder, ready for use. `account` runs the engines (None: whoever runs the launcher)."""

    state: Path
    engine: Path
    programs: Path
    account: pwd.struct_passwd | None

    @property
    def logs(self) -> Path:
        """Folder of one log file per process."""
        return self.state / "log"

    @property
    def passing(self) -> Path:
        """Temporary files of the processes; emptied at every start, for who is killed leaves his behind."""
        return self.state / "tmp"


def engine_account() -> pwd.struct_passwd | None:
    """The unprivileged account that runs the engines when the launcher is root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Refused("PostgreSQL refuses to run as root, and there is neither an account postgres nor nobody.")


def in_the_way(error: OSError) -> str:
    """A sentence for what the system refused: a full disk, a folder that cannot be written to."""
    what = f"{error.filename}: " if error.filename else ""
    why = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"No room left for what is to be written ({what}{why}). Make room, then start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Cannot be written ({what}{why}). Choose another folder to keep things in: make demo STATE=/path"
        )
    return f"The system refused ({what}{why})."


def owned(folder: Path) -> None:
    """Raises Refused when another account has made the folder: one of the two would lock the other out."""
    if not folder.exists() or folder.stat().st_uid == os.geteuid():
        return
    uid = folder.stat().st_uid
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"number {uid}"
    again = "sudo make clean" if os.geteuid() else "make clean"
    raise Refused(
        f"{folder} belongs to the account {name}, which ran this here before. Go on as {name}; or type `{again}`"
        " to delete what it keeps, and start again."
    )


def prepare(state: Path) -> Place:
    """Make the folders of a state folder; a second call changes nothing. Raises Refused when it is somebody else's."""
    state = state.resolve()
    owned(state)
    return _made(state)


def seized(state: Path) -> Place:
    """As `prepare`, for whoever deletes it: root may, whose it is."""
    return _made(state.resolve()) if os.geteuid() == 0 else prepare(state)


def _made(state: Path) -> Place:
    account = engine_account()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o711 if account else 0o700)
    for private in ("log", "app", "axis", "beat", "tmp"):
        (state / private).mkdir(mode=0o700, exist_ok=True)
    with held(state / "prepare.lock", wait=True):
        engine = _engine_folder(state, account)
    return Place(state, engine, engine / "programs", account)


def _engine_folder(state: Path, account: pwd.struct_passwd | None) -> Path:
    inside = state / "engine"
    if inside.is_symlink() or (account and not inside.exists() and not _others_reach(state)):
        outside = OUTSIDE / f"hanoi-docs-{hashlib.sha256(bytes(state)).hexdigest()[:16]}"
        inside.unlink(missing_ok=True)  # a moved checkout carries the link of its old path
        inside.symlink_to(outside)
        inside = outside
    inside.mkdir(mode=0o711 if account else 0o700, exist_ok=True)
    inside.chmod(0o711 if account else 0o700)
    return inside


def _others_reach(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def erase(state: Path) -> None:
    """Delete a state folder and the engine folder it points to."""
    engine = state / "engine"
    if engine.is_symlink():
        shutil.rmtree(engine.readlink(), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


@contextlib.contextmanager
def held(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock file `path`; it is freed by the system however this process ends.

    Raises `Refused` with the pid of the holder when somebody else has it and `wait` is false.
    """
    handle = path.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "?"
        handle.close()
        raise Refused(f"Already running in this folder: process {holder} holds {path}.") from None
    try:
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
    finally:
        handle.close()


def keep_json(path: Path, value: object) -> None:
    """Write a small private JSON file so that a reader sees the old or the new content, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600 from the start
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(value, file)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def kept_json(path: Path, default: object) -> object:
    """What `keep_json` wrote, or `default` when there is nothing readable."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return default


def secret(place: Place, name: str) -> str:
    """A random secret of this state folder, made at first use and kept in `secrets.json` (0600)."""
    path = place.state / "secrets.json"
    known = kept_json(path, {})
    if name not in known:
        known[name] = secrets.token_urlsafe(48)
        keep_json(path, known)
    return known[name]


def port_for(place: Place, name: str, *, fresh: bool = False) -> int:
    """A free loopback port for `name`: the one of last time if nobody took it, unless `fresh`."""
    path = place.state / "ports.json"
    known = kept_json(path, {})
    if fresh or not port_is_free(known.get(name, 0)) or not known.get(name):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            known[name] = probe.getsockname()[1]
        keep_json(path, known)
    return known[name]


def port_of(text: str) -> int:
    """The number of a port as it was typed. Raises Refused."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535 and len(text) < 6):
        raise Refused(f"PORT={text} is no port. Choose a number from 1024 to 65535: make demo PORT=8080")
    return int(text)


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server could listen on `host`:`port` now."""
    return _hindrance(port, host) is None


def must_listen(port: int, host: str) -> None:
    """Raises Refused with the reason why no server of this account could listen there now."""
    error = _hindrance(port, host)
    if error is None:
        return
    other = f"make demo PORT={port + 1 if 1024 <= port < 65535 else 8080}"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        raise Refused(f"HOST={host} is no address of this machine. HOST=0.0.0.0 opens all of its addresses.")
    if error.errno == errno.EACCES:
        raise Refused(
            f"Port {port} is for root: ordinary accounts have those from 1024. Choose another: {other}"
        )
    if error.errno == errno.EADDRINUSE:
        raise Refused(f"Port {port} is in use. Choose another one: {other}")
    raise Refused(f"Nobody can listen on {host}, port {port}: {error.strerror}.")


def _hindrance(port: int, host: str) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None
