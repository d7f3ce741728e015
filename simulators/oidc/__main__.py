"""`python -m simulators.oidc --port N`: a provider of OpenID Connect until it is ended.

The client's secret comes from OIDC_CLIENT_SECRET, its id from OIDC_CLIENT (default "hanoi").
"""

import os
import sys

from simulators import stand_in
from simulators.oidc.provider import Provider
from simulators.oidc.server import Handler


def main() -> None:
    parser = stand_in.parser("oidc", __doc__, port=0)
    options = parser.parse_args()
    secret = os.environ.get("OIDC_CLIENT_SECRET", "")
    if not secret:
        sys.exit("OIDC_CLIENT_SECRET is empty")
    provider = Provider("", os.environ.get("OIDC_CLIENT") or "hanoi", secret)
    server = stand_in.Server((options.host, options.port), Handler, provider=provider)
    provider.issuer = f"http://{server.server_address[0]}:{server.server_address[1]}"
    server.serve_until_ended()


if __name__ == "__main__":
    main()
