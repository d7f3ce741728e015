"""`python -m bench [--papers N] [--files N] [--filed N] [--only PART] [--seconds S]`: measure, print, keep as JSON, leave nothing."""

import argparse
import importlib
import logging
import sys
import time
from pathlib import Path

from bench.stage import ROOT, Stage, stage, stop_on_signals, stopped

# In this order: the pages are measured before the others leave more papers behind.
PARTS = {
    "web": "web",
    "register": "registering",
    "sign": "signing",
    "verify": "verifying",
    "codec": "codec",
    "relay": "relaying",
    "exchange": "exchanging",
    "city": "handing",
    "notices": "notices",
    "board": "steering",
    "scan": "recognising",
    "search": "searching",
    "book": "binding",
    "layout": "laying_out",
    "package": "packing",
    "casefiles": "filing",
}


def main() -> None:
    asked = _asked()
    stop_on_signals()
    begun = time.monotonic()
    with stage(asked.papers, asked.seconds) as place:
        place.files, place.filed = asked.files, asked.filed
        _set_up()
        from bench import figures, machine

        about = machine.describe()
        found = [figure for name in asked.only or PARTS for figure in _measure(name, place)]
        place.conditions |= {"took": f"{time.monotonic() - begun:.0f} s"}
    print(figures.table(found, about, place.conditions))
    figures.save(asked.out, found, about, place.conditions)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--papers", type=int, default=20_000, help="incoming papers of the clerk's office")
    parser.add_argument("--files", type=int, default=2_000, help="case files of the whole city")
    parser.add_argument("--filed", type=int, default=20_000, help="papers that lie in them")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be repeated")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    parser.add_argument("--out", type=Path, default=ROOT / "bench/out/latest.json")
    asked = parser.parse_args()
    if min(asked.papers, asked.files, asked.filed) < 1 or asked.seconds <= 0:
        parser.error("--papers, --files, --filed and --seconds are above zero")
    return asked


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.WARNING)  # the acts say what they do; here thousands do it
    _say("setting up the database")
    call_command("migrate", interactive=False, verbosity=0)


def _measure(name: str, place: Stage):
    _say(f"measuring: {name}")
    return importlib.import_module(f"bench.{PARTS[name]}").measure(place)


def _say(text: str) -> None:
    print(f"… {text}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        if not stopped:
            raise
        # A statement cut short complains while it is rolled back; the end was asked for all the same.
        sys.exit(128 + stopped[0])
