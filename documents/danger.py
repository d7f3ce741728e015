"""Programs, scripts and macros among the files of strangers: recognised by what is in them, and by what they are called.

Nothing is unpacked under its name and nothing is run. Archives are read member by member within limits, so that a small file
that swells (a zip bomb) costs no more than they say; what cannot be looked into is never called harmless.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

MAX_DEPTH = 3  # archives in archives
MAX_MEMBERS = 2_000  # files in all, at all depths
MAX_BYTES = 300 * 1024 * 1024  # unpacked, at all depths
MAX_RATIO = 200  # times larger than it came, where it unpacks to more than
SMALL = 5 * 1024 * 1024  # bytes
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError, EOFError)
_IN_MEMORY = 8 * 1024 * 1024
_HEAD = 64 * 1024
_PIECE = 1024 * 1024

_PROGRAMS = {
    b"MZ": "chương trình Windows",
    b"\x7fELF": "chương trình Linux",
    b"\xca\xfe\xba\xbe": "chương trình",
    b"\xcf\xfa\xed\xfe": "chương trình macOS",
    b"\xce\xfa\xed\xfe": "chương trình macOS",
    b"dex\n": "chương trình Android",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00": "lối tắt Windows có thể chạy lệnh",
    b"!<arch>\ndebian": "gói cài đặt",
    b"\xed\xab\xee\xdb": "gói cài đặt",
    b"MSCF": "gói cài đặt (CAB)",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names in the directory of a compound file are UTF-16.
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")  # the class of a Windows Installer package
_NAMES = {
    **dict.fromkeys(("exe", "com", "scr", "pif", "cpl", "dll", "sys", "msi", "msp", "appx", "msix"), "chương trình Windows"),
    **dict.fromkeys(("bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta", "sct", "sh",
                     "bash", "py", "pyw", "pl", "rb", "php", "reg", "inf"), "tệp lệnh"),
    **dict.fromkeys(("lnk", "url", "scf", "library-ms", "settingcontent-ms", "desktop", "appref-ms"), "lối tắt có thể chạy lệnh"),
    **dict.fromkeys(("jar", "apk", "deb", "rpm", "dmg", "pkg", "app", "run"), "gói cài đặt"),
    **dict.fromkeys(("iso", "img", "vhd", "vhdx"), "ảnh đĩa"),
    **dict.fromkeys(("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "xll"), "tệp có macro"),
    **dict.fromkeys(("chm", "hlp", "msc", "gadget"), "tệp có thể chạy lệnh"),
}  # fmt: skip
# Only files that are text: a sentence about these words in a paper is no script.
_SCRIPT = re.compile(
    rb"\A\s*@echo\s+off\b|\bWScript\.(Shell|CreateObject|Echo)\b|\bCreateObject\s*\(\s*[\"'](WScript|Shell|ADODB|Scripting)"
    rb"|\bnew\s+ActiveXObject\s*\(|\A\s*<\?php\b|\bpowershell(\.exe)?\s+-\w|\bInvoke-Expression\b|\bActiveMime\b"
    rb"|\A\s*\[InternetShortcut\]|\A\s*Windows Registry Editor",
    re.I,
)
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|svg|script|hta:application|[\w.]+:svg)\b", re.I)
_ACTIVE = re.compile(
    rb"<([\w.]+:)?script\b|<hta:application\b|\son\w{3,30}\s*=|(href|src|action|data)\s*=\s*[\"']?\s*(javascript|vbscript|data:text/html)\b"
    rb"|<(iframe|object|embed|foreignObject)\b",
    re.I,
)
_ARCHIVES = {
    b"Rar!\x1a\x07": "rar", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """`held`: nobody takes it home. `words`: why, or what to be careful of; "" of a file with nothing to say."""

    held: bool = False
    words: str = ""


class _Danger(Exception):
    """In words."""


def look(name: str, file: BinaryIO) -> Look:
    """What is said of a file that is called `name`. Reads `file` from its beginning; never raises for its content."""
    seen = _Seen()
    try:
        seen.one(name, file, 0)
    except _Danger as danger:
        return Look(True, str(danger)[:300])
    return Look(False, seen.closed[:300])


class _Seen:
    """What was spent on one file and all that is in it."""

    def __init__(self):
        self.members = self.bytes = 0
        self.closed = ""

    def one(self, name: str, file: BinaryIO, depth: int) -> None:
        _by_name(name)
        file.seek(0)
        head = file.read(_HEAD)
        _by_content(head)
        if head.startswith(_OLE):
            _compound(file)
        elif head.startswith(b"{\\rt"):
            _rich_text(file)
        elif head.startswith(b"PK") or (zipfile.is_zipfile(file) and not head.startswith(b"%PDF-")):
            self.zip(file, depth)
        elif kind := next((kind for magic, kind in _ARCHIVES.items() if head.startswith(magic)), _tar(head)):
            self.closed = f"Tệp nén .{kind}: hệ thống không xem được bên trong. Hãy kiểm tra trước khi mở."
        file.seek(0x8001)
        if file.read(5) == b"CD001":
            raise _Danger("là ảnh đĩa")

    def zip(self, file: BinaryIO, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise _Danger(f"tệp nén lồng nhau quá {MAX_DEPTH} lớp nên không xem hết được")
        try:
            with zipfile.ZipFile(file) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
                _whole_kind({one.filename.lower() for one in members})
                self.members += len(members)
                if self.members > MAX_MEMBERS:
                    raise _Danger(f"tệp nén có hơn {MAX_MEMBERS} tệp nên không xem hết được")
                for member in members:
                    self._member(archive, member, depth)
        except _BROKEN as error:
            raise _Danger("tệp nén bị hỏng hoặc nén theo cách lạ nên không xem được bên trong") from error

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
        name = member.filename
        if member.flag_bits & 0x1:
            _inside(name, lambda: _by_name(name))
            raise _Danger("tệp nén có mật khẩu nên không xem được bên trong")
        if member.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):  # others ask for memory as they please
            raise _Danger("tệp nén bị hỏng hoặc nén theo cách lạ nên không xem được bên trong")
        with archive.open(member) as opened, SpooledTemporaryFile(max_size=_IN_MEMORY) as data:
            while piece := opened.read(_PIECE):  # never trusts the length that the archive says
                self.bytes += len(piece)
                data.write(piece)
                swollen = data.tell() > SMALL and data.tell() > MAX_RATIO * max(member.compress_size, 1)
                if self.bytes > MAX_BYTES or swollen:
                    raise _Danger("tệp nén phình ra quá lớn khi mở")
            _inside(name, lambda: self.one(name, data, depth + 1))


def _inside(name: str, look_at) -> None:
    """A danger in a member is told with the member's name."""
    try:
        look_at()
    except _Danger as danger:
        shown = "".join(c for c in name if c.isprintable())[-80:]
        words = str(danger)
        raise _Danger(
            words if words.startswith("trong tệp nén") else f"trong tệp nén, “{shown}” {words}"
        ) from danger


def _by_name(name: str) -> None:
    suffix = name.rstrip(". \t").rpartition(".")[2].lower() if "." in name else ""
    if kind := _NAMES.get(suffix):
        raise _Danger(f"là {kind} (.{suffix})")


def _by_content(head: bytes) -> None:
    for magic, kind in _PROGRAMS.items():
        if head.startswith(magic):
            raise _Danger(f"là {kind}")
    if head.startswith(b"#!"):
        raise _Danger("là tệp lệnh")
    text = _text(head)
    if text is None:
        return
    if _SCRIPT.search(text):
        raise _Danger("là tệp lệnh")
    if _MARKUP.search(text) and _ACTIVE.search(text):
        raise _Danger("là trang có mã chạy (script)")


def _text(head: bytes) -> bytes | None:
    """As ASCII would be, whatever the encoding; None of what is no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace").encode()
    return None if b"\x00" in head or head.startswith((b"%PDF-", b"PK")) else head


def _whole_kind(names: set[str]) -> None:
    """What the members together make of an archive."""
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise _Danger("có macro")
    if "androidmanifest.xml" in names or "classes.dex" in names:
        raise _Danger("là gói cài đặt Android")
    if "meta-inf/manifest.mf" in names and any(name.endswith(".class") for name in names):
        raise _Danger("là chương trình Java")


def _compound(file: BinaryIO) -> None:
    if _holds(file, (_MACROS, "Macros".encode("utf-16-le") + b"\0\0\0\0")):
        raise _Danger("có macro")
    if _holds(file, (_INSTALLER,)):
        raise _Danger("là gói cài đặt Windows")


def _rich_text(file: BinaryIO) -> None:
    if _holds(file, (b"\\objdata", b"\\objupdate", b"\\objocx")):
        raise _Danger("có đối tượng nhúng có thể chạy lệnh")


def _holds(file: BinaryIO, words: tuple[bytes, ...]) -> bool:
    """Whether one of the words stands anywhere in it, also across the border of two pieces."""
    file.seek(0)
    rest, longest = b"", max(map(len, words))
    while piece := file.read(_PIECE):
        seen = rest + piece
        if any(word in seen for word in words):
            return True
        rest = seen[-longest:]
    return False


def _tar(head: bytes) -> str:
    return "tar" if head[257:262] == b"ustar" else ""
