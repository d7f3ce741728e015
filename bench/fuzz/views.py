"""What people and programs see in a file: pages as pictures, text, files inside, actions. By readers that know nothing
of our code: pdfium, poppler, qpdf, and MuPDF where it is installed."""

import contextlib
import hashlib
import io
import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
from PIL import Image

DPI = 110  # not what the product compares at
_LARGEST = 4000  # points: larger pages are a sight of their own, and no memory is spent on them
_SECONDS = 20
_LIMITED = ["sh", "-c", f'ulimit -v 2000000; ulimit -t {_SECONDS}; exec "$@"', "sh"]  # kB and seconds
READERS = (
    "pdfium",
    "qpdf",
    *(name for name, program in (("poppler", "pdftoppm"), ("mupdf", "mutool")) if shutil.which(program)),
)


class View:
    """One file. Every reader's sight is {what: value}, and the same for the same sight."""

    def __init__(self, pdf: bytes):
        self.pdf = pdf

    def sight(self, reader: str) -> dict[str, object]:
        pages = self.pages(reader) if reader != "qpdf" else []
        seen: dict[str, object] = {f"picture of page {n + 1}": _digest(one) for n, one in enumerate(pages)}
        return seen | _OTHERS[reader](self)

    def pages(self, reader: str) -> list[Image.Image]:
        return _PAGES[reader](self)

    @cached_property
    def opened(self):
        try:
            document = pdfium.PdfDocument(self.pdf)
            document.init_forms()
            return document
        except pdfium.PdfiumError:
            return None

    def run(self, *line: str) -> bytes:
        """What the program says of the file; of one that it cannot read, or not in time, nothing."""
        with tempfile.NamedTemporaryFile(suffix=".pdf", dir=_shared()) as file:
            file.write(self.pdf)
            file.flush()
            line = [file.name if one == "FILE" else one for one in line]
            try:
                done = subprocess.run([*_LIMITED, *line], capture_output=True, timeout=_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return b""
        return done.stdout


def _shared() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _digest(picture: Image.Image) -> tuple:
    return picture.size, hashlib.sha256(picture.tobytes()).hexdigest()


def _by_pdfium(view: View) -> list[Image.Image]:
    if view.opened is None:
        return []
    found = []
    for index in range(min(len(view.opened), 50)):
        try:
            page = view.opened[index]
            width, height = page.get_size()
            wide = max(width, height) > _LARGEST or min(width, height) < 1
            picture = None if wide else page.render(scale=DPI / 72, may_draw_forms=True).to_pil()
        except pdfium.PdfiumError:
            picture = None
        found.append(picture or Image.new("RGB", (1, 1)))
    return found


def _pdfium_besides(view: View) -> dict[str, object]:
    document, said = view.opened, {}
    if document is None:
        return {"readable": False}
    with contextlib.suppress(pdfium.PdfiumError):
        said["text"] = [document[n].get_textpage().get_text_range() for n in range(min(len(document), 50))]
        said["files inside"] = sorted(
            (one.get_name(), bytes(one.get_data()))
            for one in map(document.get_attachment, range(document.count_attachments()))
        )
        said["outline"] = [(one.get_title(), one.level) for one in document.get_toc(max_depth=5)]
        said["page labels"] = [document.get_page_label(n) for n in range(min(len(document), 50))]
    return said


def _by_program(*line: str):
    def draw(view: View) -> list[Image.Image]:
        return _pictures(view.run(*line))

    return draw


def _pictures(data: bytes) -> list[Image.Image]:
    """PPM files one after another."""
    found, stream = [], io.BytesIO(data)
    while stream.tell() < len(data):
        begun = stream.tell()
        head = stream.readline(), stream.readline(), stream.readline()
        if head[0].strip() != b"P6" or len(head[1].split()) != 2:
            break
        width, height = map(int, head[1].split())
        stream.seek(begun)
        picture = data[begun : begun + sum(map(len, head)) + 3 * width * height]
        stream.seek(begun + len(picture))
        found.append(Image.open(io.BytesIO(picture)).convert("RGB"))
    return found


def _poppler_besides(view: View) -> dict[str, object]:
    said = {"text": view.run("pdftotext", "-enc", "UTF-8", "FILE", "-")}
    if b"EmbeddedFile" in view.pdf or b"ObjStm" in view.pdf:
        said["files inside"] = view.run("pdfdetach", "-list", "FILE")
    return {"text": b"", "files inside": b"0 embedded files\n"} | said


def _mupdf_besides(view: View) -> dict[str, object]:
    return {"text": view.run("mutool", "draw", "-q", "-F", "txt", "-o", "-", "FILE")}


def _by_qpdf(view: View) -> dict[str, object]:
    """Files inside and actions, wherever the catalog leads to them."""
    try:
        with pikepdf.open(io.BytesIO(view.pdf)) as opened:
            inside = {
                name: bytes(opened.attachments[name].get_file().read_bytes()) for name in opened.attachments
            }
            return {"files inside": inside, "actions": _actions(opened), "pages": len(opened.pages)}
    except (
        Exception
    ) as error:  # whatever qpdf cannot do with it, it cannot do with the signed revision either
        return {"readable": type(error).__name__}


def _actions(opened) -> list[str]:
    found, seen, waiting = [], set(), [opened.Root]
    while waiting and len(seen) < 5000:
        one = waiting.pop()
        if isinstance(one, pikepdf.Object) and one.is_indirect:
            if one.objgen in seen:
                continue
            seen.add(one.objgen)
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            if str(one.get("/S", "")) in _ACTIONS:
                found.append(
                    str(one.S) + str(one.get("/JS", one.get("/URI", one.get("/F", one.get("/D", "")))))
                )
            waiting += [value for key, value in one.items() if key not in ("/Parent", "/P")]
        elif isinstance(one, pikepdf.Array):
            waiting += list(one)
    return sorted(found)


_ACTIONS = """/JavaScript /Launch /URI /SubmitForm /GoTo /GoToR /GoToE /ImportData /Named /Hide /ResetForm /SetOCGState
 /Rendition /Trans /RichMediaExecute""".split()  # noqa: SIM905
_PAGES = {
    "pdfium": _by_pdfium,
    "poppler": _by_program("pdftoppm", "-r", str(DPI), "FILE"),
    "mupdf": _by_program("mutool", "draw", "-q", "-r", str(DPI), "-F", "ppm", "-o", "-", "FILE"),
}
_OTHERS = {"pdfium": _pdfium_besides, "poppler": _poppler_besides, "mupdf": _mupdf_besides, "qpdf": _by_qpdf}
