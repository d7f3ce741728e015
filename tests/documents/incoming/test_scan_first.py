"""The scan comes first: it is read for words and shown beside the form; what it proposes is marked and never writes over
what was typed."""

import json
import re

import pikepdf
import pytest
from django.utils import timezone

from documents.forms.incoming import paper_mail as paper_form
from documents.models import Blob, Incoming
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, pdf_saying, words
from tests.documents.incoming.test_paper_form import URL, encrypted_pdf, scan, tokens, typed
from tests.documents.pdf.test_head import scanned, written


def read(office, data: bytes, **typed_before):
    return at_desk(office.lan).post(URL, {"read": "1", "kind": "CV", "file": scan(data)} | typed_before)


def value(answer, name: str) -> str:
    return answer.context["form"][name].value() or ""


def pictures(answer) -> list[str]:
    return re.findall(r'<img src="(/van-ban-den/vao-so/[0-9a-f]{64}/\d+/)"', answer.content.decode())


def in_focus(answer) -> list[str]:
    page = answer.content.decode()
    return [re.search(r'name="([^"]+)"', tag)[1] for tag in re.findall(r"<[^>]+ autofocus[^>]*>", page)]


def test_the_first_thing_one_is_asked_for_is_the_scan(office):
    answer = at_desk(office.lan).get(URL)
    page = answer.content.decode()
    assert in_focus(answer) == ["file"]
    assert page.index('name="file"') < page.index('name="number"')


def test_fields_are_proposed_and_marked_and_the_pages_stand_beside(office):
    answer = read(office, scanned())
    assert [value(answer, name) for name in ("kind", "number", "notation", "issued_on", "subject")] == [
        "CV", "2296", "BNV-TGCP", "25/11/2026", "Về việc quản lý lễ hội",
    ]  # fmt: skip
    assert value(answer, "issuer") == str(office.ministry.pk) and "Bộ Nội vụ" in words(answer)
    assert words(answer).count("đọc từ tệp") == 6 + 1  # each field, and the sentence about them
    assert not answer.context["form"].errors and not Incoming.objects.exists()
    (picture,) = pictures(answer)
    assert at_desk(office.lan).get(picture)["Content-Type"] == "image/png"
    assert in_focus(answer) == ["number"]  # nothing is empty: from the top, to look at each


def test_what_was_typed_is_never_written_over(office):
    answer = read(
        office, scanned(), number="99", subject="Về việc tôi gõ", issuer_name="Sở Tư pháp", signer_name="Ai"
    )
    assert [value(answer, name) for name in ("number", "subject", "issuer_name", "issuer", "signer_name")] == [
        "99", "Về việc tôi gõ", "Sở Tư pháp", "", "Ai",
    ]  # fmt: skip
    assert value(answer, "notation") == "BNV-TGCP"
    assert set(answer.context["form"].sources()) == {"kind", "notation", "issued_on"}


def test_another_scan_takes_back_what_the_first_one_proposed(office):
    first = read(office, scanned())
    before = {
        name: value(first, name) for name in ("kind", "number", "notation", "issued_on", "issuer", "subject")
    }
    before |= {"notation": "BNV-TCCB", "proposed": first.context["form"].data["proposed"]}
    second = read(office, scanned(number="", office="SỞ TƯ PHÁP"), **before)
    assert (value(second, "number"), value(second, "notation")) == (
        "",
        "BNV-TCCB",
    )  # the second was mended by hand
    assert value(second, "issuer") == str(office.justice.pk)


def test_a_read_scan_is_registered_without_choosing_it_again(office):
    answer = read(office, scanned(day=written(timezone.localdate())))
    (token,) = tokens(answer.content.decode())
    names = ("kind", "number", "notation", "issued_on", "issuer", "subject")
    sent = {name: value(answer, name) for name in names} | {
        "kept_file": token,
        "urgency": 0,
        "not_secret": "on",
    }
    assert at_desk(office.lan).post(URL, sent).status_code == 302
    paper = Incoming.objects.get()
    assert (paper.code, paper.issuer, paper.pages) == ("2296/BNV-TGCP", office.ministry, 1)


def test_the_mark_of_a_proposal_stays_while_another_field_is_mended(office):
    proposals = {"number": "15", "notation": "KHAC"}
    answer = at_desk(office.lan).post(URL, typed(subject="", proposed=json.dumps(proposals)))
    assert set(answer.context["form"].sources()) == {"number"}
    assert in_focus(answer) == ["subject"]


def test_a_paper_that_is_there_already_is_told_as_soon_as_it_is_read(office):
    at_desk(office.lan).post(URL, typed(number="2296", notation="BNV-TGCP"))
    assert "Có thể trùng với văn bản đã có" in words(read(office, scanned()))


def test_a_scan_without_words_proposes_nothing_and_says_so(office):
    answer = read(office, tiny_pdf())
    assert "không có lớp chữ" in words(answer) and not answer.context["form"].sources()
    assert pictures(answer) and tokens(answer.content.decode())
    assert in_focus(answer) == ["number"]


@pytest.mark.parametrize(
    "data, sentence",
    [(encrypted_pdf(), "mật khẩu"), (b"%PDF-1.7 hong %%EOF", "hỏng"), (b"khong", "không phải PDF"), (tiny_pdf()[:-40], "không trọn vẹn")],
    ids=["encrypted", "broken", "not-a-pdf", "cut"],
)  # fmt: skip
def test_a_bad_file_is_said_on_its_field_and_keeps_what_was_typed(office, data, sentence):
    before = Blob.objects.count()
    answer = read(office, data, subject="Về việc tôi gõ")
    assert sentence in " ".join(answer.context["form"].errors["file"])
    assert set(answer.context["form"].errors) == {"file"} and in_focus(answer) == ["file"]
    assert value(answer, "subject") == "Về việc tôi gõ" and Blob.objects.count() == before


def test_a_file_that_is_held_back_is_not_read(office, monkeypatch):
    monkeypatch.setattr(paper_form, "proposals_from", lambda pdf: pytest.fail("read"))
    data = b"MZ" + b"\x00" * 100
    answer = read(office, data)
    assert "Không nhận tệp" in " ".join(answer.context["form"].errors["file"])


def test_a_scan_with_a_mark_is_neither_read_nor_kept_before_a_person_denies_it(office):
    answer = read(office, pdf_saying("MẬT"))
    assert "có dấu “MẬT”" in words(answer) and not tokens(answer.content.decode())
    assert not answer.context["form"].sources() and not pictures(answer)


def test_a_hundred_pages_are_all_beside_the_form_and_only_the_first_is_read(office):
    answer = read(office, _long(100))
    assert len(pictures(answer)) == 100 and answer.content.decode().count('loading="lazy"') == 99
    assert value(answer, "number") == "2296"


def test_a_page_full_of_words_is_read_in_bounds(office):
    answer = read(office, scanned(body="Kính gửi " + "chữ và chữ " * 30_000))
    assert value(answer, "number") == "2296" and len(value(answer, "subject")) < 600


def test_pages_of_a_scan_are_for_whoever_gave_it(office):
    (picture,) = pictures(read(office, scanned()))
    for stranger in (office.khach, office.minh, office.dung, office.quantri):
        assert at_desk(stranger).get(picture).status_code == 404
    assert at_desk(office.lan).get(picture.replace("/1/", "/2/")).status_code == 404
    assert at_desk(office.lan).get(f"{URL}{'0' * 64}/1/").status_code == 404


@pytest.mark.parametrize("junk", ["[", "[]", "null", '{"number": 5}', '{"x": "y"}', "\x00", '{"file": "a"}'])
def test_mangled_proposals_are_none(office, junk):
    answer = read(office, tiny_pdf(), proposed=junk, number="15")
    assert answer.status_code == 200 and value(answer, "number") == "15"


def _long(pages: int) -> bytes:
    import io

    first, out = pikepdf.open(io.BytesIO(scanned())), io.BytesIO()
    for _ in range(pages - 1):
        first.add_blank_page(page_size=(595, 842))
    first.save(out)
    return out.getvalue()
