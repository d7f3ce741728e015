"""Files that are broken, enormous or meant to do harm end in a sentence; and the command."""

import io
import json
import subprocess
import sys

import pikepdf
import pytest

from documents.layout.checker import check
from documents.layout.engine import write_pdf
from documents.pdf import PdfError
from documents.pdf.reading import measured
from tests.documents.layout.checker.papers import GOOD_LETTER, html_of
from tests.documents.layout.checker.word_files import BODY, W, columns, letter, packed, paragraph, run

_LETTER = html_of(GOOD_LETTER)


def bomb() -> bytes:
    return packed(
        [], more={"word/document.xml": f"<w:document {W}><w:body>{' ' * 60_000_000}</w:body></w:document>"}
    )


def entities() -> bytes:
    kind = (
        "<!DOCTYPE w ["
        + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 50}">' for n in range(9))
        + '<!ENTITY a0 "x">]>'
    )
    return packed(
        [],
        more={
            "word/document.xml": f"{kind}<w:document {W}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
        },
    )


def deep() -> bytes:
    inner = "<w:sdt><w:sdtContent>" * 20_000
    return packed([inner + "</w:sdtContent></w:sdt>" * 20_000])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "không phải PDF hoặc Word"),
        (b"{\\rtf1 hello}", "không phải PDF hoặc Word"),
        (b"PK\x03\x04 no zip", "không phải Word"),
        (packed(letter(), more={"word/vbaProject.bin": b"x"}), "macro"),
        (packed(letter(), more={"word/document.xml": "<w:document"}), "hỏng"),
        (bomb(), "quá lớn"),
        (entities(), "không phải Word"),
        (deep(), "không phải Word"),
        (b"%PDF-1.7\nnothing here\n%%EOF\n", "hỏng"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_a_sentence(data, said):
    with pytest.raises(PdfError, match=said):
        check(data)


def test_a_broken_index_is_mended_or_refused_in_words():
    pdf = write_pdf(_LETTER)
    report = check(pdf.replace(b"startxref", b"startxrfe"))
    assert report.findings == ()


def test_of_a_very_long_file_the_first_pages_are_judged():
    one, out = io.BytesIO(write_pdf(_LETTER)), io.BytesIO()
    with pikepdf.open(one) as file:
        for _ in range(299):
            file.pages.append(file.pages[0])
        file.save(out)
    report = check(out.getvalue())
    assert report.pages == 300 and report.looked_at < 100 and "trang đầu" in report.why


def test_a_cut_table_of_columns_is_no_reason_to_break():
    report = check(packed([columns([], []), *letter()]))
    assert report.state == "checked"


def test_the_command_prints_json_and_says_why_not(tmp_path):
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(write_pdf(_LETTER, ".motto{font-size:12pt}"))
    asked = [sys.executable, "-m", "documents.layout.checker"]
    told = subprocess.run(
        [*asked, paper], capture_output=True, check=True, text=True, env={"PATH": "/usr/bin:/bin"}
    )
    (one,) = json.loads(told.stdout)["findings"]
    assert (one["rule"], one["page"], one["mend"]) == ("H04", 1, "A") and len(one["box"]) == 4
    paper.write_bytes(b"nothing")
    refused = subprocess.run([*asked, paper], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert refused.returncode == 1 and refused.stdout == "" and "không phải PDF" in refused.stderr


def test_an_endless_cell_of_a_table_is_cut():
    data = packed(columns([paragraph(run("ngày " * 100_000))], [paragraph(run("CỘNG HÒA"))]))
    assert sum(len(one[0]) for one in measured(data)["pages"][0]["runs"]) < 21_000
    assert check(data).state


def test_a_damaged_document_of_word_is_called_so():
    data = bytearray(packed("".join(BODY)))
    at = data.index(b"word/document.xml") + 40
    data[at : at + 60] = b"\xff" * 60
    with pytest.raises(PdfError, match="docx"):
        check(bytes(data))
