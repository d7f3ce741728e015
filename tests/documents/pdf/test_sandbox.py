"""What reads files of strangers sees no key, reaches no network and is nobody: tried from inside, on the real walls.

As the account that runs the tests; as root also as an ordinary account, with and without user namespaces.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from documents.pdf import sandbox
from documents.pdf.process_pool import Worker

ROOT = Path(__file__).resolve().parents[3]
STRANGER = 12345  # an ordinary account
MAY_MOUNT = subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0
# Answers every order, a line of Python, with what it gives or with the error.
INSIDE = """
import json, os, socket, struct, subprocess, sys
sys.stdout.buffer.write(b"-"); sys.stdout.flush()
while size := sys.stdin.buffer.read(4):
    order = sys.stdin.buffer.read(struct.unpack(">I", size)[0]).decode()
    try: answer = eval(order)
    except OSError as error: answer = type(error).__name__
    answer = json.dumps(answer).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(answer)) + answer); sys.stdout.flush()
"""
OUTSIDE = """
import json, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from documents.pdf import sandbox
print(json.dumps(sandbox.tried(Path(sys.argv[2]))))
"""


class Inside(Worker):
    def __init__(self):
        super().__init__("-I", "-c", INSIDE, cwd=ROOT, shown=[ROOT / "documents"])
        self.start()

    def __call__(self, order: str):
        deadline = time.monotonic() + 30
        self.send(order.encode(), deadline)
        return json.loads(self.answer(deadline))

    def status(self, name: str) -> str:
        """As the kernel tells it to us outside."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(line.split()[1] for line in lines if line.startswith(name + ":"))


READERS = """
import sys
sys.path.append(".")
from documents.pdf import inspect, page_image
from documents.pdf import sandbox
from pathlib import Path
from signatures.verification.guard import Guard
pdf = Path(sys.argv[1]).read_bytes()
assert inspect(pdf).pages == 1 and page_image(pdf, 1, 100)[1:4] == b"PNG"
assert Guard().verify(pdf, trust_roots=[]).verdict == "unsigned"
assert sandbox.tried(Path(sys.argv[1])) | {"uid": 0} == {"reads": False, "connects": False, "uid": 0}
"""


@pytest.fixture
def inside():
    kept = Inside()
    yield kept
    kept.end()


@pytest.fixture
def key(tmp_path) -> Path:
    file = tmp_path / "keys/khoa.p12"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(b"khong cho ai doc")
    file.chmod(0o600)
    return file


def test_no_key_is_read_from_inside(inside, key):
    assert key.read_bytes()  # we can
    for order in (f"open({str(key)!r}).read()", f"os.listdir({str(key.parent)!r})"):
        assert inside(order) in ("FileNotFoundError", "PermissionError")
    assert (
        inside(f"open({str(ROOT / 'documents/pdf/sandbox.py')!r}).read(3)") == '"""'
    )  # what is shown is read


def test_nothing_of_another_process_or_account_is_read(inside):
    for path in (
        "/etc/shadow",
        f"/proc/{os.getpid()}/environ",
        f"/proc/{os.getpid()}/mem",
        str(ROOT / "manage.py"),
    ):
        assert inside(f"open({path!r}).read()") in ("FileNotFoundError", "PermissionError"), path


def test_no_line_leads_out(inside):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), 5).close()  # we can
        assert inside(f"socket.create_connection(('127.0.0.1', {port}), 5) and 1") in (
            "PermissionError",
            "OSError",
        )
    assert inside("socket.socket(socket.AF_UNIX) and 1") == "PermissionError"
    assert inside("len(socket.socketpair())") == 2  # within itself it may


def test_it_is_nobody_and_changes_nothing(inside):
    told = [inside.status(name) for name in ("CapEff", "NoNewPrivs", "Seccomp")]
    assert told == ["0" * 16, "1", "2"]
    if os.geteuid() == 0 and (MAY_MOUNT or readable_python() == sys.executable):
        assert inside("os.getuid()") == inside("os.getgid()") == 65533 and inside("os.getgroups()") == []
        assert inside("os.kill(os.getppid(), 0)") == "PermissionError"
    assert inside(f"open({str(ROOT / 'documents/pdf/sandbox.py')!r}, 'a') and 1") in (
        "OSError",
        "PermissionError",
    )
    assert inside("os.setuid(0)") in ("OSError", "PermissionError")


def test_programs_of_the_system_draw_pages_inside(inside, tmp_path):
    from tests.conftest import tiny_pdf

    drawn = f"subprocess.run(['pdftoppm', '-r', '20', '-'], input={tiny_pdf()!r}, capture_output=True).stdout[:2].decode()"
    assert inside(drawn) == "P6"
    font = inside(
        "subprocess.run(['fc-match', '-f', '%{file}', 'Times'], capture_output=True).stdout.decode()"
    )
    assert font and inside(f"os.path.exists({font!r})"), "which one it is depends on the machine"


def readable_python() -> str:
    """One that every account may run; the one of these tests may lie in somebody's home."""
    for found in (sys.executable, shutil.which("python3", path="/usr/bin:/bin")):
        way = found and [Path(found).resolve(), *Path(found).resolve().parents, ROOT, *ROOT.parents]
        if way and all(place.stat().st_mode & 0o001 for place in way):
            return found
    pytest.skip("no Python here that every account may run")


def tried(key: Path, *wrapped: str, **account) -> dict:
    argv = [*wrapped, readable_python(), "-I", "-c", OUTSIDE, str(ROOT), str(key)]
    return json.loads(subprocess.run(argv, capture_output=True, check=True, cwd="/", **account).stdout)


@pytest.fixture
def theirs():
    """A key that the ordinary account itself can read."""
    if os.geteuid():
        pytest.skip("only root may try it as somebody else")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        file = Path(folder) / "khoa.p12"
        file.write_bytes(b"khong cho ai doc")
        for path in (folder, file):
            os.chown(path, STRANGER, STRANGER)
        yield file


def test_an_ordinary_account_has_the_same_walls(theirs):
    found = tried(theirs, user=STRANGER, group=STRANGER, extra_groups=[])
    assert not found["reads"] and not found["connects"]


def test_so_has_a_container_without_user_namespaces(theirs, tmp_path):
    """In a folder taken for the root the kernel gives nobody a user namespace."""
    there = f'mount --rbind / {tmp_path}; exec chroot --userspec={STRANGER}:{STRANGER} {tmp_path} "$@"'
    within = ("unshare", "-m", "sh", "-ec", there, "sh")
    if not MAY_MOUNT:
        pytest.skip("this container may not mount")
    refused = subprocess.run([*within, "unshare", "-Ur", "true"], capture_output=True, cwd="/")
    assert refused.returncode != 0
    found = tried(theirs, *within)
    assert (found["reads"], found["connects"], found["uid"]) == (False, False, STRANGER)


def test_root_without_the_right_to_mount_still_gives_way(key):
    if os.geteuid():
        pytest.skip("for root")
    drop = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
    assert tried(key, *drop) == {"reads": False, "connects": False, "uid": 65533}


@pytest.mark.parametrize("powers", ["as they are", "none"])
def test_the_readers_of_the_system_work_whatever_walls_they_get(tmp_path, powers):
    """Root without powers gets no room and no other account: rules alone, as in a container."""
    from tests.conftest import tiny_pdf

    (tmp_path / "tep.pdf").write_bytes(tiny_pdf())
    drop = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if powers == "none" else []
    if drop and os.geteuid():
        pytest.skip("for root")
    argv = [*drop, sys.executable, "-c", READERS, str(tmp_path / "tep.pdf")]
    told = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def test_what_is_shown_may_lie_below_the_temporary_folder(tmp_path):
    """As a checkout may: the readers have a temporary folder of their own."""
    shown, hidden = tmp_path / "shown", tmp_path / "hidden"
    for folder in (shown, hidden):
        folder.mkdir()
        (folder / "text").write_text("đọc được")
    reads = (
        "import sys\nfor path in sys.argv[1:]:\n try: print(open(path).read())\n except OSError: print('no')"
    )
    line = sandbox.command(["-I", "-c", reads, str(shown / "text"), str(hidden / "text")], [shown])
    told = subprocess.run(line, capture_output=True, text=True, check=True, cwd="/", env={"PYTHONUTF8": "1"})
    assert told.stdout.split("\n")[:2] == ["đọc được", "no"]
