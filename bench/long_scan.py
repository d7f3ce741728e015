"""`python -m bench.long_scan [--pages N] [--megabytes N]`: one big scan through the door and the worker, once.

Pictures of letters at 200 dpi, every tenth sheet blank, every seventh page upside down. The worker is a process of its own;
half-way it is killed, and another goes on. Prints the progress as the page of the batch tells it, the time, and the most
memory (PSS) of the worker with its readers; exits with 1 unless every paper is there once.
"""

import argparse
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.stage import stage

_WORKER = "from bench.long_scan import work; work({})"
_LOOK = 0.25  # seconds between two looks at the memory


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.long_scan", description=__doc__)
    asked.add_argument("--pages", type=int, default=300)
    asked.add_argument("--megabytes", type=int, default=100)
    given = asked.parse_args()
    with stage(1, 1):
        from bench.__main__ import _set_up

        _set_up()
        return measure(given.pages, given.megabytes)


def measure(pages: int, megabytes: int) -> int:
    from django.conf import settings
    from django.core.files.uploadedfile import TemporaryUploadedFile
    from django.utils import timezone

    from bench.fill import people
    from documents.actions.incoming import scans
    from documents.models import ScannedFile, ScannedPaper

    clerk, data = people().posts["lan"], big(pages, megabytes * 1_000_000)
    batch = scans.batch_for("6f1c1d2e-0000-4000-8000-00000000000a", "blank", by=clerk, at=timezone.now())
    upload = TemporaryUploadedFile("lon.pdf", "application/pdf", len(data), None)
    upload.write(data), upload.seek(0)
    begun = time.monotonic()
    file = scans.put_in(batch, upload)
    print(
        f"{pages} pages, {len(data) / 1e6:.0f} MB: taken in {time.monotonic() - begun:.1f} s {file.problem}"
    )
    if file.problem:
        return 1
    del data
    begun, most = time.monotonic(), 0
    most = max(most, _worked(0, lambda: ScannedPaper.objects.count() >= 3, begun))
    print(f"{time.monotonic() - begun:.0f} s: killed with {ScannedPaper.objects.count()} papers cut")
    most = max(most, _worked(1, lambda: not ScannedFile.objects.filter(state="waiting").exists(), begun))
    found = sorted(ScannedPaper.objects.values_list("first", "pages"))
    lying = sum(bool(turn) for paper in ScannedPaper.objects.all() for turn in paper.turns)
    print(f"{time.monotonic() - begun:.0f} s: {len(found)} papers, {lying} pages turned; "
          f"{most / 1e6:.0f} MB at most, worker and readers; limit of a file {settings.MAX_SCAN_BYTES / 1e6:.0f} MB")  # fmt: skip
    expected = [(first, min(9, pages - first + 1)) for first in range(1, pages + 1, 10)]
    return 0 if found == expected else 1


def work(turn: int) -> None:
    """The worker of that turn: as the task does, until nothing waits. Whoever had it in hand is taken for dead at once."""
    from bench.__main__ import _set_up

    _set_up()
    from django.utils import timezone

    from documents.actions.incoming import scan_reading

    while scan_reading.step(at=timezone.now() + 2 * turn * scan_reading.LEASE):
        pass


def big(pages: int, size: int) -> bytes:
    """A scan of about so many bytes; a picture of a page is padded with what no reader looks at."""
    import pikepdf
    from PIL import Image

    from bench.recognising import LETTER
    from documents.layout import render
    from documents.pdf import page_image

    page = Image.open(io.BytesIO(page_image(render(LETTER), 1, 1654))).convert("L")
    upright, turned = _jpeg(page), _jpeg(page.rotate(180))
    rng, out = random.Random(1), io.BytesIO()
    with pikepdf.new() as pdf:
        for number in range(1, pages + 1):
            made = pdf.add_blank_page(page_size=(595, 842))
            if number % 10 == 0:
                continue
            picture = upright if number % 7 else turned
            stream = pdf.make_stream(picture + rng.randbytes(max(size * 10 // 9 // pages - len(picture), 0)))
            stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            stream.Width, stream.Height = page.size
            stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            stream.Filter = pikepdf.Name.DCTDecode
            made.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))
            made.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /P Do Q")
        pdf.save(out)
    return out.getvalue()


def _jpeg(picture) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _worked(turn: int, enough, begun: float) -> int:
    """A worker until it is done, or killed because it was enough; the most memory it and its readers had."""
    from documents.models import ScannedFile, ScannedPaper

    worker = subprocess.Popen([sys.executable, "-c", _WORKER.format(turn)], start_new_session=True)
    most, told, over = [0], 0.0, threading.Event()
    watch = threading.Thread(target=_watch, args=(worker.pid, most, over))
    watch.start()
    while worker.poll() is None and not enough():
        time.sleep(1)
        if time.monotonic() - told > 20:
            told, file = time.monotonic(), ScannedFile.objects.get()
            cut = ScannedPaper.objects.count()
            print(
                f"{told - begun:5.0f} s: {len(file.sheets)} of {file.pages} pages looked at, {cut} papers cut"
            )
    over.set()
    watch.join()
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    return most[0]


def _watch(pid: int, most: list[int], over: threading.Event) -> None:
    while not over.wait(_LOOK):
        most[0] = max(most[0], sum(map(_pss, _tree(pid))))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
