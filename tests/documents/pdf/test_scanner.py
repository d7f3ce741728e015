"""A virus scanner is asked about everything that comes; while it is away nothing passes for looked at."""

import socket
import threading
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents import blobs, scanner, uploads
from documents.actions.incoming.scanning import scan, scan_waiting
from documents.models import Blob, Event, File
from documents.tasks import scan_waiting as the_task
from documents.versions import version_of
from tests.conftest import tiny_pdf
from tests.documents.clamd_process import EICAR, NAME, Clamd
from tests.documents.desks import at_desk, outgoing, words
from tests.documents.pdf.test_danger import document


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    running = Clamd(tmp_path_factory.mktemp("clamd"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def clamd(process, settings):
    settings.CLAMD_SOCKET = str(process.socket)
    return process


@pytest.fixture
def away(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")


def arrived(office, data: bytes, name="phu-luc.txt", **fields) -> File:
    paper = office.paper()
    blob = scan(blobs.store(data, "application/octet-stream"), at=timezone.now())
    return paper.files.create(
        blob=blob, name=name, part="attachment", stage="received", created_at=timezone.now(), **fields
    )


def page_of(office, file: File) -> str:
    return words(at_desk(office.lan).get(f"/van-ban-den/{file.document_id}/"))


def test_what_the_scanner_knows_is_held_back(office, clamd):
    file = arrived(office, EICAR)
    assert (file.blob.scan, file.blob.scan_words) == ("infected", NAME)
    page = page_of(office, file)
    assert f"Tệp bị giữ lại: phu-luc.txt – máy quét vi-rút nhận ra “{NAME}”" in page
    assert "hãy từ chối kèm lý do" in page
    assert at_desk(office.lan).get(f"/tep/{file.pk}/").status_code == 404


def test_what_it_does_not_know_is_taken_as_ever(office, clamd):
    file = arrived(office, b"Chu thuong")
    assert file.blob.scan == "clean" and file.blob.scanned_at
    answer = at_desk(office.lan).get(f"/tep/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"Chu thuong"


def test_while_the_scanner_is_away_nothing_passes_and_everything_is_said(office, away):
    file = arrived(office, b"Chu thuong")
    assert file.blob.scan == "waiting"
    assert "Chưa quét được: phu-luc.txt – máy quét vi-rút không trả lời" in page_of(office, file)
    assert at_desk(office.lan).get(f"/tep/{file.pk}/").status_code == 404
    assert scan_waiting(at=timezone.now()) == 0
    assert Blob.objects.get(pk=file.blob_id).scan == "waiting"


def test_when_it_is_back_what_waits_is_scanned_and_the_history_tells(office, away, process, settings):
    bad, good = arrived(office, EICAR), arrived(office, b"Chu thuong")
    settings.CLAMD_SOCKET = str(process.socket)
    the_task()
    scans = {file.pk: Blob.objects.get(pk=file.blob_id).scan for file in (bad, good)}
    assert scans == {bad.pk: "infected", good.pk: "clean"}
    held = Event.objects.get(kind="hold")
    assert (held.document_id, held.payload["text"]) == (bad.document_id, NAME)
    assert at_desk(office.lan).get(f"/tep/{good.pk}/").status_code == 200


def test_a_form_refuses_what_the_scanner_knows_and_keeps_nothing_of_it(db, clamd):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as stored:  # as it is, for a stand-in that unpacks nothing
        stored.writestr("a.txt", EICAR)
    with pytest.raises(ValidationError, match=NAME):
        uploads.attachment(SimpleUploadedFile("tai-lieu.zip", archive.getvalue()))
    assert not Blob.objects.exists()


def test_a_form_keeps_a_file_that_waits(db, away):
    kept = uploads.attachment(SimpleUploadedFile("tai-lieu.docx", document()))
    assert Blob.objects.get(pk=kept.blob.pk).scan == "waiting"


@pytest.mark.parametrize(("data", "said"), [(EICAR, "bị giữ lại"), (b"Chu thuong", "chưa quét vi-rút")])
def test_no_paper_goes_out_with_a_file_that_is_held_back_or_waits(
    office, away, process, settings, data, said
):
    paper, now = outgoing(office, state="in_review"), timezone.now()
    blob = scan(blobs.store(data), at=now)
    paper.files.create(blob=blob, name="a.pdf", part="attachment", stage="draft", created_at=now)
    if data == EICAR:
        settings.CLAMD_SOCKET = str(process.socket)
        scan_waiting(at=now)
    with pytest.raises(ValidationError, match=said):
        version_of(paper).unharmed(main=False)


def test_a_file_larger_than_the_scanner_takes_stays_unscanned(db, clamd):
    blob = scan(blobs.store(b"\0" * 3_000_000), at=timezone.now())
    assert blob.scan == "waiting" and "lớn hơn giới hạn" in blob.scan_words


def test_a_word_once_given_is_not_lost_while_it_is_away(db, clamd, settings, tmp_path):
    bad = scan(blobs.store(EICAR), at=timezone.now())
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    assert scan(blobs.store(EICAR), at=timezone.now()).scan == "infected" == bad.scan


@pytest.mark.parametrize("answer", [b"", b"garbage\0", b"stream: OK"[:4]])
def test_an_answer_that_is_none_is_no_pass(settings, answer):
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _ = server.accept()
        line.recv(100)
        line.sendall(answer)
        line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    settings.CLAMD_SOCKET = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(BytesIO(b"abc"))
    thread.join()
    server.close()


def test_without_a_scanner_nothing_is_asked_and_nothing_waits(office):
    file = arrived(office, tiny_pdf())
    assert file.blob.scan == "" and file.may_be_taken
