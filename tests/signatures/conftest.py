"""What the tests of this folder run against, each as the real thing: tokens, a remote service."""

import pytest

from .csc_process import SECRET, Csc
from .softhsm import SoftHsm


@pytest.fixture
def hsm(tmp_path, monkeypatch, settings):
    """SoftHSM2 with no token in it yet; this process and its children see it."""
    own = SoftHsm(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(own.conf))
    settings.PKCS11_MODULE = own.module
    return own


@pytest.fixture
def csc(tmp_path, settings):
    """The remote signing service, which the system is connected to."""
    with Csc(tmp_path / "csc") as service:
        settings.REMOTE_SIGNING_URL = service.url
        settings.REMOTE_SIGNING_CLIENT, settings.REMOTE_SIGNING_SECRET = "hanoi", SECRET
        yield service
