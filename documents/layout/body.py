"""The content as HTML, block by block. Everything typed by a person is escaped here or in markup."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from html import escape

from .blocks import MOST_CELLS, Appendix, Block, Paragraph, Picture, Run, Table, blocks, cells, plain, runs
from .measure import shares, size_of

# Links with this scheme name a picture of the draft; the engine gives its bytes.
PICTURE = "picture:"
_DOTS = " \t\n\r\f\v\u00a0."
_END = "./."
_LONGEST_TITLE = 160
# Beyond these a text is somebody's trial of what the page can bear, and would keep a processor for minutes.
_MOST_RUNS, _MOST_APPENDICES = 300, 60
_LONG_WORD, _PIECE = re.compile(r"\S{40,}"), 20


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a typed text, as they were typed."""
    return [
        " ".join(part for part in (one.label, one.text) if part)
        for one in blocks(text)
        if isinstance(one, Paragraph)
    ]


def sections(found: Iterable[Block]) -> list[tuple[Appendix | None, list[Block]]]:
    """The paper itself (None), then each of its appendices, with what belongs to them."""
    parts: list[tuple[Appendix | None, list[Block]]] = [(None, [])]
    for block in found:
        if isinstance(block, Appendix) and len(parts) > _MOST_APPENDICES:
            parts[-1][1].append(Paragraph("plain", "", block.title))
        elif isinstance(block, Appendix):
            parts.append((block, []))
        else:
            parts[-1][1].append(block)
    return parts


def body_html(
    text: str | Sequence[Block],
    *,
    pictures: Container[str] = (),
    titled: bool = False,
    landscape: bool = False,
    heading: str = "h1",
) -> str:
    """The content as HTML; it ends with "./." once, whatever was typed.

    `titled`: articles have titles (those of a regulation; Appendix I.II.6d). `heading`: what parts are to whoever hears
    the page read.
    """
    found = list(blocks(text)) if isinstance(text, str) else list(text)
    titled = titled or any(isinstance(one, Paragraph) and one.kind == "part" for one in found)
    if found and not isinstance(found[-1], Paragraph):
        found.append(Paragraph("plain", "", ""))
    html, left = [], MOST_CELLS
    for index, block in enumerate(found):
        is_last = index == len(found) - 1
        if isinstance(block, Table):
            html.append(table_html(block, landscape=landscape, most=left))
            left = max(left - cells([block]), 0)
        elif isinstance(block, Picture):
            html.append(_picture(block, pictures))
        elif isinstance(block, Paragraph):
            html.append(_paragraph(block, is_last=is_last, titled=titled, heading=heading))
    return "\n".join(html)


def inline_html(text: str | Iterable[Run]) -> str:
    """Bold and italic of a paragraph or a cell; a line break in a cell stays one."""
    parts = []
    found = list(runs(text) if isinstance(text, str) else text)
    if len(found) > _MOST_RUNS:
        found = [Run("".join(run.text for run in found))]
    for run in found:
        html = escape(_LONG_WORD.sub(_with_breaks, run.text)).replace("\n", "<br>")
        html = f"<i>{html}</i>" if run.italic else html
        parts.append(f"<b>{html}</b>" if run.bold else html)
    return "".join(parts)


def _with_breaks(word: re.Match) -> str:
    """With places where it may be broken: looking for one letter by letter takes the square of its length."""
    return "\u200b".join(word[0][at : at + _PIECE] for at in range(0, len(word[0]), _PIECE))


def table_html(table: Table, *, landscape: bool = False, most: int = MOST_CELLS) -> str:
    """A grid whose heading row is repeated on every page (WeasyPrint does so with a <thead>). What goes beyond `most`
    cells is counted, not shown: a draft that has more is not saved."""
    shown = max(most // len(table.align), table.head + 1)
    if len(table.rows) > shown:
        note = f"(Còn {len(table.rows) - shown} dòng: bảng quá dài để in.)"
        note_row = (note, *[""] * (len(table.align) - 1))
        table = replace(table, rows=(*table.rows[:shown], note_row))
    words = [[plain(cell) for cell in row] for row in table.rows]
    columns = "".join(f'<col style="width:{share}%">' for share in shares(words, landscape=landscape))
    head = "".join(map(_head_row, table.rows[: table.head]))
    head = f"<thead>{head}</thead>" if head else ""
    rows = "".join(_row(row, table.align) for row in table.rows[table.head :])
    size = size_of(len(table.align))
    return f'<table class="grid {size}"><colgroup>{columns}</colgroup>{head}<tbody>{rows}</tbody></table>'


def _head_row(cells: Sequence[str]) -> str:
    shown = "".join(f'<th scope="col">{inline_html(cell)}</th>' for cell in cells)
    return f"<tr>{shown}</tr>"


def _row(cells: Sequence[str], align: Sequence[str]) -> str:
    shown = "".join(
        f'<td class="{side}">{inline_html(cell)}</td>' for cell, side in zip(cells, align, strict=True)
    )
    return f"<tr>{shown}</tr>"


def _picture(picture: Picture, known: Container[str]) -> str:
    caption = escape(picture.caption)
    if picture.sha256 not in known:
        return f'<p class="">[Thiếu hình: {caption or "không có tên"}]</p>'
    below = f'<div class="caption">{caption}</div>' if caption else ""
    # Read aloud it is never without a word.
    said = escape(picture.caption or "Hình minh họa", quote=True)
    return f'<div class="picture"><img src="{PICTURE}{picture.sha256}" alt="{said}">{below}</div>'


def _paragraph(block: Paragraph, *, is_last: bool, titled: bool, heading: str) -> str:
    found = list(runs(block.text))
    if is_last:
        found = ended(found)
    last = "last " if is_last else ""
    if block.kind in ("part", "part_title", "heading"):
        tag = heading if block.kind != "part_title" else "div"
        kind = "heading" if block.kind == "heading" else "part"
        return f'<{tag} class="{last}{kind}">{_labelled(block.label, inline_html(found))}</{tag}>'
    if block.kind == "article" and titled and not is_last and is_title(block.text):
        return f'<p class="article"><b>{_labelled(block.label, inline_html(found))}</b></p>'
    label = block.label
    bold = block.kind == "article" or (label and found and found[0].bold)
    shown = f"<b>{escape(label)}</b>" if bold else escape(label)
    return f'<p class="{last}">{_labelled(shown, inline_html(found), escaped=True)}</p>'


def _labelled(label: str, html: str, *, escaped: bool = False) -> str:
    return " ".join(part for part in (label if escaped else escape(label), html) if part)


def is_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_TITLE and text[-1] not in ".;:,/"


def ended(found: list[Run]) -> list[Run]:
    """The runs without the dots, blanks and "./." they end with, and "./." behind them."""
    while found:
        text = _without_end(found[-1].text)
        if text:
            found[-1] = replace(found[-1], text=text)
            break
        found.pop()
    last = found[-1] if found else None
    if last and not (last.bold or last.italic):
        return [*found[:-1], replace(last, text=last.text + _END)]
    return [*found, Run(_END)]


def _without_end(text: str) -> str:
    """The text without the dots, blanks and "./." it ends with. No regular expression: on a line of dots
    to be filled in by hand, one that looks for the end tries every way to share them out."""
    text = text.rstrip(_DOTS)
    return text[:-2].rstrip(_DOTS) if text.endswith("./") else text
