"""What was destroyed by decision, written down beside the database: a restore to an earlier moment brings the content back, and the
rows that say it was destroyed are not there then. One text for each file: codes, days and hashes, no word of what it said; beside
them the certificates, which have the titles too.

The database is the source; what is missing in the folder is added, nothing in it is changed or taken away. The vault of the
backups has a copy (hanoi_docs/backups/apart.py); `actions.destroying_again` reads it after a restore.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.dateparse import parse_datetime

from casefiles.models import CaseFile, DisposalLine
from documents import blobs
from documents.blobs import write
from documents.models import Blob

FOLDER = "destroyed"  # in the state folder
_MOMENT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Record:
    """One file that was destroyed. `things`: by place and code, the hashes of what was destroyed and why the rest was kept."""

    name: str
    digest: str  # of the text
    case: dict  # pk, year, code, opened_at
    said: dict  # of the decision: who, when, by which words
    things: list[dict]
    stead: dict | None = None  # of a duplicate, the file that was kept, named as `case`
    also: list[str] = field(default_factory=list)  # hashes of what went with the things

    def found(self) -> CaseFile | None:
        """The file as it is in this database. A number is given again after a restore, a moment is not."""
        return _found(self.case)

    def kept(self) -> CaseFile | None:
        return _found(self.stead) if self.stead else None

    @property
    def at(self) -> datetime:
        """When it was destroyed."""
        return datetime.fromisoformat(self.said["at"])

    @property
    def hashes(self) -> set[str]:
        """Of the bytes that went."""
        things = {file["sha256"] for thing in self.things if not thing["kept"] for file in thing["files"]}
        return things | set(self.also)

    def __str__(self):
        return f"{self.case['code']} ({self.case['year']})"


class Unreadable(Exception):
    """A text of the folder is no record, in a sentence."""


def folder() -> Path:
    return Path(settings.STATE_DIR) / FOLDER


def keep(lines) -> int:
    """Writes down those of these lines that were carried out and are not in the folder yet; how many."""
    done = lines.filter(outcome=DisposalLine.Outcome.DESTROYED).values_list("pk", "at", "case")
    there = {path.name for path in folder().glob("*.json")}
    missing = [pk for pk, at, case in done if _name(at, case) not in there]
    rows = DisposalLine.objects.select_related(
        "case__organisation", "stead", "disposal__decided_user", "disposal__destroyed_by__user"
    )
    for pk in missing:
        line = rows.get(pk=pk)
        write(folder() / _name(line.at, line.case_id), [_text(line)])
    return len(missing)


def keep_certificates(disposals) -> int:
    """The Chứng nhận hủy of those of these that are done, for people: nothing here reads them; how many."""
    new = 0
    for pk, at, kept in disposals.exclude(certificate=None).values_list("pk", "ended_at", "certificate"):
        path = folder() / f"{at:{_MOMENT}}-chung-nhan-{pk}.pdf"
        if not path.exists():
            write(path, [blobs.read(Blob(sha256=kept))])
            new += 1
    return new


def records() -> Iterator[Record | Unreadable]:
    """In the order in which they were destroyed."""
    for path in sorted(folder().glob("*.json"), key=_turn):
        try:
            yield _read(path.name, path.read_bytes())
        except (ValueError, KeyError, TypeError, AttributeError):
            yield Unreadable(f"Tệp {path.name} trong thư mục “{FOLDER}” đã hỏng hoặc bị sửa.")


def _read(name: str, data: bytes) -> Record:
    told = json.loads(data)
    record = Record(
        name,
        sha256(data).hexdigest(),
        told["case"],
        told["said"],
        told["things"],
        told["stead"],
        told.get("also", []),
    )
    for one in filter(None, (record.case, record.stead)):
        if set(one) != {"pk", "year", "code", "opened_at"} or parse_datetime(one["opened_at"]) is None:
            raise ValueError(name)
    if record.at.tzinfo is None:
        raise ValueError(name)
    for thing in record.things:
        if not thing.keys() >= {"n", "what", "code", "files", "kept"}:
            raise ValueError(name)
    return record


def _found(named: dict) -> CaseFile | None:
    return CaseFile.objects.filter(**named | {"opened_at": parse_datetime(named["opened_at"])}).first()


def _name(at: datetime, case: int) -> str:
    # Both: after a restore a later file may get the same number.
    return f"{at:{_MOMENT}}-{case}.json"


def _turn(path: Path) -> tuple:
    # Of one moment by the number of the file, not by its digits: 9 went before 10.
    return path.name.split("-")[0], len(path.name), path.name


def _text(line: DisposalLine) -> bytes:
    case, disposal = line.case, line.disposal
    told = {
        "case": _names(case),
        "stead": _names(line.stead) if line.stead else None,
        "said": {
            "organisation": case.organisation.code, "ground": line.ground_words, "decision": disposal.decision,
            "decided_by": f"{disposal.decided_user}", "destroyed_by": f"{disposal.destroyed_by.user}", "at": line.at.isoformat(),
        },
        "things": line.left["items"], "also": line.left.get("also", []),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _names(case: CaseFile) -> dict:
    return {"pk": case.pk, "year": case.year, "code": case.code, "opened_at": case.opened_at.isoformat()}
