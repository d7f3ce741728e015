"""Check the signatures of a PDF from the command line: no database, no network.

python -m signatures.verify FILE --trust ROOT.pem [--trust …]
JSON on standard output; exit 0 valid, 1 invalid, 2 cannot be decided (unsigned included).
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from .verification import SignatureVerdict, verify

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
    chosen = parser.parse_args(arguments)
    try:
        data = chosen.file.read_bytes()
        roots = [path.read_bytes() for path in chosen.trust]
    except OSError as error:
        return _answer("unknown", [], [f"Không đọc được tệp {error.filename}."])
    try:
        judged = verify(data, trust_roots=roots)
    except ValueError:
        return _answer("unknown", [], ["Không đọc được chứng thư gốc (cần tệp PEM hoặc DER)."])
    # Three words for programs; an unsigned file is one about which nothing can be said.
    verdict = "unknown" if judged.verdict == "unsigned" else judged.verdict
    return _answer(verdict, [_row(one) for one in judged.signatures], judged.reasons)


def _answer(verdict: str, signatures: list[dict], reasons: list[str]) -> int:
    answer = {"verdict": verdict, "signatures": signatures, "reasons": reasons}
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return _EXITS[verdict]


def _row(one: SignatureVerdict) -> dict:
    row = asdict(one)
    row["who"] = row.pop("signer_name")
    row["time"] = one.signed_at.isoformat() if one.signed_at else None
    del row["signed_at"]
    return row


if __name__ == "__main__":
    sys.exit(main())
