"""What the tests of backups share: a key, a slot that outlives nobody, and where they can run at all."""

import os
import subprocess
from pathlib import Path

import pyrage
import pytest

from hanoi_docs.backups.engine import environment, major, programs
from hanoi_docs.backups.shipping import SLOT
from tests.interop.simulator_process import eventually

ON_A_SERVER_THAT_REPLICATES = [
    pytest.mark.xdist_group("backup"),
    pytest.mark.database,  # of an engine of its own
    pytest.mark.skipif(
        "BACKUP_DATABASE_URL" not in os.environ, reason="this server gave us no role that may replicate"
    ),
]


def new_key(folder: Path) -> tuple[str, str]:
    key = pyrage.x25519.Identity.generate()
    (folder / "backup.key").write_text(f"# a comment, as age-keygen writes it\n{key}\n")
    return str(key.to_public()), str(folder / "backup.key")


def drop_slot() -> None:
    """A slot keeps the log for ever: nothing of it may outlive us."""
    line = [programs(major()) / "pg_receivewal", "--slot", SLOT, "--drop-slot"]
    # Its sender may still be ending.
    assert eventually(lambda: subprocess.run(line, env=environment()).returncode == 0)
