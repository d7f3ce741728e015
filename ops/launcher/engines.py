"""PostgreSQL and the Redis-compatible server together, lasting (the demo) or for one command (tests)."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from launcher import postgres, programs, valkey
from launcher.place import Place, Refused, erase, held, prepare, secret
from launcher.processes import Child, Family, has_exited, recover
from launcher.watch import Stopped, Watch


def start_engines(family: Family, wanted: str = "auto", *, durable: bool) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL of engines that answer; MIGRATION_DATABASE_URL of our own PostgreSQL.

    A variable that is set already wins, and that engine is not started.
    `wanted`: see `programs.find_postgres`.
    """
    urls = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if "DATABASE_URL" not in urls:
        found = programs.find_postgres(family.place, wanted)
        urls |= postgres.launch(family, found, durable=durable)
    if "REDIS_URL" not in urls:
        urls["REDIS_URL"] = valkey.launch(family, programs.find_valkey(family.place))
    return urls


@contextlib.contextmanager
def throw_away(top: Place, watch: Watch) -> Iterator[Place]:
    """A place for one run, gone afterwards; several can live at once.

    Those that killed launchers have left behind are swept first.
    """
    runs = top.state / "run"
    runs.mkdir(mode=0o711, exist_ok=True)
    with contextlib.ExitStack() as stack:
        with held(runs / ".lock", wait=True):
            _sweep(runs, top, watch)
            state = Path(tempfile.mkdtemp(dir=runs, prefix=""))
            stack.enter_context(held(state / "launcher.lock"))
        place = _one_run(top, state)
        try:
            yield place
        finally:
            _erase_run(top, state)


def _one_run(top: Place, state: Path) -> Place:
    """Its own data, the binaries of the whole checkout."""
    for private in ("log", "app"):
        (state / private).mkdir(mode=0o700)
    engine = _engine_of(top, state)
    engine.mkdir(mode=0o711, parents=True)
    engine.parent.chmod(0o711)
    return Place(state, engine, top.programs, top.account)


def _engine_of(top: Place, state: Path) -> Path:
    return top.engine / "run" / state.name


def _erase_run(top: Place, state: Path) -> None:
    erase(_engine_of(top, state))
    erase(state)


def _sweep(runs: Path, top: Place, watch: Watch) -> None:
    for state in runs.iterdir():
        if state.is_dir():
            with contextlib.suppress(Refused), held(state / "launcher.lock"):  # refused: its launcher lives
                recover(Place(state, _engine_of(top, state), top.programs, top.account), watch)
                _erase_run(top, state)


def run_with_engines(state: Path, command: list[str], wanted: str, *, durable: bool) -> int:
    """Run `command` with throw-away engines (DATABASE_URL, REDIS_URL set); returns its exit code.

    128 + number when a stop signal ended it, as a shell would say.
    """
    watch = Watch()
    with throw_away(prepare(state), watch) as place:
        family = Family(place, watch)
        try:
            urls = _one_role(start_engines(family, wanted, durable=durable))
            child = Child("command", command, Path.cwd(), env={**_defaults(place), **os.environ, **urls})
            family.start(child)
            while not has_exited(child):
                watch.pause(60)
            return _shell_code(family.reap(child))
        except Stopped as stopped:
            return 128 + stopped.number
        finally:
            family.stop_all()


def _one_role(urls: dict[str, str]) -> dict[str, str]:
    """For tests and measurements, which make and fill databases of their own: the role that may do so. The one that
    serves is APP_DATABASE_URL, for tests of what it may not do."""
    migrating = urls.pop("MIGRATION_DATABASE_URL", "").partition("?")[0]
    return urls | {"DATABASE_URL": migrating, "APP_DATABASE_URL": urls["DATABASE_URL"]} if migrating else urls


def _defaults(place: Place) -> dict[str, str]:
    """What the settings ask for besides the engines, for this run only; a variable that is set wins."""
    return {"SECRET_KEY": secret(place, "django"), "STATE_DIR": str(place.state / "app")}


def _shell_code(code: int) -> int:
    return code if code >= 0 else 128 - code
