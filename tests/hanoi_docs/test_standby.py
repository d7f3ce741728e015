"""A real standby beside the test's own server: reading goes on there while the first of two hosts does not answer."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from documents.models import Incoming
from hanoi_docs.backups import engine
from hanoi_docs.degraded import away
from tests.documents.desks import at_desk, directed

pytestmark = pytest.mark.skipif(
    "BACKUP_DATABASE_URL" not in os.environ, reason="this server gave us no role that may replicate"
)


@pytest.fixture
def standby() -> Iterator:
    """Call it when all is committed: the port of a hot standby."""
    folder = Path(tempfile.mkdtemp(prefix="hanoi-docs-standby-"))
    folder.chmod(0o711)
    data, log, programs = folder / "data", folder / "log", engine.programs(engine.major())
    for path in (data, log):
        path.mkdir(mode=0o700) if path is data else path.touch()
        engine.give(path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def begin() -> int:
        copy = [
            programs / "pg_basebackup",
            "-D",
            data,
            "-R",
            "-X",
            "stream",
            "--checkpoint=fast",
            "--no-sync",
        ]
        subprocess.run(copy, env=engine.environment(), cwd="/", check=True, **engine.account())
        options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        engine.run([programs / "pg_ctl", "-D", data, "start", "-w", "-s", "-l", log, "-o", options])
        return port

    yield begin
    if (data / "postmaster.pid").exists():
        engine.run([programs / "pg_ctl", "-D", data, "stop", "-m", "immediate", "-w", "-s"])
    shutil.rmtree(folder)


def test_pages_come_from_the_standby_and_say_so(transactional_db, office, standby, monkeypatch):
    paper, waiting = directed(office), office.paper(number="7")
    lan = at_desk(office.lan)
    lan.raise_request_exception = False
    port, own = standby(), connection.settings_dict
    connection.close()
    with monkeypatch.context() as change:
        change.setitem(own, "HOST", f"{own['HOST']},{own['HOST']}")
        change.setitem(own, "PORT", f"1,{port}")
        for url in (reverse("desk"), reverse("incoming_list"), paper.get_absolute_url()):
            page = lan.get(url)
            assert page.status_code == 200 and away.DATABASE_READS in page.content.decode(), url
        answer = lan.post(reverse("incoming_register", args=[waiting.pk]), {})
        assert answer.status_code == 503 and away.DATABASE_READS in answer.content.decode()
        connection.close()
    assert Incoming.objects.get(pk=waiting.pk).state == "awaiting_reception"
