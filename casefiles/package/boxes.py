"""What somebody calls a package, as names and bytes: a ZIP, a tar or a folder. Never trusted: no path out of it, no link, no lie
about a length, no more than `most` bytes when it is unpacked, no member that swells a hundredfold."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

PIECE = 1 << 20
MOST_MEMBERS = 20_000
MOST_XML = 64 << 20  # bytes of one description
_MOST_RATIO, _SMALL = 100, 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others ask for memory as they please


class Unreadable(ValueError):
    """Why it cannot be read as a package at all."""


class Box:
    """`sizes` by name: every file, said to be so long. `comment`: what the writer left in the ZIP's end."""

    def __init__(self, sizes: dict[str, int], comment: str = ""):
        if len(sizes) > MOST_MEMBERS:
            raise Unreadable(f"Gói có hơn {MOST_MEMBERS} tệp.")
        self.sizes, self.comment = sizes, comment

    def pieces(self, name: str) -> Iterator[bytes]:
        """Raises Unreadable for bytes that cannot be had, or are more than was said."""
        left = self.sizes[name]
        try:
            with self._open(name) as file:
                while piece := file.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise Unreadable(f"Tệp “{name}” dài hơn độ dài đã ghi.")
                    yield piece
        except _BROKEN as error:
            raise Unreadable(f"Tệp “{name}” không đọc được.") from error

    def read(self, name: str) -> bytes:
        """Of a description, which is short."""
        if self.sizes[name] > MOST_XML:
            raise Unreadable(f"Tệp “{name}” quá lớn.")
        return b"".join(self.pieces(name))

    def _open(self, name: str) -> BinaryIO:
        raise NotImplementedError

    def close(self) -> None:
        pass


class _Zip(Box):
    def __init__(self, file: Path | BinaryIO, most: int | None):
        self._zip = zipfile.ZipFile(file)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for one in self._zip.infolist():
            name = _safe(one.filename)
            kind = one.external_attr >> 28
            if kind not in (0, 4, 8):
                raise Unreadable(f"“{name}” là liên kết, không phải tệp.")
            if one.is_dir():
                continue
            if one.flag_bits & 1 or one.compress_type not in _METHODS:
                raise Unreadable(f"“{name}” đặt mật khẩu hoặc nén theo cách lạ.")
            if one.file_size > _SMALL and one.file_size > _MOST_RATIO * max(one.compress_size, 1):
                raise Unreadable(f"“{name}” phình ra quá lớn khi mở.")
            if name in self._members:
                raise Unreadable(f"“{name}” có hai lần trong gói.")
            self._members[name] = one
        sizes = {name: one.file_size for name, one in self._members.items()}
        _bounded(sizes, most)
        super().__init__(sizes, self._zip.comment.decode("utf-8", "replace"))

    def _open(self, name: str) -> BinaryIO:
        return self._zip.open(self._members[name])

    def close(self) -> None:
        self._zip.close()


class _Tar(Box):
    def __init__(self, file: Path | BinaryIO, most: int | None):
        opened = {"name": file} if isinstance(file, Path) else {"fileobj": file}
        self._tar = tarfile.open(mode="r:", **opened)  # noqa: SIM115 - closed with the box
        self._members: dict[str, tarfile.TarInfo] = {}
        for one in self._tar:
            name = _safe(one.name)
            if one.isdir():
                continue
            if not one.isreg():
                raise Unreadable(f"“{name}” là liên kết hoặc thiết bị, không phải tệp.")
            if name in self._members:
                raise Unreadable(f"“{name}” có hai lần trong gói.")
            self._members[name] = one
            if len(self._members) > MOST_MEMBERS:
                break
        sizes = {name: one.size for name, one in self._members.items()}
        _bounded(sizes, most)
        super().__init__(sizes)

    def _open(self, name: str) -> BinaryIO:
        return self._tar.extractfile(self._members[name])

    def close(self) -> None:
        self._tar.close()


class _Folder(Box):
    def __init__(self, folder: Path, most: int | None):
        self._folder, sizes = folder, {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder.parent).as_posix()
            if path.is_symlink():
                raise Unreadable(f"“{name}” là liên kết, không phải tệp.")
            if path.is_file():
                sizes[name] = path.stat().st_size
        _bounded(sizes, most)
        super().__init__(sizes)

    def _open(self, name: str) -> BinaryIO:
        return (self._folder.parent / name).open("rb")


@contextmanager
def opened(what: Path | BinaryIO, *, most: int | None = None) -> Iterator[Box]:
    """A ZIP or tar by its content, or a folder. Raises Unreadable."""
    try:
        box = _box(what, most)
    except _BROKEN as error:
        raise Unreadable("Không phải ZIP, tar hay thư mục đọc được.") from error
    try:
        yield box
    finally:
        box.close()


def _box(what: Path | BinaryIO, most: int | None) -> Box:
    if isinstance(what, Path) and what.is_dir():
        return _Folder(what.resolve(), most)
    if zipfile.is_zipfile(what):
        return _Zip(what, most)
    if not isinstance(what, Path):
        what.seek(0)
    return _Tar(what, most)


def _safe(name: str) -> str:
    """As it is written, if it stays inside."""
    path = PurePosixPath(name)
    if (
        not name.strip("/")
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or not name.isprintable()
    ):
        raise Unreadable(f"Đường dẫn “{name[:80]!r}” ra ngoài gói hoặc không hợp lệ.")
    return path.as_posix()


def _bounded(sizes: dict[str, int], most: int | None) -> None:
    if most is not None and sum(sizes.values()) > most:
        raise Unreadable(f"Gói lớn hơn {most // (1 << 20)} MB khi mở ra.")
