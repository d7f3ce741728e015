"""What somebody wrote in Word goes into the form of a draft, with a word about all that was changed or left out."""

import io
import json
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from documents.actions.outgoing.page_content import page_of
from documents.layout.blocks import LONGEST, as_text, blocks
from documents.layout.samples import samples
from documents.layout.word import word
from documents.layout.word_in import taken_apart
from documents.models import Blob, Outgoing
from documents.pdf import PdfError, word_text
from tests.documents.layout.test_word import KINDS, TABLE
from tests.documents.outgoing.word_cases import DOCX, docx, p, table
from tests.documents.outgoing_cases import form_data, sits_down, written


@pytest.fixture
def minh(client, office):
    return sits_down(client, office.minh)


def read(*args, **parts):
    return taken_apart(word_text(docx(*args, **parts)))


def sent(data: bytes, name: str = "du-thao.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=DOCX)


def as_read(text: str) -> str:
    """Titles of appendices are in capitals on paper; the last full stop is the paper's own."""
    return as_text(blocks(text)).rstrip(".").casefold()


@pytest.mark.parametrize("kind", [*KINDS, "QĐ", "KH", "BB", "GM", "CĐ", "BC", "TCg", "GNP", "QC"])
def test_what_went_out_as_word_comes_back_as_it_was(kind):
    page = KINDS.get(kind) or samples()[kind]
    found = taken_apart(word_text(word(page)))
    assert found.kind == page.kind_code and found.subject == ("" if kind == "GNP" else page.subject)
    assert as_read(found.body) == as_read(page.body)
    assert found.signer == page.block.name and found.urgency == page.urgency
    assert found.addressees == "\n".join(one.rstrip(";.") for one in page.addressees)
    assert found.bases == "\n".join(one.rstrip(";.") for one in page.bases)
    assert found.other_recipients == "\n".join(page.recipients)


def test_the_form_is_filled_and_nothing_is_saved(minh, office):
    paper = written(office, body=TABLE, recipients=[office.justice])
    data = word(page_of(paper, timezone.now(), draft=True))
    blank = form_data(office) | {
        "subject": "cũ",
        "body": "",
        "recipients": [],
        "signer": office.thao.pk,
        "from_word": "1",
    }
    answer = minh.post("/van-ban-di/soan/", blank | {"word": sent(data)})
    page = answer.content.decode()
    assert answer.status_code == 200 and Outgoing.objects.count() == 1 and not Blob.objects.exists()
    form = answer.context["form"]
    assert form["subject"].value() == "báo cáo công tác cán bộ" and form["kind"].value() == "CV"
    assert "| 1 | Sở **Nội vụ** // Phòng *Tổ chức* | 1.000 |" in form["body"].value()
    assert form["signer"].value() == str(office.dung.pk) or form["signer"].value() == office.dung.pk
    assert [body.pk for body in form.chosen()] == [office.justice.pk]
    assert "chưa lưu" in page and "phụ lục sau chữ ký" in page and answer.context["pages"]


def test_tracked_changes_are_taken_as_accepted_and_said():
    inserted = '<w:ins w:id="1" w:author="a"><w:r><w:t>thêm </w:t></w:r></w:ins>'
    deleted = '<w:del w:id="2" w:author="a"><w:r><w:delText>bỏ đi</w:delText></w:r></w:del>'
    gone = "<w:rPr><w:del w:id='3' w:author='a'/></w:rPr>"
    found = read(p("Giữ ", extra=inserted + deleted), p("Đoạn đầu", properties=gone), p(" nối liền"))
    assert found.body == "Giữ thêm\n\nĐoạn đầu nối liền"
    assert any("1 chỗ thêm" in one for one in found.said) and any("1 chỗ xóa" in one for one in found.said)


@pytest.mark.parametrize(
    "font, typed",
    [(".VnTime", "Ban hµnh kÌm theo QuyÕt ®Þnh"), ("VNI-Times", "Ban haønh keøm theo Quyeát ñònh"),
     (".VnTimeH", "ban hµnh kÌm theo quyÕt ®Þnh")],
)  # fmt: skip
def test_letters_of_old_fonts_become_todays_and_that_is_said(font, typed):
    found = read(p("Điều 1. " + "Mở đầu"), p(typed, font=font))
    text = "Ban hành kèm theo Quyết định"
    assert found.body.endswith(text.upper() if font.endswith("H") else text)
    assert any(font in one and "Unicode" in one for one in found.said)


def test_numbers_that_word_counts_are_written_out():
    numbering = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""

    def at(level: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'

    lines = [
        p("Một", properties=at(0)),
        *[p(c, properties=at(1)) for c in "vxyzt"],
        p("Hai", properties=at(0)),
        p("q", properties=at(1)),
    ]
    found = read(*lines, **{"word__numbering_xml": numbering})
    assert found.body.split("\n\n") == [
        "Điều 1. Một", "a) v", "b) x", "c) y", "d) z", "e) t", "Điều 2. Hai", "a) q",
    ]  # fmt: skip


def test_what_has_no_place_in_a_draft_is_left_out_and_named():
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Lưu ý trong khung</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    picture, thing = "<w:r><w:drawing><a:blip/></w:drawing></w:r>", "<w:r><w:object/></w:r>"
    note, hidden = (
        '<w:r><w:footnoteReference w:id="1"/></w:r>',
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>",
    )
    broken = table(("a", "b"), ("c",))
    merged = table(("x", "y"), cell='<w:gridSpan w:val="2"/>')
    nested = table((table(("trong", "bảng")) + p("ngoài"), "z"))
    found = read(
        p("Đoạn", extra=box + picture + "<w:r><w:pict/></w:r>" + thing + note + hidden),
        broken,
        merged,
        nested,
    )
    said = " ".join(found.said)
    for words in (
        "1 hình ảnh", "1 nét vẽ", "1 đối tượng nhúng", "1 chú thích", "1 đoạn chữ ẩn", "“Lưu ý trong khung”", "ô gộp", "bảng lồng",
        "không cùng số ô",
    ):  # fmt: skip
        assert words in said, words
    assert (
        "| a | b |\n| c |  |" in found.body
        and "ẩn" not in found.body
        and "trong // bảng // ngoài" in found.body
    )


def test_a_subject_in_two_paragraphs_of_its_cell_is_one():
    head = table(
        (p("SỞ NỘI VỤ") + p("Số: 12/SNV-VP") + p("V/v báo cáo công tác") + p("quý I năm 2026"), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    )  # fmt: skip
    found = read(head, p("Kính gửi: Sở Tư pháp"), p("Nội dung."))
    assert (found.kind, found.subject, found.addressees) == (
        "CV",
        "báo cáo công tác quý I năm 2026",
        "Sở Tư pháp",
    )
    assert found.body == "Nội dung."


def test_stars_and_bars_of_word_stay_what_they_are():
    found = read(p("5*3 và **không đậm** | gạch"), p("| đầu dòng"), p("=== ba dấu"), p("đậm", looks="<w:b/>"))
    assert [getattr(one, "kind", "") for one in blocks(found.body)] == ["plain", "dash", "dash", "plain"]
    assert r"\*\*không đậm\*\*" in found.body and found.body.endswith("**đậm**")


def bomb() -> bytes:
    return docx(p("x" * 30_000_000))


def quadratic() -> bytes:
    entities = "<!DOCTYPE d [" + '<!ENTITY a "ha">' + '<!ENTITY b "' + "&a;" * 50 + '">]>'
    return docx(p("&b;" * 50), head=entities)


def outside() -> bytes:
    return docx(p("&x;"), head='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def lying_length() -> bytes:
    data = bytearray(docx(p("a" * 5000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 3)
    return bytes(data)


def many_files() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(4000):
            packed.writestr(f"word/x{number}.xml", "")
    return out.getvalue()


@pytest.mark.parametrize(
    "make, words",
    [
        (bomb, "quá lớn"), (quadratic, "không phải Word"), (outside, "không phải Word"), (many_files, "quá lớn"),
        (lambda: docx(p("a"), **{"word__vbaProject_bin": b"x"}), "macro"), (lambda: b"PK\x03\x04 hong", "hỏng"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "mật khẩu"), (lambda: b"%PDF-1.4", "không phải Word"),
        (lambda: docx("<w:p>" * 3000 + "</w:p>" * 3000), "không phải Word"),
    ],
)  # fmt: skip
def test_a_hostile_file_costs_one_sentence(make, words):
    with pytest.raises(PdfError, match=words):
        word_text(make())


def test_what_lies_about_its_length_is_read_or_refused_and_never_ends_the_reader():
    for data in (
        lying_length(),
        docx(table(*[("a",) * 60] * 900)),
        docx(*[p("đoạn")] * 7000),
        docx(p("chữ " * 70_000)),
    ):
        try:
            found = taken_apart(word_text(data))
        except PdfError:
            continue
        assert len(found.body) <= LONGEST and found.said
    assert any(
        "nhiều nhất 200.000" in one for one in taken_apart(word_text(docx(*[p("đoạn dài " * 30)] * 800))).said
    )


@pytest.mark.parametrize(
    "name, data, words",
    [
        ("a.doc", b"x", "dạng .docx"), ("a.docx", b"", "rỗng"), ("a.docx", b"x" * 50, "không phải Word"),
        ("a.docx", docx(p("MẬT", align="center"), p("Nội dung")), "có dấu “MẬT”"),
        ("a.docx", docx(table(("TUYỆT MẬT", "b"))), "TUYỆT MẬT"), ("a.docx", docx(p("")), "Không thấy chữ nào"),
        ("a.docx", docx(p("a"), **{"word__vbaProject_bin": b"x"}), "macro"),
    ],
)  # fmt: skip
def test_at_the_desk_a_refused_file_is_one_sentence_and_what_was_typed_stays(minh, office, name, data, words):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"from_word": "1", "word": sent(data, name)})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert answer.context["form"]["subject"].value() == form_data(office)["subject"]
    assert not Blob.objects.exists() and not Outgoing.objects.exists()


def test_without_a_file_one_is_asked_for_one(minh, office):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"from_word": "1"})
    assert "Hãy chọn tệp Word" in answer.content.decode()


@given(
    some.lists(some.text(max_size=40), max_size=6),
    some.lists(some.lists(some.text(max_size=12), max_size=3), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_whatever_was_read_becomes_a_text_that_reads_the_same_again(lines, rows):
    def line(text):
        return {
            "runs": [[text, True, False]],
            "align": "center",
            "label": "",
            "section": None,
        }

    cells = {
        "rows": [[[line(text)] for text in row] for row in rows],
        "aligns": [["left"] * len(row) for row in rows],
        "head": 0,
    }
    told = {"blocks": [*map(line, lines), cells], "found": {}, "pages": 0, "boxes": [], "fonts": {}}
    body = taken_apart(json.loads(json.dumps(told))).body
    assert as_text(blocks(body)) == body
