"""A package in the making whose process is killed: the next goes on, and what was written is not written again."""

import os
import signal
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings

from casefiles.package.boxes import opened
from casefiles.package.checking import selfcheck
from casefiles.package.zipping import Busy, Zip

_PROGRAM = """
import datetime as dt, hashlib, os, pathlib, signal, sys
sys.path.insert(0, sys.argv[1])
from casefiles.package.contents import Bytes, Contents, Paper
from casefiles.package.metadata import written
from casefiles.package.packing import pack
from casefiles.package.zipping import Zip
folder, killed_at = pathlib.Path(sys.argv[2]), int(sys.argv[3])
papers = []
for number in range(6):
    data = b"%PDF-1.7 " + bytes([number]) * 300_000
    path = folder / f"{number}.pdf"
    path.write_bytes(data)
    values = dict(typeName="02", issuedDate="15/01/2026", organName="Sở", subject=f"Văn bản {number}", language="01",
                  numberOfPage="1", mode="01", confidenceLevel="01", riskRecovery="0")
    papers.append(Paper(values, Bytes(path.name, path, hashlib.sha256(data).hexdigest(), len(data))))
values = dict(title="Hồ sơ", maintenance="01", mode="01", language="01", startDate="02/01/2026", endDate="30/06/2026",
              numberOfPaper="0", numberOfPage="6", confidenceLevel="01", riskRecovery="0")
contents = Contents("H26.2026.01.TCCB", values, tuple(papers), "Sở", "H26", "H26", "", written({}, []))
def said(written):
    if killed_at and written > killed_at:
        os.kill(os.getpid(), signal.SIGKILL)
copied, copy = [], Zip._keep
Zip._keep = lambda self, info, sha256: copied.append(info.filename) or copy(self, info, sha256)
pack(contents, folder / "a.zip", package="AIP", flavour="tt05", uid="00000000-0000-4000-8000-00000000000a",
     at=dt.datetime(2026, 11, 30, tzinfo=dt.timezone.utc), said=said)
print("\\n".join(copied))
"""


def run(folder, killed_at: int) -> subprocess.CompletedProcess:
    arguments = [sys.executable, "-c", _PROGRAM, str(settings.BASE_DIR), str(folder), str(killed_at)]
    return subprocess.run(arguments, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})


@pytest.mark.parametrize("killed_at", [1, 700_000, 1_810_000])
def test_the_next_goes_on_where_it_stopped(tmp_path, killed_at):
    assert run(tmp_path, killed_at).returncode == -signal.SIGKILL
    assert not (tmp_path / "a.zip").exists()
    done = run(tmp_path, 0)
    assert done.returncode == 0, done.stderr
    again = [one for one in done.stdout.splitlines() if one.endswith(".pdf")]
    assert len(again) == {1: 6, 700_000: 4, 1_810_000: 0}[killed_at]
    with opened(tmp_path / "a.zip") as box:
        assert selfcheck(box) == [] and len([one for one in box.sizes if one.endswith(".pdf")]) == 6
    assert zipfile.ZipFile(tmp_path / "a.zip").testzip() is None
    assert not list(tmp_path.glob("a.zip.*"))


def test_what_the_part_lost_is_written_again(tmp_path):
    """A power cut: the journal knows of more than is on the disk."""
    run(tmp_path, 1_000_000)
    part = tmp_path / "a.zip.part"
    data = bytearray(part.read_bytes())
    data[400_000] ^= 1
    part.write_bytes(bytes(data))
    done = run(tmp_path, 0)
    assert len([one for one in done.stdout.splitlines() if one.endswith(".pdf")]) == 5
    with opened(tmp_path / "a.zip") as box:
        assert selfcheck(box) == []


def test_two_do_not_write_the_same_package(tmp_path):
    import datetime as dt

    at = dt.datetime.now(dt.UTC)
    with (
        Zip(tmp_path / "a.zip", plan="x", at=at),
        pytest.raises(Busy),
        Zip(tmp_path / "a.zip", plan="x", at=at),
    ):
        pass
