"""`python -m ops.audit [LOOK …]`: the whole look, or some of it. Exit 1 while something is found.

`shots` is not among what is looked at when nothing is named: its pictures are for a person (`make shots`)."""

import argparse
import sys
from pathlib import Path

from ops.audit import accessibility, lighthouse, markup, shots, weight
from ops.audit.town import Town

LOOKS = {
    "axe": accessibility.look,
    "html": markup.look,
    "weight": weight.look,
    "lighthouse": lighthouse.look,
    "shots": shots.look,
}


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="make audit", description=__doc__)
    asked.add_argument("looks", nargs="*", choices=[*LOOKS, []], help="all but shots, when none is named")
    asked.add_argument("--state", type=Path, default=Path(".state/audit"), help="tools, reports and pictures")
    given = asked.parse_args(arguments)
    wanted = given.looks or [name for name in LOOKS if name != "shots"]
    found: list[str] = []
    with Town(given.state) as town:
        for name in wanted:
            print(f"{name} …", flush=True)
            new = [f"{name}: {one}" for one in LOOKS[name](town)]
            print(*new, f"  {len(new)} found", sep="\n", flush=True)
            found += new
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
