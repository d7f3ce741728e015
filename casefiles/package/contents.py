"""What is packed, as values: the file, its papers in order, and where the bytes of each lie."""

import re
from dataclasses import dataclass
from pathlib import Path

from casefiles.package import tt05

TYPES = {
    ".pdf": "application/pdf", ".xml": "text/xml", ".xsd": "text/xml", ".txt": "text/plain", ".png": "image/png",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".zip": "application/zip", ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel", ".mp3": "audio/mpeg", ".wav": "audio/x-wav", ".mp4": "video/mp4",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
}  # fmt: skip
UNKNOWN = "application/octet-stream"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True)
class Bytes:
    """A file as it is kept: its name, where it lies, and the SHA-256 (hex) and length it must have."""

    name: str
    path: Path
    sha256: str
    size: int

    @property
    def suffix(self) -> str:
        found = Path(self.name).suffix.lower()
        return found if _SUFFIX.fullmatch(found) else ".bin"

    @property
    def media_type(self) -> str:
        return media_type(self.name)


def media_type(name: str) -> str:
    return TYPES.get(Path(name).suffix.lower(), UNKNOWN)


@dataclass(frozen=True)
class Paper:
    """One document. `values` by the circular's keys, without those that follow from its place in the file; `main` is none of
    what was destroyed by law; `history`: what was done with it, as XML."""

    values: dict[str, str]
    main: Bytes | None
    attached: tuple[Bytes, ...] = ()
    history: bytes = b""


@dataclass(frozen=True)
class Contents:
    """A whole file. `values` by the circular's keys, without codes and totals, which follow. `archive`: the code of the archive
    that keeps an AIP; `fonds`: mã phông; `agreement`: mã đăng ký nộp; `described`: all its metadata of decree 30 Phụ lục VI,
    as XML, which goes along as documentation."""

    file_code: str
    values: dict[str, str]
    papers: tuple[Paper, ...]
    office: str
    fonds: str
    archive: str
    agreement: str
    described: bytes
    software: tuple[str, str] = ("Hệ thống quản lý văn bản và điều hành Hà Nội", "1.0")

    def of_file(self, package: str) -> dict[str, str]:
        code = {"fileCode": self.file_code} if package == "SIP" else {"arcFileCode": self.arc_code}
        return self.values | code | {"totalDoc": f"{len(self.papers)}"}

    def of_paper(self, number: int, package: str) -> dict[str, str]:
        """`number` counts from 1."""
        paper = self.papers[number - 1]
        return paper.values | {
            "docId": tt05.short_id(self.name_of(number)), "docCode": f"{self.file_code}.{number:07d}",
            "arcFileCode": self.arc_code, "docOrdinal": f"{number}", "maintenance": self.values["maintenance"],
            "process": "1" if paper.history else "0",
        }  # fmt: skip

    def name_of(self, number: int) -> str:
        return f"{self.file_code}.{number}"

    @property
    def arc_code(self) -> str:
        return f"{self.archive}.{self.file_code}"


class NotPacked(ValueError):
    """Why there is no package, a sentence each."""

    def __init__(self, sentences: list[str]):
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def check(contents: Contents, package: str) -> None:
    """Before a byte is written: nothing is left out, nothing is too long. Raises NotPacked."""
    found = []
    if package == "SIP" and contents.values["maintenance"] != "01":
        found.append("Chỉ hồ sơ bảo quản vĩnh viễn được lập gói SIP nộp lưu trữ lịch sử.")
    if not contents.papers:
        found.append("Hồ sơ chưa có văn bản, tài liệu nào.")
    found += [f"Hồ sơ: {one}." for one in tt05.faults(contents.of_file(package), package, tt05.FILE)]
    for number in range(1, len(contents.papers) + 1):
        said = tt05.faults(contents.of_paper(number, package), package, tt05.PAPER)
        found += [f"Tài liệu số {number}: {one}." for one in said]
    if found:
        raise NotPacked(found)
