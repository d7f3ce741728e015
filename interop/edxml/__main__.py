"""`python -m interop.edxml FILE`: a package as JSON on standard output, or one line why not and exit 1."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import Edoc, EdxmlError, Organ, ResponseFor, Status, read


def main() -> int:
    """Returns the exit code: 0, or 1 when the file cannot be read as a package."""
    parser = argparse.ArgumentParser(
        prog="python -m interop.edxml", description="In gói tin edXML ra dạng JSON."
    )
    parser.add_argument("file", type=Path, help="tệp .edxml")
    # A pipe or a C locale must not decide whether Vietnamese can be printed.
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with parser.parse_args().file.open("rb") as stream:
            message = read(stream)
    except OSError as error:
        print(f"Không mở được tệp: {error.strerror}", file=sys.stderr)
        return 1
    except EdxmlError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    print(json.dumps(summary(message), ensure_ascii=False, indent=2))
    return 0


def summary(message: Edoc | Status) -> dict[str, object]:
    """The package in plain JSON values; the same keys for both kinds, null where a kind has no such thing."""
    return _status(message) if isinstance(message, Status) else _edoc(message)


def _edoc(message: Edoc) -> dict[str, object]:
    return {
        "kind": "edoc",
        "business_type": int(message.business_type),
        "status_code": None,
        "document_id": message.document_id,
        "sender": _organ(message.sender),
        "receivers": [_organ(organ) for organ in message.receivers],
        "number": message.number,
        "notation": message.notation,
        "date": message.date and message.date.isoformat(),
        "type_name": message.type_name,
        "subject": message.subject,
        "priority": message.priority,
        "due_date": message.due_date and message.due_date.isoformat(),
        "response_for": [_response(response) for response in message.response_for],
        "attachments": [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in message.attachments],
        "warnings": message.warnings,
    }


def _status(message: Status) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("document_id", "number", "notation", "date", "type_name", "subject", "priority", "due_date")
    )
    return {
        "kind": "status",
        "business_type": None,
        "status_code": message.status_code,
        "sender": _organ(message.sender),
        "receivers": [],
        **nothing,
        "response_for": [_response(message.response_for)],
        "attachments": [],
        "warnings": message.warnings,
    }


def _organ(organ: Organ) -> dict[str, str]:
    return {"organ_id": organ.organ_id, "name": organ.name}


def _response(response: ResponseFor) -> dict[str, str | None]:
    on = response.promulgation_date
    return {
        "organ_id": response.organ_id,
        "code": response.code,
        "promulgation_date": on.isoformat() if on else None,
        "document_id": response.document_id,
    }


if __name__ == "__main__":
    sys.exit(main())
