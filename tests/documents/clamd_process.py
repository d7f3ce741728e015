"""A virus scanner for the tests: the real clamd where it is installed, with a list of one entry of our own; else a
process that speaks the same words and knows the same entry. Either is a process of its own behind a socket."""

import hashlib
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

# What every scanner is tried with; written in two pieces, so that none stops at this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Thu.EICAR.UNOFFICIAL"
_STAND_IN = """
import socket, struct, sys
path, bad, name = sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3]
server = socket.socket(socket.AF_UNIX); server.bind(path); server.listen(16)
def exactly(line, size):
    found = b""
    while len(found) < size:
        piece = line.recv(size - len(found))
        if not piece: raise EOFError
        found += piece
    return found
while True:
    line, _ = server.accept()
    try:
        assert exactly(line, 10) == b"zINSTREAM\\0"
        data = b""
        while size := struct.unpack(">I", exactly(line, 4))[0]:
            data += exactly(line, size)
            if len(data) > 1000000:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\\0"); break
        else:
            line.sendall(b"stream: " + (f"{name} FOUND" if bad in data else "OK").encode() + b"\\0")
    except (EOFError, AssertionError, OSError):
        pass
    line.close()
"""


class Clamd:
    def __init__(self, folder: Path):
        self.folder, self.socket, self._process = folder, folder / "clamd.sock", None
        self.real = shutil.which("clamd") or next((p for p in ("/usr/sbin/clamd",) if Path(p).exists()), None)

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(1500):
            with socket.socket(socket.AF_UNIX) as line:
                if not line.connect_ex(str(self.socket)):
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError("clamd did not start")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def _command(self) -> list[str]:
        if not self.real:
            return [sys.executable, "-c", _STAND_IN, str(self.socket), EICAR.hex(), NAME]
        known, name = (
            self.folder / "db",
            NAME.removesuffix(".UNOFFICIAL"),
        )  # clamd adds it to names of lists of one's own
        known.mkdir(exist_ok=True)
        (known / "thu.hsb").write_text(f"{hashlib.sha256(EICAR).hexdigest()}:{len(EICAR)}:{name}:73\n")
        settings = self.folder / "clamd.conf"
        settings.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {known}\nForeground true\nStreamMaxLength 1M\n"
            f"TemporaryDirectory {self.folder}\n"
        )
        return [self.real, "-c", str(settings)]
