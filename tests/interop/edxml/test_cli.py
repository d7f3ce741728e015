"""`python -m interop.edxml FILE`, run as an operator runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interop.edxml.cases import SAMPLES, sample

ROOT = Path(__file__).parents[3]
KEYS = (
    "kind business_type status_code document_id sender receivers number notation date type_name subject "
    "priority due_date response_for attachments warnings"
)


def run(path: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "interop.edxml", str(path)],
        cwd=ROOT,
        env=environment | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        timeout=60,
    )


def shown(name: str) -> dict:
    done = run(next(SAMPLES.glob(f"{name}*.edxml")))
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout.decode("utf-8"))


def test_document_as_json():
    message = shown("02")
    assert set(message) == set(KEYS.split())
    assert (message["kind"], message["business_type"], message["status_code"]) == ("edoc", 1, None)
    assert message["document_id"] == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"
    assert message["sender"] == {"organ_id": "000.00.00.G22", "name": "Văn phòng Chính phủ"}
    assert [organ["organ_id"][-3:] for organ in message["receivers"]] == ["H41", "H14", "G17"]
    assert (message["number"], message["notation"], message["priority"]) == ("7816", "VPCP-TTĐT", 0)
    assert (message["date"], message["due_date"]) == ("2018-09-28", "2018-09-28")
    assert message["response_for"] == [
        {
            "organ_id": "000.00.00.H14",
            "code": "267/VPCP-TTĐT",
            "promulgation_date": "2018-09-28",
            "document_id": "000.00.04.G14,2012/08/06,267/VPCP-TTĐT",
        }
    ]
    assert message["attachments"] == [
        {
            "name": "1896_QD-TTg_m_294779.doc",
            "size": 60,
            "sha256": "bbe8168b8cc011a141aff3228fc1ac5b95605deae06a0f281490cd8c820010a8",
        }
    ]
    assert message["warnings"] == []


def test_status_as_json():
    message = shown("07")
    assert set(message) == set(KEYS.split())
    assert (message["kind"], message["business_type"], message["status_code"]) == ("status", None, "02")
    assert message["response_for"][0]["document_id"] == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"
    assert (message["receivers"], message["attachments"], message["subject"]) == ([], [], None)


@pytest.mark.parametrize(
    ("content", "said"),
    [(sample("01")[:900], "M.edXML"), (b"<a/>", "N.MessageHeader"), (None, "Không mở được tệp")],
)
def test_unreadable_file_gives_one_line_and_exit_code_1(tmp_path, content, said):
    path = tmp_path / "gói.edxml"
    if content is not None:
        path.write_bytes(content)
    done = run(path)
    assert (done.returncode, done.stdout) == (1, b"")
    line = done.stderr.decode("utf-8")
    assert line.startswith(said)
    assert line.count("\n") == 1


def test_codec_needs_no_django():
    """The package must open on a machine that has only Python, lxml and pybase64."""
    code = "import sys, interop.edxml.__main__, interop.edxml.codes; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False"
