"""A whole file as one bookmarked PDF and one XML, in the order of its papers (Phụ lục VI III.4g): cover, index, every paper. What
cannot be joined (sound, tables, Word, PDF that do not open) and every signed PDF, whose signature would be lost, lies beside as it
is, in `goc/`; a page says so."""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path

import pikepdf

from casefiles.actions.gathering import GONE, NO_BYTES, Gathered, bytes_of, case_values, document, gathered
from casefiles.index import HIDDEN, index_pdf, seen_by, words_of
from casefiles.models import CaseFile, Item
from casefiles.package import metadata
from casefiles.package.contents import Bytes
from casefiles.package.zipping import Zip
from documents import blobs
from documents.layout.engine import write_pdf
from documents.models import File
from documents.pdf import PdfError, copied
from documents.uploads import safe_name
from orgs.models import Post

PDF, ORIGINALS = "ho-so.pdf", "goc"
_AT_ONCE = 100  # files open at the same time
_SIGNED = b"/ByteRange"
_INDEX = "Mục lục văn bản, tài liệu"
_BESIDE = "Tệp gốc kèm theo"
_CSS = """@page { size: A4; margin: 25mm 20mm; @top-center { content: none } } p { text-indent: 0 } body { font-family: Tinos; font-size: 13pt; text-align: left }
h1 { font-size: 16pt; text-align: center } h2 { font-size: 15pt; margin: 60mm 0 6mm } section { break-before: page }
table { width: 100%; border-collapse: collapse; font-size: 11pt } td, th { border: .5pt solid; padding: 1mm 2mm; text-align: left; overflow-wrap: anywhere }"""


@dataclass
class _Part:
    """What one thing of the file gives: pages of the PDF, files beside, a page that says what is not there."""

    item: Item
    title: str
    pieces: list[Path] = field(default_factory=list)
    beside: list[tuple[str, Bytes, str]] = field(default_factory=list)  # name, bytes, why
    why: str = ""  # left out altogether
    page: int | None = None

    @property
    def told(self) -> str:
        """What stands on the page in its place; "" where its own pages say all."""
        if self.why:
            return self.why
        if not self.pieces and self.beside:
            return "Không ghép được vào tệp PDF này; xem tệp gốc: " + ", ".join(
                name for name, _, _ in self.beside
            )
        return "" if self.pieces else "Không có tệp: chỉ có thông tin trong ho-so.xml."


def write_whole(
    case: CaseFile, path: Path, *, post: Post, at: datetime, said: Callable[[int], None] = lambda _: None
) -> int:
    """Writes the ZIP; how many things were left out because `post` may not see them or nobody may take them, each of which is
    named as left out. Goes on with the pieces that a killed process left. `said` hears of per cent."""
    found = gathered(case)
    seen = seen_by(found.content, post)
    work = path.with_name(f"{path.name}.work")
    work.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, item in enumerate(found.items, start=1):
        parts.append(_part(found, item, seen, work))
        said(round(70 * number / len(found.items)))
    whole = _bound(case, found, parts, seen, work)
    said(80)
    _zipped(case, found, parts, whole, path, at)
    for left in work.iterdir():
        left.unlink()
    work.rmdir()
    return sum(bool(one.why) for one in parts)


def folder_name(case: CaseFile) -> str:
    return f"ho-so-{case.year}-{safe_name(case.code)}"


def _part(found: Gathered, item: Item, seen: set[int], work: Path) -> _Part:
    words = words_of(item, found.content, seen)
    part = _Part(item, f"{item.ordinal}. {' – '.join(filter(None, (words[0], words[2])))}"[:200])
    paper = found.content.paper(item)
    if words[2] == HIDDEN:
        part.why = "Không xuất: người tải không được xem văn bản này."
    elif getattr(paper, "purged_at", None):
        part.why = f"{GONE}."
    elif not found.files_of(item) and item.document_id:
        part.why = f"{NO_BYTES}."
    elif held := found.held(item):
        part.why = f"Không xuất: {held[0]}"[:300]
    if part.why or item.task_id:
        return part
    for place, one in enumerate(found.files_of(item)):
        _joined(part, one, place, work)
    return part


def _joined(part: _Part, one: File | Item, place: int, work: Path) -> None:
    """Its pages into a piece, or the file beside; a signed one both. A piece is written whole or not at all."""
    kept = bytes_of(one)
    name = f"{ORIGINALS}/{part.item.ordinal:04d}-{f'{place}-' if place else ''}{safe_name(one.name)}"
    if kept.media_type != "application/pdf":
        part.beside.append((name, kept, "không phải PDF"))
        return
    # By its hash: a paper that was exchanged meanwhile is another piece.
    piece, mark = work / f"{kept.sha256}.pdf", work / f"{kept.sha256}.signed"
    if not piece.exists():
        data = blobs.read(one.blob)
        if hashlib.sha256(data).hexdigest() != kept.sha256:
            raise blobs.Damaged(kept.sha256)
        try:
            pages = copied(data)
        except PdfError as error:
            part.beside.append((name, kept, str(error)))
            return
        if _SIGNED in data:
            mark.touch()
        blobs.write(piece, [pages])
    part.pieces.append(piece)
    if mark.exists():
        part.beside.append((name, kept, "có chữ ký số: bản trong PDF chỉ để đọc, tệp gốc giữ nguyên chữ ký"))


def _bound(case: CaseFile, found: Gathered, parts: list[_Part], seen: set[int], work: Path) -> Path:
    """Cover, index, what lies beside, then every paper, with a bookmark each. Pages stay on the disk, a hundred files open at
    a time. What is joined was written anew behind the walls of documents/pdf."""
    index, notes = work / "index.pdf", work / "notes.pdf"
    blobs.write(index, [index_pdf(case, found.content, seen)])
    told = [one for one in parts if one.told]
    beside = any(one.beside for one in parts)
    bookmarks, chain = [(_INDEX, 0)], [(index, None)]
    page = _pages(index)
    if told or beside:
        blobs.write(notes, [write_pdf(_notes(parts, told, beside), _CSS)])
        before = _pages(notes) - len(told)  # each of those is one page, at the end
        if before:
            bookmarks.append((_BESIDE, page))
            chain.append((notes, (0, before)))
            page += before
        placed = iter(range(before, before + len(told)))
    for one in parts:
        one.page = page + 1
        bookmarks.append((one.title, page))
        if one.told:
            number = next(placed)
            chain.append((notes, (number, number + 1)))
            page += 1
        for piece in one.pieces:
            chain.append((piece, None))
            page += _pages(piece)
    return _chained(chain, bookmarks, work)


def _chained(chain: list, bookmarks: list[tuple[str, int]], work: Path) -> Path:
    level, number = chain, 0
    while len(level) > _AT_ONCE:
        above = []
        for start in range(0, len(level), _AT_ONCE):
            above.append((work / f"level-{number}.pdf", None))
            _save(level[start : start + _AT_ONCE], above[-1][0])
            number += 1
        level = above
    whole = work / PDF
    _save(level, whole, bookmarks)
    return whole


def _save(pieces: list, target: Path, bookmarks: Iterable[tuple[str, int]] = ()) -> None:
    with ExitStack() as opened, pikepdf.new() as out:
        known: dict[Path, pikepdf.Pdf] = {}
        for path, pages in pieces:
            source = known.get(path) or opened.enter_context(pikepdf.open(path))
            known[path] = source
            first, last = pages or (0, len(source.pages))
            for number in range(first, last):
                out.pages.append(source.pages[number])
        with out.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in bookmarks)
        out.save(target)


def _pages(path: Path) -> int:
    with pikepdf.open(path) as opened:
        return len(opened.pages)


def _notes(parts: list[_Part], told: list[_Part], beside: bool) -> str:
    rows = "".join(
        f"<tr><td>{one.item.ordinal}</td><td>{escape(name)}</td><td>{escape(why)}</td></tr>"
        for one in parts
        for name, _, why in one.beside
    )
    table = f"<h1>{_BESIDE}</h1><p>Các tệp sau nằm nguyên vẹn trong thư mục {ORIGINALS}/, cạnh tệp PDF này.</p><table><tr><th>Số</th><th>Tệp</th><th>Vì sao</th></tr>{rows}</table>"
    places = "".join(
        f"<section><h2>{escape(one.title)}</h2><p>{escape(one.told[:600])}</p></section>" for one in told
    )
    if not beside:
        places = places.replace("<section>", '<section style="break-before: auto">', 1)
    return f'<!doctype html><html lang="vi"><body>{table if beside else ""}{places}</body></html>'


def _zipped(
    case: CaseFile, found: Gathered, parts: list[_Part], whole: Path, path: Path, at: datetime
) -> None:
    folder, names = folder_name(case), {}
    with whole.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    pdf = Bytes(PDF, whole, sha256, whole.stat().st_size)
    plan = hashlib.sha256(
        "\n".join(
            [sha256, *(f"{name} {one.sha256}" for part in parts for name, one, _ in part.beside)]
        ).encode()
    ).hexdigest()
    with Zip(path, plan=plan, at=at) as out:
        entries = [out.copy(f"{folder}/{PDF}", pdf)]
        for part in parts:
            for name, one, _ in part.beside:
                entries.append(out.copy(f"{folder}/{name}", one))
                names.setdefault(part.item.pk, []).append(name)
        listed = (
            document(found, one.item, names.get(one.item.pk, []), page=one.page, why=one.why) for one in parts
        )
        files = [metadata.Entry(one.name.removeprefix(f"{folder}/"), one.sha256, one.size) for one in entries]
        told = out.put(f"{folder}/{metadata.NAME}", metadata.written(case_values(case), listed, files))
        out.finish(f"SHA-256 {metadata.NAME} {told.sha256.upper()}")
