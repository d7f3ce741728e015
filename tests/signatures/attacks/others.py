"""What other programs say of the same file: poppler's `pdfsig` (with NSS) and pyHanko's own validator.

For the page only; nothing of ours depends on it. Each has twenty seconds and 2 GB.
"""

import io
import multiprocessing
import re
import resource
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

SECONDS, _MEMORY = 20, 2 * 1024**3
TOO_HEAVY, UNREADABLE, NOTHING = "quá nặng", "không đọc được", "không thấy chữ ký"
_SIGNATURES = {
    "Signature is Valid.": "đúng",
    "Digest Mismatch.": "nội dung bị sửa",
    "Signature is Invalid.": "sai",
    "Signature has not yet been verified.": "không kiểm tra",
    "Document isn't signed or corrupted data.": "hỏng",
}
_CERTIFICATES = {"Certificate is Trusted.": "tin cậy", "Certificate has Expired.": "hết hạn"}


def columns() -> tuple[str, str]:
    told = subprocess.run(["pdfsig", "-v"], capture_output=True, text=True, timeout=SECONDS).stderr
    return f"pdfsig {re.search(r'[0-9.]+', told)[0]}", f"pyHanko {version('pyhanko')}"


def ask(pdf: bytes, roots: list[bytes], online: bool) -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        return _pdfsig(pdf, roots, Path(folder)), _apart(pdf, roots, online)


def _pdfsig(pdf: bytes, roots: list[bytes], folder: Path) -> str:
    """Per signature: its value, its certificate, whether it covers the file. It knows nothing of permitted changes."""
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True, timeout=SECONDS)
    for index, root in enumerate(roots):
        line = ["certutil", "-A", "-d", store, "-n", f"root{index}", "-t", "CT,C,C", "-a"]
        subprocess.run(line, input=root, check=True, timeout=SECONDS)
    (folder / "asked.pdf").write_bytes(pdf)
    try:
        done = subprocess.run(
            ["pdfsig", "-nssdir", store, folder / "asked.pdf"], capture_output=True, timeout=SECONDS,
            preexec_fn=_limit, text=True, errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return TOO_HEAVY
    told = []
    for part in done.stdout.split("Signature #")[1:]:
        if "Signature Validation" not in part:
            continue  # an empty field
        whole = "phủ hết" if "- Total document signed" in part else "phủ một phần"
        value = _named(r"Signature Validation: (.*)", part, _SIGNATURES)
        trust = _named(r"Certificate Validation: (.*)", part, _CERTIFICATES)
        told.append(", ".join(filter(None, (value, trust, whole))))
    if told:
        return "; ".join(dict.fromkeys(told))
    return UNREADABLE if done.returncode not in (0, 2) or "Error" in done.stderr else NOTHING


def _named(pattern: str, part: str, words: dict[str, str]) -> str:
    found = re.search(pattern, part)
    return words.get(found[1].strip(), "không tin cậy" if words is _CERTIFICATES else "sai") if found else ""


def _apart(pdf: bytes, roots: list[bytes], online: bool) -> str:
    """pyHanko in a process that may be ended."""
    here, there = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_tell, args=(there, pdf, roots, online))
    child.start()
    there.close()
    try:
        return here.recv() if here.poll(SECONDS) else TOO_HEAVY
    except EOFError:
        return TOO_HEAVY
    finally:
        child.kill()
        child.join()
        here.close()


def _tell(pipe, pdf: bytes, roots: list[bytes], online: bool) -> None:
    _limit()
    try:
        pipe.send(by_pyhanko(pdf, roots, online))
    except (MemoryError, RecursionError):
        pipe.send(TOO_HEAVY)
    except Exception:  # hostile files make it fail in ways nobody can list
        pipe.send(UNREADABLE)


def by_pyhanko(pdf: bytes, roots: list[bytes], online: bool) -> str:
    """Per signature: the bottom line, and how far what follows it goes by the default rules."""
    trusted = [x509.Certificate.load(pem.unarmor(one)[2]) for one in roots]
    reader, told = PdfFileReader(io.BytesIO(pdf), strict=False), []
    if reader.encrypted:
        reader.decrypt("")
    for one in reader.embedded_signatures:
        context = ValidationContext(trust_roots=trusted, allow_fetching=online)
        stamp = one.sig_object_type == "/DocTimeStamp"
        judge = validate_pdf_timestamp if stamp else validate_pdf_signature
        try:
            status = judge(one, context)
        except Exception as error:
            told.append(f"từ chối ({type(error).__name__})")
            continue
        level = status.modification_level.name if status.modification_level else "OTHER"
        right = status.bottom_line if not stamp else status.intact and status.valid and status.trusted
        right = right and level != "OTHER"
        told.append(f"{'hợp lệ' if right else 'không hợp lệ'} ({level})")
    return "; ".join(told) if told else NOTHING


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
