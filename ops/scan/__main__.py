"""`python -m ops.scan [TOOL …]`: the whole look, or some of it. Exit 1 while a finding is open."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ops.scan import code, headers, packages, stage, web
from ops.scan.findings import Finding, judge, reasons

# In the order of how long they take.
TOOLS: dict[str, Callable[[stage.Stage], list[Finding]]] = {
    "bandit": code.look,
    "packages": packages.look,
    "headers": headers.look,
    "wapiti": web.look,
}


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="make scan", description=__doc__)
    asked.add_argument("tools", nargs="*", choices=[*TOOLS, []], help="all, when none is named")
    asked.add_argument(
        "--state", type=Path, default=stage.ROOT / ".state" / "scan", help="where the tools live"
    )
    given = asked.parse_args(arguments)
    wanted = given.tools or list(TOOLS)
    found: list[Finding] = []
    with stage.Stage(given.state) as ready:
        for name in wanted:
            print(f"{name} …", flush=True)
            found += TOOLS[name](ready)
    return judge(found, reasons(), wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
