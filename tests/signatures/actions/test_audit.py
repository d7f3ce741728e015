"""An export of the history, judged by `python -m documents.audit` in a process that has neither Django nor database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents import audit, stamps
from documents.chain import Link
from documents.models import Blob, Event
from signatures.actions import anchors
from signatures.services import _asked_of
from signatures.trust import trust
from tests.documents.desks import directed
from tests.signatures.certificate_cases import self_made

pytestmark = pytest.mark.xdist_group("audit")


@pytest.fixture
def exported(transactional_db, office, settings, pki, tmp_path):
    """Two offices at work, anchored twice, exported with files."""
    settings.TSA_URL = pki.tsa
    trust(pki.root.read_bytes(), reason="thử", by=None, at=timezone.now())
    _asked_of.cache_clear()
    directed(office, subject="Về việc “cán bộ” | 50% \\ Đặng Thị Ổi")
    office.paper(office.justice)
    anchors.hourly(at=timezone.now())
    office.paper(office.justice)
    anchors.hourly(at=timezone.now())
    call_command("export_history", str(tmp_path / "export"), "--blobs", verbosity=0)
    return tmp_path / "export"


def judged(export: Path, *more: str) -> subprocess.CompletedProcess:
    """As somebody would who has Python, these files and nothing else: Django cannot be imported."""
    (export.parent / "bare/django").mkdir(parents=True, exist_ok=True)
    (export.parent / "bare/django/__init__.py").write_text("raise ImportError('no Django here')")
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_URL") and "DJANGO" not in name
    }
    return subprocess.run(
        [sys.executable, "-m", "documents.audit", str(export), *more],
        cwd=settings.BASE_DIR,
        env=env | {"PYTHONPATH": str(export.parent / "bare")},
        capture_output=True,
        text=True,
    )


def found(export: Path, pki, **more) -> dict:
    """The same in this process: cheap enough for every kind of damage."""
    return vars(audit.audit(export, trusted=stamps.certificates(pki.root.read_bytes()), **more))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_history_proves_itself_and_every_kind_of_damage_is_named(exported, office, pki, tmp_path):
    told = judged(exported, "--tsa", str(pki.root))
    assert told.returncode == 0, told.stderr + told.stdout
    said = json.loads(told.stdout)
    assert said == {
        "chains": {"checked": 2, "events": Event.objects.count(), "broken": 0},
        "anchors": {"checked": 2, "stamped": 2, "trusted": 2, "waiting": 0, "broken": 0},
        "files": {"listed": Blob.objects.count(), "checked": Blob.objects.count(), "broken": 0},
        "first_broken": None,
    }
    own = exported / f"chains/{office.home_affairs.pk}.jsonl"
    whole = own.read_text(encoding="utf-8")

    change(own, '"kind": "direct"', '"kind": "khac"')
    told = judged(exported)
    assert told.returncode == 1
    assert "Sở Nội vụ (H26.TAM002): chuỗi sự kiện đứt ở số 4" in json.loads(told.stdout)["first_broken"]

    own.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")  # the last event cut off
    assert "chuỗi sự kiện đứt ở số 4" in found(exported, pki)["first_broken"]
    own.write_text(whole.replace("{", "", 1), encoding="utf-8")
    assert "không đọc được sự kiện số 1 (dòng hỏng)" in found(exported, pki)["first_broken"]
    own.unlink()
    assert "không đọc được sự kiện số 1" in found(exported, pki)["first_broken"]
    own.write_text(whole, encoding="utf-8")
    assert found(exported, pki)["first_broken"] is None

    blob = next((exported / "blobs").glob("*/*/*"))
    kept = blob.read_bytes()
    blob.unlink()  # the same bytes as in the file store: never written through
    blob.write_bytes(kept + b" ")
    assert found(exported, pki)["files"]["broken"] == 1
    blob.write_bytes(kept)

    first = exported / "anchors/0000000001.tst"
    first.write_bytes((exported / "anchors/0000000002.tst").read_bytes())
    assert found(exported, pki)["first_broken"] == "Mốc neo số 1: dấu thời gian không đúng với mốc neo."
    first.write_bytes(b"x")
    assert found(exported, pki)["first_broken"] == "Mốc neo số 1: không đọc được dấu thời gian."
    first.unlink()
    assert found(exported, pki)["anchors"]["waiting"] == 1 and not found(exported, pki)["first_broken"]

    stranger = stamps.certificates(self_made("Kẻ lạ", user=office.lan.user).pem.encode())
    assert "không phải của cơ quan được tin cậy" in audit.audit(exported, trusted=stranger).first_broken


def test_whoever_recomputes_every_hash_of_the_export_is_betrayed_by_the_anchors_kept_apart(
    exported, office, pki
):
    own = exported / f"chains/{office.home_affairs.pk}.jsonl"
    before, lines = "", []
    for line in own.read_text(encoding="utf-8").splitlines():
        said = json.loads(line) | {"prev_hash": before}
        said["kind"] = "khac" if said["seq"] == 2 else said["kind"]
        before = said["hash"] = Link(**said).computed()
        lines.append(json.dumps(said))
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = json.loads((exported / "history.json").read_text(encoding="utf-8"))
    told["organisations"][0]["hash"] = before
    (exported / "history.json").write_text(json.dumps(told), encoding="utf-8")
    said = found(exported, pki, anchors=anchors.folder())
    assert said["chains"]["broken"] == 0
    assert said["first_broken"] == (
        "Sở Nội vụ (H26.TAM002): sự kiện trong các số 1–4 đã bị viết lại hoặc xóa so với mốc neo."
    )


def test_one_organisation_alone_and_what_is_no_export(exported, office, tmp_path):
    call_command("export_history", str(tmp_path / "one"), "--organisation", "H26.TAM003", verbosity=0)
    told = judged(tmp_path / "one")
    assert told.returncode == 0
    said = json.loads(told.stdout)
    assert (said["chains"]["checked"], said["anchors"]["checked"]) == (1, 2)
    assert said["files"]["checked"] == 0 and said["files"]["listed"] > 0
    assert not list((tmp_path / "one").rglob(f"{office.home_affairs.pk}.jsonl"))  # nothing of others
    with pytest.raises(CommandError, match="đã có một bản xuất"):
        call_command("export_history", str(tmp_path / "one"))
    with pytest.raises(CommandError, match="Không có cơ quan"):
        call_command("export_history", str(tmp_path / "two"), "--organisation", "H00")
    told = judged(tmp_path)
    assert (told.returncode, told.stdout) == (2, "") and "Không đọc được bản xuất lịch sử" in told.stderr
