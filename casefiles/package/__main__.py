"""`python -m casefiles.package FILE`: contents and fixity of a package (ZIP, tar, folder) as JSON.

Ends with 0 when every byte is what the package says, 1 when something is missing, changed or added, 2 when it cannot be read.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from casefiles.package.boxes import Unreadable, opened
from casefiles.package.checking import selfcheck
from casefiles.package.reading import read


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m casefiles.package", description=__doc__)
    parser.add_argument("file", type=Path)
    said, code = told(parser.parse_args().file)
    print(json.dumps(said, ensure_ascii=False, indent=2))
    return code


def told(path: Path) -> tuple[dict, int]:
    try:
        with opened(path) as box:
            faults = selfcheck(box)
            whole = {"whole": not faults, "faults": [asdict(one) for one in faults]}
            files = [{"name": name, "size": size} for name, size in sorted(box.sizes.items())]
            try:
                said = asdict(read(box))
            except Unreadable:
                if not faults:
                    raise
                said = {}
            return whole | said | {"all_files": files}, 1 if faults else 0
    except (Unreadable, OSError) as error:
        return {"whole": False, "problem": str(error)}, 2


if __name__ == "__main__":
    sys.exit(main())
