"""The launcher: real engines, real signals, a killed launcher, a stranger who must not be hurt."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

ROOT = Path(__file__).resolve().parents[2]
STACK = [sys.executable, str(ROOT / "ops/stack.py")]
pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.database]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder under a 0700 folder: as root the engines' account cannot reach it."""
    folder = tmp_path_factory.mktemp("stack") / "state"
    yield folder
    subprocess.run([*STACK, "clean", "--state", folder], check=True, env=clean_env())
    assert not folder.exists() and not outside(folder).exists()


def outside(state: Path) -> Path:
    """Where the engines' data goes when the state folder cannot be reached."""
    return Path("/var/lib") / f"hanoi-docs-{hashlib.sha256(bytes(state)).hexdigest()[:16]}"


def clean_env(**more: str) -> dict[str, str]:
    """This environment without the engines the tests themselves run on."""
    without = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STATE_DIR"}
    return {name: value for name, value in os.environ.items() if name not in without} | more


def launch(state: Path, *command: str, options: tuple[str, ...] = ()) -> subprocess.Popen:
    """`stack.py run`, with its output in a pipe."""
    line = [*STACK, "run", "--state", str(state), *options, "--", *command]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_env()
    )


def waiting(state: Path) -> tuple[subprocess.Popen, str, str]:
    """A launcher whose command sleeps, with the two addresses its command was given."""
    launcher = launch(state, "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exec sleep 600')
    database, broker = launcher.stdout.readline().split()
    return launcher, database, broker


def processes_of(state: Path) -> list[str]:
    """The command lines that name this state folder, or the folder its engines live in."""
    places = {str(state), str((state / "engine").resolve())}
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if any(place in line for place in places) and int(entry.parent.name) != os.getpid():
            found.append(line)
    return found


def eventually(done: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether `done` came true in time."""
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.1)
    return done()


def port_answers(url: str) -> bool:
    port = int(url.rpartition(":")[2].partition("/")[0])
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


USES_BOTH = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as c:
    c.execute("CREATE EXTENSION pg_trgm"); c.execute("CREATE EXTENSION unaccent")
    print(c.execute("SELECT lower('ĐẶNG'), unaccent('Đặng'), show_trgm('Đặng')").fetchone()[:2],
          len(c.execute("SELECT show_trgm('Đặng')").fetchone()[0]),
          c.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone())
print(redis.from_url(os.environ["REDIS_URL"]).ping())
"""


def system_has_postgres() -> bool:
    from launcher.programs import system_postgres

    return system_postgres() is not None


@pytest.mark.parametrize("source", ["wheel", "system"])
def test_a_command_gets_working_engines_that_know_vietnamese(state, source):
    if source == "system" and not system_has_postgres():
        pytest.skip("no PostgreSQL of the system here; .ci/run installs it for its second run")
    launcher = launch(state, sys.executable, "-c", USES_BOTH, options=("--pg", source))
    said = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 0, said
    assert said.splitlines() == ["('đặng', 'Dang') 5 (False,)", "True"]
    assert processes_of(state) == []


def test_the_exit_code_is_the_commands_own(state):
    launcher = launch(state, "sh", "-c", "exit 7")
    assert launcher.communicate(timeout=60)[0] == ""  # nothing after the command's own last line
    assert launcher.returncode == 7


def test_a_command_that_does_not_exist_is_named(state):
    launcher = launch(state, "no-such-program")
    assert "no-such-program" in launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 1
    assert processes_of(state) == []


def test_the_engines_refuse_who_has_no_password(state):
    launcher, database, broker = waiting(state)
    user, _, address = database.partition("//")[2].partition("@")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://{user.partition(':')[0]}@{address}")
    with pytest.raises(redis.AuthenticationError):
        redis.from_url(f"redis://{broker.rpartition('@')[2]}").ping()
    listening = [
        line for line in processes_of(state) if "requirepass" in line or user.partition(":")[2] in line
    ]
    assert listening == []  # no password on a command line
    launcher.terminate()
    launcher.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_ends_everything_it_started_and_nothing_else(state, number):
    stranger = subprocess.Popen(["sleep", "600"])
    launcher, database, broker = waiting(state)
    launcher.send_signal(number)
    launcher.communicate(timeout=30)
    assert launcher.returncode == 128 + number
    assert processes_of(state) == []
    assert not port_answers(database) and not port_answers(broker)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_two_runs_live_side_by_side(state):
    first, first_database, _ = waiting(state)
    second, second_database, _ = waiting(state)
    assert first_database != second_database
    second.terminate()
    second.communicate(timeout=30)
    psycopg.connect(first_database).close()
    first.terminate()
    first.communicate(timeout=30)


def test_what_a_killed_launcher_left_is_gone_after_the_next_start(state):
    killed, _, _ = waiting(state)
    killed.kill()
    killed.communicate(timeout=30)
    launcher = launch(state, sys.executable, "-c", USES_BOTH)
    assert "True" in launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 0
    assert eventually(lambda: processes_of(state) == [])
    assert list((state / "run").glob("[!.]*")) == []
    assert list((state / "engine/run").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends the children on Linux only")
def test_the_children_of_a_killed_launcher_end_by_themselves(state):
    killed, database, broker = waiting(state)
    killed.kill()
    killed.communicate(timeout=30)
    assert eventually(lambda: not port_answers(database) and not port_answers(broker))


def test_addresses_that_are_set_win(state):
    launcher, database, broker = waiting(state)
    line = [*STACK, "run", "--state", str(state), "--", "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"']
    given = clean_env(DATABASE_URL=database, REDIS_URL=broker)
    inner = subprocess.run(line, capture_output=True, text=True, env=given, timeout=60, check=True)
    assert inner.stdout.split() == [database, broker]
    launcher.terminate()
    launcher.communicate(timeout=30)
