"""A process that reads PDF files with PDFium, each in a fork of its own: a crash or a broken limit costs one answer.

Asked on standard input by two frames, a JSON list and the file's bytes (of `difference`, `joined`, `stamped` and `marked`: of both files): ["facts"],
["image", NUMBER, WIDTH], ["head"], ["lines"], ["rewritten"], ["difference", BYTES_OF_THE_FIRST, WIDTH], ["sheets", FIRST, COUNT],
["cut", FIRST, LAST, TURNS], ["joined", BYTES_OF_THE_FIRST], ["stamped", BYTES_OF_THE_FIRST], ["words"], ["page_words", NUMBER], ["measured"], ["scanned"], ["copied", BYTES_OF_THE_FIRST, PAGES], ["marked", BYTES_OF_THE_FIRST], of a .docx ["typed"], ["word"], of a picture ["picture"]. A frame is four bytes of length and
that many bytes. The answer is one frame: a byte (0; 2: not readable, 3: password, 4: no such page, 5: too many pages
to compare, 6: signed, 7: encrypted for somebody else, 8: no Tesseract here, 9: no .docx, 10: with a program in it, 11: too big, 12: no picture, 13: too many pixels; anything else: it broke) and what was asked for. Run by reading.py, alone, without the rest of the system.
"""

import ctypes
import io
import json
import os
import resource
import struct
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_CPU_SECONDS = 15
_MEMORY = 2 * 1024**3
_MAX_PIXELS = 25_000_000
_UNREADABLE, _PASSWORD, _NO_PAGE, _TOO_MANY, _SIGNED, _LOCKED, _NO_OCR = 2, 3, 4, 5, 6, 7, 8
_NO_WORD, _MACROS, _TOO_BIG, _NO_PICTURE, _PIXELS = 9, 10, 11, 12, 13
_MAX_TEXT = 20_000
_MAX_NOTES = 1_000
_MAX_HEAD = 400


_BROKEN = 255


def main() -> None:
    reader, writer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not fall between the frames
    writer.write(b"\n")  # we are there
    writer.flush()
    while (task := _frame(reader)) is not None:
        data = _frame(reader)
        answer = _apart(data, *json.loads(task))
        del data
        writer.write(struct.pack(">I", len(answer)) + answer)
        writer.flush()


def _frame(reader) -> bytes | None:
    size = reader.read(4)
    return reader.read(struct.unpack(">I", size)[0]) if len(size) == 4 else None


def _apart(data: bytes, task: str, *args: int | list[int]) -> bytes:
    """In a fork that ends with it, under limits."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        _limited(there, data, task, *args)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        answer = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return bytes([code]) + answer if code in (0, *range(2, 14)) else bytes([_BROKEN])


def _limited(pipe: int, data: bytes, task: str, *args: int | list[int]) -> None:
    code = _BROKEN
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        code, answer = _read(data, task, *args)
        with os.fdopen(pipe, "wb") as out:
            out.write(answer)
    finally:
        os._exit(code)


def _read(data: bytes, task: str, *args: int | list[int]) -> tuple[int, bytes]:
    if task in _OF_BYTES:
        return _OF_BYTES[task](data, *args)
    cut = args[0] if task == "difference" else len(data)
    try:
        documents = [pdfium.PdfDocument(part) for part in (data[:cut], data[cut:]) if part]
        if not documents or not all(map(len, documents)):
            return _UNREADABLE, b""
    except pdfium.PdfiumError as error:
        return _why(str(error).lower()), b""
    for document in documents:
        document.init_forms()  # before any page is loaded, else its fields are not drawn
    try:
        return 0, _TASKS[task](*documents, *args)
    except IndexError:
        return _NO_PAGE, b""
    except pdfium.PdfiumError:
        return _UNREADABLE, b""
    except FileNotFoundError:
        return _NO_OCR, b""
    except ValueError:
        return _TOO_MANY, b""


def _why(error: str) -> int:
    return _PASSWORD if "password" in error else _LOCKED if "security" in error else _UNREADABLE


def _rewritten(data: bytes) -> tuple[int, bytes]:
    """By qpdf, which writes null where a reference leads nowhere and leaves out what nothing reaches."""
    if b"/ByteRange" in data:
        return _SIGNED, b""
    return _by_qpdf(_written, data)


def _written(data: bytes) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        pdf.save(out, encryption=False)
    return out.getvalue()


def _cut(data: bytes, first: int, last: int, turns: list[int]) -> tuple[int, bytes]:
    return _by_qpdf(scans.cut, data, first, last, turns)


def _joined(data: bytes, cut: int) -> tuple[int, bytes]:
    return _by_qpdf(scans.joined, data[:cut], data[cut:])


def _stamped(data: bytes, cut: int) -> tuple[int, bytes]:
    return _by_qpdf(stamping.stamped, data[:cut], data[cut:])


def _typed(data: bytes) -> tuple[int, bytes]:
    import word  # lxml, which no PDF needs

    return _by_word(word.measured, data)


def _written_in(data: bytes) -> tuple[int, bytes]:
    import word_text

    return _by_word(word_text.written, data)


def _by_word(act, data: bytes) -> tuple[int, bytes]:
    import word

    try:
        return 0, json.dumps(act(data)).encode()
    except word.Macros:
        return _MACROS, b""
    except (word.TooBig, MemoryError):
        return _TOO_BIG, b""
    except (ValueError, RecursionError):
        return _NO_WORD, b""


def _picture(data: bytes) -> tuple[int, bytes]:
    try:
        return 0, pictures.clean(data)
    except pictures.TooManyPixels:
        return _PIXELS, b""
    # Pillow has no one word for a broken file.
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, MemoryError):
        return _NO_PICTURE, b""


def _by_qpdf(act, *args) -> tuple[int, bytes]:
    import pikepdf  # takes as long to load as the rest; few files need it

    try:
        return 0, act(*args)
    except pikepdf.PasswordError:
        return _PASSWORD, b""
    except (pikepdf.PdfError, pdfium.PdfiumError):
        return _UNREADABLE, b""
    except IndexError:
        return _NO_PAGE, b""


def _facts(document) -> bytes:
    text = document[0].get_textpage().get_text_bounded()[:_MAX_TEXT]
    signed = 0
    for index in range(max(raw.FPDF_GetSignatureCount(document), 0)):
        signature = raw.FPDF_GetSignatureObject(document, index)
        signed += raw.FPDFSignatureObj_GetContents(signature, None, 0) > 0
    facts = {
        "pages": len(document),
        "text": _field_text(document) + text,
        "signatures": signed,
        "encrypted": raw.FPDF_GetSecurityHandlerRevision(document) >= 0,
    }
    facts["notes"] = _note_text(document[0])
    return json.dumps(facts).encode()


def _note_text(page) -> str:
    """What annotations write onto a page: a mark typed or stamped over a scan is seen as in the page. Changes the page
    in memory: the last thing asked of it."""
    if not raw.FPDFPage_GetAnnotCount(page):
        return ""
    lines = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_NOTES)):
        annot = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetSubtype(annot) in (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP):
            lines.append(_words_of(annot, b"Contents"))
        raw.FPDFPage_CloseAnnot(annot)
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        lines.append(page.pdf[0].get_textpage().get_text_bounded()[:_MAX_TEXT])
    return "\n".join(lines)[: 2 * _MAX_TEXT]


def _words_of(annot, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annot, key, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    raw.FPDFAnnot_GetStringValue(annot, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: max(size, 2) - 2].decode("utf-16-le", "replace")


def _field_text(document, index: int = 0) -> str:
    """Values of the text fields of a page (number and date of a sealed paper lie on the first)."""
    form = document.formenv
    if form is None:
        return ""
    page, lines = document[index], []
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annot = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetFormFieldType(form, annot) == raw.FPDF_FORMFIELD_TEXTFIELD:
            size = raw.FPDFAnnot_GetFormFieldValue(form, annot, None, 0)
            buffer = ctypes.create_string_buffer(max(size, 2))
            raw.FPDFAnnot_GetFormFieldValue(
                form, annot, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
            )
            lines.append(buffer.raw[: size - 2].decode("utf-16-le", "replace"))
        raw.FPDFPage_CloseAnnot(annot)
    return "".join(line + "\n" for line in lines if line)


def _image(document, number: int, width: int) -> bytes:
    if not 1 <= number <= len(document):
        raise IndexError(number)
    page = document[number - 1]
    # A page one point wide and a mile high would ask for all the memory there is.
    page_width, page_height = page.get_size()
    scale = min(width / page_width, (_MAX_PIXELS / (page_width * page_height)) ** 0.5)
    picture = page.render(scale=scale, may_draw_forms=True, draw_annots=True).to_pil()
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG", compress_level=3)
    return out.getvalue()


def _lines(document) -> bytes:
    """Per page the lines of its text, those in form fields first."""
    pages = difference.lines_of(document)
    texts = [
        [*_field_text(document, index).splitlines(), *(line[0] for line in page)]
        for index, page in enumerate(pages)
    ]
    return json.dumps(texts).encode()


def _head(document) -> bytes:
    """The first lines of page one with their places; what stands in form fields and annotations is where it is seen."""
    if raw.FPDFPage_GetAnnotCount(document[0]):
        raw.FPDFPage_Flatten(document[0], raw.FLAT_NORMALDISPLAY)
    return json.dumps(difference.lines_on(document[0], _MAX_HEAD)).encode()


def _measured(document) -> bytes:
    return json.dumps(measuring.measured(document)).encode()


def _difference(first, second, _cut: int, width: int) -> bytes:
    return json.dumps(difference.difference(first, second, width)).encode()


def _sheets(document, first: int, count: int) -> bytes:
    return scans.sheets(document, first, count)


def _words(document) -> bytes:
    return scans.words_on(document)


def _page_words(document, number: int) -> bytes:
    return scans.page_words(document, number)


def _scanned(document) -> bytes:
    return json.dumps(copying.scanned(document)).encode()


def _copied(data: bytes, cut: int, pages: list[int]) -> tuple[int, bytes]:
    return _by_qpdf(copying.copied, data[:cut], data[cut:], pages)


def _marked(data: bytes, cut: int) -> tuple[int, bytes]:
    return _by_qpdf(copying.marked, data[:cut], data[cut:])


_TASKS = {
    "facts": _facts, "image": _image, "head": _head, "lines": _lines, "difference": _difference, "sheets": _sheets,
    "words": _words, "page_words": _page_words, "measured": _measured, "scanned": _scanned,
}  # fmt: skip
_OF_BYTES = {
    "rewritten": _rewritten,
    "cut": _cut,
    "joined": _joined,
    "stamped": _stamped,
    "typed": _typed,
    "picture": _picture,
    "word": _written_in,
    "copied": _copied,
    "marked": _marked,
}

if __name__ == "__main__":
    # This process knows no packages of ours (-I); the file beside it is all it needs.
    sys.path.append(str(Path(__file__).parent))
    import copying
    import difference
    import measuring
    import own_fonts
    import pictures
    import scans
    import stamping

    own_fonts.use()
    main()
