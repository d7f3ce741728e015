"""`make drill`: thousands of papers both ways while everything is killed; ends with a report, exit 1 if one is lost.

The last line is one JSON object: sent, delivered, lost, doubled, late, longest_delay_s and more. Times are scaled:
outages, pauses and patience are all `--scale` times shorter than the names of the cuts say.
"""

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path

from launcher.engines import throw_away
from launcher.place import ROOT, Refused, prepare
from launcher.watch import Stopped, Watch, say

from .town import Town
from .trouble import CUTS, Trouble

LATE = 900  # seconds, before scaling: the longest cut and five minutes
_SHOWN = 10
_QUIET = 12  # seconds: longer than two polls


def main() -> int:
    asked = _asked()
    watch = Watch()
    try:
        with throw_away(prepare(asked.state), watch) as place:
            town = Town(place, watch, asked.scale, asked.pg)
            try:
                return _drill(town, asked)
            finally:
                town.family.stop_all()
    except Stopped as stopped:
        return 128 + stopped.number
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.drill", description=__doc__)
    parser.add_argument("--papers", type=int, default=1500, help="issued here; as many come from outside")
    parser.add_argument("--seconds", type=float, default=420, help="over which they are spread")
    parser.add_argument("--scale", type=float, default=10, help="outages and pauses so many times shorter")
    parser.add_argument("--cuts", type=int, nargs="*", default=CUTS, help="seconds before scaling")
    parser.add_argument("--pg", choices=("auto", "wheel", "system"), default="auto")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--patience", type=float, default=600, help="seconds to settle afterwards")
    parser.add_argument("--state", type=Path, default=ROOT / ".state")
    return parser.parse_args()


def _drill(town: Town, asked: argparse.Namespace) -> int:
    begun = time.monotonic()
    os.environ |= town.engines() | {"DJANGO_SETTINGS_MODULE": "hanoi_docs.settings"}
    logging.disable(logging.WARNING)  # before the processes: those log for themselves
    office = _office(town, asked)
    say(f"{len(office.papers)} papers are signed ({time.monotonic() - begun:.0f} s). The drill begins.")
    from .people import Crowd

    crowd = Crowd(
        office, town.web_url, town.axis_url, incoming=asked.papers, seconds=asked.seconds, seed=asked.seed
    )
    start = time.monotonic()
    trouble = Trouble(
        town,
        asked.seed,
        cuts=tuple(asked.cuts),
        tell=lambda what: say(f"{time.monotonic() - start:6.1f} s  {what}"),
    )
    crowd.start()
    trouble.make(crowd.busy)
    say(f"{time.monotonic() - start:6.1f} s  all is mended; waiting until nothing waits")
    _settle(town.axis_url, asked.patience)
    crowd.stop()
    left = _settle(town.axis_url, asked.patience, quiet=2)
    return _report(town, crowd, trouble, left, took=time.monotonic() - begun)


def _office(town: Town, asked: argparse.Namespace):
    """The axis must answer before the offices are published there; the others start on a filled database."""
    from .office import prepare as prepare_office

    town.start_axis()
    office = prepare_office(asked.papers, town.axis_url, town.env["AXIS_SECRET"])
    town.processes()
    return office


def _settle(axis_url: str, patience: float, quiet: int = _QUIET) -> str:
    """Returns what still waits when the patience is over; "" as soon as nothing has waited for longer than two polls,
    so that the last answers have come back as well."""
    from django.db import connection

    from .audit import settled

    connection.close()  # it may be to a server that was killed meanwhile
    deadline, still, left, told = time.monotonic() + patience, 0, "", 0.0
    while time.monotonic() < deadline and still < quiet:
        left = settled(axis_url)
        if not told or time.monotonic() - told > 15:
            told = time.monotonic()
            say(f"         still waiting: {left or 'nothing'}")
        still = 0 if left else still + 1
        time.sleep(1)
    return left


def _report(town: Town, crowd, trouble: Trouble, left: str, *, took: float) -> int:
    from .audit import audit

    found = audit(town.place.state / "axis", pressed=crowd.pressed, entered=crowd.entered)
    found.wrong += crowd.problems + town.fell_over() + ([f"still waiting: {left}"] if left else [])
    late = [delay for delay in found.delays if delay > LATE / town.scale]
    for title, lines in (("lost", found.lost), ("doubled", found.doubled), ("wrong", found.wrong)):
        for line in lines[:_SHOWN]:
            say(f"{title}: {line}")
        if len(lines) > _SHOWN:
            say(f"{title}: and {len(lines) - _SHOWN} more")
    report = {
        "sent": found.sent, "delivered": found.delivered, "lost": len(found.lost), "doubled": len(found.doubled),
        "late": len(late), "longest_delay_s": round(max(found.delays, default=0), 1),
        "wrong": len(found.wrong), "issued": len(crowd.pressed), "entered": len(crowd.entered),
        "scale": town.scale, "troubles": dict(sorted(trouble.count.items())), "took_s": round(took),
    }  # fmt: skip
    say(json.dumps(report))
    return int(bool(found.lost or found.doubled or found.wrong))


if __name__ == "__main__":
    sys.exit(main())
