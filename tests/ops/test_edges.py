"""The launcher where it cannot go on: one true sentence, no traceback, and what runs goes on."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.test_stack import ROOT, STACK, clean_env

pytestmark = pytest.mark.xdist_group("stack")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="becomes other accounts, which root alone may")
NOBODY = pwd.getpwnam("nobody")


def asked(*words: str, who: pwd.struct_passwd | None = None, **options) -> subprocess.CompletedProcess:
    """The real command, as another account if one is named."""
    line = [sys.executable, *STACK[1:], *map(str, words)]
    account = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    return subprocess.run(
        line, capture_output=True, text=True, env=clean_env(), timeout=120, check=False, **account, **options
    )


def one_sentence(done: subprocess.CompletedProcess) -> str:
    """It said one thing and ended; nothing of Python's is in it."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr + done.stdout and len(done.stderr.strip().splitlines()) == 1, done
    return done.stderr.strip()


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every account may enter, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="edges-"))
    made.chmod(0o777)
    yield made
    if (made / "state").exists():
        subprocess.run(
            [*STACK, "clean", "--state", made / "state"], check=True, env=clean_env(), capture_output=True
        )
    shutil.rmtree(made)


@pytest.mark.parametrize("port", ["99999", "abc", "0", "-1", "65536", "８０００", ""])
def test_what_is_no_port_is_said(folder, port):
    assert f"PORT={port} is no port" in one_sentence(
        asked("demo", "--state", folder / "state", f"--port={port}")
    )


def test_a_port_that_is_taken_is_said_and_another_is_offered(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = one_sentence(asked("demo", "--state", folder / "state", "--port", port))
    assert f"Port {port} is in use" in said and f"PORT={port + 1 if port < 65535 else 8080}" in said


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_said(folder, host):
    said = one_sentence(asked("demo", "--state", folder / "state", "--port", "8123", "--host", host))
    assert said == f"HOST={host} is no address of this machine. HOST=0.0.0.0 opens all of its addresses."


def readable_launcher(folder: Path) -> dict:
    """As another account: the system's Python and a copy of the launcher, since it may not enter the checkout."""
    shutil.copytree(ROOT / "ops", folder / "checkout/ops")
    subprocess.run(["chmod", "-R", "go+rX", folder / "checkout"], check=True)
    return {"cwd": folder / "checkout"}


def as_nobody(folder: Path, *words: str) -> subprocess.CompletedProcess:
    place = readable_launcher(folder) if not (folder / "checkout").exists() else {"cwd": folder / "checkout"}
    python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
    return subprocess.run(
        [python, "ops/stack.py", *map(str, words)], capture_output=True, text=True, env={"PATH": os.defpath},
        user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[], timeout=60, check=False, **place,
    )  # fmt: skip


@AS_ROOT
def test_port_80_is_for_root_and_said_to_be(folder):
    least = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if least <= 80:
        pytest.skip("this machine gives port 80 to everybody")
    said = one_sentence(as_nobody(folder, "demo", "--state", folder / "state", "--port", "80"))
    assert said.startswith("Port 80 is for root") and "PORT=8080" in said


@AS_ROOT
def test_what_root_left_in_a_checkout_is_said_to_its_owner(folder):
    (folder / "state").mkdir()
    for words in (["demo"], ["run", "--", "true"], ["clean"]):
        done = as_nobody(folder, words[0], "--state", folder / "state", *words[1:])
        assert "belongs to the account root" in one_sentence(done) and "sudo make clean" in done.stderr
    assert asked("clean", "--state", folder / "state").returncode == 0  # as root: `sudo make clean`


@AS_ROOT
def test_what_a_user_left_is_said_to_root_who_may_delete_it(folder):
    state = folder / "state"
    state.mkdir()
    (state / "kept").touch()
    os.chown(state, NOBODY.pw_uid, NOBODY.pw_gid)
    said = one_sentence(asked("demo", "--state", state))
    assert "belongs to the account nobody" in said and (state / "kept").exists()
    assert asked("clean", "--state", state).returncode == 0 and not state.exists()


@AS_ROOT
def test_a_folder_that_cannot_be_written_to_is_said(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o755)
    for state in (closed / "state", Path("/proc/state")):
        said = one_sentence(as_nobody(folder, "demo", "--state", state))
        assert str(state) in said and ("STATE=" in said or "/proc" in said)
    assert "/proc/state" in one_sentence(asked("demo", "--state", "/proc/state"))


def test_a_closed_umask_keeps_nobody_out(folder):
    """As root the engines run as another account, which has to reach their folders."""
    done = asked("run", "--state", folder / "state", "--", "sh", "-c", "umask", umask=0o077)
    assert done.returncode == 0, done.stderr
    mode = (folder / "state").stat().st_mode & 0o777
    assert mode == (0o711 if os.geteuid() == 0 else 0o700)


FULL = """
import os, resource, sys
from launcher.processes import Child, Family
from launcher.place import prepare
from launcher.watch import Watch, say
watch, place = Watch(), prepare(__import__("pathlib").Path(sys.argv[1]))
family = Family(place, watch)
child = lambda name: Child(name, ["sleep", "600"], place.state, log=place.logs / f"{name}.log")
first, second = child("first"), child("second")
family.start(first)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
family.start(second)
say(f"both run: {first.process.poll() is None and second.process.poll() is None}")
family.leave_out(first)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
family.stop_all()
say("pids: " + (place.state / "pids.json").read_text())
"""


def test_a_disk_that_fills_up_ends_nothing(folder):
    """Written is what can be: the list of processes is missed only by a launcher that is killed."""
    line = [sys.executable, "-c", FULL, str(folder / "state")]
    done = subprocess.run(
        line,
        capture_output=True,
        text=True,
        env=clean_env(PYTHONPATH=str(ROOT / "ops")),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said.count(said[0]) == 2 and "was not written" in said[0] and "make room" in said[0]
    assert said[1] == "both run: True" and said[-1].startswith("pids: [")
    assert list((folder / "state").glob(".pids.json.*")) == []  # no half of a file is left behind


@AS_ROOT
def test_a_disk_that_is_full_at_the_start_is_said(folder):
    """A real one of 1 MB."""
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "full", disk], capture_output=True
    ).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (disk / "state").mkdir()
        (disk / "filling").write_bytes(b"x" * (1020 << 10))
        done = asked("run", "--state", disk / "state", "--", "true")
        assert done.returncode == 1 and "No room left" in done.stderr and "Traceback" not in done.stderr
    finally:
        subprocess.run(
            [*STACK, "clean", "--state", disk / "state"], env=clean_env(), capture_output=True, check=False
        )
        subprocess.run(["umount", disk], check=True)
