"""`python -m simulators.pki --folder DIR --port N`: answer for the authority in DIR until ended."""

import argparse
from pathlib import Path

from simulators import stand_in
from simulators.pki import build_ca
from simulators.pki import folder as store
from simulators.pki.server import Handler, World


def main() -> None:
    options = _options()
    stand_in.write_log()
    server = stand_in.Server((options.host, options.port), Handler, world=World(options.folder))
    build_ca(options.folder, base_url=options.base_url or _own_url(options.folder, server))
    server.serve_until_ended()


def _own_url(folder: Path, server: stand_in.Server) -> str:
    """Nothing new for a folder that knows its address: it may stand behind another name."""
    if store.base_url(folder):
        return ""
    host, port = server.server_address[:2]
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"


def _options() -> argparse.Namespace:
    parser = stand_in.parser("pki", __doc__)
    parser.add_argument("--folder", type=Path, required=True, help="keys and certificates, made when missing")
    parser.add_argument(
        "--base-url",
        default="",
        help="address in the certificates (default: the folder's, else this server's)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
