"""The edXML codec: attachments packed and unpacked beside bare base64, and what a heavy package takes of memory."""

import binascii
import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import repeat

import pybase64

from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.stage import ROOT, Stage
from interop.edxml import Attachment, Edoc, Organ, read, write, write_to

SIZE, HEAVY = 40_000_000, 226_000_000  # bytes of the file; the second makes a package of 300 MB
STEP = 49_152  # bytes that bare base64 is given at once: whole, it would wait for memory
ALLOWED = 100.0  # MB


def measure(stage: Stage) -> list[Figure]:
    data = b"%PDF-1.7\n" + os.urandom(SIZE)
    message, text = paper(data), binascii.b2a_base64(data, newline=False)
    package = write(message)
    stage.conditions["package of the codec"] = f"{len(package) / 1e6:.0f} MB, one PDF"
    wrote, encoded, python_encoded = _rates(
        stage,
        lambda: write(message),
        lambda: _by_steps(pybase64.b64encode, data, STEP),
        lambda: _by_steps(lambda step: binascii.b2a_base64(step, newline=False), data, STEP),
    )
    took, decoded, python_decoded = _rates(
        stage,
        lambda: read(package),
        lambda: _by_steps(lambda step: pybase64.b64decode(step, validate=True), text, STEP // 3 * 4),
        lambda: _by_steps(lambda step: binascii.a2b_base64(step, strict_mode=True), text, STEP // 3 * 4),
    )
    return [
        Figure("attachment packed, one process", wrote, "MB/s", encoded, "bare base64 (pybase64)"),
        Figure("attachment unpacked, one process", took, "MB/s", decoded, "bare base64 (pybase64)"),
        Figure("bare base64 of Python itself, to text", python_encoded, "MB/s"),
        Figure("bare base64 of Python itself, from text", python_decoded, "MB/s"),
        Figure("memory for reading a package of 300 MB", _memory(), "MB", ALLOWED, "what is allowed"),
    ]


def paper(data: bytes) -> Edoc:
    return Edoc(
        sender=Organ("H26.10"),
        receivers=[Organ("G09")],
        document_id="H26.10,2026/11/20,1/SNV",
        number="1",
        notation="SNV",
        place="Hà Nội",
        date=dt.date(2026, 11, 20),
        type_code=2,
        type_detail=18,
        type_name="Công văn",
        subject="Về việc đo tốc độ",
        attachments=[Attachment("1-SNV.pdf", data, content_id="1")],
    )


def _rates(stage: Stage, *acts: Callable[[], object]) -> list[float]:
    """MB of the file for every second, by turns."""
    works = [Work(lambda _, act=act: act(), repeat(None)) for act in acts]
    return [run.rate * SIZE / 1e6 for run in side_by_side(*works, seconds=stage.seconds)]


def _by_steps(act: Callable[[memoryview], bytes], data: bytes, step: int) -> None:
    view = memoryview(data)
    for start in range(0, len(view), step):
        act(view[start : start + step])


def _memory() -> float:
    """MB that a process of its own grows by while it reads the package from a file."""
    with tempfile.NamedTemporaryFile() as file:
        write_to(paper(b"%PDF-1.7\n" + bytes(HEAVY)), file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "bench.codec", file.name],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


def _grown(path: str) -> float:
    read(write(paper(b"%PDF-1.7\n")))
    before = _most()
    with open(path, "rb") as package:
        (file,) = read(package).attachments
    if file.size <= HEAVY:
        raise AssertionError("the bench measures a package that was not read whole")
    return (_most() - before) / 1000


def _most() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(_grown(sys.argv[1]))
