"""`python -m simulators.oidc --port N`: a provider of OpenID Connect until it is ended.

The client's secret comes from OIDC_CLIENT_SECRET, its id from OIDC_CLIENT (default "hanoi").
"""

import argparse
import os
import sys

from simulators.oidc.provider import Provider
from simulators.oidc.server import Handler
from simulators.stand_in import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.oidc", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    options = parser.parse_args()
    secret = os.environ.get("OIDC_CLIENT_SECRET", "")
    if not secret:
        sys.exit("OIDC_CLIENT_SECRET is empty")
    provider = Provider("", os.environ.get("OIDC_CLIENT") or "hanoi", secret)
    server = Server((options.host, options.port), Handler, provider=provider)
    provider.issuer = f"http://{server.server_address[0]}:{server.server_address[1]}"
    server.serve_until_ended()


if __name__ == "__main__":
    main()
