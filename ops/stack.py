"""Start the system on one machine: `demo`, `run -- COMMAND`, `doctor`, `clean`. See docs/operate.md.

Standard library only: it also runs before the virtual environment exists.
"""

import argparse
import os
import sys
from pathlib import Path

from launcher import demo, doctor, packages
from launcher.engines import run_with_engines
from launcher.place import ROOT, Refused, erase, held, in_the_way, port_of, seized
from launcher.watch import say


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit code. Whatever stands in the way is one sentence."""
    os.umask(0o022)  # what is private is made so by name; a closed umask would keep the engines' account out
    asked = _parser().parse_args(arguments)
    try:
        return asked.do(asked)
    except Refused as refused:
        print(refused, file=sys.stderr)
    except OSError as error:
        print(in_the_way(error), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ops/stack.py", description=__doc__)
    actions = parser.add_subparsers(required=True)
    shown = actions.add_parser("demo", help="the whole system with the seeded office, until Ctrl-C")
    shown.add_argument("--port", default="8000")
    shown.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to the network")
    shown.set_defaults(do=lambda a: demo.show(a.state, host=a.host, port=port_of(a.port), wanted=a.pg))
    run = actions.add_parser("run", help="one command with throw-away engines")
    run.add_argument("--durable", action="store_true", help="write to disk as a server does (for measuring)")
    run.add_argument("command", nargs="+", metavar="COMMAND")
    run.set_defaults(do=lambda a: run_with_engines(a.state, a.command, a.pg, durable=a.durable))
    for action in (shown, run):
        action.add_argument("--pg", choices=("auto", "wheel", "system"), default="auto")
    checked = actions.add_parser("doctor", help="install or name the missing system packages")
    checked.add_argument("uses", nargs="*", choices=[*doctor.NEEDS, []], metavar="|".join(doctor.NEEDS))
    checked.set_defaults(do=lambda a: doctor.check(a.uses or list(doctor.NEEDS)))
    install = actions.add_parser(
        "install", help="the packages of a lock file into .venv, with a line of progress"
    )
    install.add_argument("lock", type=Path)
    install.set_defaults(do=lambda a: packages.install(a.lock))
    actions.add_parser("clean", help="delete the state folder").set_defaults(do=_clean)
    for action in actions.choices.values():
        action.add_argument("--state", type=Path, default=ROOT / ".state")
    return parser


def _clean(asked: argparse.Namespace) -> int:
    if asked.state.exists():
        place = seized(asked.state)
        with held(place.state / "launcher.lock"):
            erase(place.state)
        say(f"Deleted {place.state}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
