"""Our own typeface in place of one that a file names and does not carry: PDFium's own substitutes have no Vietnamese
letters, and what a machine happens to have differs from the next. Run by worker.py, without the rest of the system."""

import ctypes
from pathlib import Path

import pypdfium2.raw as raw

_FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
_BOLD = 600
_kept: list[object] = []  # what PDFium holds pointers to lives as long as the process


def use() -> None:
    """From now on PDFium takes Tinos, in its weight and slope, for every font that is missing."""
    faces = [
        (_FOLDER / f"Tinos-{name}.ttf").read_bytes() for name in ("Regular", "Bold", "Italic", "BoldItalic")
    ]

    def map_font(_info, weight, italic, _charset, _pitch, name, _exact):
        pictures = name and any(word in ctypes.string_at(name).lower() for word in (b"symbol", b"dingbats"))
        return 0 if pictures else 1 + (weight >= _BOLD) + 2 * bool(italic)

    def font_data(_info, face, table, buffer, size):
        data = _table(faces[face - 1], table)
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    info = raw.FPDF_SYSFONTINFO(version=1)
    answers = {
        "MapFont": map_font,
        "GetFontData": font_data,
        "GetFont": lambda *_: 0,
        "GetFaceName": lambda *_: 0,
        "GetFontCharset": lambda *_: 0,
        "Release": lambda *_: None,
        "EnumFonts": lambda *_: None,
        "DeleteFont": lambda *_: None,
    }
    types = dict(raw.FPDF_SYSFONTINFO._fields_)
    for name, answer in answers.items():
        callback = types[name](answer)
        setattr(info, name, callback)
        _kept.append(callback)
    _kept.extend([info, faces])
    raw.FPDF_SetSystemFontInfo(ctypes.byref(info))


def _table(font: bytes, tag: int) -> bytes:
    """One table of a TrueType file by its four letters; 0 is the whole file."""
    if not tag:
        return font
    for at in range(12, 12 + 16 * int.from_bytes(font[4:6], "big"), 16):
        if int.from_bytes(font[at : at + 4], "big") == tag:
            start, size = (int.from_bytes(font[at + skip : at + skip + 4], "big") for skip in (8, 12))
            return font[start : start + size]
    return b""
