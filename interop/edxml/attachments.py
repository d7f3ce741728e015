"""Files of a package: from base64 (often around a one-file zip) to bytes and back, within bounds.

Everything that touches attachment bytes is here and nowhere else.
"""

from __future__ import annotations

import binascii
import hashlib
import io
import re
import unicodedata
import uuid
import zipfile
import zlib

from .model import Attachment, EdxmlError
from .pairing import Part

MAX_ATTACHMENTS = 200
MAX_DECODED = 512 << 20
_FREE_EXPANSION = 64 << 20  # a small package may unpack to this much whatever its ratio
_MAX_RATIO = 100  # real scans and texts stay far below; deflate reaches 1000
_MAX_NAME = 200

_ZIP_MAGIC = b"PK\x03\x04"
_TRANSPORT_ENTRY = re.compile(r"[0-9a-f-]{36}\.[^/\\]+", re.IGNORECASE)
_ZIP_FAMILY = frozenset({"zip", "docx", "xlsx", "pptx", "docm", "xlsm", "dotx", "odt", "ods", "odp", "jar"})
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "xml": "application/xml",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
}


class Budget:
    """How many bytes a package may still unpack to; the guard against zip bombs."""

    def __init__(self, package_size: int) -> None:
        self.left = min(MAX_DECODED, max(_FREE_EXPANSION, package_size * _MAX_RATIO))

    def spend(self, size: int, path: str) -> None:
        """Take `size` bytes; raises EdxmlError when there are not that many left."""
        if size > self.left:
            raise EdxmlError(
                f"R.{path}", "Tệp đính kèm giải nén quá lớn so với gói tin, không được chấp nhận."
            )
        self.left -= size


def decode(part: Part, number: int, budget: Budget, warnings: list[str]) -> Attachment:
    """The file of the `number`-th attachment. Raises EdxmlError when its content is damaged or too large."""
    path = f"AttachmentEncoded.Attachment[{number}].ContentTransferEncoded"
    raw = _from_base64(part.encoded or "", path)
    name = safe_name(part.name) or _name_for(raw, number)
    data = _unwrapped(raw, name, part.content_type, path, budget, warnings)
    warnings.extend(_doubts(name, data))
    content_type = _TYPES.get(extension(name)) or part.content_type or "application/octet-stream"
    return Attachment(name, data, content_type, part.content_id, part.description)


def encode(attachment: Attachment) -> tuple[str, str]:
    """ContentType and base64 text for the wire: PDF and zip bare, the rest in a one-file zip (§1.9)."""
    content_type = wire_type(attachment)
    bare = extension(attachment.name) == "zip" or content_type == _TYPES["pdf"]
    data = attachment.data if bare else _wrapped(attachment.data, extension(attachment.name))
    return content_type, binascii.b2a_base64(data, newline=False).decode("ascii")


def wire_type(attachment: Attachment) -> str:
    """ContentType on the wire.

    What calls itself PDF but starts like a zip travels wrapped, or the reader would take it for a wrapping.
    """
    bare_pdf = extension(attachment.name) == "pdf" and not attachment.data.startswith(_ZIP_MAGIC)
    return _TYPES["pdf" if bare_pdf else "zip"]


def safe_name(name: str) -> str:
    """A name that is one harmless path component, at most 200 characters, its extension kept; may be "".

    Slashes become hyphens instead of cutting the name: "123/QĐ-UBND.pdf" is how offices name files.
    """
    visible = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c
        for c in name
        if unicodedata.category(c) not in ("Cf", "Cs")
    )
    flat = re.sub(r'[/\\:*?"<>|\ufffe\uffff]', "-", unicodedata.normalize("NFC", visible))
    tidy = " ".join(flat.split()).strip(". ")
    stem, dot, ending = tidy.rpartition(".")
    if len(tidy) <= _MAX_NAME or not dot or len(ending) > 10:
        return tidy[:_MAX_NAME].strip(". ")
    return f"{stem[: _MAX_NAME - len(ending) - 1].strip('. ')}.{ending}"


def extension(name: str) -> str:
    """Lower-case ending of a file name without the dot; "" when it has none."""
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot else ""


def _from_base64(text: str, path: str) -> bytes:
    try:
        packed = text.encode("ascii").translate(None, b" \t\r\n")
        return binascii.a2b_base64(packed, strict_mode=True)
    except ValueError as error:  # also binascii.Error and UnicodeEncodeError
        raise EdxmlError(
            f"M.{path}", "Nội dung tệp đính kèm không phải base64 hợp lệ, đề nghị bên gửi gửi lại."
        ) from error


def _unwrapped(
    raw: bytes, name: str, content_type: str, path: str, budget: Budget, warnings: list[str]
) -> bytes:
    """The file itself: out of the transport zip when there is one, whatever the content type says."""
    if not raw.startswith(_ZIP_MAGIC):
        budget.spend(len(raw), path)
        return raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entry = _transport_entry(archive, name, content_type)
            data = raw if entry is None else _extract(archive, entry, path, budget)
    except EdxmlError:
        raise
    except _ZIP_ERRORS as error:
        if extension(name) in _ZIP_FAMILY:  # the sender's own file; not ours to judge
            warnings.append(f"Tệp “{name}” không mở được, có thể đã hỏng khi truyền.")
            data = raw
        else:
            raise EdxmlError(
                f"M.{path}", f"Tệp đính kèm “{name}” bị hỏng khi truyền, đề nghị bên gửi gửi lại."
            ) from error
    budget.spend(len(data), path)
    return data


def _transport_entry(archive: zipfile.ZipFile, name: str, content_type: str) -> zipfile.ZipInfo | None:
    """The only entry of a zip made for transport; None when the zip is itself the file."""
    # Not is_dir(): it fails on the empty entry name of a damaged zip.
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    ending = extension(name)
    if len(entries) != 1 or ending == "zip":
        return None
    named_for_transport = _TRANSPORT_ENTRY.fullmatch(entries[0].filename) is not None
    declared_zip = content_type.lower() == _TYPES["zip"] and ending not in _ZIP_FAMILY
    return entries[0] if named_for_transport or declared_zip else None


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, budget: Budget) -> bytes:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("compression method")
    # Never trust the size an entry declares: read one byte more than allowed and see.
    with archive.open(entry) as stream:
        data = stream.read(budget.left + 1)
    if len(data) > budget.left:
        budget.spend(len(data), path)
    return data


def _wrapped(data: bytes, ending: str) -> bytes:
    """A zip with one entry `<uuid>.<ext>`; same bytes, same zip, so that a repeated send is identical."""
    name = uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(data).hexdigest())
    entry = zipfile.ZipInfo(f"{name}.{ending or 'bin'}")
    entry.compress_type = zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, data)
    return buffer.getvalue()


def _name_for(raw: bytes, number: int) -> str:
    return f"tep-dinh-kem-{number}.pdf" if raw.startswith(b"%PDF") else f"tep-dinh-kem-{number}"


def _doubts(name: str, data: bytes) -> list[str]:
    if not data:
        return [f"Tệp “{name}” rỗng."]
    if extension(name) == "pdf" and b"%PDF" not in data[:1024]:
        return [f"Tệp “{name}” mang đuôi PDF nhưng nội dung không phải PDF."]
    if extension(name) == "pdf" and b"\xef\xbf\xbd" in data[:1024]:
        # A client that decoded the bytes as UTF-8 text left this mark; the file is beyond repair.
        return [f"Tệp “{name}” có dấu hiệu hỏng do phần mềm bên gửi chuyển mã sai."]
    return []
