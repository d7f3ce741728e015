"""What else is in a file that whoever relies on it should know: programs, other files, letters that may look different.

None of it makes a signature wrong. Found by the words themselves, without following who refers to whom: what lies in a
file unused is told as well.
"""

import re

from .pdf import Revision, text

_WORDS = {
    rb"/(?:JavaScript|JS)\b": "Tệp có chứa mã chương trình (JavaScript); phần mềm đọc có thể chạy khi mở.",
    rb"/(?:Launch|ImportData|SubmitForm|GoToR)\b": "Tệp có lệnh mở chương trình hoặc địa chỉ bên ngoài.",
    rb"/RichMedia\b": "Tệp có mang phim hoặc âm thanh bên trong; hình các trang không hiện nội dung đó.",
}
_ANY = re.compile(b"|".join([*_WORDS, rb"/EF\b|/BaseFont"]))
_NAME = re.compile(rb"/BaseFont[\x00\t\n\f\r ]*/(?:[A-Z]{6}\+)?([^\x00\t\n\f\r ()<>\[\]{}/%]{1,60})")
_DESCRIPTOR = re.compile(rb"/FontDescriptor[\x00\t\n\f\r ]+(\d{1,10})[\x00\t\n\f\r ]")
# Every reader has these, or their like with the same widths; they hold no Vietnamese letters that could be lost.
_STANDARD = re.compile(
    rb"(Helvetica|Courier)(-(Bold)?(Oblique)?)?|Times-(Roman|Bold|Italic|BoldItalic)|Symbol|ZapfDingbats"
)
_MOST_NAMES = 5


def remarks(revision: Revision) -> list[str]:
    """Vietnamese sentences, none of them twice."""
    found: dict[str, None] = {}
    fonts: dict[str, None] = {}
    files: dict[str, None] = {}
    for number in revision.table:
        data, at, end = revision.written(number)
        if end == at or _ANY.search(data, at, end) is None:
            continue
        text = data[at:end]
        found |= {said: None for word, said in _WORDS.items() if re.search(word, text)}
        if re.search(rb"/EF\b", text):
            files |= dict.fromkeys(_names(revision, number))
        if b"/BaseFont" in text and not _is_embedded(revision, text):
            name = _NAME.search(text)
            if name is None or not _STANDARD.fullmatch(name[1]):
                fonts[name[1].decode("latin-1") if name else "?"] = None
    if files:
        names = ", ".join(list(files)[:_MOST_NAMES])
        found[
            f"Tệp mang {len(files)} tệp khác bên trong ({names}); hình các trang không hiện nội dung đó."
        ] = None
    if fonts:
        names = ", ".join(list(fonts)[:_MOST_NAMES])
        found[
            f"Phông chữ không nhúng trong tệp ({names}): chữ có thể hiện khác hoặc thiếu trên máy khác."
        ] = None
    return list(found)


def _names(revision: Revision, number: int) -> list[str]:
    """Of the files that this object describes (file specifications, 7.11.3), however deep they lie in it."""
    parsed, found = revision.parsed(number), []
    waiting = [parsed.value] if parsed else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and "EF" in one:
            name = revision.get(one.get("UF", one.get("F")))
            found.append(text(name) if isinstance(name, bytes) else "không tên")
        waiting += list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
    return found


def _is_embedded(revision: Revision, font: bytes) -> bool:
    if b"/DescendantFonts" in font or b"/Type3" in font:  # the font below it is looked at by itself
        return True
    descriptor = _DESCRIPTOR.search(font)
    if descriptor is None or int(descriptor[1]) not in revision.table:
        return False
    data, at, end = revision.written(int(descriptor[1]))
    return data.find(b"/FontFile", at, end) >= 0
