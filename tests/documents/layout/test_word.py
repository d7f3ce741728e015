"""A paper taken out as .docx is the page its PDF shows, read by another program."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from documents.layout import render
from documents.layout.samples import samples
from documents.layout.word import word
from documents.pdf import inspect, text_lines
from documents.pdf.office import office_to_pdf
from tests.documents.papers import DECISION, LETTER
from tests.signatures.pictures import png, signature

TABLE = """Kết quả như sau:

| STT | Đơn vị | Số tiền |
|:-:|---|--:|
| 1 | Sở **Nội vụ** // Phòng *Tổ chức* | 1.000 |
| 2 | a \\| b | 20 |

1. Tổng hợp.
a) Điểm a;
- Gạch đầu dòng

=== Danh mục nhiệm vụ

Nội dung của phụ lục một.

=== Biểu số liệu (khổ ngang)

| A | B |
|---|---|
| 1 | 2 |"""
PLAN = replace(
    LETTER, kind_code="KH", kind_name="Kế hoạch", notation="KH-SNV", subject="Tuyên truyền năm 2026", addressees=(), urgency=3,
    body="I. MỤC ĐÍCH\n\n1. Nâng cao.\n\nII. NỘI DUNG\n\n" + "\n\n".join(f"{n}. Nhiệm vụ số {n} của kế hoạch." for n in range(1, 40)),
)  # fmt: skip
REGULATION = replace(
    DECISION, body="Chương I\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi\n\n1. Khoản một.\n\nChương II\nTỔ CHỨC THỰC HIỆN\n\n" + DECISION.body * 2,
)  # fmt: skip
KINDS = {"công văn": LETTER, "quyết định": DECISION, "kế hoạch": PLAN, "quy chế": REGULATION}


def read_out(pdf: bytes, first: str, foot: str) -> list[str]:
    """All words from this one on in the order they are read, without the page numbers and the paper's own, which the page
    draws last, and without those at the foot of its first page, which LibreOffice draws last or, since 25.2, first."""
    lines = [
        line for page in text_lines(pdf) for line in page if not re.fullmatch(r"\s*(\d+|Số: .*)\s*", line)
    ]
    words, there = " ".join(re.findall(r"\w+", " ".join(lines))), " ".join(re.findall(r"\w+", foot))
    assert there in words
    words = words.replace(there, "", 1).split()
    return words[words.index(first) :]


def in_order(pdf: bytes, *words: str) -> bool:
    text = re.sub(r"\s+", " ", " ".join(line for page in text_lines(pdf) for line in page))
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("kind", ["CV", "QĐ", "KH", "BB", "GM", "GNP", "quy chế"])
def test_libreoffice_makes_as_many_pages_of_it_as_the_pdf_has_and_reads_the_same_words(kind):
    page = KINDS.get(kind) or samples()[kind]
    ours, theirs = render(page), office_to_pdf(word(page), ".docx")
    assert inspect(theirs).pages == inspect(ours).pages
    first = "Kính" if kind == "CV" else page.kind_name.split()[0].upper()
    assert read_out(theirs, first, page.contact) == read_out(ours, first, page.contact)


def test_a_picture_and_what_stands_in_the_margins_come_along():
    data = png(signature())
    sha256 = hashlib.sha256(data).hexdigest()
    body = f"Sơ đồ:\n\n![Sơ đồ một](sha256:{sha256})\n\n![Vắng](sha256:{'0' * 64})\n\nHết."
    page = replace(
        LETTER, body=body, pictures=((sha256, data),), circulation="Lưu hành nội bộ", contact="Số 18B, Hà Nội"
    )
    packed = zipfile.ZipFile(io.BytesIO(word(page)))
    assert packed.read("word/media/rId20.png") == data
    pdf = office_to_pdf(word(page), ".docx")
    assert in_order(pdf, "LƯU HÀNH NỘI BỘ", "Sơ đồ một", "[Thiếu hình: Vắng]", "Hết./.")
    assert in_order(pdf, "Số 18B, Hà Nội")


def test_tables_and_appendices_come_out_as_such():
    data = word(replace(LETTER, body=TABLE, draft=True))
    pdf = office_to_pdf(data, ".docx")
    assert in_order(
        pdf, "Kính gửi", "Kết quả như sau", "STT", "Phòng Tổ chức", "a | b", "1. Tổng hợp", "Gạch đầu dòng./.", "Nơi nhận:",
        "DANH MỤC NHIỆM VỤ", "(Kèm theo", "Nội dung của phụ lục một./.", "BIỂU SỐ LIỆU",
    )  # fmt: skip
    assert inspect(pdf).pages == 3
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("word/document.xml").decode()
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(packed.read(name))
    assert text.count('w:orient="landscape"') == 1 and "<w:tblHeader/>" in text and "**" not in text


def test_what_was_typed_stays_text_and_the_same_paper_gives_the_same_bytes():
    evil = "<w:p/> & \x0b ]]> \ufffe **đậm**"
    page = replace(LETTER, body=evil, subject=evil, addressees=(evil,), draft=True)
    assert word(page) == word(page)
    with zipfile.ZipFile(io.BytesIO(word(page))) as packed:
        root = etree.fromstring(packed.read("word/document.xml"))
    assert "<w:p/> &" in "".join(root.itertext())


def test_the_layout_checker_finds_nothing_wrong_with_it():
    from documents.layout.checker import check

    found = check(word(replace(LETTER, draft=True)))
    assert [one for one in found.findings if one.severity == "error"] == []
