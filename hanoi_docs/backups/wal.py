"""The write-ahead log in the vault: which segments lie there, and whether one is missing.

A segment's name is timeline, log and number within the log, eight hex digits each.
"""

import re
import subprocess
import tempfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hanoi_docs.backups import engine
from hanoi_docs.backups.vault import Damaged, Vault

NAME = re.compile(r"[0-9A-F]{24}")
_COMMIT = re.compile(r"COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC")


@dataclass(frozen=True)
class Chain:
    """Segments without a gap, from the beginning of a full backup. `missing` is the first that is not there although
    later ones are; `torn` is the last, still being written when it was copied."""

    names: list[str]
    torn: str = ""
    missing: str = ""


def segment_of(lsn: str, timeline: int, size: int) -> str:
    """The segment that holds a place in the log such as 0/4000028."""
    log, place = (int(part, 16) for part in lsn.split("/"))
    return f"{timeline:08X}{log:08X}{place // size:08X}"


def after(name: str, size: int) -> str:
    log, number = int(name[8:16], 16), int(name[16:], 16) + 1
    if number == (1 << 32) // size:
        log, number = log + 1, 0
    return f"{name[:8]}{log:08X}{number:08X}"


def chain(vault: Vault, manifest: dict) -> Chain:
    """What the vault holds on the timeline of a full backup. The backup has the segments it cannot do without itself."""
    size, first = manifest["segment_size"], manifest["start_segment"]
    there = {path.name.removesuffix(".gz.age") for path in vault.wal.glob("*.gz.age")}
    there = {name for name in there if name[:8] == first[:8]}
    names, name = [], first
    while name in there or name <= manifest["end_segment"]:
        names += [name] if name in there else []
        name = after(name, size)
    if f"{name}.partial" in there:
        return Chain([*names, name], torn=name)
    later = any(NAME.fullmatch(one[:24]) and one[:24] > name for one in there)
    return Chain(names, missing=name if later else "")


def read(vault: Vault, name: str, *, torn: bool = False) -> bytes:
    path = vault.wal / f"{name}{'.partial' if torn else ''}.gz.age"
    try:
        return zlib.decompress(vault.open(path), wbits=31)
    except zlib.error:
        raise Damaged(f"Đoạn WAL “{path.name}” đã bị thay đổi hoặc hỏng.") from None


def last_commit(vault: Vault, chain: Chain, bin_folder: Path) -> datetime | None:
    """The moment of the last commit in these segments, as the log itself says; None when there is none in them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in reversed(chain.names):
            segment = Path(folder) / name
            segment.write_bytes(read(vault, name, torn=name == chain.torn))
            # Ends with an error where the log ends: that is no fault.
            told = subprocess.run(
                [bin_folder / "pg_waldump", "--rmgr=Transaction", segment],
                capture_output=True, text=True, env=engine.plain(),
            )  # fmt: skip
            segment.unlink()
            if found := _COMMIT.findall(told.stdout):
                return datetime.strptime(found[-1], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    return None
