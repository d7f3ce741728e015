"""Anybody may have a signed file checked: the answer is plain, the file is kept nowhere, nothing breaks the page."""

import logging
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as CacheAway

from documents.models import Blob, File
from orgs.identity import throttle
from signatures import trust
from signatures.models import TrustedAuthority
from signatures.public_words import signers_of, verdict_in_words
from signatures.views import public as pages
from tests.conftest import tiny_pdf
from tests.documents.desks import words
from tests.documents.outgoing_cases import brought, sits_down
from tests.signatures.public_cases import bytes_of, sent

URL = "/kiem-tra-chu-ky/"
pytestmark = pytest.mark.usefixtures("db")


def test_the_page_needs_no_account_and_is_linked_from_the_sign_in_page(client):
    assert reverse("public_check") == URL
    page = words(client.get(URL))
    assert "không lưu lại" in page and "Kiểm tra chữ ký" in page
    assert f'href="{URL}"' in client.get("/dang-nhap/").content.decode()
    assert f'href="{URL}"' in client.get("/kt/").content.decode()


def test_a_sealed_paper_is_told_in_plain_words(client, office, keys):
    data = bytes_of(brought(office, "sealed"))
    page = words(client.post(URL, sent(data)))
    assert "Hợp lệ" in page and "tệp không bị thay đổi từ khi ký" in page
    assert "Phạm Tiến Dũng" in page and "Giám đốc" in page and "Sở Nội vụ" in page
    assert "Chi tiết kỹ thuật" in page and "PAdES B-B" in page and "Cơ quan, tổ chức" in page


def test_a_changed_an_unknown_and_an_unsigned_file(client, office, keys):
    data = bytes_of(brought(office, "sealed"))
    harmed = bytearray(data)
    harmed[len(data) // 3] ^= 1
    page = words(client.post(URL, sent(bytes(harmed))))
    assert "Không hợp lệ" in page and "không dùng tệp này" in page
    assert "Không có chữ ký số" in words(client.post(URL, sent(tiny_pdf())))
    for row in TrustedAuthority.objects.filter(kind="root"):
        trust.end(row, reason="thử", by=office.quantri, at=timezone.now())
    page = words(client.post(URL, sent(data)))
    assert "Không kiểm tra được" in page and "hỏi cơ quan ban hành" in page


HOSTILE = {
    "empty": b"",
    "text": b"xin chao",
    "word": b"PK\x03\x04" + b"\x00" * 100,
    "only a head": b"%PDF-1.7\n",
    "noise": b"%PDF-1.4\n" + bytes(range(256)) * 400,
    "recursive": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/AcroForm 1 0 R/Fields[1 0 R]>>endobj\n"
    b"trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    "cut": tiny_pdf()[:200],
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_a_sentence(client, data):
    answer = client.post(URL, sent(data))
    assert answer.status_code in (200, 422)
    page = words(answer)
    assert "Hợp lệ" not in page and ("Chưa kiểm tra được" in page or "Không" in page)


def test_a_name_and_a_type_are_nobodys_word(client):
    odd = "\u202e<script>alert(1)</script>" + "x" * 300 + ".pdf"
    answer = client.post(URL, sent(b"MZ\x90\x00", odd))
    assert answer.status_code == 422 and "không phải PDF" in words(answer)
    assert "<script>alert" not in answer.content.decode()
    assert client.post(URL, {"file": "no file but text"}).status_code == 422
    assert client.post(URL, {}).status_code == 422


@pytest.mark.parametrize("how", ["something behind the end", "a byte inside"])
def test_nothing_good_is_said_of_a_signature_whose_file_was_changed(client, office, keys, how):
    """Beside "not valid" no card says valid, or that nothing was changed since."""
    data = bytes_of(brought(office, "sealed"))
    if how == "a byte inside":
        bent = bytearray(data)
        bent[20_000] ^= 1
        data = bytes(bent)
    else:
        data += b"% them vao\n"
    answer = client.post(URL, sent(data))
    page = words(answer)
    assert "Không hợp lệ" in page and "Không có thay đổi" not in page and "Chỉ điền số" not in page
    assert [one["result"] for one in answer.context["signers"]] == ["Không hợp lệ"] * 2
    assert all(one["reasons"][0][0].isupper() for one in answer.context["signers"])


class Unread:
    """A body that must not be asked for a single byte."""

    def read(self, *_):
        pytest.fail("the body was read")

    readline = __iter__ = read


@pytest.mark.parametrize("length", ["limit", "huge"])
def test_a_file_too_large_is_refused_before_it_is_read(client, settings, length):
    settings.MAX_FILE_BYTES = 1000
    size = 1000 + 64 * 1024 + 1 if length == "limit" else 10**12
    asked = client.post(
        URL, data="", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(size),
        **{"wsgi.input": Unread()},
    )  # fmt: skip
    assert asked.status_code == 413 and "nên hệ thống không nhận" in words(asked)


def test_a_file_just_over_the_limit_is_refused_too(client, settings):
    settings.MAX_FILE_BYTES = 1000
    asked = client.post(URL, sent(b"%PDF-" + b"x" * 1000))
    assert asked.status_code == 413 and "nên hệ thống không nhận" in words(asked)


def test_the_forms_token_is_asked_for():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, sent(tiny_pdf())).status_code == 403
    token = strict.get(URL).context["csrf_token"]
    assert strict.post(URL, sent(tiny_pdf()) | {"csrfmiddlewaretoken": str(token)}).status_code == 200


def test_nothing_is_kept_and_nothing_but_a_count_is_logged(client, office, keys, caplog, settings):
    data = bytes_of(brought(office, "sealed"))
    before = Blob.objects.count(), File.objects.count(), on_disk()
    with caplog.at_level(logging.DEBUG):
        client.post(URL, sent(data, "ten-rieng-cua-toi.pdf"))
    assert (Blob.objects.count(), File.objects.count(), on_disk()) == before
    said = [record.getMessage() for record in caplog.records if record.name.startswith("signatures")]
    assert said == ["public check: valid"]
    assert "ten-rieng-cua-toi" not in caplog.text and "127.0.0.1" not in caplog.text


def on_disk() -> set:
    return set(Path(default_storage.location).rglob("*"))


def test_one_address_may_not_ask_without_end_and_others_are_not_in_its_way(client, monkeypatch):
    monkeypatch.setitem(pages.CHECKS, "tries", 3)
    for _ in range(3):
        assert client.post(URL, sent(tiny_pdf())).status_code == 200
    refused = client.post(URL, sent(tiny_pdf()))
    assert refused.status_code == 429 and "đợi 1 phút" in words(refused)
    assert client.get(URL).status_code == 200
    assert client.post(URL, sent(tiny_pdf()), REMOTE_ADDR="10.0.0.9").status_code == 200


def test_all_together_have_a_limit_and_one_line_has_one_address(client, monkeypatch):
    monkeypatch.setattr(pages, "CHECKS", {"tries": 2, "of_all": 4})
    codes = [
        client.post(URL, sent(tiny_pdf()), REMOTE_ADDR=address).status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "10.0.0.1", "10.0.0.2")
    ]
    assert codes == [200, 200, 429, 200, 429]


def test_a_cache_that_is_away_closes_no_public_page(client, monkeypatch):
    def away(*_, **__):
        raise CacheAway("away")

    monkeypatch.setattr(throttle.cache, "add", away)
    assert client.post(URL, sent(tiny_pdf())).status_code == 200


def test_somebody_signed_in_checks_at_his_desk(client, office):
    page = sits_down(client, office.lan).post(URL, sent(tiny_pdf())).content.decode()
    assert "Không có chữ ký số" in page and 'class="shell"' in page


def test_what_a_later_check_may_add_is_shown_and_what_it_leaves_out_is_not_missed():
    full = {
        "signatures": [
            {
                "verdict": "unknown", "signer_name": "A", "organisation": "B", "title": "", "level": "B-T",
                "signed_at": "2026-03-05T10:00:00+07:00", "changes_after": "", "reasons": ["lý do"],
                "time_source": "dấu thời gian", "capacity": "agency", "issuer": "Cơ quan cấp", "remarks": ["nhận xét"], "asked_in_vain": ["ocsp"],
            }
        ]
    }  # fmt: skip
    said = verdict_in_words("unknown", full)
    assert "thử lại sau ít phút" in said["todo"]
    signer = signers_of(full)[0]
    assert ("Ký lúc", "10:00 ngày 05/03/2026, theo dấu thời gian") in signer["rows"]
    assert ("Tư cách", "Cơ quan, tổ chức") in signer["rows"] and signer["reasons"] == ["Lý do", "Nhận xét"]
    assert signers_of({"signatures": [{}]})[0]["name"] == "Không rõ người ký"
    assert verdict_in_words("a word of tomorrow", {})["title"] == "Không kiểm tra được"
