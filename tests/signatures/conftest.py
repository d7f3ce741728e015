"""A running authority for the tests of this folder."""

import pytest

from .pki_process import Pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """One authority for the whole session. Revoke only what your test issued; break it inside `pki.broken`."""
    with Pki(tmp_path_factory.mktemp("pki")) as running:
        yield running
