"""The author takes a Word file off his draft while the worker turns it into PDF: one waits for the other, neither is shot."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from documents.actions.outgoing import office_files
from documents.actions.outgoing.drafts import detach
from documents.journey import lock
from documents.models import OfficeConversion
from tests.conftest import tiny_pdf
from tests.documents.outgoing.drafting_cases import attached_word
from tests.documents.outgoing_cases import written

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


def test_a_file_taken_off_while_it_is_converted_goes_and_no_pdf_is_kept(
    transactional_db, office, monkeypatch
):
    monkeypatch.setattr(office_files, "program", lambda: "/usr/bin/x")
    monkeypatch.setattr(office_files, "office_to_pdf", lambda data, kind: tiny_pdf())
    paper = written(office)
    file = attached_word(office, paper)
    office_files.ask_for_pdf(file, paper, by=office.minh, at=timezone.now())

    def worker():
        try:
            return office_files.convert_next(at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(paper)
            running = pool.submit(worker)
            while not somebody_waits_for_us() and not running.done():
                pass  # until the worker stands before the paper that we hold
            detach(paper, files=[file], by=office.minh, at=timezone.now())
        assert running.result(timeout=60)
    assert not paper.files.filter(part="attachment").exists() and not OfficeConversion.objects.exists()
