"""Through the real door: backed up, destroyed by decision, the older backup restored, and nothing but the tombstone is left."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from casefiles.models import CaseFile
from documents.models import File
from hanoi_docs.backups import apart, verifying
from hanoi_docs.backups.engine import programs, second_engine
from hanoi_docs.backups.full import backup
from hanoi_docs.backups.shipping import Shipper
from hanoi_docs.backups.vault import Vault
from tests.casefiles.disposing import destroyed, keeper_of
from tests.casefiles.test_disposal import of_one_paper
from tests.documents.desks import stored
from tests.hanoi_docs.vaults import ON_A_SERVER_THAT_REPLICATES, drop_slot, new_key

pytestmark = [*ON_A_SERVER_THAT_REPLICATES, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reach():
    """A folder that the account of the engines comes into; those of pytest are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="hanoi-docs-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_what_was_destroyed_after_the_backup_is_destroyed_again_after_the_restore(
    transactional_db, office, tmp_path, reach
):
    recipient, key = new_key(tmp_path)
    vault, keeper = Vault(tmp_path / "vault", recipient, key), keeper_of(office)
    case, paper, photo = of_one_paper(office, b"\x89PNG anh")
    other, sheet, kept = of_one_paper(office, b"\x89PNG anh khac")
    File.objects.filter(document=sheet).update(blob=stored(b"%PDF-1.7 chi o ho so nay"))
    scan = paper.files.get().blob_id
    shipper = Shipper(vault, tmp_path / "wal")
    try:
        shipper.turn(timezone.now())
        backup(vault, at=timezone.now(), keep=3)
        until = timezone.now()
        destroyed(office, keeper, case)
        shipper.turn(
            timezone.now()
        )  # and with it what was destroyed, though the restore will not come so far
    finally:
        shipper.stop()
        drop_slot()
    record, certificate = sorted((tmp_path / "vault/destroyed").iterdir(), key=lambda path: path.suffixes)
    assert CaseFile.objects.get(pk=case.pk).state == "disposed"

    call_command(
        "restore", source=vault.folder, to=reach / "data", files=reach / "state/files", key=key, until=until, stdout=StringIO()
    )  # fmt: skip
    assert (reach / "state/destroyed" / certificate.stem).read_bytes().startswith(b"%PDF")
    with second_engine(
        programs(connection.cursor().connection.info.server_version // 10000), reach / "data"
    ) as port:
        own = connection.settings_dict
        url = f"postgresql://{quote(own['USER'], safe='')}:{quote(own['PASSWORD'], safe='')}@127.0.0.1:{port}/{own['NAME']}"
        assert state_of(url, case) == "archived", "the older backup has it whole"
        assert in_store(reach, scan) and in_store(reach, photo.pk) and in_store(reach, kept.pk)
        assert "Sẽ hủy lại hồ sơ" in manage(url, reach, "destroy_again") and in_store(reach, scan)
        assert f"Đã hủy lại hồ sơ {case.code} ({case.year})" in manage(url, reach, "destroy_again", "--do")
        assert (state_of(url, case), state_of(url, other)) == ("disposed", "archived")
        assert not in_store(reach, scan) and not in_store(reach, photo.pk) and in_store(reach, kept.pk)
        with psycopg.connect(url) as line:
            named = "SELECT count(*) FROM documents_blob WHERE sha256 = ANY(%s)"
            assert line.execute(named, [[scan, photo.pk]]).fetchone() == (0,)
            told = line.execute("SELECT kind FROM documents_event ORDER BY seq DESC LIMIT 2").fetchall()
            assert {kind for (kind,) in told} == {"dispose_again", "destroy_content"}
        seen = json.loads(manage(url, reach, "look").splitlines()[-1])
        assert seen["broken"] == [], "the history holds, and no row misses its bytes"

    record.write_bytes(record.read_bytes()[:-1])
    assert record.name in " ".join(verifying.verify(vault))
    assert record.name in " ".join(apart.restore(vault, tmp_path / "elsewhere"))


def state_of(url: str, case: CaseFile) -> str:
    with psycopg.connect(url) as line:
        return line.execute("SELECT state FROM casefiles_casefile WHERE id = %s", [case.pk]).fetchone()[0]


def in_store(reach: Path, sha256: str) -> bool:
    return (reach / "state/files/blobs" / sha256[:2] / sha256[2:4] / sha256).exists()


def manage(url: str, reach: Path, *words: str) -> str:
    """By a process that knows the restored system alone."""
    env = os.environ | {"DATABASE_URL": url, "STATE_DIR": str(reach / "state")}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
