"""Pictures in a draft: written anew behind the wall, shown to whoever sees the draft and to nobody else."""

import datetime as dt
import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents import blobs
from documents.actions.outgoing import page_content
from documents.actions.outgoing.approval import submit
from documents.actions.outgoing.drafts import WRITTEN
from documents.actions.outgoing.page_content import page_of
from documents.actions.outgoing.pictures import pictures_of, pictures_seen
from documents.actions.outgoing.remarks import accept, remark
from documents.actions.outgoing.revising import revise
from documents.actions.unsent import forget_old
from documents.journey import NotAllowedNow
from documents.layout.render import _remembered
from documents.models import Blob, DraftPicture, Outgoing
from tests.documents.outgoing.slipping import slipped, speaks
from tests.documents.outgoing_cases import brought, form_data, sits_down, text_of, written

ADD = "/van-ban-di/anh/"


def png(width=40, height=30, **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG", **options)
    return out.getvalue()


def brings(client, data: bytes, name="so-do.png"):
    return client.post(ADD, {"picture": SimpleUploadedFile(name, data)})


def named(sha256: str) -> str:
    return f"Như hình.\n\n![Sơ đồ](sha256:{sha256})"


def test_a_picture_waits_for_its_draft_and_is_then_seen_by_who_sees_the_draft(client, office):
    minh = sits_down(client, office.minh)
    sha256 = brings(minh, png()).json()["sha256"]
    url = reverse("draft_picture", args=[sha256])
    assert minh.get(url)["Content-Type"] == "image/png"
    assert sits_down(client, office.hoa).get(url).status_code == 404
    minh = sits_down(client, office.minh)
    assert minh.post("/van-ban-di/soan/", form_data(office, body=named(sha256))).status_code == 302
    paper = Outgoing.objects.get()
    assert (
        list(paper.pictures.values_list("blob", flat=True)) == [sha256] and DraftPicture.objects.count() == 1
    )
    assert pictures_seen(paper.body, office.minh).keys() == {sha256} == pictures_of(paper).keys()
    assert not pictures_seen(paper.body, office.khach)
    assert sits_down(client, office.hoa).get(url).status_code == 404, "not submitted yet"
    brought(office, "in_review", paper)
    assert sits_down(client, office.hoa).get(url).status_code == 200
    assert sits_down(client, office.khach).get(url).status_code == 404


def test_a_hash_alone_opens_nothing(client, office):
    sha256 = brings(sits_down(client, office.minh), png()).json()["sha256"]
    hoa = sits_down(client, office.hoa)
    answer = hoa.post("/van-ban-di/soan/", form_data(office, body=named(sha256)))
    assert answer.context["form"].errors.keys() == {"body"} and not Outgoing.objects.exists()
    assert hoa.get(reverse("draft_picture", args=[sha256])).status_code == 404


def huge() -> bytes:
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 nothing", "Chỉ chèn được ảnh PNG hoặc JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ chèn được ảnh PNG hoặc JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "đã hỏng"),
        (b"\xff\xd8\xff" + b"\0" * 100, "đã hỏng"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024), "lớn hơn 5 MB"),
        (huge(), "quá nhiều điểm ảnh"),
        (b"", "Chỉ chèn được"),
    ],
)
def test_what_is_no_fit_picture_has_a_sentence_and_leaves_nothing(client, office, data, words):
    answer = brings(sits_down(client, office.minh), data)
    assert answer.status_code == 422 and words in answer.json()["error"]
    assert (
        not DraftPicture.objects.exists()
        and not Blob.objects.filter(content_type__startswith="image").exists()
    )


def test_what_else_was_in_the_file_is_gone(client, office):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "Chimbaotinhoangyen")
    data = png(5000, 100, pnginfo=info) + b"PK\x03\x04 appended"
    sha256 = brings(sits_down(client, office.minh), data).json()["sha256"]
    kept = blobs.read(Blob.objects.get(pk=sha256))
    assert b"Chimbao" not in kept and b"PK\x03\x04" not in kept
    assert max(Image.open(io.BytesIO(kept)).size) <= 2400


def test_only_who_writes_drafts_brings_pictures(client, office):
    assert brings(sits_down(client, office.quantri), png()).status_code == 403
    assert sits_down(client, office.minh).post(ADD).status_code == 422
    paper = written(office)
    assert paper.pictures.count() == 0


def with_picture(client, office) -> Outgoing:
    minh = sits_down(client, office.minh)
    body = named(brings(minh, png()).json()["sha256"])
    return written(office, body=body)


@pytest.mark.parametrize("gone", ["row", "infected", "lost"])
def test_a_paper_whose_picture_is_gone_is_not_handed_in(client, office, gone):
    paper = with_picture(client, office)
    picture = paper.pictures.get()
    if gone == "row":
        picture.delete()
    elif gone == "infected":
        Blob.objects.filter(pk=picture.blob_id).update(scan=Blob.Scan.INFECTED)
    else:
        blobs.path_of(picture.blob).unlink()
    with pytest.raises(ValidationError, match="“Sơ đồ”"):
        submit(paper, by=office.minh, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.state, paper.version) == ("draft", 0)


def test_a_picture_that_a_suggestion_names_is_kept_with_the_draft_or_refused(client, office):
    own = brings(sits_down(client, office.minh), png()).json()["sha256"]
    paper = written(office, body="Đoạn một.\n\nĐoạn hai.")
    for sha256, kept in (("0" * 64, False), (own, True)):
        given = {"quote": "Đoạn hai.", "is_suggestion": True, "proposal": f"![Sơ đồ](sha256:{sha256})"}
        row = remark(paper, by=office.minh, at=timezone.now(), **given)
        if kept:
            accept(row, by=office.minh, at=timezone.now())
        else:
            with pytest.raises(ValidationError, match="không tìm thấy"):
                accept(row, by=office.minh, at=timezone.now())
        assert paper.pictures.filter(blob=sha256).exists() == kept


def test_a_page_with_pictures_is_handed_in_and_its_pictures_are_not_kept_in_memory(client, office):
    paper = with_picture(client, office)
    page, before = page_of(paper, timezone.now()), _remembered.cache_info()
    assert page.pictures
    submit(paper, by=office.minh, at=timezone.now())
    assert _remembered.cache_info() == before
    assert "Thiếu hình" not in text_of(paper)


def test_a_slip_goes_round_and_hands_the_draft_in_without_reading_its_pictures(client, office, monkeypatch):
    paper = with_picture(client, office)
    slip = slipped(office, [office.hoa], paper=paper)
    monkeypatch.setattr(page_content, "pictures_of", lambda outgoing: pytest.fail("read"))
    speaks(slip, office.hoa)
    paper.refresh_from_db()
    assert paper.state == "in_review"


def test_a_picture_brought_again_waits_from_then_on(client, office):
    minh, now = sits_down(client, office.minh), timezone.now()
    sha256 = brings(minh, png()).json()["sha256"]
    DraftPicture.objects.update(at=now - dt.timedelta(days=29))
    assert brings(minh, png()).json()["sha256"] == sha256
    forget_old(at=now + dt.timedelta(days=29))
    assert DraftPicture.objects.get().blob_id == sha256
    forget_old(at=now + dt.timedelta(days=31))
    assert not DraftPicture.objects.exists() and not Blob.objects.filter(pk=sha256).exists()


def test_a_picture_that_the_saved_draft_names_no_more_is_gone_with_its_bytes(
    client, office, django_capture_on_commit_callbacks
):
    minh = sits_down(client, office.minh)
    first, both = brings(minh, png()).json()["sha256"], brings(minh, png(50)).json()["sha256"]
    for body in (f"{named(first)}\n\n{named(both)}", named(both)):
        assert minh.post("/van-ban-di/soan/", form_data(office, body=body)).status_code == 302
    paper = Outgoing.objects.order_by("pk").first()
    path = blobs.path_of(Blob.objects.get(pk=first))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = minh.post(f"/van-ban-di/{paper.pk}/sua/", form_data(office, body="Không còn hình."))
    assert answer.status_code == 302 and not paper.pictures.exists()
    assert not Blob.objects.filter(pk=first).exists() and not path.exists()
    assert blobs.there(Blob.objects.get(pk=both)), "another draft has it"


def test_a_picture_that_the_head_takes_out_is_gone_once_his_version_is_saved(
    client, office, django_capture_on_commit_callbacks
):
    minh = sits_down(client, office.minh)
    sha256 = brings(minh, png()).json()["sha256"]
    minh.post("/van-ban-di/soan/", form_data(office, body=named(sha256)))
    paper = brought(office, "in_review", Outgoing.objects.get())
    words = {name: getattr(paper, name) for name in WRITTEN} | {"body": "Bỏ hình.", "by": office.hoa}
    with pytest.raises(NotAllowedNow), django_capture_on_commit_callbacks(execute=True):
        revise(paper, at=timezone.now(), seen="0" * 64, **words)
    assert paper.pictures.exists() and Blob.objects.filter(pk=sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        revise(Outgoing.objects.get(), at=timezone.now(), seen="", **words)
    assert not paper.pictures.exists() and not Blob.objects.filter(pk=sha256).exists()
