"""Word files become PDF in a LibreOffice behind walls; whatever a stranger puts in one costs one sentence."""

import io
import os
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from documents.layout.word import word
from documents.layout.word_xml import drawing
from documents.pdf import PdfError, inspect, office, text_lines
from documents.pdf.errors import ReaderLost
from documents.pdf.office import office_to_pdf
from tests.documents.papers import DECISION, LETTER
from tests.signatures.pictures import png, signature

ROOT = Path(__file__).resolve().parents[3]
ALONE = """
import sys
sys.path.append(".")
from documents.pdf.office import office_to_pdf
assert office_to_pdf(open(sys.argv[1], "rb").read(), ".docx")[:5] == b"%PDF-"
"""


@pytest.fixture(scope="module", autouse=True)
def _there():
    assert office.program(), "apt-get install --no-install-recommends libreoffice-writer-nogui"


@pytest.fixture
def left(monkeypatch):
    """What still runs of all that was started in this test; other tests may be at it as well."""
    started: list[int] = []

    class Watched(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if any(
                str(office._RUN) == str(one) for one in args[0]
            ):  # readers of PDF stay, and others start them
                started.append(self.pid)

    def running() -> list[str]:
        # What has ended is no more than a name where nobody takes notice of it, as in a container.
        asked = ["pgrep", "--runstates", "D,I,R,S,T"]
        found = [
            subprocess.run([*asked, "-s", str(one)], capture_output=True, text=True) for one in list(started)
        ]
        return [pid for one in found for pid in one.stdout.split()]

    monkeypatch.setattr(office.subprocess, "Popen", Watched)
    return running


def test_a_file_of_twenty_pages_is_pdf_in_seconds_and_nothing_is_left(left):
    data = word(replace(DECISION, body=DECISION.body + "\n\nMột đoạn khá dài của văn bản này." * 520))
    began = time.monotonic()
    pdf = office_to_pdf(data, ".docx")
    took = time.monotonic() - began
    assert inspect(pdf).pages >= 19 and not inspect(pdf).marks
    assert b"pdfaid" in pdf and took < office.SECONDS  # 3 s on an idle machine
    assert left() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="for root")
def test_it_works_in_a_container_that_has_rules_alone(tmp_path):
    (tmp_path / "a.docx").write_bytes(word(LETTER))
    drop = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
    told = subprocess.run(
        [*drop, sys.executable, "-c", ALONE, str(tmp_path / "a.docx")], cwd=ROOT, capture_output=True
    )
    assert told.returncode == 0, told.stderr


def test_what_takes_too_long_is_ended_with_all_it_started(left):
    with pytest.raises(ReaderLost, match="không chuyển xong trong thời gian"):
        office_to_pdf(
            word(replace(DECISION, body="\n\n".join(["Điều 1. Chữ " * 200] * 300))), ".docx", seconds=1
        )
    assert left() == []


@pytest.mark.parametrize("data", [b"PK\x03\x04 hong", b"%PDF-1.4 khong phai"])
def test_what_is_no_document_costs_one_sentence(data):
    with pytest.raises(PdfError, match="LibreOffice không"):
        office_to_pdf(data, ".docx")


def test_a_server_without_libreoffice_says_so(monkeypatch):
    monkeypatch.setattr(office, "program", lambda: "")
    with pytest.raises(PdfError, match="chưa cài LibreOffice"):
        office_to_pdf(word(LETTER), ".docx")


def pointing(port: int) -> bytes:
    """A paper whose picture, template and frame lie on a server of somebody else's."""
    there = f"http://127.0.0.1:{port}/x.png"
    drawn = drawing("rId90", 1, "x", png(signature()), 5000).replace('r:embed="rId90"', 'r:link="rId90"')
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = f'<Relationship Id="rId90" Type="{kind}/image" Target="{there}" TargetMode="External"/>'
    more += f'<Relationship Id="rId91" Type="{kind}/attachedTemplate" Target="{there}" TargetMode="External"/></Relationships>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word(LETTER))) as paper, zipfile.ZipFile(out, "w") as packed:
        for name in paper.namelist():
            data = paper.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", f"<w:body><w:p>{drawn}</w:p>".encode(), 1)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", more.encode())
            packed.writestr(name, data)
    return out.getvalue()


def test_what_points_outside_reaches_nobody():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        pdf = office_to_pdf(pointing(server.getsockname()[1]), ".docx")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "Độc lập" in " ".join(line for page in text_lines(pdf) for line in page)


def test_its_text_is_that_of_the_file():
    lines = " ".join(line for page in text_lines(office_to_pdf(word(LETTER), ".docx")) for line in page)
    assert "Độc lập - Tự do - Hạnh phúc" in lines and "vướng mắc <nếu có>" in lines
