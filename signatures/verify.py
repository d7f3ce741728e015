"""Check the signatures of a PDF from the command line: no database, no settings.

python -m signatures.verify FILE --trust ROOT.pem [--trust …] [--offline]
JSON on standard output; exit 0 valid, 1 invalid, 2 cannot be decided (unsigned included).

The file gets what the desks give it: ten seconds and 1 GB of memory in a process of its own, and questions to the
revocation services of authorities whose chain ends in a trusted root; none of these with --offline.
"""

import argparse
import json
import sys
from pathlib import Path

from .verification import readable
from .verification.guard import shared
from .verification.wire import from_verdict

_EXITS = {"valid": 0, "invalid": 1, "unknown": 2}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m signatures.verify", description="Kiểm tra chữ ký số của tệp PDF"
    )
    parser.add_argument("file", type=Path, help="tệp PDF")
    parser.add_argument(
        "--trust", type=Path, action="append", default=[], help="chứng thư gốc được tin cậy (PEM/DER)"
    )
    parser.add_argument("--offline", action="store_true", help="không hỏi dịch vụ kiểm tra thu hồi")
    chosen = parser.parse_args(arguments)
    try:
        data = chosen.file.read_bytes()
        roots = [path.read_bytes() for path in chosen.trust]
    except OSError as error:
        return _answer("unknown", [], [f"Không đọc được tệp {error.filename}."])
    try:
        readable(roots)
    except ValueError:
        return _answer("unknown", [], ["Không đọc được chứng thư gốc (cần tệp PEM hoặc DER)."])
    judged = shared.verify(data, trust_roots=roots, fetch=not chosen.offline)
    # Three words for programs; an unsigned file is one about which nothing can be said.
    verdict = "unknown" if judged.verdict == "unsigned" else judged.verdict
    said = from_verdict(judged)
    signatures = [_row(one) for one in said["signatures"]]
    return _answer(
        verdict, signatures, judged.reasons, remarks=judged.remarks, sentence=judged.sentence(), todo=judged.todo
    )  # fmt: skip


def _answer(
    verdict: str, signatures: list[dict], reasons: list[str], *, remarks=(), sentence: str = "", todo: str = ""
) -> int:  # fmt: skip
    answer = {
        "verdict": verdict,
        "signatures": signatures,
        "reasons": reasons,
        "remarks": list(remarks),
        "sentence": sentence,
        "todo": todo,
    }
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return _EXITS[verdict]


def _row(one: dict) -> dict:
    row = dict(one)
    row["who"] = row.pop("signer_name")
    row["time"] = row.pop("signed_at") or None
    return row


if __name__ == "__main__":
    sys.exit(main())
