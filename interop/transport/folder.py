"""The folder exchange: packages for agencies without a line to the axis, carried by hand or by their own copying.

`root` holds one folder for each such agency, named by its code; making it is what opens the exchange:

    den/          packages for the agency, named by their hash: writing one twice is writing it once
    di/           packages from the agency, any name ending in .edxml
    di-da-nhan/   … that we have taken in
    di-loi/       … that could not be used
"""

import hashlib
import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from interop.edxml import Edoc, EdxmlError, read
from interop.transport.adapter import Agency, AxisError, MessageType, ReceivedItem, SentItem

PREFIX = "folder-"  # of the ids of its packages
SETTLED = 5.0  # seconds without a change after which a file is taken for whole
_BIGGEST = 512 << 20


class FolderExchange:
    """See the module. What stands in the way (no such folder, no room) is an AxisError that may pass."""

    def __init__(self, root: Path):
        self.root = root
        self._kinds: dict[tuple[str, int, int], tuple[str, MessageType]] = {}

    def serves(self, code: str) -> bool:
        return _plain(code) and (self.root / code).is_dir()

    def send(
        self, package: BinaryIO, *, messagetype: MessageType, sender: str, to: list[str] | None = None
    ) -> str:
        package.seek(0)
        whole = package.read()
        name, message = hashlib.sha256(whole).hexdigest()[:24], read(whole)
        said = {"from": sender, "at": datetime.now(UTC).isoformat()}
        if isinstance(message, Edoc):
            said |= {"title": message.subject, "notation": message.code}
        for code in to or []:
            if not self.serves(code):
                raise AxisError("folder", f"No folder for {code}", retryable=True)
            mark = self.root / code / ".da-gui" / f"{messagetype}-{name}.json"
            if not mark.exists():  # the agency may have taken it away since
                _write(self.root / code / "den" / f"{messagetype}-{name}.edxml", whole)
                _write(mark, json.dumps(said, ensure_ascii=False).encode())
        return f"folder-{name}"

    def list_received(self, messagetype: MessageType) -> list[ReceivedItem]:
        return [
            ReceivedItem(doc_id, kind, path.parent.parent.name, "", _changed(path), "initial")
            for path, doc_id, kind in self._waiting()
            if kind == messagetype
        ]

    def fetch(self, doc_id: str) -> BinaryIO:
        with _may_pass():
            return io.BytesIO(_read(self._find(doc_id)))

    def acknowledge(self, doc_id: str, ok: bool, processing: bool = False) -> None:
        if processing:
            return
        path = self._find(doc_id)
        kept = path.parent.parent / ("di-da-nhan" if ok else "di-loi") / f"{doc_id}.edxml"
        with _may_pass():
            kept.parent.mkdir(exist_ok=True)
            path.replace(kept)

    def list_sent(self, messagetype: MessageType) -> list[SentItem]:
        return [
            _sent(code, mark)
            for code in self.codes()
            for mark in sorted((self.root / code / ".da-gui").glob(f"{messagetype}-*.json"))
        ]

    def directory(self, level: int | None = None) -> list[Agency]:
        return [Agency(code, "", code, code, "", "", "") for code in self.codes()]

    def ping(self) -> None:
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            raise AxisError("folder", "The folder of the exchange cannot be used", retryable=True)

    def codes(self) -> list[str]:
        """The agencies that have a folder."""
        with _may_pass():
            return sorted(one.name for one in self.root.iterdir() if self.serves(one.name))

    def _find(self, doc_id: str) -> Path:
        for path, known, _ in self._waiting():
            if known == doc_id:
                return path
        raise AxisError("folder", f"No package {doc_id}", retryable=False)

    def _waiting(self) -> Iterator[tuple[Path, str, MessageType]]:
        for code in self.codes():
            theirs = self.root / code / "di"
            for path in [] if theirs.is_symlink() else sorted(theirs.glob("*.edxml")):
                with suppress(OSError):  # taken back by the agency just now
                    if found := self._kind(code, path):
                        yield path, *found

    def _kind(self, code: str, path: Path) -> tuple[str, MessageType] | None:
        """Its id and what it is; None while it may still be written. A link leads nowhere here."""
        about = path.lstat()
        quiet = time.time() - about.st_mtime >= SETTLED
        if path.is_symlink() or not path.is_file() or not quiet or about.st_size > _BIGGEST:
            return None
        key = str(path), about.st_mtime_ns, about.st_size
        if key not in self._kinds:
            data = _read(path)
            self._kinds[key] = f"{PREFIX}{code}-{hashlib.sha256(data).hexdigest()[:24]}", _kind_of(data)
        return self._kinds[key]


def _kind_of(package: bytes) -> MessageType:
    try:
        return "edoc" if isinstance(read(package), Edoc) else "status"
    except EdxmlError:
        return "edoc"  # a person will see it


def _sent(code: str, mark: Path) -> SentItem:
    said = json.loads(mark.read_text(encoding="utf-8"))
    at, doc_id = datetime.fromisoformat(said["at"]), f"{PREFIX}{mark.stem.partition('-')[2]}"
    title, notation = said.get("title", ""), said.get("notation", "")
    return SentItem(doc_id, doc_id, said["from"], code, title, notation, at, None, "done", "")


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _plain(code: str) -> bool:
    """A code that is one name of a folder, whatever a package calls its receiver."""
    return bool(code) and not code.startswith(".") and "/" not in code and "\0" not in code


def _read(path: Path) -> bytes:
    """Of the file itself, never of what a link put in its place points to."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: the agency never copies half a package."""
    with _may_pass():
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


@contextmanager
def _may_pass() -> Iterator[None]:
    """A trouble of the disk is one that is tried again."""
    try:
        yield
    except OSError as error:
        raise AxisError("folder", str(error), retryable=True) from error
