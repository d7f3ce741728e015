"""Files of a package: out of the one-file zip they often travel in and into it, within bounds."""

from __future__ import annotations

import re
import shutil
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from .content import Content, InFile, Spool, steps, temporary
from .model import Attachment, EdxmlError
from .pairing import Part

MAX_ATTACHMENTS = 200
MAX_DECODED = 512 << 20
_FREE_EXPANSION = 64 << 20  # a small package may unpack to this much whatever its ratio
_MAX_RATIO = 100  # real scans and texts stay far below; deflate reaches 1000
_MAX_NAME = 200
_MAX_LIST = 4 << 20  # bytes of a zip's list of entries; one entry needs some hundred

_ZIP_MAGIC = b"PK\x03\x04"
_TRANSPORT_ENTRY = re.compile(r"[0-9a-f-]{36}\.[^/\\]+", re.IGNORECASE)
_ZIP_FAMILY = frozenset({"zip", "docx", "xlsx", "pptx", "docm", "xlsm", "dotx", "odt", "ods", "odp", "jar"})
# Compressed already: doing it again costs most of the time and saves nothing.
_COMPRESSED = _ZIP_FAMILY | {"jpg", "jpeg", "png", "7z", "rar"}
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


def decode(part: Part, number: int, budget: Budget, spool: Spool, warnings: list[str]) -> Attachment:
    """The file of the `number`-th attachment. Raises EdxmlError when its content is damaged or too large."""
    path = f"AttachmentEncoded.Attachment[{number}].ContentTransferEncoded"
    if part.content is None:
        raise EdxmlError(
            f"M.{path}", "Nội dung tệp đính kèm không phải base64 hợp lệ, đề nghị bên gửi gửi lại."
        )
    name = safe_name(part.name) or _name_for(part.content, number)
    content = unwrapped(part.content, name, part.content_type, path, budget, spool, warnings)
    warnings.extend(_doubts(name, content))
    content_type = _TYPES.get(extension(name)) or part.content_type or "application/octet-stream"
    return Attachment(name, content, content_type, part.content_id, part.description)


def unwrapped(
    raw: Content,
    name: str,
    content_type: str,
    path: str,
    budget: Budget,
    spool: Spool,
    warnings: list[str],
) -> Content:
    """The file itself: out of the transport zip when there is one, whatever the content type says.

    Raises EdxmlError for a zip that cannot be read, and when the budget does not suffice.
    """
    try:
        content = _taken_out(raw, name, content_type, budget.left, spool)
    except _Damaged as error:
        if extension(name) not in _ZIP_FAMILY:
            raise EdxmlError(
                # Without its name: operators read this sentence, and a name tells what the paper is about.
                f"M.{path}",
                "Một tệp đính kèm bị hỏng khi truyền, đề nghị bên gửi gửi lại.",
            ) from error
        warnings.append(f"Tệp “{name}” không mở được, có thể đã hỏng khi truyền.")
        content = raw  # the sender's own file; not ours to judge
    budget.spend(content.size, path)
    return content


def wrap(attachment: Attachment) -> Content:
    """Content for the wire: PDF and zip bare, the rest in a one-file zip (§1.9)."""
    bare = extension(attachment.name) == "zip" or wire_type(attachment) == _TYPES["pdf"]
    return attachment.content if bare else _wrapped(attachment)


def wire_type(attachment: Attachment) -> str:
    """ContentType on the wire.

    What calls itself PDF but starts like a zip travels wrapped, or the reader would take it for a wrapping.
    """
    bare_pdf = extension(attachment.name) == "pdf" and attachment.content.head(4) != _ZIP_MAGIC
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


def _taken_out(raw: Content, name: str, content_type: str, room: int, spool: Spool) -> Content:
    """The entry of a transport zip, of a longer one as much as shows that there is no room for it; else `raw`."""
    with raw.open() as stream:
        entry = _entry(stream, name, content_type) if raw.head(4) == _ZIP_MAGIC else None
        if entry is None:
            return raw
        # Never trust the size an entry declares.
        size = 0
        for step in _unpacked(entry, spool):
            spool.write(step)
            size += len(step)
            if size > room:
                break
    return spool.take()


def _entry(stream: BinaryIO, name: str, content_type: str) -> BinaryIO | None:
    """The only entry of a zip made for transport, opened; None when the zip is itself the file."""
    try:
        archive = zipfile.ZipFile(_Careful(stream))
        entry = _transport_entry(archive, name, content_type)
        if entry is None:
            return None
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError("compression method")
        return archive.open(entry)
    except _TooManyEntries:
        return None
    except _ZIP_ERRORS as error:
        raise _Damaged from error


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


def _unpacked(entry: BinaryIO, spool: Spool) -> Iterator[bytes]:
    try:
        yield from steps(entry)
    except _ZIP_ERRORS as error:
        spool.drop()
        raise _Damaged from error


def _wrapped(attachment: Attachment) -> Content:
    """A zip with one entry `<uuid>.<ext>`; same bytes, same zip, so that a repeated send is identical."""
    name = uuid.uuid5(uuid.NAMESPACE_OID, attachment.sha256)
    entry = zipfile.ZipInfo(f"{name}.{extension(attachment.name) or 'bin'}")
    stored = extension(attachment.name) in _COMPRESSED
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.file_size = attachment.size
    file = temporary()
    with (
        attachment.content.open() as stream,
        zipfile.ZipFile(file, "w") as archive,
        archive.open(entry, "w") as packed,
    ):
        shutil.copyfileobj(stream, packed)
    return InFile(file, 0, file.tell())


def _name_for(content: Content, number: int) -> str:
    return f"tep-dinh-kem-{number}.pdf" if content.head(4) == b"%PDF" else f"tep-dinh-kem-{number}"


def _doubts(name: str, content: Content) -> list[str]:
    if not content.size:
        return [f"Tệp “{name}” rỗng."]
    head = content.head(1024)
    if extension(name) == "pdf" and b"%PDF" not in head:
        return [f"Tệp “{name}” mang đuôi PDF nhưng nội dung không phải PDF."]
    if extension(name) == "pdf" and b"\xef\xbf\xbd" in head:
        # A client that decoded the bytes as UTF-8 text left this mark; the file is beyond repair.
        return [f"Tệp “{name}” có dấu hiệu hỏng do phần mềm bên gửi chuyển mã sai."]
    return []


class _Damaged(Exception):
    """A zip that cannot be read."""


class _TooManyEntries(Exception):
    pass


class _Careful:
    """A zip as zipfile reads it: the list of all entries at once. One that is so long is no transport zip's."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_LIST:
            raise _TooManyEntries
        return self._stream.read(size)
