"""C: the content."""

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median

from ..findings import Found, Rule
from ..values import LENGTH, SIZE, Line, Paper, Paragraph
from ..words import figure
from .looks import short

_PART = re.compile(r"^(Phần|Chương|Mục|Tiểu mục)\s+([IVXLC]+|\d+)\.?$", re.IGNORECASE)
_ARTICLE = re.compile(r"^Điều\s+(\d+)([a-zđ]?)\s*([.:]?)(?:\s|$)")
_POINT = re.compile(r"^([a-zđ])\s?(?:(\))|(\.)\s)")
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_END = re.compile(r"\./\.")


def _plain(paper: Paper) -> list[Paragraph]:
    return [one for one in paper.parts.body if one.align != "centre" and not _PART.match(one.text)]


def body_size(paper: Paper) -> Iterator[Found]:
    sizes: Counter = Counter()
    first: dict[float, Line] = {}
    for one in _plain(paper):
        for line in one.lines:
            if line.size and line.wide > 40:
                sizes[round(line.size, 1)] += len(line.text)
                first.setdefault(round(line.size, 1), line)
    total = sum(sizes.values())
    for size, count in sizes.most_common():
        if not 13 - SIZE <= size <= 14 + SIZE and count > 0.2 * total and count > 120:
            yield Found(f"{count} chữ của nội dung cỡ {figure(size)}.", first[size])
    if paper.foreign:
        return  # that both sizes be one is said of the boxes, not of what a paper quotes or lists
    usual = sizes.most_common(1)[0][0] if sizes else 0
    other = [
        (s, n)
        for s, n in sizes.items()
        if 13 - SIZE <= s <= 14 + SIZE and abs(s - usual) > 0.7 and n > 0.15 * total
    ]
    if other and 13 - SIZE <= usual <= 14 + SIZE:
        yield Found(f"Nội dung dùng cả cỡ {figure(usual)} và cỡ {figure(other[0][0])}.", first[other[0][0]])


def upright(paper: Paper) -> Iterator[Found]:
    plain = set(map(id, _plain(paper)))
    # A basis is slanted by law, also where a letter has but one and the head of it was not told from the rest.
    own = [one for one in _own_words(paper) if id(one) in plain and not one.text.startswith("Căn cứ ")]
    many = [line for one in own for line in one.lines if line.wide > 40]
    slanted = [line for line in many if line.italic]
    if len(many) > 3 and len(slanted) > 0.5 * len(many):
        yield Found("Phần lớn nội dung in nghiêng.", slanted[0])


def both_margins(paper: Paper) -> Iterator[Found]:
    if paper.placed:
        many = [one for one in _plain(paper) if len(one.lines) > 2]
        ragged = [one for one in many if one.align == "left"]
    else:
        many = [one for one in _plain(paper) if len(one.text) > 150]
        ragged = [one for one in many if one.align in ("left", "right")]
    if len(ragged) > 2 and len(ragged) > 0.8 * len(many):
        yield Found(f"{len(ragged)} trong {len(many)} đoạn không canh đều hai lề.", ragged[0].line)


def first_line(paper: Paper) -> Iterator[Found]:
    many = [
        one for one in _plain(paper)
        if one.first is not None and one.first > -1 and not one.numbered and _long(one, paper)
    ]  # fmt: skip
    wrong = [one for one in many if min(abs(one.first - 10), abs(one.first - 12.7)) > LENGTH + 0.3]
    if len(many) > 2 and len(wrong) > 0.8 * len(many):
        yield Found(
            f"{len(wrong)} trong {len(many)} đoạn lùi đầu dòng khoảng {figure(median(one.first for one in wrong))} mm.",
            wrong[0].line,
        )


def _long(one: Paragraph, paper: Paper) -> bool:
    """Long enough to have a first line; not an item of a list that hangs from its mark."""
    if not paper.placed:
        return len(one.text) > 90
    return len(one.lines) > 1 and one.align == "both" and one.lines[1].left < one.line.left + 2


def between(paper: Paper) -> Iterator[Found]:
    gaps = [
        (one.gap, one.line)
        for one in _plain(paper)[1:]
        if one.gap is not None and (not paper.placed or one.gap < 30)
    ]
    if paper.foreign and paper.placed and sum(one.pitch is not None for one in _plain(paper)) < 3:
        return  # without lines that go on nobody knows what lies between two
    if len(gaps) > 2 and (usual := median(gap for gap, _ in gaps)) < (3 if paper.placed else 5.7):
        yield Found(
            f"Khoảng cách giữa các đoạn khoảng {figure(max(usual, 0), 0)} pt.",
            next(line for gap, line in gaps if gap <= usual),
        )


def pitch(paper: Paper) -> Iterator[Found]:
    many = [(one.pitch, one.line) for one in _plain(paper) if one.pitch]
    if len(many) > 2:
        usual = median(value for value, _ in many)
        if not 1.08 <= usual <= 1.78:
            yield Found(f"Khoảng cách dòng bằng {figure(usual / 1.15, 2)} dòng đơn.", many[0][1])


def parts(paper: Paper) -> Iterator[Found]:
    yield from _headings(paper, ("phần", "chương"), "[IVXLC]+", "chữ số La Mã")


def sections(paper: Paper) -> Iterator[Found]:
    yield from _headings(paper, ("mục", "tiểu mục"), r"\d+", "chữ số Ả Rập")


def _headings(paper: Paper, words: tuple[str, ...], figures: str, name: str) -> Iterator[Found]:
    for one in paper.parts.body:
        found = _PART.match(one.text)
        if not found or found[1].lower() not in words:
            continue
        wrong = [] if re.fullmatch(figures, found[2]) else [f"số thứ tự không phải {name}"]
        wrong += ["không đậm"] if one.line.bold is False else []
        wrong += ["in hoa"] if found[1].isupper() else []
        wrong += (
            ["không canh giữa"]
            if one.align in ("left", "both") or (paper.placed and one.line.left < 60)
            else []
        )
        if wrong:
            yield Found(f"“{one.text}”: {', '.join(wrong)}.", one.line)


def _own_words(paper: Paper) -> Iterator[Paragraph]:
    """Without what is quoted from another paper: its articles and points are counted there."""
    within = False
    for one in paper.parts.body:
        if not within and not one.text.startswith("“"):
            yield one
        marks = re.findall("[“”]", one.text)
        within = marks[-1] == "“" if marks else within


_OF_ARTICLES = ("QĐ", "NQ", "QC", "QyĐ")


def articles(paper: Paper) -> Iterator[Found]:
    if paper.parts.kind not in _OF_ARTICLES:
        return  # elsewhere they are told of another paper
    wanted = 1
    # Numbers that Word sets itself are in no text.
    counted = not any(one.numbered for one in paper.parts.body) and not (paper.foreign and _amends(paper))
    for one in _own_words(paper):
        found = _ARTICLE.match(one.text)
        if not found:
            continue
        if found[1] == "1":
            wanted = 1  # another text begins
        if not found[3] and int(found[1]) != wanted:
            continue  # a sentence that cites one
        wrong = (
            []
            if found[3] == "."
            else ["thiếu dấu chấm sau số"]
            if not found[3]
            else ["sau số là dấu hai chấm"]
        )
        wrong += ["không đậm"] if _begins_bold(one.line, len(found[0].strip())) is False else []
        if (
            counted
            and not found[2]
            and int(found[1]) != wanted
            and not _said(paper, rf"Điều\s+{wanted}\s*[.:]")
        ):
            wrong.append(f"đáng lẽ là Điều {wanted}")
        wanted = int(found[1]) + 1
        if wrong:
            yield Found(f"“{short(one.text, 30)}”: {', '.join(wrong)}.", one.line)


def _amends(paper: Paper) -> bool:
    """Articles of another paper stand among its own."""
    return any(
        re.search(r"sửa đổi|bổ sung|thay thế|bãi bỏ", line.text, re.IGNORECASE)
        for line in paper.parts.subject
    )


def _said(paper: Paper, pattern: str) -> bool:
    """Whether what is missed stands somewhere after all: in a table, or at the end of a paragraph that was read as one."""
    return any(re.search(rf"(^|\s){pattern}", line.text) for line in paper.lines)


def _begins_bold(line: Line, count: int) -> bool | None:
    seen: list[bool] = []
    for span in line.drawn:
        take = re.sub(r"\s", "", span.text)[:count]
        seen += [span.font.bold] * sum(char.isalnum() for char in take)
        count -= len(span.text)
        if count <= 0:
            break
    return None if not seen or 0.2 < sum(seen) / len(seen) < 0.8 else sum(seen) > 0.5 * len(seen)


def points(paper: Paper) -> Iterator[Found]:
    before = ""
    for one in _own_words(paper):
        found = _POINT.match(one.text)
        if not found or one.numbered:
            before = "" if re.match(r"^(Điều|\d+[.)]|[IVX]+\.)", one.text) else before
            continue
        letter = found[1]
        if found[3]:
            yield Found(f"“{short(one.text, 30)}”: sau chữ cái là dấu chấm.", one.line)
        elif letter not in _LETTERS:
            yield Found(
                f"“{short(one.text, 30)}”: “{letter}” không có trong bảng chữ cái tiếng Việt.", one.line
            )
        elif before and letter != "a" and _missed(paper, before, letter):
            yield Found(f"“{short(one.text, 30)}” đứng sau điểm {before}).", one.line)
        before = letter if letter in _LETTERS else ""


def _missed(paper: Paper, before: str, letter: str) -> bool:
    """Whether a point is left out: not where Word counts some of them itself, nor where the one that is wanted stands
    inside a paragraph that was read as one."""
    at, body = _LETTERS.index(before) + 1, paper.parts.body
    if _LETTERS.index(letter) == at or any(one.numbered for one in body):
        return False
    wanted = _LETTERS[at : at + 1]
    return not any(re.search(rf"\s{wanted}\s?[).]\s", one.text) for one in body)


def end(paper: Paper) -> Iterator[Found]:
    body = paper.parts.body
    if not body or not (paper.parts.recipients or paper.parts.capacity):
        return
    ended = [one for one in body if _END.search(one.text)]
    last = body[-1]
    if _below_table(paper, last):
        return
    if not ended:
        if any(re.search(r"\.\s*/\s*\.?|\./", line.text) for line in paper.lines):
            return  # in a table, or not read as it looks
        yield Found(f"Nội dung kết thúc “…{last.text[-25:]}” không có dấu “./.”.", last.lines[-1])
    elif (ended[0] is not last or len(ended) > 1) and not paper.foreign:
        yield Found("Dấu “./.” không ở cuối nội dung.", ended[0].lines[-1])


def _below_table(paper: Paper, last: Paragraph) -> bool:
    """The content may end in a table, of which nothing is read."""
    line, sheets = last.lines[-1], paper.sheets
    foot = (paper.parts.capacity or paper.parts.recipients)[0]
    return any(
        bottom > line.base for sheet in sheets if sheet.number == line.page for _, bottom in sheet.tables
    ) or (
        foot.page > line.page
        and any(sheet.tables for sheet in sheets if line.page < sheet.number <= foot.page)
    )


def blanks(paper: Paper) -> Iterator[Found]:
    """Only of a .docx: on a page nobody sees which blanks were typed."""
    if paper.placed:
        return
    for one in paper.parts.body:
        text = "".join(span.text for line in one.lines for span in line.spans).strip()
        if found := re.search(r"\w {2,}\w|\w +[,;.](\s|$)", text):
            yield Found(f"Dấu cách thừa: “{text[max(found.start() - 12, 0) : found.end() + 12]}”.", one.line)


RULES = (
    Rule("C01", "Cỡ chữ nội dung", "Cỡ 13–14, một cỡ", "Phụ lục I.II.6e", "E", "A", body_size),
    Rule("C01b", "Kiểu chữ nội dung", "In thường, đứng", "Phụ lục I.II.6e", "E", "A", upright),
    Rule("C02", "Canh lề", "Canh đều cả hai lề", "Phụ lục I.II.6e", "W", "A", both_margins),
    Rule("C03", "Lùi đầu dòng", "10 mm hoặc 12,7 mm", "Phụ lục I.II.6e", "W", "A", first_line),
    Rule("C04", "Khoảng cách đoạn", "Tối thiểu 6 pt", "Phụ lục I.II.6e", "W", "A", between),
    Rule("C05", "Khoảng cách dòng", "Từ dòng đơn đến 1,5 dòng", "Phụ lục I.II.6e", "E", "A", pitch),
    Rule("C06", "Phần, Chương", "Dòng riêng, canh giữa, in thường, đậm, chữ số La Mã", "Phụ lục I.II.6đ", "E", "A", parts),
    Rule("C07", "Mục, Tiểu mục", "Dòng riêng, canh giữa, in thường, đậm, chữ số Ả Rập", "Phụ lục I.II.6đ", "E", "A", sections),
    Rule("C08", "Điều", "“Điều n.” đậm, đánh số liên tục", "Phụ lục I.II.6đ", "E", "A", articles),
    Rule("C10", "Điểm", "Chữ cái tiếng Việt theo thứ tự, sau có dấu đóng ngoặc đơn", "Phụ lục I.II.6đ", "E", "A", points),
    Rule("C12", "Kết thúc nội dung", "Dấu “./.” một lần, ở cuối", "Phụ lục III", "E", "A", end),
    Rule("C14", "Dấu cách", "Không thừa", "Thông lệ", "I", "A", blanks),
)  # fmt: skip
