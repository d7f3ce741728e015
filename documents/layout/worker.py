"""A process that reads one PDF from standard input with PDFium and writes one answer.

worker.py facts | worker.py image NUMBER WIDTH. Exit 2: not readable, 3: password, 4: no such page;
a crash or a broken limit is any other code. Run by reading.py, alone, without the rest of the system.
"""

import io
import json
import resource
import sys

_CPU_SECONDS = 15
_MEMORY = 2 * 1024**3
_MAX_PIXELS = 25_000_000
_UNREADABLE, _PASSWORD, _NO_PAGE = 2, 3, 4
_MAX_TEXT = 20_000


def main(task: str, *args: str) -> int:
    import pypdfium2 as pdfium

    data = sys.stdin.buffer.read()
    try:
        document = pdfium.PdfDocument(data)
        pages = len(document)
    except pdfium.PdfiumError as error:
        return _PASSWORD if "password" in str(error).lower() else _UNREADABLE
    if not pages:
        return _UNREADABLE
    document.init_forms()  # before any page is loaded, else its fields are not drawn
    try:
        answer = _facts(document) if task == "facts" else _image(document, int(args[0]), int(args[1]))
    except IndexError:
        return _NO_PAGE
    except pdfium.PdfiumError:
        return _UNREADABLE
    sys.stdout.buffer.write(answer)
    return 0


def _facts(document) -> bytes:
    import pypdfium2.raw as raw

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
    return json.dumps(facts).encode()


def _field_text(document) -> str:
    """Values of the text fields of page one (number and date of a sealed paper lie there)."""
    import ctypes

    import pypdfium2.raw as raw

    form = document.formenv
    if form is None:
        return ""
    page, lines = document[0], []
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


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.exit(main(*sys.argv[1:]))
