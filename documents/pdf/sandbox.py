"""Starts a Python behind walls: what reads files of strangers sees no key, reaches no network and is nobody.

`python -I -S sandbox.py SHOWN… -- ARGUMENTS…` puts up every wall that this machine lets it have, then becomes
`python ARGUMENTS…`. SHOWN are the folders to see beside Python and the system's programs and fonts. Run by process_pool.py;
needs Linux and the standard library alone.

- a room: a root folder of its own (mount namespace, chroot) that holds nothing but what is shown, read-only, and an
  empty /tmp in memory; no network (net namespace). Root may have it, others where user namespaces are allowed;
- an account: root gives way to a number that nobody else has;
- rules: Landlock (Linux 5.13) shows the same folders and nothing else, seccomp gives out no socket. Everybody may have
  these, also in a container, where there is usually no room.
A wall that cannot be had is left out without a word: `tried` finds out what holds (see signatures/checks.py).
"""

import ctypes
import errno
import json
import os
import platform
import resource
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ACCOUNT = 65533  # reserved and never given out by Debian, so no process and no file is its own
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime",
    f"/etc/python{sys.version_info.major}.{sys.version_info.minor}", "/var/cache/fontconfig",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/urandom")
_MOST_FILES = 256  # open at the same time
_ROOM_SIZE, _TMP_SIZE = "1m", "64m"

_PLAIN = 0x20000 | 0x8000000 | 0x40000000  # CLONE_NEWNS, _NEWIPC, _NEWNET
_CLONE_NEWUSER = 0x10000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_EMPTY_PATH = 1, 4
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 4, 22, 24, 38
# LANDLOCK_ACCESS_FS_READ_DIR; with _EXECUTE and _READ_FILE; whatever there is. A file has _EXECUTE,
# _READ_FILE, _WRITE_FILE, _TRUNCATE and _IOCTL_DEV alone.
_LIST, _READ, _ALL, _MAKE_PIPE = 8, 8 | 1 | 4, -1, 1 << 9
_OF_FILES = 1 | 4 | 2 | 1 << 14 | 1 << 15
# The same on every architecture.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR, _LANDLOCK, _IO_URING = 428, 429, 442, 444, 425
# AUDIT_ARCH_…, numbers of socket(2) and connect(2)
_SOCKET = {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)}

_OWN = "+"  # before the folder that may be written to

_PROBE = """
import json, os, socket, sys
def can(act):
    try: act()
    except OSError: return False
    return True
print(json.dumps({
    "reads": any(can(lambda: open(path).close()) for path in sys.argv[2:]),
    "connects": can(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)), "uid": os.getuid(),
}))
"""


def command(arguments: Iterable[str], shown: Iterable[Path], own: Path | None = None) -> list[str]:
    """What to start instead of `python ARGUMENTS…`. `own` is for a program that needs a place to write to and pipes with a
    name: an empty folder, that stands in for /tmp where there is no room. It may make such pipes and connect to none."""
    python = {sys.prefix, sys.base_prefix}  # started with -S it would not know the virtual environment
    more = [f"{_OWN}{own}"] if own else []
    return [sys.executable, "-I", "-S", __file__, *more, *sorted(python), *map(str, shown), "--", *arguments]


def tried(*secrets: Path) -> dict:
    """What a program behind the walls can do: whether it "reads" one of these files and "connects" to this machine,
    and as which "uid". Found by trying. Raises CalledProcessError when it did not even start."""
    with socket.create_server(("127.0.0.1", 0)) as open_door:
        arguments = ["-I", "-c", _PROBE, str(open_door.getsockname()[1]), *map(str, secrets)]
        told = subprocess.run(
            command(arguments, []), capture_output=True, check=True, cwd="/", env={}, timeout=60
        )
    return json.loads(told.stdout)


def main(shown: list[str], arguments: list[str]) -> None:
    own = [path.removeprefix(_OWN) for path in shown if path.startswith(_OWN)]
    here, paths = os.getcwd(), _outermost([*_SYSTEM, *(one for one in shown if not one.startswith(_OWN))])
    in_room = os.geteuid() == 0 and _room(paths, _PLAIN)
    _other_account(paths if in_room else [one for path in paths for one in _way_to(path)])
    in_room = in_room or _room(paths, _PLAIN | _CLONE_NEWUSER)
    with suppress(OSError):
        os.chdir(here)
    with suppress(ValueError):  # it may have fewer already
        resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    # Python finds a package by listing the folder it starts in; what lies deeper there is not opened by that.
    rights = {here: _LIST} | dict.fromkeys(paths, _READ)
    with suppress(OSError):
        _landlock({"/": _READ, "/tmp": _ALL} if in_room else rights | _rights_of(own))
    with suppress(OSError, KeyError):
        _no_sockets(*_SOCKET[platform.machine()], pipes=bool(own))
    os.execv(sys.executable, [sys.executable, *arguments])


def _rights_of(own: list[str]) -> dict[str, int]:
    """Named pipes are made in /tmp, whatever the program is told: there those alone."""
    return dict.fromkeys(own, _ALL) | dict.fromkeys(("/tmp",) if own else (), _MAKE_PIPE)


def _outermost(paths: Iterable[str]) -> list[str]:
    """Those that are there, by the name they were given and by their real one, without what lies in another."""
    names = {name for path in paths if os.path.exists(path) for name in (path, os.path.realpath(path))}
    return sorted(one for one in names if not any(Path(other) in Path(one).parents for other in names))


def _way_to(path: str) -> list[str]:
    return [path, *map(str, Path(path).parents)]


def _room(paths: list[str], namespaces: int) -> bool:
    """Root folder, network and shared memory of its own; whether they could be had."""
    uid, gid = os.getuid(), os.getgid()
    try:
        _checked(_libc.unshare(namespaces))
        if namespaces & _CLONE_NEWUSER:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{ACCOUNT} {uid} 1")
            Path("/proc/self/gid_map").write_text(f"{ACCOUNT} {gid} 1")
        _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
        trees = {path: _tree(path) for path in [*paths, *_DEVICES]}
        base = "/tmp"  # in our namespace: nobody else sees what is laid over it
        _mount("room", base, "tmpfs", _MS_NOSUID | _MS_NODEV, f"mode=0755,size={_ROOM_SIZE}")
        os.makedirs(f"{base}/tmp")
        flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
        _mount("tmp", f"{base}/tmp", "tmpfs", flags, f"mode=01777,size={_TMP_SIZE}")
        for path, tree in trees.items():  # after that: what is shown may lie below /tmp
            _put(tree, base + path)
        _attributes(_AT_FDCWD, base.encode(), 0, _ATTR_RDONLY)
        os.chroot(base)
        os.chdir("/")
    except OSError:
        return False
    return True


def _tree(path: str) -> int:
    """A copy of what is mounted there, all below it included, read-only; not in any place yet."""
    tree = _syscall(_OPEN_TREE, _AT_FDCWD, path.encode(), _OPEN_TREE_CLONE | _AT_RECURSIVE | os.O_CLOEXEC)
    device = stat.S_ISCHR(os.fstat(tree).st_mode)
    wanted = _ATTR_RDONLY | _ATTR_NOSUID | (0 if device else _ATTR_NODEV)
    _attributes(tree, b"", _AT_EMPTY_PATH | _AT_RECURSIVE, wanted)
    return tree


def _put(tree: int, where: str) -> None:
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        os.makedirs(where, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(where), exist_ok=True)
        open(where, "x").close()
    _syscall(_MOVE_MOUNT, tree, b"", _AT_FDCWD, where.encode(), _MOVE_EMPTY_PATH)
    os.close(tree)


def _attributes(folder: int, path: bytes, flags: int, wanted: int) -> None:
    _syscall(_MOUNT_SETATTR, folder, path, flags, struct.pack("=4Q", wanted, 0, 0, 0), 32)


def _other_account(programs: list[str]) -> None:
    """Of root alone. Where nobody else may read the programs it stays root, without any of its powers."""
    if os.geteuid():
        return
    try:
        if all(map(_open_to_all, programs)):
            os.setgroups([])
            os.setresgid(ACCOUNT, ACCOUNT, ACCOUNT)
            os.setresuid(ACCOUNT, ACCOUNT, ACCOUNT)
            _prctl(_PR_SET_DUMPABLE, 1)  # else /proc/self is not ours, and no user namespace can be set up
            return
    except OSError:
        pass
    with suppress(OSError):
        for capability in range(64):
            _prctl(_PR_CAPBSET_DROP, capability)


def _open_to_all(path: str) -> bool:
    mode = os.stat(path).st_mode
    return bool(mode & (0o001 if stat.S_ISDIR(mode) else 0o004))


def _landlock(rights: dict[str, int]) -> None:
    """landlock(7): of files these rights and, as far as the kernel knows, no TCP and no signal to anybody else."""
    version = _syscall(_LANDLOCK, None, 0, 1)
    every = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    network, scoped = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    rules = _syscall(_LANDLOCK, struct.pack("=3Q", every, network, scoped), 24, 0)
    for path, wanted in (rights | dict.fromkeys(_DEVICES, _ALL)).items():
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        wanted &= every if stat.S_ISDIR(os.fstat(place).st_mode) else every & _OF_FILES
        _syscall(_LANDLOCK + 1, rules, 1, struct.pack("=Qi", wanted, place), 0)
        os.close(place)
    _syscall(_LANDLOCK + 2, rules, 0)
    os.close(rules)


def _no_sockets(architecture: int, socket_call: int, connect_call: int, *, pipes: bool = False) -> None:
    """seccomp(2): socket and io_uring_setup fail with EPERM, calls of another architecture end the process. With `pipes`
    stream sockets of this machine are given out, and connect fails: one that others listen at is never reached."""
    load, equal, at_least, mask, give = 0x20, 0x15, 0x35, 0x54, 0x06
    allow, eperm, kill = (
        (give, 0, 0, 0x7FFF0000),
        (give, 0, 0, 0x00050000 | errno.EPERM),
        (give, 0, 0, 0x80000000),
    )
    steps = [
        (load, 0, 0, 4), (equal, 1, 0, architecture), kill,
        (load, 0, 0, 0), (at_least, 0, 1, 0x40000000), eperm,
        (equal, 0, 1, connect_call if pipes else socket_call), eperm,
        (equal, 0, 1, _IO_URING), eperm,
    ]  # fmt: skip
    if pipes:  # the first two arguments: AF_UNIX; SOCK_STREAM, whatever its flags
        steps += [
            (equal, 0, 5, socket_call), (load, 0, 0, 16), (equal, 0, 4, 1), (load, 0, 0, 24), (mask, 0, 0, 0xF), (equal, 0, 1, 1),
        ]  # fmt: skip
    steps += [allow, eperm]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    given = struct.pack("@HP", len(steps), ctypes.addressof(program))
    _prctl(_PR_SET_SECCOMP, 2, given)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    words = (word.encode() if word is not None else None for word in (source, target, kind))
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), options.encode()))


def _prctl(what: int, *values: int | bytes) -> None:
    _checked(_libc.prctl(what, *map(_argument, (*values, 0, 0, 0, 0)[:4])))


def _syscall(number: int, *values: int | bytes | None) -> int:
    return _checked(_libc.syscall(ctypes.c_long(number), *map(_argument, values)))


def _argument(value: int | bytes | None):
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


_libc = ctypes.CDLL(None, use_errno=True)

if __name__ == "__main__":
    cut = sys.argv.index("--")
    main(sys.argv[1:cut], sys.argv[cut + 1 :])
