import pytest

from tests.signatures.softhsm import SoftHsm


@pytest.fixture
def hsm(tmp_path, monkeypatch, settings):
    """SoftHSM2 with no token in it yet; this process and its children see it."""
    own = SoftHsm(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(own.conf))
    settings.PKCS11_MODULE = own.module
    return own
