"""A private Redis-compatible server. It keeps nothing on disk: the broker may lose everything by design."""

import os
import socket
import time
from pathlib import Path

from launcher.place import Place, Refused, port_for, secret
from launcher.processes import Child, Family, has_exited, tail
from launcher.watch import Watch


def launch(family: Family, program: Path) -> str:
    """Start the server as a child of `family` and return its REDIS_URL. Raises `Refused` when it is mute."""
    place = family.place
    password = secret(place, "valkey")
    for attempt in range(3):
        port = port_for(place, "valkey", fresh=attempt > 0)
        child = Child(
            name="valkey",
            argv=[str(program), str(_write_settings(place, port, password))],
            cwd=place.engine / "valkey",
            account=place.account,
            log=place.logs / "valkey.log",
        )
        family.start(child)
        if _is_ready(port, password, child, family.watch):
            return f"redis://:{password}@127.0.0.1:{port}/0"
        family.leave_out(child)
    raise Refused(f"The Redis-compatible server did not start. End of {child.log}:\n{tail(child.log)}")


def _write_settings(place: Place, port: int, password: str) -> Path:
    """The settings as a private file: on the command line every local user could read the password."""
    home = place.engine / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    path = home / "valkey.conf"
    path.unlink(missing_ok=True)
    lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', "appendonly no"]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join([*lines, "loglevel notice", ""]))
    if place.account:
        for owned in (home, path):
            os.chown(owned, place.account.pw_uid, place.account.pw_gid)
    return path


def _is_ready(port: int, password: str, child: Child, watch: Watch) -> bool:
    deadline = time.monotonic() + 10
    while not has_exited(child) and time.monotonic() < deadline:
        if answers(port, password):
            return True
        watch.pause(0.05)
    return False


def answers(port: int, password: str) -> bool:
    """True when a server on this port takes our password: so it is ours, not a stranger on a used port."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            said = b""
            while b"PONG" not in said and b"-" not in said:
                got = line.recv(256)
                if not got:
                    return False
                said += got
            return said.startswith(b"+OK") and b"PONG" in said
    except OSError:
        return False
