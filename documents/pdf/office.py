"""Word and OpenDocument files to PDF by LibreOffice, behind walls: one run, one profile, no network, no macro.

Seconds of work of a program of others on a stranger's file: only the worker does it (documents/actions/outgoing/office_files.py),
never a request.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from documents.fonts import FONTS
from documents.pdf import sandbox
from documents.pdf.errors import PdfError, ReaderLost

KINDS = (".docx", ".odt")
SECONDS = 60
ABSENT = "Máy chủ chưa cài LibreOffice nên không chuyển được tệp Word thành PDF. Hãy lưu tệp dạng PDF rồi đính kèm."
_REASONS = {
    2: "LibreOffice không mở được tệp: tệp hỏng, có mật khẩu hoặc không phải Word (.docx), OpenDocument (.odt).",
    3: "Tệp quá nặng hoặc bất thường: không chuyển xong trong thời gian cho phép.",
    4: "LibreOffice không tạo được PDF từ tệp này.",
}
_RUN = Path(__file__).with_name("office_run.py")
_CONFIGURATION = [Path("/etc/libreoffice"), Path("/var/lib/libreoffice"), Path("/var/spool/libreoffice")]


@lru_cache(maxsize=1)
def program() -> str:
    """LibreOffice's own program, or "" where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    beside = Path(os.path.realpath(found)).with_name("soffice.bin") if found else None
    return str(beside) if beside and beside.exists() else ""


def office_to_pdf(data: bytes, kind: str, *, seconds: int = SECONDS) -> bytes:
    """The file (`kind` of KINDS) as PDF/A-2. Raises PdfError with a sentence, ReaderLost where a second try may help."""
    if not program():
        raise PdfError(ABSENT)
    with tempfile.TemporaryDirectory(prefix="hanoi-office-") as folder:
        with suppress(PermissionError):  # an ordinary account stays what it is, behind the walls as well
            os.chown(folder, sandbox.ACCOUNT, sandbox.ACCOUNT)
        arguments = ["-I", str(_RUN), folder, program(), str(FONTS), kind, str(seconds)]
        shown = [_RUN.parent, FONTS, *filter(Path.exists, _CONFIGURATION)]
        command = sandbox.command(arguments, shown, own=Path(folder))
        code, answer = _run(command, data, seconds + 10)
    if code or not answer.startswith(b"%PDF-"):
        # Killed from outside, or out of memory: perhaps the machine's fault.
        lost = code < 0 or code in (3, 137)
        raise (ReaderLost if lost else PdfError)(_REASONS.get(code, _REASONS[3 if lost else 4]))
    return answer


def _run(command: list[str], data: bytes, seconds: int) -> tuple[int, bytes]:
    """Its exit code and what it wrote; with all it has started it is gone afterwards."""
    process = subprocess.Popen(
        command, cwd=_RUN.parent, env={"PATH": "/usr/bin:/bin"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        answer, _ = process.communicate(data, timeout=seconds)
        return process.returncode, answer
    except subprocess.TimeoutExpired:
        return 3, b""
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in Path("/tmp").glob(
            "OSL_PIPE_SingleOfficeIPC_*"
        ):  # without a room it cannot take it away itself
            with suppress(OSError):
                pipe.unlink()
