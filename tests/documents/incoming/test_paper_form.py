"""A paper from an envelope: the fields of the decree; files looked at before they are kept; nothing lost."""

import datetime as dt
import re

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from documents.models import Blob, Incoming
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, kinds, pdf_saying, words, workbook

URL = "/van-ban-den/vao-so/"


def typed(**changes) -> dict:
    full = {
        "kind": "CV", "number": "15", "notation": "BNV-VP", "issued_on": timezone.localdate().isoformat(),
        "issuer_name": "Bộ Nội vụ", "subject": "Về việc cung cấp số liệu", "signer_name": "Trần Văn A",
        "signer_title": "Thứ trưởng", "urgency": "1", "not_secret": "on", "note": "Kèm bản giấy",
    }  # fmt: skip
    full["file"] = scan()
    full |= changes
    return {name: value for name, value in full.items() if value is not None}


def scan(data: bytes | None = None, name: str = "ban-quet.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, tiny_pdf() if data is None else data, content_type="application/pdf")


def encrypted_pdf() -> bytes:
    import io

    pdf, out = pikepdf.open(io.BytesIO(tiny_pdf())), io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="chu", user="khach"))
    return out.getvalue()


def tokens(page: str) -> list[str]:
    return re.findall(r'name="kept_file" value="([^"]+)"', page)


def test_received_and_registered_in_one_act(office):
    answer = at_desk(office.lan).post(URL, typed())
    paper = Incoming.objects.get()
    assert answer.url == f"/van-ban-den/{paper.pk}/"
    assert (paper.state, paper.source, paper.arrival_number, paper.code) == (
        "registered",
        "paper",
        1,
        "15/BNV-VP",
    )
    assert (paper.urgency, paper.pages, paper.kind_name, paper.note) == (1, 1, "Công văn", "Kèm bản giấy")
    assert paper.files.get().part == "main"
    assert kinds(paper) == ["receive", "register"]
    assert not paper.reports.exists()  # nobody waits for a status of paper mail


def test_the_next_empty_form_and_the_leader(office):
    sent = typed(then="next", leader=office.dung.pk)
    assert at_desk(office.lan).post(URL, sent).url == URL
    assert Incoming.objects.get().holder == office.dung


def test_attachments_of_known_kinds_come_along(office):
    files = [scan(name="phu luc.pdf"), SimpleUploadedFile("bang.xlsx", workbook())]
    at_desk(office.lan).post(URL, typed(attachments=files))
    names = Incoming.objects.get().files.filter(part="attachment").values_list("name", flat=True)
    assert set(names) == {"phu luc.pdf", "bang.xlsx"}


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b"%PDF-1.7 hong giua chung %%EOF", "hỏng"),
        (b"Day khong phai PDF", "không phải PDF"),
        (tiny_pdf()[:-40], "không trọn vẹn"),
        (b"", "rỗng"),
        (encrypted_pdf(), "mật khẩu"),
        (tiny_pdf() + b" " * 3000, "lớn hơn"),
    ],
    ids=["corrupt", "not-a-pdf", "cut", "empty", "encrypted", "too-large"],
)
def test_bad_scans_are_refused_on_their_field(office, settings, data, sentence):
    settings.MAX_FILE_BYTES = 3000
    blobs_before = Blob.objects.count()
    answer = at_desk(office.lan).post(URL, typed(file=scan(data)))
    assert answer.status_code == 200 and not Incoming.objects.exists()
    assert sentence in " ".join(answer.context["form"].errors["file"])
    assert Blob.objects.count() == blobs_before
    assert 'value="Bộ Nội vụ"' in answer.content.decode()


@pytest.mark.parametrize(
    "name, data", [("a.exe", b"MZ"), ("a.docx", b"khong phai zip"), ("a.pdf", b"%PDF-"), ("khong-duoi", b"x")]
)
def test_bad_attachments_are_refused_on_their_field(office, name, data):
    answer = at_desk(office.lan).post(URL, typed(attachments=[SimpleUploadedFile(name, data)]))
    assert answer.status_code == 200 and answer.context["form"].errors["attachments"]
    assert not Incoming.objects.exists()


def test_a_good_scan_is_kept_while_another_field_is_mended(office):
    client = at_desk(office.lan)
    page = client.post(URL, typed(subject="")).content.decode()
    (token,) = tokens(page)
    assert "Đã giữ bản quét" in page
    assert client.post(URL, typed(file=None, kept_file=token)).status_code == 302
    assert Incoming.objects.get().files.get().name == "ban-quet.pdf"


def test_a_kept_scan_is_worth_nothing_to_others_or_when_forged(office):
    (token,) = tokens(at_desk(office.lan).post(URL, typed(subject="")).content.decode())
    for client, value in [(at_desk(office.khach), token), (at_desk(office.lan), token[:-3] + "abc")]:
        answer = client.post(URL, typed(file=None, kept_file=value))
        assert answer.status_code == 200 and "chọn lại tệp" in words(answer).lower()
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("issued_on", (dt.date.today() + dt.timedelta(days=3)).isoformat(), "tương lai"),
        ("issued_on", "32/13/2026", "ngày"),
        ("not_secret", None, "bí mật nhà nước"),
        ("subject", "", "bắt buộc"),
        ("kind", "XXX", "XXX"),
        ("kind_name", "", "tên loại"),
        ("number", "1" * 12, "11"),
        ("file", None, "Hãy chọn bản quét"),
    ],
)
def test_wrong_fields_say_so_and_take_no_number(office, field, value, sentence):
    sent = typed(**{field: value}, **({"kind": "KHAC"} if field == "kind_name" else {}))
    answer = at_desk(office.lan).post(URL, sent)
    assert answer.status_code == 200 and not Incoming.objects.exists()
    assert sentence in " ".join(answer.context["form"].errors[field])


def test_a_duplicate_needs_an_explicit_tick(office):
    client = at_desk(office.lan)
    client.post(URL, typed())
    page = client.post(URL, typed())
    assert page.status_code == 200 and "Có thể trùng" in words(page) and "số đến 1" in words(page)
    (token,) = tokens(page.content.decode())
    assert client.post(URL, typed(file=None, kept_file=token, duplicate_ok="on")).status_code == 302
    assert Incoming.objects.count() == 2


SPELT = [
    {"number": "07"},
    {"notation": "QÐ-UBND"},
    {"notation": "QĐ–UBND"},
    {"notation": "QĐ - UBND"},
    {"issuer_name": "Uỷ ban nhân dân xã Mẫu"},
    {"issuer_name": "UBND xã Mẫu"},
    {"number": "007", "notation": "qð—ubnd", "issuer_name": "UBND Xã Mẫu"},
]


@pytest.mark.parametrize("spelling", SPELT)
def test_the_same_paper_spelt_otherwise_is_asked_about(office, spelling):
    client = at_desk(office.lan)
    first = {
        "number": "7",
        "notation": "QĐ-UBND",
        "issuer_name": "Ủy ban nhân dân xã Mẫu",
        "issuer_outside": "on",
    }
    client.post(URL, typed(**first))
    page = client.post(URL, typed(**(first | spelling)))
    assert page.status_code == 200 and "Có thể trùng" in words(page)


def test_other_papers_are_not_asked_about(office):
    client = at_desk(office.lan)
    first = {
        "number": "7",
        "notation": "QĐ-UBND",
        "issuer_name": "Ủy ban nhân dân xã Mẫu",
        "issuer_outside": "on",
    }
    client.post(URL, typed(**first))
    for other in ({"number": "70"}, {"notation": "QĐ-HĐND"}, {"issuer_name": "Ủy ban nhân dân xã Mâu"}):
        assert client.post(URL, typed(**(first | other))).status_code == 302


def test_a_scan_with_a_mark_is_not_kept_before_a_person_denies_it(office):
    client = at_desk(office.lan)
    marked = pdf_saying("MẬT")
    before = Blob.objects.count()
    page = client.post(URL, typed(file=scan(marked)))
    assert "có dấu “MẬT”" in words(page) and "marks_ok" in page.content.decode()
    assert not tokens(page.content.decode()) and Blob.objects.count() == before
    assert client.post(URL, typed(file=scan(marked), marks_ok="on")).status_code == 302
    paper = Incoming.objects.get()
    assert paper.secrecy_marks == "MẬT" and paper.secrecy_cleared_by == office.lan
    assert "clear_secrecy" in kinds(paper)


@pytest.mark.parametrize(
    "said", [{"notation": "MẬT-CX"}, {"notation": "BC-TỐI MẬT"}, {"subject": "(Mật) Về việc bố trí"}]
)
def test_a_degree_of_secrecy_in_the_words_stops_the_hand(office, said):
    client = at_desk(office.lan)
    page = client.post(URL, typed(**said))
    assert "như dấu độ mật" in words(page) and "marks_ok" in page.content.decode()
    assert not Incoming.objects.exists()
    assert client.post(URL, typed(**said, marks_ok="on")).status_code == 302
    assert "clear_secrecy" in kinds(Incoming.objects.get())


def test_words_about_secrecy_are_only_words(office):
    said = "Về việc bảo vệ bí mật nhà nước và mật độ dân cư"
    assert at_desk(office.lan).post(URL, typed(subject=said, notation="BCA-A03")).status_code == 302


def test_only_the_clerk(office):
    for who in (office.minh, office.dung, office.quantri):
        assert at_desk(who).get(URL).status_code == 403
        assert at_desk(who).post(URL, typed()).status_code == 403
    assert not Incoming.objects.exists()


def test_a_session_that_ran_out_leads_back_to_the_form(office):
    office.lan.user.set_password("mot mat khau dai")
    office.lan.user.save()
    client = Client()
    away = client.post(URL, typed(), follow=False)
    assert away.status_code == 302 and "dang-nhap" in away.url and not Incoming.objects.exists()
    back = client.post(away.url, {"username": "lan", "password": "mot mat khau dai", "next": URL})
    assert back.status_code == 302 and back.url == URL
    page = client.get(URL).content.decode()
    assert 'data-keep="register_paper"' in page and "data-keep-note" in page
