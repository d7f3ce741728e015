"""A paper as Decree 30 wants it, read back by other programs; and what strangers' files may be."""

import io
import re
import subprocess
import unicodedata
import zlib
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from documents.layout import prepare, render
from documents.layout.body import paragraphs
from documents.pdf import PdfError, inspect, page_image, preview_pages, secrecy_marks
from documents.pdf import reading as reading_module
from tests.documents.papers import DECISION, LETTER

MM = 72 / 25.4


@pytest.fixture(scope="module")
def letter() -> bytes:
    return prepare(render(LETTER))


@pytest.fixture(scope="module")
def decision() -> bytes:
    return prepare(render(DECISION))


def tool(*command: str, pdf: bytes) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def plain(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", tool("pdftotext", "-layout", "-", "-", pdf=pdf))


def field(file: pikepdf.Pdf, name: str):
    return next(one for one in file.Root.AcroForm.Fields if str(one.T) == name)


def test_letter_reads_as_written(letter):
    text = plain(letter)
    assert text == unicodedata.normalize("NFC", text)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "V/v đề nghị báo cáo",
        "/SNV-TCBC",
        "khó khăn & vướng mắc <nếu có>",
        "- Ủy ban nhân dân các phường, xã; - Các sở, ban, ngành thành phố.",
        "năm 2026 để tổng hợp./.",
        "- Như trên;",
        "- Lưu: VT, TCBC.",
        "KHẨN",
    ):
        assert words in text
    assert "CÔNG VĂN" not in text


def test_decision_names_the_body_and_closes_each_legal_basis(decision):
    text = plain(decision)
    assert "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI Căn cứ Luật Tổ chức chính quyền địa phương; Căn cứ" in text
    assert "30/2020/NĐ-CP. QUYẾT ĐỊNH: Điều 1." in text
    assert text.count("./.") == 1


def test_head_of_one_head_body_decides_in_his_own_name():
    page = replace(LETTER, kind_code="QĐ", kind_name="Quyết định", notation="QĐ-SNV", draft=True)
    assert "GIÁM ĐỐC SỞ NỘI VỤ" in plain(render(page))


def test_pdf_is_a4_pdfa_with_every_font_inside(decision):
    info = tool("pdfinfo", "-", pdf=decision)
    assert "595.276 x 841.89 pts (A4)" in info and re.search(r"PDF version:\s+1\.[4-7]", info)
    fonts = tool("pdffonts", "-", pdf=decision).splitlines()[2:]
    assert len(fonts) >= 3
    assert all(re.search(r"\+Tinos\S*\s.*\syes yes yes\s", line) for line in fonts)
    with pikepdf.open(io.BytesIO(decision)) as file, file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
        assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_page_numbers_start_on_the_second_page(decision):
    pages = tool("pdftotext", "-layout", "-", "-", pdf=decision).split("\f")
    assert pages[1].strip().splitlines()[0].strip() == "2"
    assert not pages[0].strip().splitlines()[0].strip().isdigit()


def test_fields_lie_where_the_gaps_are(decision):
    with pikepdf.open(io.BytesIO(decision)) as file:
        boxes = {str(one.T): [float(v) for v in one.Rect] for one in file.Root.AcroForm.Fields}
        assert set(boxes) == {"so", "ngay", "ky_ca_nhan", "dau_co_quan"}
        assert str(field(file, "so").V).startswith("Số: ") and str(field(file, "so").V).endswith("/QĐ-UBND")
        # Signatures are on the last page, number and date on the first.
        assert file.pages[0].obj == field(file, "so").P and file.pages[-1].obj == field(file, "ky_ca_nhan").P
        assert not any(link.Subtype == "/Link" for page in file.pages for link in page.obj.get("/Annots", []))
    number, date, person, agency = (boxes[n] for n in ("so", "ngay", "ky_ca_nhan", "dau_co_quan"))
    assert number[0] == pytest.approx(30 * MM, abs=1) and number[2] < date[0] < date[2] <= 195 * MM + 1
    assert number[1] == pytest.approx(date[1], abs=2)
    assert person[2] - person[0] == pytest.approx(50 * MM, abs=0.1)
    middle = (person[0] + person[2]) / 2
    assert agency[0] == pytest.approx(
        middle - (50 + 50 / 6) * MM, abs=0.1
    )  # the largest seal, the widest image
    assert agency[2] == pytest.approx(middle - 15 / 6 * MM, abs=0.1)  # beside the narrowest
    assert (agency[1] + agency[3]) / 2 == pytest.approx((person[1] + person[3]) / 2, abs=0.1)


def test_minutes_have_no_place_and_date_and_a_report_names_who_stands_above():
    minutes = replace(LETTER, kind_code="BB", kind_name="Biên bản", notation="BB-SNV", addressees=())
    with pikepdf.open(io.BytesIO(prepare(render(minutes)))) as file:
        assert {str(one.T) for one in file.Root.AcroForm.Fields} == {"so", "ky_ca_nhan", "dau_co_quan"}
    assert "Hà Nội, ngày" not in plain(render(minutes))
    report = replace(LETTER, kind_code="BC", kind_name="Báo cáo", notation="BC-SNV")
    assert "- Như trên; - UBND thành phố" in plain(render(report))


def test_place_line_stands_beside_the_date_field(letter):
    with pikepdf.open(io.BytesIO(letter)) as file:
        date = [float(v) for v in field(file, "ngay").Rect]
    words = tool("pdftotext", "-bbox", "-", "-", pdf=letter)
    word = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">Nội,<', words)
    x_max, y_min, y_max = float(word[3]), float(word[2]), float(word[4])
    assert 0 <= date[0] - x_max < 6
    assert (841.89 - (y_min + y_max) / 2) == pytest.approx((date[1] + date[3]) / 2, abs=2)


def test_draft_shows_gaps_and_mark_and_cannot_be_prepared():
    draft = render(replace(LETTER, draft=True))
    text = plain(draft)
    assert "/SNV-TCBC" in text and "năm 2026" in text
    with pytest.raises(PdfError, match="không phải bản chính thức"):
        prepare(draft)


def test_a_paper_is_prepared_once(letter):
    with pytest.raises(PdfError, match="lần thứ hai"):
        prepare(letter)
    with pytest.raises(PdfError):
        prepare(b"not a pdf")


def test_typed_markup_and_addresses_stay_text(tmp_path):
    target = tmp_path / "secret.txt"
    target.write_text("KHONG-DUOC-DOC")
    evil = f'<img src="{target.as_uri()}"><a href="mark:so">x</a><style>*{{display:none}}</style>'
    text = plain(render(replace(LETTER, body=evil, subject=evil, draft=True)))
    assert "KHONG-DUOC-DOC" not in text
    assert '<a href="mark:so">' in text and "CỘNG HÒA" in text


def test_signature_is_never_alone_on_a_page():
    for extra in range(0, 12, 2):
        page = replace(LETTER, body=LETTER.body + "\n\nĐoạn thêm." * extra, draft=True)
        last = tool("pdftotext", "-layout", "-", "-", pdf=render(page)).split("\f")[-2]
        assert "./." in last and "Vũ Phương Thảo" in last


def test_paragraphs():
    typed = (
        "Một dòng\r\nnối tiếp\n\n\nĐiều 1. Có\n1. Khoản\na) Điểm\nđ) Điểm\n- Gạch\nnối\nChương I\nQUY ĐỊNH"
    )
    assert paragraphs(typed) == [
        "Một dòng nối tiếp", "Điều 1. Có", "1. Khoản", "a) Điểm", "đ) Điểm", "- Gạch nối",
        "Chương I", "QUY ĐỊNH",
    ]  # fmt: skip
    assert paragraphs(" \n\n") == []


@pytest.mark.parametrize("urgency,word", [(1, "KHẨN"), (2, "THƯỢNG KHẨN"), (3, "HỎA TỐC")])
def test_urgency_is_boxed_in_red(urgency, word):
    pdf = render(replace(LETTER, urgency=urgency, circulation="Lưu hành nội bộ", draft=True))
    assert word in plain(pdf) and "LƯU HÀNH NỘI BỘ" in plain(pdf)
    picture = Image.open(io.BytesIO(page_image(pdf, 1, 600))).convert("RGB")
    raw = picture.tobytes()
    red = sum(
        1 for r, g, b in zip(raw[::3], raw[1::3], raw[2::3], strict=True) if r > 180 and g < 90 and b < 90
    )
    assert red > 100


def test_facts(decision):
    facts = inspect(decision)
    assert (facts.pages, facts.signatures, facts.encrypted) == (2, 0, False)
    assert "QUYẾT ĐỊNH" in facts.text_first_page
    assert preview_pages(decision, 800) == 2


def for_one_reader() -> bytes:
    """Says of itself that it is encrypted for whoever holds the key of a certificate (ISO 32000-1, 7.6.5)."""
    said = (
        b"/Encrypt << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 /V 2 /Length 128 /Recipients [<30>] >>"
    )
    plain = many_pages(1)
    assert b"trailer <<" in plain
    return plain.replace(b"trailer <<", b"trailer << " + said)


def locked(password: str) -> bytes:
    file, out = pikepdf.new(), io.BytesIO()
    file.add_blank_page()
    file.save(out, encryption=pikepdf.Encryption(owner="chu", user=password))
    return out.getvalue()


def many_pages(count: int) -> bytes:
    file, out = pikepdf.new(), io.BytesIO()
    for _ in range(count):
        file.add_blank_page()
    file.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data,words",
    [
        (b"", "không phải PDF"),
        (b"PK\x03\x04 a zip", "không phải PDF"),
        (b"%PDF-1.7\nnothing here\n%%EOF\n", "hỏng"),
        (locked("mo"), "mật khẩu"),
        (for_one_reader(), "chứng thư số cho riêng người nhận"),
    ],
)
def test_files_that_cannot_be_used(data, words):
    with pytest.raises(PdfError, match=words):
        inspect(data)
    with pytest.raises(PdfError):
        page_image(data, 1, 300)


def test_cut_file_and_too_many_pages(decision, monkeypatch):
    with pytest.raises(PdfError, match="không trọn vẹn"):
        inspect(decision[: len(decision) // 2])
    monkeypatch.setattr(reading_module, "MAX_PAGES", 3)
    with pytest.raises(PdfError, match="4 trang"):
        inspect(many_pages(4))
    assert inspect(many_pages(3)).pages == 3


def test_restricted_file_opens_but_is_named_encrypted():
    assert inspect(locked("")).encrypted is True


def test_endless_work_is_stopped(monkeypatch):
    monkeypatch.setattr(reading_module, "_SECONDS", 1.5)
    # One page whose content asks for a hundred million strokes, packed a thousandfold.
    bomb = b"0 0 m 500 500 l S\n" * 6_000_000
    file, out = pikepdf.new(), io.BytesIO()
    file.add_blank_page()
    file.pages[0].Contents = pikepdf.Stream(file, zlib.compress(bomb), Filter=pikepdf.Name.FlateDecode)
    file.save(out)
    with pytest.raises(PdfError, match="quá nặng"):
        page_image(out.getvalue(), 1, 2000)


def test_page_image_draws_fields_and_keeps_its_size(letter):
    picture = Image.open(io.BytesIO(page_image(letter, 1, 620))).convert("L")
    assert picture.width in (620, 621) and abs(picture.height - 877) <= 2
    with pikepdf.open(io.BytesIO(letter)) as file:
        x0, y0, x1, y1 = (float(v) * 620 / 595.276 for v in field(file, "so").Rect)
    ink = picture.crop((int(x0), int(877 - y1), int(x1), int(877 - y0)))
    assert min(ink.tobytes()) < 120, "the gap of the number is drawn by the field"
    with pytest.raises(PdfError, match="Không có trang"):
        page_image(letter, 9, 620)
    with pytest.raises(PdfError, match="Chiều rộng"):
        page_image(letter, 1, 0)


def test_tall_page_gives_a_bounded_picture():
    file, out = pikepdf.new(), io.BytesIO()
    file.add_blank_page(page_size=(3, 14000))
    file.save(out)
    picture = Image.open(io.BytesIO(page_image(out.getvalue(), 1, 2000)))
    assert picture.width * picture.height <= 26_000_000


@pytest.mark.parametrize(
    "text,found",
    [
        ("SỞ NỘI VỤ\n  MẬT  \nV/v …", ["MẬT"]),
        ("│ TỐI MẬT │", ["TỐI MẬT"]),
        ("T U Y Ệ T   M Ậ T", ["TUYỆT MẬT"]),
        (unicodedata.normalize("NFD", "TUYỆT MẬT"), ["TUYỆT MẬT"]),
        ("MẬT\nTỐI MẬT\nMẬT", ["MẬT", "TỐI MẬT"]),
        ("KẾ HOẠCH BẢO MẬT", []),
        ("QUY CHẾ BẢO\nMẬT", []),
        ("bảo vệ bí mật nhà nước\nMật khẩu\nmật", []),
        ("", []),
    ],
)
def test_secrecy_marks(text, found):
    assert secrecy_marks(text) == found
