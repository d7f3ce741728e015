"""Key files: one password, which only the environment knows, and a folder that is open to the server alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from signatures import checks
from signatures.errors import SigningError
from signatures.keys import open_key, personal_certificate
from simulators import pki as demo_pki

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(settings, tmp_path):
    """A key folder with one key file in it."""
    demo_pki.issue_person(tmp_path / "keys", "Phạm Tiến Dũng", "Sở Nội vụ", "Giám đốc")
    settings.SIGNING_KEY_DIR = tmp_path / "keys"
    return settings.SIGNING_KEY_DIR


@pytest.mark.parametrize(("password", "sentence"), [("", "SIGNING_KEY_PASSWORD"), ("khac", "sai mật khẩu")])
def test_without_the_password_no_key_is_opened(office, keys, settings, tmp_path, password, sentence):
    certificate = personal_certificate(office.dung.user)
    settings.SIGNING_KEY_DIR = tmp_path  # nobody has opened the file there yet
    (tmp_path / certificate.key_ref).write_bytes((keys / certificate.key_ref).read_bytes())
    settings.SIGNING_KEY_PASSWORD = password
    with pytest.raises(SigningError, match=sentence):
        open_key(certificate)


@pytest.mark.parametrize(("demo", "default"), [("0", ""), ("1", "thu-nghiem")])
def test_only_the_demonstration_has_a_password_by_default(demo, default):
    env = {name: value for name, value in os.environ.items() if name != "SIGNING_KEY_PASSWORD"}
    line = "from hanoi_docs import settings; print(settings.SIGNING_KEY_PASSWORD)"
    told = subprocess.run(
        [sys.executable, "-c", line],
        cwd=ROOT,
        env=env | {"DEMO": demo},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == default


def test_what_is_made_here_is_closed_and_the_server_starts(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.p12")} == {0o600}
    call_command("check")


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_server_does_not_start_with_a_key_folder_that_is_open(folder, mode):
    folder.chmod(mode)
    with pytest.raises(SystemCheckError, match=r"signatures\.E001.*Người khác"):
        call_command("check")


def test_nor_with_a_key_file_that_is_open(folder):
    next(folder.glob("*.p12")).chmod(0o640)
    with pytest.raises(SystemCheckError, match=r"signatures\.E001.*\.p12"):
        call_command("check")


def test_nor_with_one_of_another_account(folder):
    if os.geteuid():
        pytest.skip("only root gives files away")
    os.chown(next(folder.glob("*.p12")), 65534, 65534)
    with pytest.raises(SystemCheckError, match=r"signatures\.E001.*\.p12"):
        call_command("check")


def test_nor_with_key_files_and_no_password_for_them(folder, settings):
    settings.SIGNING_KEY_PASSWORD = ""
    with pytest.raises(SystemCheckError, match=r"signatures\.E002"):
        call_command("check")


@pytest.mark.parametrize(
    "start",
    ["import hanoi_docs.wsgi", "from hanoi_docs.celery import app, check; app.loader.init_worker(); check()"],
)
def test_web_and_worker_end_with_the_same_words(folder, tmp_path, start):
    folder.chmod(0o755)
    told = subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, env=os.environ | {"STATE_DIR": str(tmp_path), "DEMO": "0"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 1 and "signatures.E001" in told.stderr


def test_what_reads_files_of_strangers_does_not_come_near_a_key(folder):
    checks.behind_walls.cache_clear()
    found = checks.behind_walls()
    assert (found["reads"], found["connects"]) == (False, False)
    assert not list(folder.glob(".thu-*"))  # what it was tried on is gone


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"reads": True, "connects": False, "uid": 65533}, "signatures.W001"),
        ({"reads": False, "connects": True, "uid": 65533}, "signatures.W001"),
        ({"reads": False, "connects": False, "uid": os.getuid()}, "signatures.I001"),
        ({"reads": False, "connects": False, "uid": 65533}, None),
    ],
)
def test_a_wall_that_this_machine_has_not_is_said_and_the_server_starts(monkeypatch, capsys, found, said):
    monkeypatch.setattr(checks, "behind_walls", lambda: found)
    call_command("check")
    told = "".join(capsys.readouterr())
    assert said in told if said else "signatures." not in told
