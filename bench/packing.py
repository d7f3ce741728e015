"""A file of many papers as one package: the bytes' own speed beside it, the memory of the process that writes it; and a SIP of 500
papers from the rows on; the monthly run over the archive's bytes. Two megabytes a paper, 2,000 papers at the usual size of a desk (4 GB): a tenth of `--papers`."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.stage import ROOT, Stage
from casefiles.actions.gathering import contents_of
from casefiles.actions.integrity import looked_at
from casefiles.models import CaseFile, Item
from casefiles.package.packing import pack
from documents import blobs
from orgs.models import Post

MOST, SIZE, TURNS = 2_000, 2 << 20, 2
LOOKED_AT = 500
OF_A_SIP, SECONDS, MEMORY = 500, 60.0, 300.0  # what is allowed; MB
_UID = "00000000-0000-4000-8000-000000000001"
_CHILD = """
import datetime as dt, json, pathlib, sys, time
from casefiles.package.contents import Bytes, Contents, Paper
from casefiles.package.metadata import written
from casefiles.package.packing import pack
folder, uid = pathlib.Path(sys.argv[1]), sys.argv[2]
values = dict(typeName="02", issuedDate="15/01/2026", organName="Sở Nội vụ", subject="Văn bản", language="01",
              numberOfPage="1", mode="01", confidenceLevel="01", riskRecovery="0")
papers = tuple(
    Paper(values, Bytes(name, folder / name, sha256, size))
    for name, sha256, size in json.loads((folder / "list.json").read_text())
)
whole = dict(title="Hồ sơ đo tốc độ", maintenance="01", mode="01", language="01", startDate="02/01/2026", endDate="30/06/2026",
             numberOfPaper="0", numberOfPage="1", confidenceLevel="01", riskRecovery="0")
contents = Contents("H26.2026.01.TCCB", whole, papers, "Sở", "H26", "H26", "", written({}, []))
begun = time.perf_counter()
pack(contents, folder / "a.zip", package="AIP", flavour="tt05", uid=uid, at=dt.datetime.now(dt.timezone.utc))
took = time.perf_counter() - begun
# Not ru_maxrss, which remembers whoever this process is a fork of.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([took, int(peak) / 1024]))
"""


def measure(stage: Stage) -> list[Figure]:
    folder = stage.folder / "package"
    folder.mkdir()
    count = max(1, min(MOST, stage.papers // 10))
    files = _files(folder, count)
    whole, peak = count * SIZE / 1e6, []

    def packed() -> float:
        (folder / "a.zip").unlink(missing_ok=True)
        line = [sys.executable, "-c", _CHILD, str(folder), _UID]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
        took, most = json.loads(done.stdout)
        peak.append(most)
        return took

    def copied() -> float:
        begun = time.perf_counter()
        with (folder / "copy").open("wb") as to:
            for path in files:
                with path.open("rb") as file:
                    while piece := file.read(1 << 20):
                        to.write(piece)
            to.flush()
            os.fsync(to.fileno())
        return time.perf_counter() - begun

    # By turns, and no more than twice: at its full size each turn writes gigabytes.
    turns = [(packed(), copied()) for _ in range(TURNS)]
    ours, bare = (min(times) for times in zip(*turns, strict=True))
    stage.conditions["package"] = f"{count} papers of {SIZE >> 20} MB, {whole / 1000:.2f} GB"
    return [
        Figure(f"AIP of {count} papers", whole / ours, "MB/s", whole / bare, "copying the bytes"),
        Figure("memory of the process that writes it", max(peak), "MB", MEMORY, "what is allowed"),
        _sip(folder, min(OF_A_SIP, stage.papers)),
        _integrity(files[:LOOKED_AT]),
    ]


def _files(folder: Path, count: int) -> list[Path]:
    """No two alike, and nothing that a disk could press together."""
    found, listed, block = [], [], os.urandom(SIZE - 16)
    for number in range(count):
        data = b"%PDF-1.7" + number.to_bytes(8, "big") + block
        found.append(folder / f"{number}.pdf")
        found[-1].write_bytes(data)
        listed.append((found[-1].name, hashlib.sha256(data).hexdigest(), SIZE))
    (folder / "list.json").write_text(json.dumps(listed))
    return found


def _integrity(files: list[Path]) -> Figure:
    """A file of the archive read again, byte by byte against its hashes, beside the program that does nothing else."""
    papers = fill.copies(fill.issued_paper(), 1, first=60_000)
    case = _case(papers[0].drafter, "98.DO", len(files))
    kept = []
    for path in files:
        with path.open("rb") as file:
            kept.append(blobs.store_file(file))
    Item.objects.bulk_create(
        Item(case=case, ordinal=n, blob=one, name=f"{n}.pdf", by=case.creator, at=case.opened_at)
        for n, one in enumerate(kept, start=1)
    )
    fill.settle()

    def ours() -> float:
        begun = time.perf_counter()
        count, size, faults = looked_at(case)
        if (count, size, faults) != (len(files), len(files) * SIZE, []):
            raise AssertionError((count, size, faults))
        return time.perf_counter() - begun

    def bare() -> float:
        begun = time.perf_counter()
        subprocess.run(
            ["sha256sum", *(blobs.path_of(one) for one in kept)], stdout=subprocess.DEVNULL, check=True
        )
        return time.perf_counter() - begun

    turns = [(bare(), ours()) for _ in range(TURNS)]
    alone, took = (min(times) for times in zip(*turns, strict=True))
    whole = len(files) * SIZE / 1e6
    return Figure("integrity run over a file", whole / took, "MB/s", whole / alone, "sha256sum")


def _sip(folder: Path, count: int) -> Figure:
    """From the rows to the finished ZIP."""
    papers = fill.copies(fill.issued_paper(), count, first=50_000)
    case, at = _case(papers[0].drafter, "99.DO", count), timezone.now()
    Item.objects.bulk_create(
        Item(case=case, ordinal=n, document=one, by=case.creator, at=at)
        for n, one in enumerate(papers, start=1)
    )
    fill.settle()
    begun = time.perf_counter()
    contents, held = contents_of(case)
    pack(contents, folder / "sip.zip", package="SIP", flavour="tt05", uid=_UID, at=at)
    took = time.perf_counter() - begun
    if held or len(contents.papers) != count:
        raise AssertionError(f"{len(contents.papers)} papers, {held}")
    return Figure(f"SIP of {count} papers", took, "s", SECONDS, "what is allowed")


def _case(by: Post, code: str, count: int) -> CaseFile:
    at = timezone.now()
    today = timezone.localdate(at)
    return CaseFile.objects.create(
        organisation=by.organisation, year=at.year, code=code, title="Hồ sơ đo tốc độ", creator=by, term="vinh_vien",
        started_on=today, ended_on=today, opened_at=at, closed_at=at, state="archived", counted="online", documents=count,
        pages=count,
    )  # fmt: skip
