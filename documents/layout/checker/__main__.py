"""`python -m documents.layout.checker FILE`: findings on a PDF or a .docx as JSON on standard output.

Exit 0, whatever was found; 1 and one line of reason where the file cannot be read.
"""

import json
import sys
from pathlib import Path

from documents.pdf import PdfError

from . import check

_MOST = 200 * 1024**2


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("python -m documents.layout.checker FILE", file=sys.stderr)
        return 2
    try:
        path = Path(arguments[0])
        if path.stat().st_size > _MOST:
            raise PdfError("Tệp quá nặng.")
        report = check(path.read_bytes(), foreign=True)
    except (OSError, PdfError) as error:
        print(error, file=sys.stderr)
        return 1
    json.dump(report.as_json(), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
