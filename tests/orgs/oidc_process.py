"""The provider of OpenID Connect as a process of its own, and a browser that follows it there and back."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.warm import start

SECRET = "bi-mat-cua-may-khach"


class Oidc:
    def __init__(self):
        self.process = start("simulators.oidc", env=os.environ | {"OIDC_CLIENT_SECRET": SECRET})
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the provider did not start"

    def __enter__(self) -> "Oidc":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()

    def described(self, folder: Path) -> str:
        """The file for OPENID_PROVIDERS."""
        (folder / "secret").write_text(SECRET + "\n")
        file = folder / "providers.toml"
        file.write_text(
            f'[vneid]\nname = "VNeID"\nissuer = "{self.url}"\nclient_id = "hanoi"\nsecret_file = "{folder}/secret"\n'
        )
        return str(file)

    def knobs(self, **knobs: object) -> None:
        assert requests.post(f"{self.url}/_sim/knobs", json=knobs, timeout=10).status_code == 200

    def address_back(self, client, start: str = "/dang-nhap/qua/vneid/") -> str:
        """Where the provider sends the browser that `client` was sent away with."""
        away = client.get(start)["Location"]
        assert away.startswith(f"{self.url}/authorize?"), away
        back = urlsplit(requests.get(away, allow_redirects=False, timeout=10).headers["Location"])
        return f"{back.path}?{back.query}"
