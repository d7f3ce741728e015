"""`python -m documents.audit EXPORT`: whether an exported history is the one that happened. No Django, no database.

EXPORT is what `manage.py export_history` wrote (documents/exporting.py says how it lies). Checked: every chain of
events, hash by hash; every anchor, against the chains and against the one before it; every time stamp; every file
whose bytes are there. Prints JSON; exit code 0: all holds, 1: something does not, 2: this is no export.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import x509

from documents import chain, stamps


@dataclass
class Report:
    chains: dict = field(default_factory=lambda: {"checked": 0, "events": 0, "broken": 0})
    anchors: dict = field(
        default_factory=lambda: {"checked": 0, "stamped": 0, "trusted": 0, "waiting": 0, "broken": 0}
    )
    files: dict = field(default_factory=lambda: {"listed": 0, "checked": 0, "broken": 0})
    first_broken: str | None = None

    def fault(self, part: dict, sentence: str) -> None:
        part["broken"] += 1
        self.first_broken = self.first_broken or sentence


def audit(
    export: Path, *, trusted: list[x509.Certificate], anchors: Path | None = None, blobs: Path | None = None
) -> Report:
    """`anchors`: the folder kept apart, instead of the one in the export. Raises OSError, ValueError for no export."""
    told = json.loads((export / "history.json").read_text(encoding="utf-8"))
    bodies = {int(body["id"]): body for body in told["organisations"]}
    report = Report()
    heads = _anchors(anchors or export / "anchors", bodies, trusted, report)
    for key, body in bodies.items():
        _chain(export / f"chains/{key}.jsonl", body, heads.get(key, {}), report)
    _files(export, blobs or export / "blobs", report)
    return report


def _anchors(folder: Path, bodies: dict, trusted: list[x509.Certificate], report: Report) -> dict:
    """What the anchors say of the chains at hand: {organisation: {number: hash}}."""
    heads: dict[int, dict[int, str]] = {}
    before = None
    for name, text, token in chain.in_folder(folder):
        part = report.anchors
        part["checked"] += 1
        try:
            anchor = chain.read_anchor(text)
        except chain.Broken as error:
            report.fault(part, f"Tệp {name} {error}.")
            before = None
            continue
        if chain.file_name(anchor.number) != name:
            report.fault(part, f"Tệp {name} mang mốc neo số {anchor.number}.")
        if before is not None and (anchor.number, anchor.before) != (before.number + 1, before.digest()):
            report.fault(part, f"Mốc neo số {anchor.number} không nối tiếp mốc số {before.number}.")
        before = anchor
        _stamp(anchor, text, token, trusted, report)
        for key, (seq, hash) in anchor.heads.items():
            if key in bodies and heads.setdefault(key, {}).setdefault(seq, hash) != hash:
                report.fault(part, f"Mốc neo số {anchor.number} trái với mốc trước về {_name(bodies[key])}.")
    return heads


def _stamp(anchor: chain.Anchor, text: bytes, token: bytes, trusted: list, report: Report) -> None:
    if not token:
        report.anchors["waiting"] += 1
        return
    try:
        found = stamps.check(token, text, trusted=trusted)
    except stamps.BadStamp as error:
        report.fault(report.anchors, f"Mốc neo số {anchor.number}: {error}.")
        return
    report.anchors["stamped"] += 1
    report.anchors["trusted"] += found.trusted
    if trusted and not found.trusted:
        report.fault(
            report.anchors, f"Mốc neo số {anchor.number}: dấu thời gian không phải của cơ quan được tin cậy."
        )


def _chain(path: Path, body: dict, heads: dict[int, str], report: Report) -> None:
    part, found = report.chains, chain.Chain(int(body["id"]), heads)
    part["checked"] += 1
    try:
        found.follow(_links(path))
    except (OSError, chain.Broken) as error:
        report.fault(part, f"{_name(body)}: không đọc được sự kiện số {found.seq + 1} ({error}).")
        return
    finally:
        part["events"] += found.seq
    if found.broken is None and (found.seq, found.hash) != (body["seq"], body["hash"]):
        found.broken = min(found.seq, body["seq"]) + 1
    if found.broken is not None:
        report.fault(part, f"{_name(body)}: chuỗi sự kiện đứt ở số {found.broken}.")
    if found.moved is not None:
        report.fault(report.anchors, f"{_name(body)}: {rewritten(found)}")


def rewritten(found: chain.Chain) -> str:
    """In what stretch of a chain events are no longer what was anchored."""
    first = found.held + 1
    where = f"số {first}" if first == found.moved else f"trong các số {first}–{found.moved}"
    return f"sự kiện {where} đã bị viết lại hoặc xóa so với mốc neo."


def _links(path: Path) -> Iterator[chain.Link]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield chain.Link(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise chain.Broken("dòng hỏng") from error


def _files(export: Path, blobs: Path, report: Report) -> None:
    """Each file once; without bytes at hand they are only counted."""
    with (export / "files.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            sha256 = json.loads(line)["sha256"]
            report.files["listed"] += 1
            if blobs.is_dir():
                report.files["checked"] += 1
                if not _intact(blobs / sha256[:2] / sha256[2:4] / sha256, sha256):
                    report.fault(report.files, f"Tệp {sha256} thiếu hoặc không còn đúng.")


def _intact(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _name(body: dict) -> str:
    return f"{body['name']} ({body['code']})"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m documents.audit", description=__doc__)
    parser.add_argument("export", type=Path, help="what `manage.py export_history` wrote")
    parser.add_argument(
        "--tsa", type=Path, action="append", default=[], help="trusted certificates, PEM or DER"
    )
    parser.add_argument("--anchors", type=Path, help="the folder of anchors that was kept apart")
    parser.add_argument("--blobs", type=Path, help="the file store, when it is not in the export")
    asked = parser.parse_args(arguments)
    try:
        trusted = [one for path in asked.tsa for one in stamps.certificates(path.read_bytes())]
        report = audit(asked.export, trusted=trusted, anchors=asked.anchors, blobs=asked.blobs)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"Không đọc được bản xuất lịch sử ở {asked.export}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(vars(report), ensure_ascii=False, indent=2))
    return 1 if report.first_broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
