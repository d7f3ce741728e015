"""A running system backed up, lost and rehearsed; and what stands in the way of a backup: each one true sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import register
from documents.models import Incoming
from hanoi_docs.backups import checks, full, looking, runs, wal
from hanoi_docs.backups.shipping import Shipper
from hanoi_docs.backups.vault import BackupError, Vault
from hanoi_docs.models import Alarm, Run
from tests.conftest import tiny_pdf
from tests.hanoi_docs.vaults import ON_A_SERVER_THAT_REPLICATES, drop_slot, new_key
from tests.interop.simulator_process import eventually

ROOT = Path(__file__).resolve().parents[2]
pytestmark = ON_A_SERVER_THAT_REPLICATES


@pytest.fixture
def vault(tmp_path, settings):
    settings.BACKUP_DIR = str(tmp_path / "vault")
    settings.BACKUP_RECIPIENT, settings.BACKUP_KEY_PATH = new_key(tmp_path)
    return Vault(tmp_path / "vault", settings.BACKUP_RECIPIENT, settings.BACKUP_KEY_PATH)


@pytest.fixture
def shipper(vault, tmp_path):
    shipper = Shipper(vault, tmp_path / "wal")
    yield shipper
    shipper.stop()
    drop_slot()


@contextmanager
def clerk_at_work(notes: Path, state: Path) -> Iterator[None]:
    """A process that registers papers without a pause and notes each one outside the database after its commit."""
    own = connection.settings_dict
    url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    # As on a server: what is confirmed is on the disk. The throw-away engine confirms before that.
    env = os.environ | {"DATABASE_URL": url, "STATE_DIR": str(state), "PGOPTIONS": "-c synchronous_commit=on"}
    clerk = subprocess.Popen([sys.executable, "-m", "bench.rehearsal.clerk", str(notes)], cwd=ROOT, env=env)
    try:
        assert eventually(lambda: notes.exists() and noted(notes), 60)
        yield
    finally:
        clerk.kill()
        clerk.wait()


def noted(notes: Path) -> list[float]:
    return [float(line.split()[0]) for line in notes.read_text().splitlines() if line.count(" ") == 3]


def test_a_backup_of_a_running_office_brings_back_what_was_committed_before_the_machine_was_lost(
    transactional_db, office, vault, shipper, tmp_path
):
    before, notes = register(office.paper(), by=office.lan, at=timezone.now()), tmp_path / "notes"
    shipper.turn(timezone.now())
    with clerk_at_work(notes, tmp_path):
        made = runs.backup(at=timezone.now())
        count = len(noted(notes))
        assert eventually(lambda: len(noted(notes)) > count + 2, 60), "nobody waits for the backup"
        lost_at = timezone.now()
        shipper.turn(lost_at)
    assert made["problems"] == [] and made["counts"]["papers"] >= 1
    committed = 1 + sum(at < lost_at.timestamp() for at in noted(notes))
    assert committed > made["counts"]["papers"]

    found = runs.rehearse(at=timezone.now())
    assert (found["problems"], found["audit"], found["opened"]) == ([], "ok", min(10, found["papers"]))
    assert committed <= found["papers"] <= Incoming.objects.count()
    assert 0 <= found["rpo_s"] < 60 and found["rto_s"] > 0
    assert list(Run.objects.values_list("job", "ok")) == [("backup", True), ("rehearse", True)]
    assert Incoming.objects.get(pk=before.pk).arrival_number == 1, "the living system was not touched"

    # The look of the audit, here without a second engine.
    assert looking.audit() == []
    lost = blobs.path_of(before.files.get().blob)
    lost.unlink()
    assert [lost.name in sentence for sentence in looking.audit()] == [True]


@pytest.mark.django_db
def test_a_vault_takes_one_database_only(vault):
    full.same_cluster(vault)
    (vault.folder / "database.txt").write_text("1234\n")
    with pytest.raises(BackupError, match="cơ sở dữ liệu khác"):
        runs.backup(at=timezone.now())
    assert Alarm.objects.get().key == "job:backup"


@pytest.mark.django_db
def test_a_server_that_is_not_let_in_says_why_and_leaves_no_half_backup(vault, settings):
    settings.BACKUP_DATABASE_URL = os.environ["BACKUP_DATABASE_URL"].replace("//hanoi_backup:", "//nobody:")
    with pytest.raises(BackupError, match=r"pg_basebackup: .*nobody"):
        runs.backup(at=timezone.now())
    assert list(vault.full.iterdir()) == []
    assert Run.objects.get().ok is False


@pytest.mark.django_db
def test_a_file_that_was_destroyed_here_is_destroyed_in_the_backup(vault):
    from hanoi_docs.backups import files

    secret, other = blobs.store(tiny_pdf()), blobs.store(b"%PDF-1.4 other")
    assert files.mirror(vault).new == 2
    blobs.path_of(other).write_bytes(b"harmed")
    blobs.destroy(secret)
    vault.file(other.pk).unlink()
    done = files.mirror(vault)
    assert (done.new, done.destroyed, len(done.problems)) == (0, 1, 1) and other.pk in done.problems[0]
    assert not vault.file(secret.pk).exists()


def test_the_start_says_that_there_are_no_backups_or_that_they_would_be_lost_with_the_machine(
    vault, settings
):
    settings.DEMO = settings.DEBUG = False
    settings.STATE_DIR = settings.STATE_DIR / "state"
    assert checks.backups(None) == []
    settings.BACKUP_DIR = str(settings.STATE_DIR / "backup")
    assert [one.id for one in checks.backups(None)] == ["hanoi_docs.W011"]
    settings.BACKUP_RECIPIENT = "age1"
    assert "hanoi_docs.E010" in [one.id for one in checks.backups(None)]
    settings.BACKUP_DIR = ""
    assert [one.id for one in checks.backups(None)] == ["hanoi_docs.W010"]
    with pytest.raises(CommandError, match="Sao lưu đang tắt"):
        call_command("verify_backup")


def test_old_backups_go_with_the_log_that_only_they_needed(tmp_path):
    vault = Vault(tmp_path)
    for number in range(1, 5):
        folder = vault.full / f"2026110{number}T000000Z"
        folder.mkdir(parents=True)
        names = {"name": folder.name, "start_segment": f"00000001000000000000000{number}"}
        (folder / "manifest.json").write_text(json.dumps(names))
    (vault.full / "20261105T000000Z").mkdir()  # cut off
    vault.wal.mkdir()
    for number in range(1, 6):
        (vault.wal / f"00000001000000000000000{number}.gz.age").touch()
    full.forget(vault, 2)
    assert sorted(path.name[:8] for path in vault.full.iterdir()) == ["20261103", "20261104"]
    assert sorted(path.name[23] for path in vault.wal.iterdir()) == ["3", "4", "5"]


@pytest.mark.parametrize("size", [1 << 24, 1 << 26])
def test_segments_follow_each_other_over_the_end_of_a_log(size):
    last = wal.segment_of("1/FFFFFFFF", 3, size)
    assert wal.after(last, size) == wal.segment_of("2/0", 3, size) == "000000030000000200000000"


def test_signing_keys_are_sealed_apart_and_only_when_asked(vault, settings, tmp_path):
    settings.SIGNING_KEY_DIR.mkdir()
    (settings.SIGNING_KEY_DIR / "so.p12").write_bytes(b"a key")
    call_command("backup", keys=tmp_path / "keys.age", stdout=StringIO())
    listed = subprocess.run(
        ["tar", "t"], input=vault.open(tmp_path / "keys.age"), capture_output=True, check=True
    )
    assert b"keys/so.p12" in listed.stdout
