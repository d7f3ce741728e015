"""The history as files that prove themselves to somebody without this system (documents/audit.py reads them).

history.json          when, and where each chain ended then: id, code, name, seq, hash
chains/ID.jsonl       one event a line, in order, as it was hashed
files.jsonl           SHA-256 and size of every file that a paper of these organisations holds, once
blobs/ab/cd/SHA-256   the bytes, when asked for
anchors/              (signatures.actions.anchors) NUMBER.txt and its time stamp NUMBER.tst
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from documents import blobs
from documents.models import Blob, ChainHead, Event
from orgs.models import Organisation


def history(
    folder: Path, bodies: Iterable[Organisation], *, at: datetime, with_blobs: bool = False
) -> list[dict]:
    """Writes into the folder and gives what history.json says of each organisation. Inside one transaction that sees
    one state of the database; raises FileExistsError when an export lies there already."""
    (folder / "chains").mkdir(parents=True)
    heads = {head.organisation_id: head for head in ChainHead.objects.all()}
    told = []
    for body in bodies:
        if head := heads.get(body.pk):
            told.append(
                {"id": body.pk, "code": body.code, "name": body.name, "seq": head.seq, "hash": head.hash}
            )
            _lines(folder / f"chains/{body.pk}.jsonl", map(asdict, Event.objects.links(body.pk)))
    held = Blob.objects.filter(files__document__organisation__in=[one["id"] for one in told])
    rows = held.order_by("pk").distinct()
    _lines(folder / "files.jsonl", ({"sha256": blob.pk, "size": blob.size} for blob in rows.iterator()))
    if with_blobs:
        for blob in rows.iterator():
            _copy(blob, folder / "blobs")
    said = {"made_at": at.isoformat(), "organisations": told}
    (folder / "history.json").write_text(json.dumps(said, ensure_ascii=False, indent=2), encoding="utf-8")
    return told


def _lines(path: Path, rows: Iterable[dict]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _copy(blob: Blob, folder: Path) -> None:
    """A second name of the same bytes where the disk is the same; what is missing here is missing there, and told."""
    source, target = blobs.path_of(blob), folder / blob.pk[:2] / blob.pk[2:4] / blob.pk
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        return
    except OSError:
        shutil.copyfile(source, target)
