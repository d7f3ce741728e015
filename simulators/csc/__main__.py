"""`python -m simulators.csc --store DIR --port N`: run the service until it is ended.

The client's secret comes from REMOTE_SIGNING_SECRET, its id from REMOTE_SIGNING_CLIENT (default "hanoi").
`python -m … --store DIR --enrol ID --owner NAME --key FILE.p12` adds a credential; password and PIN are
read from the environment (CSC_KEY_PASSWORD, CSC_PIN), not from the command line that everybody sees.
"""

import argparse
import os
import sys
from pathlib import Path

from simulators import stand_in
from simulators.csc.calls import Desk
from simulators.csc.server import Handler
from simulators.csc.store import Store, enrol


def main() -> None:
    options = _options()
    stand_in.write_log()
    if options.enrol:
        enrol(
            options.store, options.enrol, owner=options.owner, key_file=options.key.read_bytes(),
            password=os.environ["CSC_KEY_PASSWORD"], pin=os.environ["CSC_PIN"],
        )  # fmt: skip
        return
    secret = os.environ.get("REMOTE_SIGNING_SECRET", "")
    if not secret:
        sys.exit("REMOTE_SIGNING_SECRET is empty")
    clients = {os.environ.get("REMOTE_SIGNING_CLIENT") or "hanoi": secret}
    server = stand_in.Server(
        (options.host, options.port), Handler, desk=Desk(Store(options.store), clients, options.seconds)
    )
    server.serve_until_ended()


def _options() -> argparse.Namespace:
    parser = stand_in.parser("csc", __doc__, port=0)
    parser.add_argument("--store", type=Path, required=True, help="directory that keeps everything")
    parser.add_argument("--seconds", type=float, default=300, help="how long a person may take to answer")
    parser.add_argument("--enrol", metavar="ID", help="add a credential and end")
    parser.add_argument("--owner", default="", help="with --enrol: the person's name")
    parser.add_argument("--key", type=Path, help="with --enrol: the PKCS#12 file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
