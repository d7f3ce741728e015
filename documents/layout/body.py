"""Plain text to laid-out paragraphs. Everything typed by a person is escaped here or in markup."""

import re
from html import escape
from itertools import groupby

_STARTS = re.compile(
    r"(Điều \d+[a-zđ]?\.|\d+(\.\d+)*[.)]|[a-zđ]\)|[-–+•]|[IVXLC]+\.)\s+\S|(Phần|Chương|Mục) [IVXLC\d]+"
)
_ARTICLE = re.compile(r"(Điều \d+[a-zđ]?\.)(\s.*)", re.DOTALL)
_PART = re.compile(r"(Phần|Chương|Mục) [IVXLC\d]+\.?$")
_HEADING = re.compile(r"[IVXLC]+\.\s")
_DOTS = " \t\n\r\f\v\u00a0."


def paragraphs(text: str) -> list[str]:
    """Paragraphs of a typed text: a blank line or a numbering mark at the start of a line begins one."""
    found: list[str] = []
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for blank, group in groupby(lines, key=lambda line: not line):
        if blank:
            continue
        for index, line in enumerate(group):
            if index == 0 or _STARTS.match(line) or _PART.match(found[-1]):
                found.append(line)
            else:
                found[-1] += " " + line
    return found


def body_html(text: str) -> str:
    """The body as HTML; the last paragraph ends with "./." once, whatever was typed."""
    found = paragraphs(text)
    if found:
        found[-1] = _without_end(found[-1]) + "./."
    rows = [
        _paragraph(part, after_part=bool(i) and bool(_PART.match(found[i - 1])))
        for i, part in enumerate(found)
    ]
    if rows:
        rows[-1] = rows[-1].replace('<p class="', '<p class="last ', 1)
    return "\n".join(rows)


def _without_end(text: str) -> str:
    """The text without the dots, blanks and "./." it ends with. No regular expression: on a line of dots
    to be filled in by hand, one that looks for the end tries every way to share them out."""
    text = text.rstrip(_DOTS)
    return text[:-2].rstrip(_DOTS) if text.endswith("./") else text


def _paragraph(text: str, after_part: bool) -> str:
    article = _ARTICLE.match(text)
    if article:
        return f'<p class=""><b>{escape(article[1])}</b>{escape(article[2])}</p>'
    if _PART.match(text) or (after_part and text.isupper()):
        return f'<p class="part">{escape(text)}</p>'
    return f'<p class="{"heading" if _HEADING.match(text) else ""}">{escape(text)}</p>'
