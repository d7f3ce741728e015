"""`python -m simulators.axis --store DIR --port N`: run the simulator until it is ended."""

import argparse
import logging
import os
import threading
from pathlib import Path

from simulators import stand_in
from simulators.axis.desks import Desks
from simulators.axis.directory import Directory, load_participants
from simulators.axis.faults import Knobs
from simulators.axis.participants import Troupe
from simulators.axis.server import Handler, World
from simulators.axis.signing import Signatures
from simulators.axis.store import Store

SECRETS_ENV = "AXIS_SIMULATOR_SECRETS"


def main() -> None:
    options = _options()
    stand_in.write_log()
    for chatty in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    server = stand_in.Server((options.host, options.port), Handler, world=_world(options))
    server.serve_until_ended()


def _options() -> argparse.Namespace:
    parser = stand_in.parser("axis", __doc__)
    parser.add_argument("--store", type=Path, required=True, help="directory that keeps everything")
    parser.add_argument("--city", default="H26", help="the system the participants write to (default H26)")
    parser.add_argument("--lively", type=float, default=0, metavar="SECONDS", help="papers to the city")
    parser.add_argument("--seed", type=int, help="makes the lots of the ordered faults repeatable")
    parser.add_argument("--pace", type=float, default=1.0, help="multiplies the delays of the answers")
    parser.add_argument(
        "--keys", type=Path, help="folder of the demonstration's authority: papers are signed"
    )
    parser.add_argument("--tsa", default="", help="where their time stamps come from")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="[CODE=]SECRET",
        help=f"secret of a connected system (without CODE: the city); also {SECRETS_ENV}, by semicolons",
    )
    options = parser.parse_args()
    options.secrets = _secrets(options.city, os.environ.get(SECRETS_ENV, "").split(";") + options.secret)
    if options.city not in options.secrets:
        parser.error(f"no secret for {options.city}: give --secret or {SECRETS_ENV}")
    return options


def _secrets(city: str, texts: list[str]) -> dict[str, str]:
    pairs = (text.split("=", 1) if "=" in text else (city, text) for text in texts)
    return {code.strip(): secret for code, secret in pairs if secret}


def _world(options: argparse.Namespace) -> World:
    options.store.mkdir(parents=True, exist_ok=True)
    participants = load_participants()
    wake = threading.Event()
    desks = Desks(participants, options.pace, wake.set)
    knobs, directory = Knobs(options.seed), Directory(set(options.secrets), participants)
    store = Store(options.store, directory, desks.hear, knobs=knobs, behave=desks.behave)
    signatures = Signatures(options.keys, options.tsa) if options.keys else None
    troupe = Troupe(store, desks, wake, city=options.city, lively=options.lively, signatures=signatures)
    troupe.start()
    return World(store, desks, troupe, options.secrets, knobs)


if __name__ == "__main__":
    main()
