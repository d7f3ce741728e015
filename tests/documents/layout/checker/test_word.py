"""Papers typed in Word: what is right says nothing, what is broken is found."""

import pytest

from documents.layout.checker import check
from tests.documents.layout.checker.papers import found
from tests.documents.layout.checker.word_files import BODY, LONG, letter, packed, paragraph, run, words


def test_a_letter_typed_in_word_hears_nothing():
    report = check(packed(letter()))
    assert (report.state, report.kind, report.findings) == ("checked", "CV", ())


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("G01", packed(letter(), size=(215.9, 279.4))),
        ("G03", packed(letter(), margins=(20, 15, 20, 25))),
        ("G05", packed(letter(), margins=(10, 15, 20, 30))),
        ("G06", packed(letter(), margins=(20, 15, 30, 30))),
        (
            "G07",
            packed(
                letter(
                    [
                        *BODY[:2],
                        words("", first=12.7),
                        paragraph(run(f"{LONG}./.", font="Arial"), first=12.7, before=6),
                    ]
                )
            ),
        ),
        ("C02", packed(letter([words(f"{LONG}{end}", align="left") for end in ("a.", "b.", "c./.")]))),
        ("C03", packed(letter([words(f"{LONG}{end}", first=0) for end in ("a.", "b.", "c./.")]))),
        (
            "C04",
            packed(
                letter(
                    [words(f"{n}. {LONG}{end}", before=0) for n, end in enumerate((".", ".", ".", "./."), 1)]
                )
            ),
        ),
        ("C05", packed(letter([words(f"{LONG}{end}", line=480) for end in ("a.", "b.", "c./.")]))),
        ("C12", packed(letter(BODY[:2]))),
        ("C14", packed(letter([*BODY[:2], words(f"3.  {LONG}báo  cáo./.")]))),
    ],
)
def test_what_is_broken_in_word_is_found(rule, data):
    report = check(data)
    assert found(report) == {rule}
    assert all(one.box is None for one in report.findings)


def test_names_below_each_other_in_one_paragraph_are_lines_of_their_own():
    first, *rest = letter()
    broken = run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True).replace("</w:t>", "</w:t><w:br/>")
    one = paragraph(broken, run("Độc lập - Tự do - Hạnh phúc", 14, bold=True), align="center")
    two = "".join((paragraph(run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True), align="center"),
                   paragraph(run("Độc lập - Tự do - Hạnh phúc", 14, bold=True), align="center")))  # fmt: skip
    assert two in first
    report = check(packed([first.replace(two, one), *rest]))
    assert (report.state, report.findings) == ("checked", ())


def test_blanks_and_tabs_typed_for_looks_are_taken_as_they_look():
    apart = [paragraph(run(f"\t{LONG}{end}")) for end in (".", ".", ".", "./.")]
    between = [block for one in apart for block in (one, paragraph())]
    assert check(packed(letter(between))).findings == ()


def test_what_was_struck_out_in_word_is_not_read():
    struck = (
        f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:del>{run("Khoản 2 điều 3", font="Arial")}</w:del></w:p>'
    )
    assert check(packed(letter([BODY[0], struck, *BODY[1:]]))).findings == ()
