"""Files through their paper only; what comes from strangers never runs in our pages."""

import hashlib
import tempfile

import pytest

from documents import blobs
from documents.models import Blob, File
from tests.documents.desks import at_desk, directed, presented, stored


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)  # reading to the end closes it, as a server would


def test_the_bytes_as_they_came_to_be_saved(office):
    paper = office.paper()
    file = paper.files.get()
    File.objects.filter(pk=file.pk).update(name="Công văn số 5.pdf")
    answer = at_desk(office.lan).get(f"/tep/{file.pk}/")
    assert body(answer).startswith(b"%PDF-")
    assert (
        answer["Content-Disposition"]
        == "attachment; filename*=utf-8''C%C3%B4ng%20v%C4%83n%20s%E1%BB%91%205.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy and "script-src 'none'" in policy and "'self'" not in policy


def test_a_page_is_a_picture_kept_on_disk(office, monkeypatch):
    file = office.paper().files.get()
    client = at_desk(office.lan)
    first = client.get(f"/tep/{file.pk}/trang/1/")
    picture = body(first)
    assert picture.startswith(b"\x89PNG") and first["Content-Type"] == "image/png"
    assert first["Cache-Control"] == "private, max-age=3600" and "sandbox" in first["Content-Security-Policy"]
    monkeypatch.setattr(
        "documents.views.shared.files.page_image", lambda *_: pytest.fail("drawn a second time")
    )
    assert body(client.get(f"/tep/{file.pk}/trang/1/")) == picture


@pytest.mark.parametrize("number", [0, 2, 999, 10**9])
def test_there_is_no_page_beyond_the_last(office, number):
    file = office.paper().files.get()
    assert at_desk(office.lan).get(f"/tep/{file.pk}/trang/{number}/").status_code == 404


def test_a_file_that_is_no_pdf_has_no_pages_and_a_page_that_says_so(office):
    paper = office.paper()
    paper.files.update(blob=stored(b"PK\x03\x04 khong phai pdf"), pages=None)
    type(paper.files.get().blob).objects.filter(pk=paper.files.get().blob_id).update(
        content_type="application/zip"
    )
    client = at_desk(office.lan)
    assert client.get(f"/tep/{paper.files.get().pk}/trang/1/").status_code == 404
    assert "Tải tệp" in client.get(f"/van-ban-den/{paper.pk}/").content.decode()


def test_the_paper_decides_who_gets_the_file(office):
    paper = presented(office)
    file = paper.files.get()
    for url in (f"/tep/{file.pk}/", f"/tep/{file.pk}/trang/1/"):
        for who in (office.minh, office.khach, office.quantri):
            assert at_desk(who).get(url).status_code == 404
        answer = at_desk(office.dung).get(url)
        assert answer.status_code == 200 and body(answer)


def test_an_assignment_opens_the_file(office):
    paper = directed(office)
    answer = at_desk(office.minh).get(f"/tep/{paper.files.get().pk}/")
    assert answer.status_code == 200 and body(answer)


def test_a_number_nobody_has(office):
    assert at_desk(office.lan).get("/tep/999999999999/").status_code == 404


def test_a_file_that_is_not_in_memory_is_kept_like_one_that_is(office):
    data = b"%PDF-1.7 " + bytes(range(256)) * 2_000
    with tempfile.TemporaryFile() as file:
        file.write(data)
        kept = blobs.store_file(file, "application/pdf")
        assert (kept.size, kept.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert blobs.read(kept) == data and blobs.intact(kept)
        assert blobs.store(data) == blobs.store_file(file) == kept
        blobs.destroy(kept)
        assert not blobs.path_of(kept).exists()
        assert blobs.read(blobs.store_file(file)) == data


def test_outside_a_transaction_no_row_speaks_of_bytes_that_are_not_there(transactional_db, monkeypatch):
    def full(path, pieces):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs, "write", full)
    with pytest.raises(OSError, match="No space"):
        blobs.store(b"%PDF-1.4 a file that never was")
    assert not Blob.objects.exists()
